"""Gains: worked cases, and intervals that cover the truth as often as they say."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from plugins.assessment.domain.psychometrics import (
    Estimate,
    Gain,
    ItemParameters,
    change_index,
    eap,
    expected_percent,
    gain_against,
    gain_between,
    gain_by_regression,
    gain_by_reliability,
    gain_of_shares,
    group_gain,
    percent_of,
    smallest_reliable_gain,
)

from .cohorts import Items, answer, make_items


def test_worked_case_of_jacobson_and_truax() -> None:
    assert change_index(64, 78, 12, 0.85) == pytest.approx(2.130, abs=0.0005)
    assert smallest_reliable_gain(12, 0.85) == pytest.approx(12.88, abs=0.005)
    gain = gain_by_reliability(64, 78, 12, 0.85)
    assert (gain.value, gain.meaning) == (14, "better")
    assert gain.low == pytest.approx(14 - 12.88, abs=0.005)
    assert gain_by_reliability(64, 76, 12, 0.85).meaning == "unclear"
    assert gain_by_reliability(78, 64, 12, 0.85).meaning == "lower"


def test_errors_of_both_tests_count() -> None:
    gain = gain_between(Estimate(value=0.0, error=0.3), Estimate(value=0.8, error=0.4))
    assert gain.error == pytest.approx(0.5)
    assert (gain.low, gain.high) == pytest.approx((-0.18, 1.78))
    assert gain.meaning == "unclear"


# -- coverage ------------------------------------------------------------------------------------

PERSONS = 2500


def estimates(rng: np.random.Generator, items: Items, theta: np.ndarray) -> list[Estimate]:
    form = items.parameters
    return [eap(zip(form, row, strict=True)) for row in answer(rng, items, theta).tolist()]


def cohort(true_gain: float, seed: int) -> tuple[np.ndarray, np.ndarray, list[Gain]]:
    """Persons tested twice with different forms of 25 items, who gained about `true_gain`."""
    rng = np.random.default_rng(seed)
    before = rng.normal(-true_gain / 2, 0.95, PERSONS)
    after = before + rng.normal(true_gain, 0.3, PERSONS)
    first = estimates(rng, make_items(rng, 25), before)
    second = estimates(rng, make_items(rng, 25), after)
    return before, after, list(map(gain_between, first, second))


def covered(gains: list[Gain], truth: np.ndarray) -> float:
    return float(np.mean([g.low <= t <= g.high for g, t in zip(gains, truth, strict=True)]))


@pytest.mark.parametrize("true_gain", [0.0, 0.4, 0.8])
def test_intervals_of_gain_cover_the_truth(true_gain: float) -> None:
    before, after, gains = cohort(true_gain, 31)
    assert 0.93 <= covered(gains, after - before) <= 0.97


def test_no_gain_is_seldom_called_one() -> None:
    rng = np.random.default_rng(32)
    theta = rng.normal(size=PERSONS)
    first = estimates(rng, make_items(rng, 25), theta)
    second = estimates(rng, make_items(rng, 25), theta)
    clear = [gain_between(*pair).meaning != "unclear" for pair in zip(first, second, strict=True)]
    assert np.mean(clear) <= 0.06


def test_intervals_in_percent_of_a_reference_form_cover_the_truth() -> None:
    rng = np.random.default_rng(33)
    reference: list[ItemParameters] = make_items(rng, 40).parameters
    before = rng.normal(-0.2, 0.95, PERSONS)
    after = before + rng.normal(0.4, 0.3, PERSONS)
    first, second = (
        [percent_of(reference, each) for each in estimates(rng, make_items(rng, 25), theta)]
        for theta in (before, after)
    )
    percents = [
        np.array([expected_percent(reference, theta) for theta in each.tolist()])
        for each in (before, after)
    ]
    gains = list(map(gain_between, first, second))
    assert 0.93 <= covered(gains, percents[1] - percents[0]) <= 0.97


@pytest.mark.parametrize("n", [6, 10, 20])
@pytest.mark.parametrize(("before", "after"), [(0.5, 0.5), (0.4, 0.7), (0.6, 0.9)])
def test_intervals_in_percent_without_calibration_cover_the_truth(
    n: int, before: float, after: float
) -> None:
    rng = np.random.default_rng(35)
    first = np.clip(rng.normal(before, 0.15, PERSONS), 0.02, 0.98)
    second = np.clip(rng.normal(after, 0.12, PERSONS), 0.02, 0.98)
    pairs = zip(rng.binomial(n, first).tolist(), rng.binomial(n, second).tolist(), strict=True)
    gains = [gain_of_shares(x, n, y, n) for x, y in pairs]
    assert 0.93 <= covered(gains, 100 * (second - first)) <= 0.975


def test_gain_of_shares_by_hand() -> None:
    gain = gain_of_shares(2, 6, 6, 6)
    assert gain.value == pytest.approx(100 * 4 / 6)
    first, second = 3 / 8, 7 / 8
    error = 100 * ((first * (1 - first) + second * (1 - second)) / 8) ** 0.5
    assert gain.error == pytest.approx(error)
    assert gain.low == pytest.approx(50 - 1.96 * error)
    assert gain.meaning == "better"
    assert gain_of_shares(4, 6, 5, 6).meaning == "unclear"


# -- groups --------------------------------------------------------------------------------------


def test_group_gain_by_hand() -> None:
    gain = group_gain([4.0, 8.0, 12.0])
    assert gain.value == 8
    assert gain.error == pytest.approx(4 / sqrt(3))
    assert gain.meaning == "better"
    with pytest.raises(ValueError, match="two"):
        group_gain([4.0])


def test_waiting_group_takes_out_regression_to_the_mean() -> None:
    """Only low scorers are retested: the raw gain is too large, against the others it is right."""
    rng, raw, against, truth = np.random.default_rng(34), [], [], 5.0
    for _ in range(400):
        true = rng.normal(60, 10, 400)
        first = true + rng.normal(0, 6, 400)
        low = np.flatnonzero(first < 55)
        taught = rng.random(low.size) < 0.5
        second = true[low] + truth * taught + rng.normal(0, 6, low.size)
        gains = second - first[low]
        raw.append(group_gain(gains[taught].tolist()))
        against.append(gain_against(gains[taught].tolist(), gains[~taught].tolist()))
    assert np.mean([gain.value for gain in raw]) > truth + 2
    assert 0.93 <= covered(against, np.full(400, truth)) <= 0.97


def test_gain_to_expect_without_learning() -> None:
    assert gain_by_regression(50, 62, 0.75) == 3
