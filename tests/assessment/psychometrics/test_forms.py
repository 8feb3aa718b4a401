"""Percent of a reference form, linking, bias between groups, exposure, agreement of experts."""

from __future__ import annotations

from math import inf, log

import numpy as np
import pytest

from plugins.assessment.domain.psychometrics import (
    Estimate,
    ItemParameters,
    Table,
    TooFew,
    TooFewAnchors,
    aiken_v,
    calibrate,
    expected_percent,
    exposure_figures,
    group_bias,
    link,
    mantel_haenszel,
    percent_of,
    responses,
    standard_error,
    theta_of_percent,
)
from plugins.assessment.domain.psychometrics.distributions import chi_square_p, f_quantile

from .cohorts import Items, answer, as_matrix, make_items

# -- percent -------------------------------------------------------------------------------------

FORM = make_items(np.random.default_rng(41), 30).parameters


@pytest.mark.parametrize("theta", [-2.5, -0.4, 0.0, 1.7])
def test_percent_and_back(theta: float) -> None:
    assert theta_of_percent(FORM, expected_percent(FORM, theta)) == pytest.approx(theta, abs=1e-6)


def test_ends_of_the_percent_scale() -> None:
    assert (theta_of_percent(FORM, 0), theta_of_percent(FORM, 100)) == (-inf, inf)


def test_error_in_percent_follows_the_slope() -> None:
    found = percent_of(FORM, Estimate(value=0.3, error=0.01))
    step = expected_percent(FORM, 0.31) - expected_percent(FORM, 0.29)
    assert found.value == pytest.approx(expected_percent(FORM, 0.3))
    assert found.error == pytest.approx(step / 2, rel=1e-3)


def test_standard_error_with_and_without_prior() -> None:
    items = [ItemParameters(2.0, 0.0)] * 9
    assert standard_error(items, 0.0, None) == pytest.approx(1 / 3)
    assert standard_error(items, 0.0) == pytest.approx(1 / 10**0.5)
    assert standard_error([], 0.0, None) == inf


# -- linking -------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["mean/mean", "mean/sigma"])
def test_link_finds_the_line_that_was_applied(method: str) -> None:
    reference = dict(enumerate(FORM))
    slope, shift = 1.25, -0.4
    new = {
        n: ItemParameters(item.a * slope, (item.b - shift) / slope) for n, item in reference.items()
    }
    found = link({n: reference[n] for n in range(8)}, new, method)  # type: ignore[arg-type]
    assert (found.slope, found.shift) == pytest.approx((slope, shift))
    assert found.anchors == 8
    back = found.item(new[20])
    assert (back.a, back.b) == pytest.approx((FORM[20].a, FORM[20].b))
    theta = found.theta(Estimate(value=1.0, error=0.3))
    assert (theta.value, theta.error) == pytest.approx((0.85, 0.375))


def test_forms_of_two_cohorts_are_linked() -> None:
    """The second cohort is abler: unlinked its items look easier, linked they do not."""
    rng = np.random.default_rng(42)
    items = make_items(rng, 40)
    first, second = Items(items.a[:25], items.b[:25]), Items(items.a[15:], items.b[15:])
    old = calibrate(as_matrix(first, answer(rng, first, rng.normal(size=2000))), "2pl")
    new = calibrate(as_matrix(second, answer(rng, second, rng.normal(0.8, 1.2, 2000))), "2pl")
    old_items = {n: item.parameters for n, item in enumerate(old.items) if item.parameters}
    new_items = {n + 15: item.parameters for n, item in enumerate(new.items) if item.parameters}
    found = link(old_items, new_items)
    assert (found.slope, found.shift) == pytest.approx((1.2, 0.8), abs=0.12)
    linked = np.array([found.item(item).b for item in new_items.values()])
    assert np.sqrt(np.mean((linked - second.b) ** 2)) < 0.15


def test_too_few_anchors_are_refused() -> None:
    form = dict(enumerate(FORM))
    link({n: form[n] for n in range(6)}, form)
    with pytest.raises(TooFewAnchors, match=r"n = 5, needs 6"):
        link({n: form[n] for n in range(5)}, form)


def test_equally_difficult_anchors_have_no_spread() -> None:
    alike = dict.fromkeys(range(4), ItemParameters(1.0, 0.5))
    with pytest.raises(ValueError, match="mean/mean"):
        link(alike, alike, "mean/sigma")
    assert link(alike, alike, "mean/mean").slope == 1


# -- bias ----------------------------------------------------------------------------------------

BERKELEY = [
    Table(512, 313, 89, 19),
    Table(353, 207, 17, 8),
    Table(120, 205, 202, 391),
    Table(138, 279, 131, 244),
    Table(53, 138, 94, 299),
    Table(22, 351, 24, 317),
]


def test_admissions_to_berkeley() -> None:
    """Bickel et al. (1975): R's mantelhaen.test gives 0.9047 (0.7719 to 1.0603), χ² 1.4269."""
    found = mantel_haenszel(BERKELEY)
    assert found.alpha == pytest.approx(0.9046968, abs=1e-7)
    assert found.chi_square == pytest.approx(1.4269, abs=0.0001)
    assert found.p == pytest.approx(0.2323, abs=0.0001)
    assert found.delta == pytest.approx(-2.35 * log(0.9046968), abs=1e-6)
    assert found.delta_error == pytest.approx(2.35 * log(1.0603298 / 0.7719074) / 3.92, abs=1e-4)
    assert found.ets == "A"


def groups(
    seed: int, n: int, harder: float, planted: tuple[int, ...] = (5,)
) -> tuple[Items, np.ndarray, list[bool]]:
    """Two groups, the second less able; planted items are harder for it by `harder` logits."""
    rng = np.random.default_rng(seed)
    items = make_items(rng, 25)
    items.b[list(planted)] = 0.2
    focal = np.arange(2 * n) >= n
    theta = rng.normal(size=2 * n) - 0.5 * focal
    b = np.tile(items.b, (2 * n, 1))
    for item in planted:
        b[focal, item] += harder / items.a[item]
    return items, answer(rng, items, theta, b), focal.tolist()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_planted_bias_is_found_and_nothing_else(seed: int) -> None:
    items, scores, focal = groups(seed, 600, 1.2)
    found = group_bias(as_matrix(items, scores), focal)
    assert [each.item for each in found if each.ets == "C"] == ["q5"]
    assert found[5].delta is not None
    assert found[5].delta < -1.5


@pytest.mark.parametrize("focal_side", [True, False])
def test_item_that_one_group_never_has_right_is_the_worst_bias(focal_side: bool) -> None:
    """No odds ratio is finite there; still it must be found, and by the right sign."""
    items, scores, focal = groups(5, 300, 0.0)
    scores[np.array(focal) == focal_side, 5] = 0
    found = group_bias(as_matrix(items, scores), focal)
    assert [each.item for each in found if each.ets == "C"] == ["q5"]
    assert found[5].delta is not None
    assert (found[5].delta < -1.5) is focal_side
    assert found[5].p == pytest.approx(0, abs=1e-6)


def test_single_wrong_answer_is_no_bias() -> None:
    items, scores, focal = groups(6, 300, 0.0)
    scores[:, 5] = 1
    scores[450, 5] = 0
    assert group_bias(as_matrix(items, scores), focal)[5].ets in {"A", None}


def test_many_unfair_items_do_not_make_the_others_look_unfair() -> None:
    """Unpurified, the score itself is unfair, and fair items seem easier for the focal group."""
    planted = tuple(range(8))
    items, scores, focal = groups(4, 1500, 1.5, planted)
    found = group_bias(as_matrix(items, scores), focal)
    assert [each.item for each in found if each.ets == "C"] == [f"q{n}" for n in planted]
    fair = [each.delta for each in found[8:] if each.delta is not None]
    assert abs(np.mean(fair)) < 0.25


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_fair_items_are_not_accused_although_groups_differ(seed: int) -> None:
    items, scores, focal = groups(seed, 600, 0.0)
    found = group_bias(as_matrix(items, scores), focal)
    assert not [each.item for each in found if each.ets == "C"]
    assert sum(each.ets == "B" for each in found) <= 1
    scores[np.random.default_rng(0).random(scores.shape) < 0.2] = np.nan
    part = group_bias(as_matrix(items, scores), focal)
    assert not [each.item for each in part if each.ets == "C"]


def test_small_groups_are_not_compared() -> None:
    items, scores, focal = groups(1, 99, 0.0)
    with pytest.raises(TooFew, match=r"n = 99, needs 100"):
        group_bias(as_matrix(items, scores), focal)
    assert len(group_bias(as_matrix(items, scores), focal, force=True)) == 25


def test_item_that_does_not_vary_has_no_bias() -> None:
    found = group_bias(responses("ab", [(1, 0), (1, 1)] * 200), [True, False] * 200)
    assert (found[0].ets, found[0].alpha) == (None, None)


# -- exposure, agreement, distributions ----------------------------------------------------------


def test_exposure_by_hand() -> None:
    found = exposure_figures("abcd", ["ab", "ab", "ac"], most=0.7)
    assert found.rates == pytest.approx({"a": 1, "b": 2 / 3, "c": 1 / 3, "d": 0})
    # Pairs share 2, 1 and 1 items of 2: four sixths.
    assert found.overlap == pytest.approx(4 / 6)
    assert (found.unused, found.overused) == (("d",), ("a",))
    assert exposure_figures("ab", []).overlap is None


def test_aiken_by_hand() -> None:
    found = aiken_v([4, 5, 5, 4, 3], 1, 5)
    assert found.v == pytest.approx(16 / 20)
    assert (found.low, found.high) == pytest.approx((0.584, 0.919), abs=0.001)
    assert aiken_v([5, 5], 1, 5).high == pytest.approx(1)
    for wrong in ([], [6]):
        with pytest.raises(ValueError, match=r"."):
            aiken_v(wrong, 1, 5)


@pytest.mark.parametrize(
    ("probability", "df1", "df2", "expected"),
    [(0.95, 5, 10, 3.3258), (0.975, 10, 20, 2.7737), (0.05, 4, 8, 0.1655), (0.99, 1, 30, 7.5625)],
)
def test_quantiles_of_f_as_in_the_tables(
    probability: float, df1: int, df2: int, expected: float
) -> None:
    assert f_quantile(probability, df1, df2) == pytest.approx(expected, abs=0.0001)


def test_chi_square_as_in_the_tables() -> None:
    assert chi_square_p(3.841459) == pytest.approx(0.05, abs=1e-6)
