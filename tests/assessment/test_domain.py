"""Rules of measurement as tables of cases, and properties of the draw."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.rules import Band
from plugins.assessment.domain import (
    AnswerFact,
    Candidate,
    Post,
    current_answer,
    decide,
    draw,
    is_final,
    level_change,
    outcome,
    position,
    receipt,
    receipt_code,
    score_error,
    slope_height,
    slope_place,
    split_stem,
)

FIVE = [
    Band(level=level, label=f"Tingkat {level}", at_least=cut)
    for level, cut in ((1, 0), (2, 50), (3, 70), (4, 85), (5, 95))
]
THREE = [
    Band(level=level, label=str(level), at_least=cut) for level, cut in ((1, 0), (2, 50), (3, 85))
]


# -- score and level -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("correct", "n", "error"),
    [(0, 6, 12.649), (3, 6, 15.811), (6, 6, 12.649), (9, 12, 11.588), (12, 12, 8.268)],
)
def test_error_is_agresti_coull_for_few_questions(correct: int, n: int, error: float) -> None:
    assert score_error(correct, n) == pytest.approx(error, abs=0.001)


@pytest.mark.parametrize(
    ("correct", "n", "level", "low", "high"),
    [
        (0, 6, 1, 1, 1),
        (1, 6, 1, 1, 1),
        (2, 6, 1, 1, 2),
        (3, 6, 2, 1, 3),
        (4, 6, 2, 1, 4),
        (5, 6, 3, 2, 5),
        (6, 6, 5, 3, 5),
    ],
)
def test_level_and_interval_follow_the_bands(
    correct: int, n: int, level: int, low: int, high: int
) -> None:
    found = outcome(correct, n, FIVE)
    assert (found.level, found.level_low, found.level_high) == (level, low, high)


@pytest.mark.parametrize(
    ("correct", "low", "high"), [(4, 1, 2), (6, 1, 2), (8, 1, 3), (9, 2, 3), (12, 3, 3)]
)
def test_three_levels_of_twelve_questions(correct: int, low: int, high: int) -> None:
    found = outcome(correct, 12, THREE)
    assert (found.level_low, found.level_high) == (low, high)


def test_point_decides_when_the_measurement_is_final() -> None:
    found = outcome(3, 6, FIVE, final=True)
    assert (found.level, found.level_low, found.level_high) == (2, 2, 2)
    assert found.error > 0, "how sure the score is stays visible"


def test_nothing_asked_has_no_outcome() -> None:
    with pytest.raises(ValueError, match="Nothing"):
        outcome(0, 0, FIVE)


@pytest.mark.parametrize(
    ("extra_number", "n_extra", "unseen", "final"),
    [
        (0, 4, 9, False),
        (1, 4, 1, False),
        (2, 4, 9, True),
        (0, 0, 9, True),
        (0, 4, 0, True),
    ],
)
def test_measurement_is_final_when_nothing_can_follow(
    extra_number: int, n_extra: int, unseen: int, final: bool
) -> None:
    assert is_final(extra_number, n_extra, unseen) is final


@pytest.mark.parametrize(
    ("before", "low", "high", "change"),
    [(1, 2, 3, "better"), (1, 1, 3, "unclear"), (2, 2, 2, "unclear"), (3, 1, 2, "lower")],
)
def test_change_from_a_bare_level_needs_the_whole_interval(
    before: int, low: int, high: int, change: str
) -> None:
    assert level_change(before, low, high) == change


@pytest.mark.parametrize(
    ("score", "place"),
    [(-20, 1.0), (0, 1.0), (25, 1.5), (50, 2.0), (60, 2.5), (94, 4.9), (95, 5.0), (140, 5.0)],
)
def test_position_is_linear_inside_a_band(score: float, place: float) -> None:
    assert position(score, FIVE) == pytest.approx(place)


def test_slope_matches_the_mockup() -> None:
    assert slope_height(3) == 184
    assert [slope_place(level, 3) for level in (1, 2, 3)] == [127.5, 77.5, 27.5]


# -- the draw ------------------------------------------------------------------------------------


def bank(size: int = 18, seen: int = 0, competency: int = 1) -> list[Candidate]:
    """A bank like the starter content: 6, 7, 4 and 1 items of level 1 to 4 in 18."""
    levels = [1] * 6 + [2] * 7 + [3] * 4 + [4]
    return [
        Candidate(
            item_version_id=1000 * competency + n,
            item_id=1000 * competency + n,
            competency_id=competency,
            level=levels[n % 18],
            last_seen=n + 1 if n < seen else None,
        )
        for n in range(size)
    ]


@given(
    size=st.integers(0, 40),
    seen=st.integers(0, 40),
    n=st.integers(1, 12),
    seed=st.integers(0, 2**32),
)
def test_draw_takes_only_unseen_items_as_long_as_there_are_any(
    size: int, seen: int, n: int, seed: int
) -> None:
    items = bank(size, min(seen, size))
    unseen = size - min(seen, size)
    found = draw(items, n, random.Random(seed))
    assert len({item.item_id for item in found.items}) == len(found.items)
    assert [item.level for item in found.items] == sorted(item.level for item in found.items)
    if unseen:
        assert len(found.items) == min(n, unseen)
        assert all(item.last_seen is None for item in found.items)
        assert not found.repeated
    else:
        assert len(found.items) == min(n, size)
        assert found.repeated == bool(size)


def test_seen_items_come_back_the_longest_unseen_first() -> None:
    found = draw(bank(10, 10), 3, random.Random(1))
    assert {item.last_seen for item in found.items} == {1, 2, 3}


def test_draw_gives_each_level_and_competency_its_share() -> None:
    pool = [item for competency in (1, 2, 3, 4) for item in bank(competency=competency)]
    for seed in range(50):
        found = draw(pool, 12, random.Random(seed))
        competencies = Counter(item.competency_id for item in found.items)
        assert set(competencies.values()) == {3}
        levels = Counter(item.level for item in found.items)
        assert 3 <= levels[1] <= 5  # 4 of 12 are expected
        assert 4 <= levels[2] <= 6  # 4.7
        assert 1 <= levels[3] + levels[4] <= 5  # 3.3
    one = draw(bank(), 6, random.Random(3))
    assert Counter(item.level for item in one.items)[1] == 2


def test_every_item_is_drawn_equally_often() -> None:
    counts = Counter(
        item.item_id for seed in range(3000) for item in draw(bank(), 6, random.Random(seed)).items
    )
    assert len(counts) == 18
    assert min(counts.values()) > 850
    assert max(counts.values()) < 1150


# -- answers -------------------------------------------------------------------------------------


def event(number: int, value: str | None, device: str = "hp", seq: int = 1, **more: object):
    """An answer event to question 1."""
    values = {"event_id": number, "sequence": 1, "flag": None, "digest": "", **more}
    return AnswerFact(value=value, device=device, seq=seq, **values)  # type: ignore[arg-type]


def post(value: str | None, device: str = "hp", seq: int = 1, **more: object) -> Post:
    """An answer to question 1 as a plain form sends it."""
    return Post(sequence=1, device=device, seq=seq, value=value, **{"flag": False, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("events", "value"),
    [
        ([], None),
        ([event(1, "a")], "a"),
        ([event(1, "a"), event(2, "b", seq=2)], "b"),
        ([event(1, "a"), event(2, None, seq=2, flag=True)], "a"),
        ([event(1, "b", seq=2), event(2, "a", seq=1)], "b"),
        ([event(1, "b", seq=2), event(2, "a", device="laptop", seq=1)], "a"),
        ([event(1, "a", sequence=2)], None),
    ],
)
def test_newest_event_counts_but_no_overtaken_one(
    events: list[AnswerFact], value: str | None
) -> None:
    assert current_answer(events, 1).value == value


@pytest.mark.parametrize(
    ("events", "sent", "kind", "seq"),
    [
        ([], post("a"), "store", 1),
        ([], post(None), "known", 0),
        ([event(1, "a")], post("a"), "known", 0),
        ([event(1, "a")], post("b"), "store", 2),
        ([event(1, "a"), event(2, "b", seq=2)], post("a"), "store", 3),
        ([event(1, "a")], post("a", device="laptop"), "known", 0),
        ([event(1, "a")], post("b", device="laptop"), "store", 1),
        ([event(1, "a")], post(None), "known", 0),
        ([event(1, "a")], post("a", flag=True), "store", 2),
    ],
)
def test_plain_form_is_compared_with_what_counts(
    events: list[AnswerFact], sent: Post, kind: str, seq: int
) -> None:
    found = decide(events, sent)
    assert (found.kind, found.seq) == (kind, seq)


def test_plain_form_without_choice_never_erases_an_answer() -> None:
    found = decide([event(1, "a")], post(None, device="tab-2", flag=True))
    assert (found.kind, found.value, found.flag) == ("store", None, True)


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (post("a", strict=True), "known"),
        (post("b", strict=True), "conflict"),
        (post("a", strict=True, flag=True), "conflict"),
        (post("b", seq=2, strict=True), "store"),
        (post("b", device="laptop", strict=True), "store"),
    ],
)
def test_numbered_message_is_known_or_in_conflict(sent: Post, kind: str) -> None:
    assert decide([event(1, "a", flag=False)], sent).kind == kind


def test_receipt_depends_on_every_event_and_their_order() -> None:
    whole = receipt("x", ["1", "2"])
    assert whole != receipt("x", ["2", "1"])
    assert whole != receipt("x", ["1"])
    assert receipt_code("7f3a91c2d05e48b6ff") == "7F3A 91C2 D05E 48B6"


# -- questions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stem", "parts"),
    [
        ("Apa ini?", ("", "Apa ini?")),
        (
            "Ada pesan. Isinya: “Buka.” Apa langkah Anda?",
            ("Ada pesan. Isinya: “Buka.”", "Apa langkah Anda?"),
        ),
        ("Anda menerima berkas undangan.apk. Apa?", ("Anda menerima berkas undangan.apk.", "Apa?")),
    ],
)
def test_stem_is_split_before_its_last_sentence(stem: str, parts: tuple[str, str]) -> None:
    assert split_stem(stem) == parts
