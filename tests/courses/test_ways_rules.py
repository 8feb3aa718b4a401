"""Other ways to learn, pure: conversion, states, meetings, look-alikes, the year by employment."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.errors import Conflict, Invalid, NotAllowed
from plugins.courses.domain import coaching, outside
from plugins.courses.domain.forms_of_learning import (
    FORMS,
    Conversion,
    form_code,
    jp_for,
    met_amount,
    problems,
)
from plugins.courses.domain.hours_overview import year_state
from plugins.courses.domain.outside import Facts, Known, duplicates

TODAY = date(2026, 11, 2)
DAY = date(2026, 10, 5)


@pytest.mark.parametrize(
    ("amount", "hundredths", "most", "evidence", "jp"),
    [
        (8, 100, None, True, 8),
        (3, 133, None, True, 3),  # 3.99 is rounded down
        (5, 500, 20, True, 20),  # capped
        (4, 500, 20, True, 20),
        (3, 500, 20, True, 15),
        (8, 100, None, False, 0),  # no JP without evidence
        (0, 100, None, True, 0),
        (-3, 100, None, True, 0),
        (7, 0, None, True, 0),
        (3, 29, None, True, 0),  # 0.87; in floating point too
        (100, 29, None, True, 29),  # 100 × 0.29 is 28.999… in floating point
        (Fraction(44, 45), 100, 10, True, 0),
        (Fraction(45, 45), 100, 10, True, 1),
    ],
)
def test_conversion_rounds_down_and_caps(
    amount: int | Fraction, hundredths: int, most: int | None, evidence: bool, jp: int
) -> None:
    conversion = Conversion(unit="jp", hundredths=hundredths, most_jp=most)
    assert jp_for(amount, conversion, evidence=evidence) == jp


@pytest.mark.parametrize(
    ("unit", "amount"),
    [("jp", Fraction(135, 45)), ("hour", Fraction(135, 60)), ("day", 2), ("meeting", 3)],
)
def test_meetings_are_counted_in_the_unit_of_the_table(unit: str, amount: Fraction) -> None:
    met = [(DAY, 45), (DAY, 60), (DAY + timedelta(days=1), 30)]
    assert met_amount(unit, met) == amount


def test_the_personnel_system_has_25_forms() -> None:
    assert [form.code for form in FORMS] == list(range(1, 26))
    assert [form.code for form in FORMS if form.classical] == list(range(1, 14))
    assert (form_code("E-Learning"), form_code(" coaching "), form_code("Lain")) == (16, 14, None)


@pytest.mark.parametrize(
    ("conversion", "basis", "count"),
    [
        (Conversion(unit="jp", hundredths=100), "PerLAN 10/2018 (periksa)", 0),
        (Conversion(unit="week", hundredths=100), "x", 1),
        (Conversion(unit="jp", hundredths=-1, most_jp=0), " ", 3),
        (Conversion(unit="jp", hundredths=10_001), "x", 1),
    ],
)
def test_a_row_of_the_table_is_checked(conversion: Conversion, basis: str, count: int) -> None:
    assert len(problems(conversion, basis)) == count


def facts(**values: object) -> Facts:
    given = {
        "title": "Seminar Data",
        "organiser": "BPSDM Banten",
        "form_code": 9,
        "number": "123/A",
        "starts_on": DAY,
        "ends_on": DAY,
        "amount": 4,
    }
    return Facts(**{**given, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"title": " "}, outside.EMPTY),
        ({"starts_on": DAY + timedelta(days=1)}, outside.BACKWARDS),
        ({"ends_on": TODAY + timedelta(days=1)}, outside.NOT_YET),
        ({"starts_on": date(2019, 1, 1), "ends_on": date(2019, 1, 2)}, outside.TOO_OLD),
        ({"amount": 0}, outside.AMOUNT),
    ],
)
def test_outside_facts_are_checked(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(Invalid, match=message[:20]):
        outside.check(facts(**wrong), TODAY)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"number": "123 / a", "organiser": "bpsdm  banten", "own": False}, "number"),
        ({"number": "9", "title": "seminar data!", "own": True}, "dates"),
        ({"number": "9", "title": "Seminar Data", "own": False}, None),  # colleagues go together
        ({"number": "9", "title": "Lain", "own": False, "digest": "d"}, "file"),
        ({"number": "123/A", "organiser": "LAN", "title": "Lain", "own": True}, None),
        ({"number": "9", "ends_on": DAY + timedelta(days=1), "own": True}, None),
    ],
)
def test_look_alikes_are_found(other: dict[str, object], why: str | None) -> None:
    base = {
        "public_id": "x",
        "title": "Seminar Data",
        "organiser": "BPSDM Banten",
        "number": "123/A",
        "starts_on": DAY,
        "ends_on": DAY,
        "digest": "e",
    }
    known = Known(**{**base, **other})  # type: ignore[arg-type]
    assert [same for _, same in duplicates(facts(), "d", [known])] == ([why] if why else [])


def test_two_certificates_without_number_are_not_the_same() -> None:
    known = Known(
        public_id="x", own=False, title="Lain", organiser="BPSDM Banten", number="",
        starts_on=DAY, ends_on=DAY, digest="e",
    )  # fmt: skip
    assert duplicates(facts(number=""), "d", [known]) == []


@given(st.lists(st.sampled_from(["verify", "return", "correct", "withdraw"]), max_size=12))
@settings(max_examples=200, deadline=None)
def test_outside_states_hold(acts: list[outside.Act]) -> None:
    """Once accepted or withdrawn nothing happens any more; only what waits is accepted."""
    state = "submitted"
    for act in acts:
        try:
            new = outside.after(state, act)
        except Conflict:
            continue
        assert state not in ("verified", "withdrawn")
        assert new != "verified" or state == "submitted"
        state = new


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["agree", "decline", "withdraw", "note", "end", "stop"]),
            st.sampled_from(["learner", "coach"]),
        ),
        max_size=12,
    )
)
@settings(max_examples=300, deadline=None)
def test_coaching_states_hold(acts: list[tuple[coaching.Act, coaching.Role]]) -> None:
    """Nobody is made a coach without saying yes; what is over stays over."""
    state, agreed = "asked", False
    for act, role in acts:
        try:
            new = coaching.after(state, act, role)
        except (Conflict, NotAllowed):
            continue
        assert state in ("asked", "agreed")
        if act in ("agree", "decline"):
            assert role == "coach"
        agreed = agreed or act == "agree"
        assert agreed or new not in ("agreed", "ended")
        state = new


@pytest.mark.parametrize(
    ("held_on", "minutes", "message"),
    [
        (TODAY + timedelta(days=1), 60, coaching.NOT_YET),
        (DAY - timedelta(days=1), 60, coaching.TOO_EARLY),
        (DAY, 14, coaching.LENGTH),
        (DAY, 241, coaching.LENGTH),
    ],
)
def test_meetings_are_checked(held_on: date, minutes: int, message: str) -> None:
    with pytest.raises(Invalid, match=message[:20]):
        coaching.check_meeting(held_on, minutes, since=DAY, today=TODAY)
    coaching.check_meeting(DAY, 15, since=DAY, today=TODAY)


@pytest.mark.parametrize(
    ("employment", "jp", "state"),
    [
        ("pns", 19, "below"),
        ("cpns", 20, "reached"),
        ("pns", 40, "reached"),
        ("pppk", 0, "within"),
        ("PPPK", 24, "within"),
        ("pppk_pw", 25, "beyond"),
    ],
)
def test_the_year_stands_by_kind_of_employment(employment: str, jp: int, state: str) -> None:
    assert year_state(employment, jp) == state
