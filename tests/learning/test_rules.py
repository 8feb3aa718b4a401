"""Pure rules by tables of cases: evidence, gaps at their borders, bands, JPM, reliable change."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.learning.rules import (
    Band,
    EvidenceFact,
    change,
    counting_evidence,
    gap_state,
    job_person_match,
    level_interval,
    level_of,
    reliable_change_error,
    state_of_evidence,
)

TODAY = date(2026, 11, 2)
BANDS = [
    Band(level=1, label="satu", at_least=0),
    Band(level=2, label="dua", at_least=50),
    Band(level=3, label="tiga", at_least=70),
]


def fact(
    evidence_id: int,
    kind: str = "measured",
    on: date = date(2026, 1, 1),
    until: date | None = None,
    level: int = 1,
) -> EvidenceFact:
    return EvidenceFact(
        evidence_id=evidence_id, kind=kind, level=level, measured_on=on, valid_until=until
    )


@pytest.mark.parametrize(
    ("facts", "counts"),
    [
        ([], None),
        ([fact(1)], 1),
        ([fact(1, level=3), fact(2, on=date(2026, 2, 1))], 2),  # the latest, not the best
        ([fact(1, "measured", date(2020, 1, 1)), fact(2, "supervisor")], 1),
        ([fact(1, "supervisor", date(2020, 1, 1)), fact(2, "self")], 1),
        ([fact(1), fact(2)], 2),  # the same day: what was recorded last
        ([fact(1, until=TODAY)], 1),  # valid through its last day
        ([fact(1, until=date(2026, 11, 1))], None),
        ([fact(1, until=date(2026, 11, 1)), fact(2, "self")], 2),
        ([fact(2, on=date(2026, 2, 1), until=date(2026, 11, 1)), fact(1)], 1),
    ],
)
def test_counting_evidence_follows_kind_then_date(
    facts: list[EvidenceFact], counts: int | None
) -> None:
    found = counting_evidence(facts, TODAY)
    assert (found.evidence_id if found else None) == counts


@pytest.mark.parametrize(
    ("required", "low", "high", "state"),
    [
        (2, 2, 2, "meets"),
        (2, 1, 1, "below"),
        (2, 2, 3, "meets"),
        (2, 1, 2, "unclear"),
        (2, 1, 3, "unclear"),
        (3, 1, 2, "below"),
        (3, 3, 3, "meets"),
        (1, 1, 1, "meets"),
    ],
)
def test_gap_state_at_its_borders(required: int, low: int, high: int, state: str) -> None:
    assert gap_state(required, low, high) == state


@given(st.integers(1, 5), st.integers(1, 5))
def test_evidence_without_error_is_never_unclear(required: int, level: int) -> None:
    assert gap_state(required, level, level) in ("meets", "below")


@pytest.mark.parametrize(
    ("kind", "required", "low", "high", "state"),
    [
        ("measured", None, 1, 1, None),
        ("self", 2, 3, 3, "unclear"),  # alone it never fulfils a standard
        ("self", 2, 1, 1, "below"),
        ("supervisor", 2, 2, 2, "meets"),
    ],
)
def test_state_depends_on_the_kind_of_evidence(
    kind: str, required: int | None, low: int, high: int, state: str | None
) -> None:
    assert state_of_evidence(kind, required, low, high) == state


@pytest.mark.parametrize(
    ("score", "level"),
    [(-1, 1), (0, 1), (49.999999, 1), (50, 2), (69.5, 2), (69.9999, 2), (70, 3), (100, 3)],
)
def test_level_bands_are_half_open_and_unrounded(score: float, level: int) -> None:
    assert level_of(score, BANDS).level == level
    assert level_of(score, BANDS[::-1]).level == level


@pytest.mark.parametrize(
    ("score", "error", "interval"),
    [
        (60, 0, (2, 2)),
        (60, 6, (2, 2)),  # 50.16 to 69.84
        (60, 6.2, (1, 3)),  # 49.832 to 70.168
        (50, 0.001, (1, 2)),
        (60, 10 / 1.64, (2, 3)),  # the borders themselves belong to the upper band
    ],
)
def test_level_interval_is_score_with_its_error(
    score: float, error: float, interval: tuple[int, int]
) -> None:
    assert level_interval(score, error, BANDS) == interval


@given(
    st.floats(0, 100),
    st.floats(0, 30),
    st.lists(st.floats(0, 100), min_size=1, max_size=6, unique=True),
)
def test_interval_holds_the_level_of_the_score(
    score: float, error: float, cuts: list[float]
) -> None:
    bands = [Band(level=n, label="", at_least=cut) for n, cut in enumerate(sorted(cuts), 1)]
    low, high = level_interval(score, error, bands)
    assert low <= level_of(score, bands).level <= high


def achieved(text: str) -> dict[str, int]:
    return {f"K{n}": int(level) for n, level in enumerate(text.split(","))}


@pytest.mark.parametrize(
    ("levels", "capped", "match"),
    [
        ("2,2,1,2,2,1,2,1,2", True, 83.33),
        ("2,2,1,2,2,1,2,1,2", False, 83.33),
        ("3,2,1,2,2,1,2,1,2", True, 83.33),
        ("3,2,1,2,2,1,2,1,2", False, 88.89),
        ("2,2,2,2,2,2,2,2,2", True, 100.00),
        ("0,0,0,0,0,0,0,0,0", True, 0.00),
    ],
)
def test_job_person_match_of_the_worked_case(levels: str, capped: bool, match: float) -> None:
    standard = dict.fromkeys(achieved(levels), 2)
    assert round(job_person_match(achieved(levels), standard, capped=capped), 2) == match


def test_job_person_match_counts_what_is_missing_as_nothing() -> None:
    assert job_person_match({"A": 2, "X": 5}, {"A": 2, "B": 2}) == 50


def test_job_person_match_without_standard_is_refused() -> None:
    with pytest.raises(ValueError, match="no match"):
        job_person_match({"A": 1}, {})


def test_reliable_change_of_the_worked_case() -> None:
    error = reliable_change_error(12, 0.85)
    assert round((78 - 64) / error, 3) == 2.130
    assert round(1.96 * error, 2) == 12.88


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [(64, 78, "better"), (64, 76.8, "unclear"), (64, 64, "unclear"), (78, 64, "lower")],
)
def test_change_is_judged_by_the_error_of_the_difference(
    before: float, after: float, verdict: str
) -> None:
    one_error = reliable_change_error(12, 0.85) / 2**0.5
    assert change(before, after, one_error, one_error) == verdict


def test_change_at_the_border_is_not_clear() -> None:
    assert change(0, 1.96, 0.6, 0.8) == "unclear"
    assert change(0, 1.9601, 0.6, 0.8) == "better"
