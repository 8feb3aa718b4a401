"""Calibration recovers what was simulated, refuses too few, and survives odd answers."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest

from plugins.assessment.domain.psychometrics import (
    MODELS,
    Calibration,
    Model,
    SlopePrior,
    TooFew,
    allowed_models,
    calibrate,
    check_groups,
    responses,
)

from .cohorts import Items, answer, as_matrix, make_items
from .published import LSAT6, matrix


def rmse(found: list[float | None], truth: np.ndarray) -> float:
    return float(np.sqrt(np.mean((np.array(found, dtype=float) - truth) ** 2)))


def cohort(seed: int, k: int, n: int, *, missing: float = 0.0) -> tuple[Items, Calibration]:
    rng = np.random.default_rng(seed)
    items = make_items(rng, k)
    scores = answer(rng, items, rng.normal(size=n))
    scores[rng.random(scores.shape) < missing] = np.nan
    return items, calibrate(as_matrix(items, scores), "2pl")


# -- recovery ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_parameters_are_recovered(seed: int) -> None:
    items, found = cohort(seed, 40, 2000)
    assert found.converged
    assert rmse([item.a for item in found.items], items.a) <= 0.10
    assert rmse([item.b for item in found.items], items.b) <= 0.10


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_difficulties_are_recovered_with_half_of_the_answers(seed: int) -> None:
    items, found = cohort(seed, 40, 2000, missing=0.5)
    assert found.converged
    assert rmse([item.b for item in found.items], items.b) <= 0.15


def test_standard_errors_are_honest() -> None:
    """The truth lies within ± 1.96 SE about 95 times in a hundred."""
    hits = []
    for seed in range(10):
        items, found = cohort(100 + seed, 20, 800)
        for item, a, b in zip(found.items, items.a, items.b, strict=True):
            assert None not in (item.a, item.b, item.se_a, item.se_b)
            hits += [abs(item.a - a) < 1.96 * item.se_a, abs(item.b - b) < 1.96 * item.se_b]
    assert 0.92 <= np.mean(hits) <= 0.98


def test_rasch_and_common_slope_are_recovered() -> None:
    rng = np.random.default_rng(4)
    items = Items(np.full(30, 1.4), rng.normal(size=30))
    data = as_matrix(items, answer(rng, items, rng.normal(size=1500)))
    common = calibrate(data, "1pl")
    assert len({item.a for item in common.items}) == 1
    assert common.items[0].a == pytest.approx(1.4, abs=0.1)
    assert rmse([item.b for item in common.items], items.b) <= 0.10
    # 1PL is Rasch with a free spread of theta: the difficulties differ by that factor alone.
    rasch = calibrate(data, "rasch")
    assert rasch.loglik < common.loglik < calibrate(data, "2pl").loglik


def test_items_in_blocks_that_nobody_answers_together_are_calibrated() -> None:
    """Booklets: half of the persons see items 0–11, the others 8–19."""
    rng = np.random.default_rng(5)
    items = make_items(rng, 20)
    scores = answer(rng, items, rng.normal(size=3000))
    scores[:1500, 12:] = np.nan
    scores[1500:, :8] = np.nan
    found = calibrate(as_matrix(items, scores), "2pl")
    assert found.converged
    assert rmse([item.b for item in found.items], items.b) <= 0.15


# -- the guard -----------------------------------------------------------------------------------


def small(n: int) -> tuple[tuple[float, ...], ...]:
    rng = np.random.default_rng(6)
    items = make_items(rng, 6)
    return as_matrix(items, answer(rng, items, rng.normal(size=n))).rows


@pytest.mark.parametrize(
    ("model", "n", "needed"),
    [("2pl", 80, 250), ("2pl", 249, 250), ("rasch", 29, 30), ("1pl", 29, 30)],
)
def test_too_few_answers_are_refused(model: Model, n: int, needed: int) -> None:
    with pytest.raises(TooFew) as error:
        calibrate(responses("abcdef", small(n)), model)
    assert str(error.value) == f"too few answers (n = {n}, needs {needed})"
    assert (error.value.n, error.value.needed) == (n, needed)


@pytest.mark.parametrize(("model", "n"), [("2pl", 250), ("rasch", 30), ("1pl", 30)])
def test_enough_answers_are_taken(model: Model, n: int) -> None:
    assert not calibrate(responses("abcdef", small(n)), model).forced


def test_persons_without_any_answer_do_not_count_as_answers() -> None:
    empty = [(None,) * 6] * 200
    with pytest.raises(TooFew, match=r"n = 80,"):
        calibrate(responses("abcdef", [*small(80), *empty]), "2pl")
    with_empty = calibrate(responses("abcdef", [*small(300), *empty]), "2pl")
    assert with_empty.n == 500
    assert with_empty.items == calibrate(responses("abcdef", small(300)), "2pl").items


def test_force_is_said_and_holds_the_slopes() -> None:
    forced = calibrate(responses("abcdef", small(80)), "2pl", force=True)
    assert forced.forced
    assert forced.prior == SlopePrior()
    assert forced.converged
    assert all(item.a and 0.2 < item.a < 4 for item in forced.items)
    needless = calibrate(responses("abcdef", small(300)), "2pl", force=True)
    assert (needless.forced, needless.prior) == (False, None)


def test_what_is_allowed_for_how_many() -> None:
    assert [allowed_models(n) for n in (29, 30, 249, 250)] == [
        (),
        ("rasch", "1pl"),
        ("rasch", "1pl"),
        MODELS,
    ]
    check_groups(100, 100)
    with pytest.raises(TooFew):
        check_groups(100, 99)


# -- odd answers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
def test_items_without_a_difficulty_are_said_and_change_nothing(model: Model) -> None:
    plain = matrix(LSAT6)
    rows = [(1.0, 0.0, None, *row) for row in plain.rows]
    items = ["easy", "hard", "unseen", *plain.items]
    found = calibrate(responses(items, rows, plain.counts), model)
    assert [item.note for item in found.items[:3]] == ["all_right", "all_wrong", "unanswered"]
    assert {(item.a, item.b, item.se_a, item.se_b) for item in found.items[:3]} == {(None,) * 4}
    assert found.items[0].parameters is None
    assert found.items[3:] == calibrate(plain, model).items


def finite(found: Calibration) -> bool:
    numbers = [n for i in found.items for n in (i.a, i.b, i.se_a, i.se_b) if n is not None]
    return all(math.isfinite(number) for number in [found.loglik, *numbers])


STAIRCASE = [[float(person >= 60 * (item + 1)) for item in range(6)] for person in range(420)]
COINS = (np.random.default_rng(8).random((300, 5)) < 0.5).astype(float).tolist()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "rows",
    [
        STAIRCASE,
        COINS,
        [[1.0]] * 200 + [[0.0]] * 100,
        [[1.0, 0.0]] * 200 + [[0.0, 1.0]] * 100,
        [[1.0, 0.0]] * 300,
        [[0.5, 1.0, 0.0], [1.0, 0.5, 0.0], [0.0, 0.0, 1.0]] * 100,
    ],
    ids=["staircase", "coins", "one item", "contrary", "constant", "partial credit"],
)
def test_odd_answers_give_numbers_or_none(model: Model, rows: list[list[float]]) -> None:
    found = calibrate(responses([str(n) for n in range(len(rows[0]))], rows), model)
    assert finite(found)


def test_search_that_runs_into_a_limit_says_so() -> None:
    found = calibrate(responses("abcdef", STAIRCASE), "2pl")
    assert not found.converged
    assert any(item.note == "at_limit" and item.se_a is None for item in found.items)


def test_model_that_the_answers_do_not_determine_has_no_errors() -> None:
    rng = np.random.default_rng(9)
    items = make_items(rng, 2)
    found = calibrate(as_matrix(items, answer(rng, items, rng.normal(size=400))), "2pl")
    assert not found.identified
    assert {item.se_b for item in found.items} == {None}


def test_negative_slope_is_said() -> None:
    rng = np.random.default_rng(10)
    items = make_items(rng, 12)
    scores = answer(rng, items, rng.normal(size=600))
    scores[:, 2] = 1 - scores[:, 2]
    found = calibrate(as_matrix(items, scores), "2pl").items[2]
    assert found.a is not None
    assert found.a < 0
    assert found.note == "negative"


def test_two_hundred_items_are_calibrated() -> None:
    _, found = cohort(7, 200, 500)
    assert found.converged
    assert finite(found)


# -- numpy stays out of the web process ----------------------------------------------------------


def test_numpy_comes_with_calibration_alone() -> None:
    code = (
        "import sys, lms, lms.web, plugins.assessment.plugin, plugins.assessment.commands\n"
        "from plugins.assessment.domain.psychometrics import analyse, calibrate, responses\n"
        "rows = [(1, 0), (0, 1)] * 20\n"
        "analyse(responses('ab', rows))\n"
        "assert 'numpy' not in sys.modules\n"
        "calibrate(responses('ab', rows), 'rasch')\n"
        "assert 'numpy' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
