"""Classical figures by hand, with gaps and counts; flags find what was planted and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from plugins.assessment.domain.psychometrics import (
    Choices,
    ItemFigures,
    Responses,
    alpha_interval,
    analyse,
    analyse_choices,
    difficulty_band,
    discrimination_band,
    options_in_use,
    responses,
)

from .cohorts import Items, answer, as_matrix, choose, make_items


def by_hand() -> Responses:
    """Four persons on a staircase: 3, 2, 1 and 0 right."""
    return responses("abc", [(1, 1, 1), (1, 1, 0), (1, 0, 0), (0, 0, 0)])


def test_staircase_by_hand() -> None:
    figures = analyse(by_hand())
    assert (figures.n, figures.mean) == (4, 1.5)
    assert figures.sd == pytest.approx((5 / 3) ** 0.5)
    assert figures.alpha == pytest.approx(1.5 * (1 - 0.625 / 1.25))
    assert figures.sem == pytest.approx((5 / 3 * 0.25) ** 0.5)
    first = figures.items[0]
    assert first.p == 0.75
    assert first.item_rest == pytest.approx(0.1875 / (0.1875 * 0.6875) ** 0.5)
    assert first.alpha_if_dropped == pytest.approx(2 * (1 - 0.4375 / 0.6875))


def test_upper_lower_index_counts_ties_in_part() -> None:
    """27 % of ten persons are 2.7: two with 3 points and 0.7 of the three with 2."""
    rows = [(1, 1, 1)] * 2 + [(1, 1, 0)] * 2 + [(0, 1, 1)] + [(1, 0, 0)] * 2 + [(0, 0, 0)] * 3
    upper = (2 + 0.7 * 2 / 3) / 2.7
    assert analyse(responses("abc", rows)).items[0].d == pytest.approx(upper - 0)


def test_counts_are_persons() -> None:
    rows, counts = by_hand().rows, [3, 1, 2, 4]
    long = [row for row, count in zip(rows, counts, strict=True) for _ in range(count)]
    short, full = analyse(responses("abc", rows, counts)), analyse(responses("abc", long))
    assert (short.n, short.alpha, short.sd) == pytest.approx((10, full.alpha, full.sd))
    assert short.alpha_low == pytest.approx(full.alpha_low)
    for one, other in zip(short.items, full.items, strict=True):
        assert (one.n, one.p, one.d) == pytest.approx((other.n, other.p, other.d))
        assert one.item_rest == pytest.approx(other.item_rest)
        assert one.alpha_if_dropped == pytest.approx(other.alpha_if_dropped)


def test_missing_answers_leave_the_other_figures_nearly_alone() -> None:
    rng = np.random.default_rng(11)
    items = make_items(rng, 20)
    scores = answer(rng, items, rng.normal(size=1500))
    whole = analyse(as_matrix(items, scores))
    scores[rng.random(scores.shape) < 0.3] = np.nan
    part = analyse(as_matrix(items, scores))
    assert part.alpha == pytest.approx(whole.alpha, abs=0.03)
    assert part.mean == pytest.approx(whole.mean, abs=0.2)
    assert part.sd == pytest.approx(whole.sd, abs=0.2)
    for one, other in zip(part.items, whole.items, strict=True):
        assert one.p == pytest.approx(other.p, abs=0.05)
        assert one.item_rest == pytest.approx(other.item_rest, abs=0.1)


def test_who_answered_nothing_else_says_nothing_of_the_rest() -> None:
    rows = [(1, 1, 1), (1, 1, 0), (1, 0, 0), (0, 0, 0), (0, 1, 0)]
    alone = [(1, None, None)] * 3
    plain, more = analyse(responses("abc", rows)), analyse(responses("abc", [*rows, *alone]))
    assert more.items[0].p == pytest.approx(6 / 8)
    assert more.items[0].item_rest == pytest.approx(plain.items[0].item_rest)


def test_nothing_is_said_where_nothing_varies() -> None:
    figures = analyse(responses("ab", [(1, None), (1, None)]))
    assert figures.alpha is None
    assert figures.sem is None
    first, second = figures.items
    assert (first.p, first.item_rest, first.flags) == (1.0, None, ("too_easy",))
    assert (second.n, second.p, second.item_rest, second.d) == (0, None, None, None)


def test_partial_credit_is_analysed_too() -> None:
    figures = analyse(responses("ab", [(0.5, 1), (1, 1), (0, 0), (0.5, 0)]))
    assert figures.items[0].p == 0.5
    assert figures.items[0].item_rest == pytest.approx(0.7071, abs=0.0001)


def test_interval_of_alpha_covers_the_truth() -> None:
    """Parallel items: the true alpha is known, k·r / (1 + (k − 1)·r)."""
    rng, k, r = np.random.default_rng(12), 8, 0.3
    truth, hits, runs = k * r / (1 + (k - 1) * r), 0, 1000
    for _ in range(runs):
        x = rng.normal(size=(60, 1)) * r**0.5 + rng.normal(size=(60, k)) * (1 - r) ** 0.5
        total = x.sum(axis=1).var()
        low, high = alpha_interval(k / (k - 1) * (1 - x.var(axis=0).sum() / total), 60, k)
        hits += low <= truth <= high
    assert 0.93 <= hits / runs <= 0.97


@pytest.mark.parametrize(
    ("p", "band"), [(0.30, "hard"), (0.31, "medium"), (0.70, "medium"), (0.71, "easy")]
)
def test_difficulty_bands(p: float, band: str) -> None:
    assert difficulty_band(p) == band


@pytest.mark.parametrize(
    ("d", "band"),
    [(0.40, "very_good"), (0.39, "good"), (0.29, "revise"), (0.19, "poor"), (-0.2, "poor")],
)
def test_discrimination_bands(d: float, band: str) -> None:
    assert discrimination_band(d) == band


# -- flags ---------------------------------------------------------------------------------------

KEYED_A = {f"q{n}": "A" for n in range(40)}


def sound_choices(seed: int, n: int) -> Choices:
    rng = np.random.default_rng(seed)
    return choose(rng, make_items(rng, 40), rng.normal(size=n))


def analysed(choices: Choices, key: dict[str, str]) -> dict[str, ItemFigures]:
    figures = analyse_choices(choices, key, options_in_use(choices, key))
    return {item.id: item for item in figures.items}


@pytest.mark.parametrize("n", [150, 500])
@pytest.mark.parametrize("planted", ["q3", "q17", "q38"])
def test_miskey_is_found_with_the_right_option(n: int, planted: str) -> None:
    found = analysed(sound_choices(21, n), {**KEYED_A, planted: "B"})
    assert "miskey" in found[planted].flags
    assert found[planted].suspect == "A"
    assert not [item.id for item in found.values() if "miskey" in item.flags and item.id != planted]


@pytest.mark.parametrize("n", [40, 100, 400])
@pytest.mark.parametrize("seed", range(5))
def test_sound_items_have_no_alarm(n: int, seed: int) -> None:
    flags = {
        flag for item in analysed(sound_choices(seed, n), KEYED_A).values() for flag in item.flags
    }
    assert not flags & {"miskey", "negative_discrimination"}


def test_key_that_nobody_chose_is_found() -> None:
    found = analysed(sound_choices(21, 300), {**KEYED_A, "q3": "E"})["q3"]
    assert "miskey" in found.flags
    assert "too_hard" in found.flags
    assert found.suspect == "A"


@pytest.mark.parametrize("seed", range(3))
def test_reversed_item_is_found_without_options(seed: int) -> None:
    rng = np.random.default_rng(seed)
    items = make_items(rng, 30)
    scores = answer(rng, items, rng.normal(size=200))
    scores[:, 4] = 1 - scores[:, 4]
    found = {item.id: item.flags for item in analyse(as_matrix(items, scores)).items}
    assert set(found["q4"]) >= {"miskey", "negative_discrimination"}
    assert not [name for name, flags in found.items() if "miskey" in flags and name != "q4"]


def test_useless_item_is_flagged_as_weak_not_as_miskeyed() -> None:
    rng = np.random.default_rng(5)
    items = make_items(rng, 30)
    scores = answer(rng, items, rng.normal(size=400))
    scores[:, 0] = rng.random(400) < 0.5
    assert analyse(as_matrix(items, scores)).items[0].flags == ("low_discrimination",)


@pytest.mark.parametrize(("b", "flag"), [(-4.0, "too_easy"), (4.0, "too_hard")])
def test_extreme_difficulty_is_flagged(b: float, flag: str) -> None:
    rng = np.random.default_rng(6)
    items = Items(np.ones(20), np.concatenate([[b], rng.normal(size=19)]))
    found = analyse(as_matrix(items, answer(rng, items, rng.normal(size=500)))).items
    assert flag in found[0].flags
    assert flag not in found[1].flags


def test_shares_and_dead_distractors() -> None:
    rows = [("A", "B")] * 60 + [("B", "B")] * 38 + [("C", None)] * 2
    choices = Choices(items=("q1", "q2"), rows=tuple(rows), counts=(1,) * 100)
    found = analysed(choices, {"q1": "A", "q2": "B"})
    assert {each.option: each.share for each in found["q1"].options} == {
        "A": 0.60,
        "B": 0.38,
        "C": 0.02,
    }
    assert "dead_distractor" in found["q1"].flags
    # Nobody chose A or C in q2: they are known from q1, which shares an option.
    assert found["q2"].n == 98
    assert [each.share for each in found["q2"].options] == [0, 1, 0]
    assert "dead_distractor" in found["q2"].flags


def test_options_of_another_kind_of_item_are_not_expected() -> None:
    choices = Choices(items=("q1", "q2"), rows=(("A", "true"), ("B", "false")), counts=(1, 1))
    assert options_in_use(choices, {"q1": "C", "q2": "true"}) == {
        "q1": ("A", "B", "C"),
        "q2": ("false", "true"),
    }
