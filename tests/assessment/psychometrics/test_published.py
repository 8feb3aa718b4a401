"""Published figures are reproduced: LSAT 6 (measurement.md, section 3), LSAT 7, KR-20."""

from __future__ import annotations

import pytest

from plugins.assessment.domain.psychometrics import (
    Estimate,
    ItemParameters,
    Model,
    alpha_of,
    analyse,
    calibrate,
    eap,
    form_information,
)

from .published import LSAT6, LSAT7, matrix

A = (0.82566, 0.72274, 0.89088, 0.68837, 0.65686)
B = (-3.35881, -1.37006, -0.27967, -1.86638, -3.12591)
ITEMS = [ItemParameters(a, b) for a, b in zip(A, B, strict=True)]


# -- LSAT 6 --------------------------------------------------------------------------------------


def test_alpha_mean_and_sd_of_lsat6() -> None:
    figures = analyse(matrix(LSAT6))
    assert figures.n == 1000
    assert figures.alpha == pytest.approx(0.294997, abs=1e-6)
    assert figures.mean == pytest.approx(3.819)
    assert figures.sd == pytest.approx(1.035, abs=0.0005)
    assert figures.sem == pytest.approx(1.035 * (1 - 0.294997) ** 0.5, abs=0.0005)


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("p", (0.924, 0.709, 0.553, 0.763, 0.870)),
        ("item_rest", (0.113, 0.153, 0.173, 0.144, 0.122)),
        ("item_total", (0.362, 0.567, 0.618, 0.534, 0.435)),
        ("alpha_if_dropped", (0.275, 0.238, 0.217, 0.246, 0.266)),
    ],
)
def test_item_figures_of_lsat6(figure: str, expected: tuple[float, ...]) -> None:
    found = [getattr(item, figure) for item in analyse(matrix(LSAT6)).items]
    assert found == pytest.approx(expected, abs=0.0005)


@pytest.mark.parametrize(
    ("model", "a", "b", "loglik"),
    [
        ("2pl", A, B, -2466.65338),
        ("1pl", (0.75513,) * 5, (-3.61527, -1.32242, -0.31763, -1.73009, -2.78017), -2466.93760),
        ("rasch", (1.0,) * 5, (-2.87197, -1.06303, -0.25761, -1.38806, -2.21878), -2473.05385),
    ],
)
def test_parameters_of_lsat6(
    model: Model, a: tuple[float, ...], b: tuple[float, ...], loglik: float
) -> None:
    found = calibrate(matrix(LSAT6), model)
    assert found.converged
    assert found.loglik == pytest.approx(loglik, abs=0.001)
    assert [item.a for item in found.items] == pytest.approx(a, abs=0.005)
    assert [item.b for item in found.items] == pytest.approx(b, abs=0.005)


def test_standard_errors_of_lsat6() -> None:
    """The errors that R's ltm prints for the same data (Rizopoulos 2006)."""
    two, one = calibrate(matrix(LSAT6), "2pl").items, calibrate(matrix(LSAT6), "1pl").items
    assert [item.se_a for item in two] == pytest.approx(
        (0.2581, 0.1867, 0.2326, 0.1852, 0.2100), abs=0.001
    )
    assert [item.se_b for item in two] == pytest.approx(
        (0.8669, 0.3073, 0.0997, 0.4341, 0.8700), abs=0.003
    )
    assert [item.se_b for item in one] == pytest.approx(
        (0.3266, 0.1422, 0.0977, 0.1691, 0.2510), abs=0.001
    )
    assert {item.se_a for item in calibrate(matrix(LSAT6), "rasch").items} == {0.0}


@pytest.mark.parametrize(
    ("marks", "theta", "sd"),
    [
        ("00000", -1.8968, 0.8013),
        ("00100", -1.3240, 0.8035),
        ("11011", 0.0082, 0.8338),
        ("11111", 0.6456, 0.8590),
    ],
)
def test_eap_of_lsat6(marks: str, theta: float, sd: float) -> None:
    found: Estimate = eap(zip(ITEMS, map(float, marks), strict=True))
    assert found.value == pytest.approx(theta, abs=0.001)
    assert found.error == pytest.approx(sd, abs=0.001)


def test_information_of_lsat6() -> None:
    found = [form_information(ITEMS, theta) for theta in (-2, 0, 1)]
    assert found == pytest.approx((0.57888, 0.46019, 0.30701), abs=0.00001)


# -- other data ----------------------------------------------------------------------------------


def test_lsat7_as_mirt_prints_it() -> None:
    """R's mirt (Chalmers 2012) gives slope and intercept; the difficulty is −d/a."""
    data = matrix(LSAT7)
    assert analyse(data).alpha == pytest.approx(0.453, abs=0.0005)
    found = calibrate(data, "2pl")
    assert found.loglik == pytest.approx(-2658.805, abs=0.001)
    a, d = (0.988, 1.081, 1.706, 0.765, 0.736), (1.856, 0.808, 1.804, 0.486, 1.855)
    assert [item.a for item in found.items] == pytest.approx(a, abs=0.005)
    b = [-intercept / slope for slope, intercept in zip(a, d, strict=True)]
    assert [item.b for item in found.items] == pytest.approx(b, abs=0.005)


def test_kr20_worked_case() -> None:
    assert alpha_of(16, 3.38, 18.01) == pytest.approx(0.8665, abs=0.00005)
