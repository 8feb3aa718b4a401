"""Pure rules of a measurement day: seats, entry codes, answers on paper."""

from __future__ import annotations

from typing import Any

import pytest

from plugins.assessment.contracts import Shape
from plugins.assessment.domain.entry_codes import ALPHABET, clean_code, shown_code
from plugins.assessment.domain.paper import WrongTyping, paper_value, split_line
from plugins.assessment.domain.seating import Space, seat_people


def _rooms(*free: int) -> list[Space]:
    return [Space(room_id=n, free=seats) for n, seats in enumerate(free, 1)]


@pytest.mark.parametrize(
    ("units", "free", "rooms"),
    [
        ("aabb", (4,), [1, 1, 1, 1]),
        ("aabbb", (3, 3), [1, 1, 2, 2, 2]),
        ("aaab", (2, 3), [2, 2, 2, 1]),  # the unit that does not fit goes whole into the next
        ("aaaa", (3, 2), [1, 1, 1, 2]),  # fits nowhere: split in the order of the rooms
        ("aaa", (2,), [1, 1]),  # one finds no seat
        ("aa", (-1, 2), [2, 2]),  # an overfull room has no seats
        ("", (2,), []),
    ],
)
def test_units_stay_together_as_far_as_rooms_allow(
    units: str, free: tuple[int, ...], rooms: list[int]
) -> None:
    people = [(number, ord(unit)) for number, unit in enumerate(units)]
    seats = seat_people(people, _rooms(*free))
    assert [seat.room_id for seat in sorted(seats, key=lambda seat: seat.person_id)] == rooms


def test_seats_follow_those_that_are_taken() -> None:
    seats = seat_people([(1, 1), (2, 1)], [Space(room_id=7, free=2, first=39)])
    assert [seat.seat for seat in seats] == ["39", "40"]


def test_entry_code_has_no_signs_that_look_alike() -> None:
    assert not set("0O1IL2Z5S8B6") & set(ALPHABET)
    assert len(ALPHABET) ** 6 > 100_000_000


@pytest.mark.parametrize("typed", ["ACD379", "acd 379", " ACD-379 "])
def test_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert clean_code(typed) == "ACD379"
    assert shown_code("ACD379") == "ACD 379"


def _options(ids: str) -> list[dict[str, str]]:
    return [{"id": each, "text": each.upper()} for each in ids]


SINGLE: dict[str, Any] = {"options": _options("xyz")}
PAIRS: dict[str, Any] = {"options": _options("abc"), "prompts": _options("12")}


@pytest.mark.parametrize(
    ("shape", "content", "typed", "value"),
    [
        ("choice", SINGLE, "b", "y"),
        ("choice", SINGLE, " C ", "z"),
        ("choice", SINGLE, "?", "unknown"),
        ("choice", SINGLE, "-", None),
        ("choice", SINGLE, "", None),
        ("picture", SINGLE, "A", "x"),
        ("choices", SINGLE, "CA", "x,z"),
        ("choices", SINGLE, "A, C", "x,z"),
        ("pairs", PAIRS, "BA", "1=b,2=a"),
        ("pairs", PAIRS, "B-", "1=b"),
        ("order", SINGLE, "CAB", "z,x,y"),
        ("text", {}, "  PDF ", "PDF"),
        ("number", {"unit": "MB"}, "12,5", "12.5"),
    ],
)
def test_letters_on_paper_become_stored_values(
    shape: Shape, content: dict[str, Any], typed: str, value: str | None
) -> None:
    assert paper_value(shape, content, typed) == value


@pytest.mark.parametrize(
    ("shape", "content", "typed"),
    [
        ("choice", SINGLE, "D"),
        ("choice", SINGLE, "AB"),
        ("choices", SINGLE, "AE"),
        ("pairs", PAIRS, "A"),
        ("order", SINGLE, "AAB"),
        ("order", SINGLE, "AB"),
        ("number", {"unit": ""}, "sebelas"),
    ],
)
def test_letters_that_mean_nothing_are_refused(
    shape: Shape, content: dict[str, Any], typed: str
) -> None:
    with pytest.raises(WrongTyping):
        paper_value(shape, content, typed)


def test_line_of_letters_must_have_one_for_each_question() -> None:
    assert split_line("ab c?", 4) == ["A", "B", "C", "?"]
    with pytest.raises(WrongTyping) as caught:
        split_line("abc", 4)
    assert caught.value.values == {"typed": 3, "wanted": 4}
