"""Conditions of rules as data and in words, their sentences, and the service horizon."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms import Invalid
from plugins.courses.domain.answering import is_overdue, working_days_later
from plugins.courses.domain.choosing import History, Need, Offer, Short, choose_courses
from plugins.courses.domain.horizon import (
    HorizonRule,
    RetirementAges,
    near_retirement,
    retires_on,
)
from plugins.courses.domain.reasons import MOST_WORDS, joint_reason, short_reason
from plugins.courses.domain.rule_reasons import PROPOSED, Facts, check_reason, fill
from plugins.courses.domain.rules import Condition, Names, check, explain, from_data, to_data

NAMES = Names(
    competencies={"LD": "Literasi data", "MSK": "Mengelola layanan"},
    position_levels={"pelaksana": "Pelaksana (staf)", "pengawas": "Pengawas (eselon IV)"},
    units={1: "Dinas Satu", 2: "Dinas Dua"},
)
BELOW = Condition(states=("below",))


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition(), "Semua pegawai aktif."),
        (BELOW, "Pegawai yang hasilnya pada salah satu kemampuan di bawah standar."),
        (
            Condition(competencies=("LD",), level_from=1, level_to=1),
            "Pegawai yang hasilnya pada Literasi data di tingkat 1.",
        ),
        (
            Condition(competencies=("LD", "MSK"), states=("below", "unclear"), required=3),
            "Pegawai yang hasilnya pada Literasi data atau Mengelola layanan "
            "di bawah standar atau belum pasti dan diminta tingkat 3 atau lebih.",
        ),
        (
            Condition(units=(1,), employments=("pppk",), never_had=True),
            "Pegawai PPPK di Dinas Satu dan semua di bawahnya, "
            "yang belum pernah ikut pelatihan ini.",
        ),
        (
            Condition(position_levels=("pengawas",), position="arsip"),
            "Pegawai berjenjang Pengawas (eselon IV) dan dengan jabatan memuat “arsip”.",
        ),
        (
            Condition(born_after=date(1970, 1, 1), born_before=date(1980, 12, 31)),
            "Pegawai lahir sesudah 1 Januari 1970 dan lahir sebelum 31 Desember 1980.",
        ),
        (Condition(employments=("pns", "pppk")), "Pegawai PNS atau PPPK."),
    ],
)
def test_condition_in_one_sentence(condition: Condition, words: str) -> None:
    assert explain(check(condition, NAMES), NAMES) == words


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        (Condition(competencies=("XX",)), "Kemampuan “XX”"),
        (Condition(states=("good",)), "Keadaan “good”"),
        (Condition(units=(9,)), "Unit “9”"),
        (Condition(position_levels=("raja",)), "Jenjang jabatan “raja”"),
        (Condition(employments=("thl",)), "Jenis kepegawaian “thl”"),
        (Condition(level_from=3, level_to=2), "Tingkat 3 sampai 2 terbalik"),
        (Condition(required=7), "Tingkat 7 tidak ada"),
        (Condition(born_after=date(1990, 1, 1), born_before=date(1980, 1, 1)), "terbalik"),
        (Condition(position="x" * 101), "paling banyak 100"),
    ],
)
def test_condition_that_cannot_be_used(condition: Condition, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        check(condition, NAMES)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        check(Condition(states=("x",), units=(9,), required=8), NAMES)
    assert len(caught.value.reasons) == 3


DAYS = st.none() | st.dates()
LEVELS = st.none() | st.integers(0, 6)
CONDITIONS = st.builds(
    Condition,
    competencies=st.lists(st.sampled_from(["LD", "MSK"]), unique=True).map(tuple),
    states=st.lists(st.sampled_from(["below", "unclear"]), unique=True).map(tuple),
    level_from=LEVELS,
    level_to=LEVELS,
    required=LEVELS,
    units=st.lists(st.integers(1, 9), unique=True).map(tuple),
    position=st.text(max_size=20),
    born_before=DAYS,
    born_after=DAYS,
    never_had=st.booleans(),
)


@given(CONDITIONS)
def test_condition_survives_storing(condition: Condition) -> None:
    assert from_data(to_data(condition)) == condition
    assert explain(condition, NAMES).count(".") >= 1


@pytest.mark.parametrize(
    "data",
    [
        [],
        {"salary": 1},
        {"units": ["1"]},
        {"units": [True]},
        {"states": "below"},
        {"level_from": "1"},
        {"born_before": "kemarin"},
        {"never_had": 1},
    ],
)
def test_strange_data_is_refused(data: Any) -> None:
    with pytest.raises(Invalid):
        from_data(data)


@pytest.mark.parametrize(
    ("text", "condition", "reason"),
    [
        ("", BELOW, "Tulis alasan"),
        ("Karena {gaji}.", BELOW, "Tempat {gaji} tidak dikenal"),
        ("Karena {kemampuan}.", Condition(), "tidak melihat hasil"),
        ("Karena {unit.", BELOW, "tidak berpasangan"),
        ("kata " * 26, BELOW, "terlalu panjang"),
    ],
)
def test_reason_that_cannot_be_used(text: str, condition: Condition, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        check_reason(text, condition)


def test_reason_is_filled_for_each_person() -> None:
    text = check_reason(f"  {PROPOSED}\n", BELOW)
    facts = Facts(course="Aman", competency="Literasi data", level=1, required=2)
    assert fill(text, facts) == (
        "Karena hasil Anda pada Literasi data ada di tingkat 1, "
        "sedangkan jabatan Anda meminta tingkat 2."
    )
    assert "{" not in fill(text, Facts(course="Aman"))
    assert fill("{nama} {0}", facts) == "{nama} {0}"


@pytest.mark.parametrize(
    ("level", "position", "age"),
    [
        ("pelaksana", "", 58),
        ("pengawas", "", 58),
        ("administrator", "", 58),
        ("jpt_pratama", "", 60),
        ("ahli_madya", "", 60),
        ("ahli_utama", "", 65),
        ("ahli_muda", "Analis", 58),
        ("ahli_muda", "Guru Kelas", 60),
        ("", "", 58),
    ],
)
def test_retirement_age(level: str, position: str, age: int) -> None:
    assert RetirementAges().of(level, position) == age


@pytest.mark.parametrize(
    ("birth", "day"),
    [
        (date(1968, 3, 15), date(2026, 4, 1)),
        (date(1968, 3, 1), date(2026, 4, 1)),
        (date(1968, 12, 31), date(2027, 1, 1)),
        (date(1968, 2, 29), date(2026, 3, 1)),
    ],
)
def test_retirement_starts_with_the_next_month(birth: date, day: date) -> None:
    assert retires_on(birth, 58) == day


@pytest.mark.parametrize(
    ("today", "soon"),
    [
        (date(2025, 3, 31), False),
        (date(2025, 4, 1), True),
        (date(2026, 3, 31), True),
        (date(2026, 4, 1), False),  # her day has come and she is still here
    ],
)
def test_near_retirement_within_twelve_months(today: date, soon: bool) -> None:
    found = near_retirement(HorizonRule(), date(1968, 3, 15), "pelaksana", "", today)
    assert found == (date(2026, 4, 1) if soon else None)


def test_nobody_without_a_birth_date_retires() -> None:
    assert near_retirement(HorizonRule(), None, "pelaksana", "", date(2026, 1, 1)) is None


def offer(course: int, gap: int, jp: int) -> Offer:
    return Offer(course_id=course, competency_id=gap, from_level=1, to_level=2, jp=jp)


NEEDS = [Need(competency_id=gap, level=1, required=2) for gap in (1, 2)]
OFFERS = [offer(10, 1, 9), offer(10, 2, 9), offer(11, 1, 2), offer(12, 2, 3)]


@pytest.mark.parametrize(
    ("short", "chosen"),
    [
        (None, {1: 10, 2: 10}),
        (Short(jp_left=9), {1: 11, 2: 12}),
        (Short(jp_left=5), {1: 11, 2: 12}),
        (Short(jp_left=4), {1: 11}),
        (Short(jp_left=1), {}),
    ],
)
def test_short_courses_go_first_near_retirement(
    short: Short | None, chosen: dict[int, int]
) -> None:
    assert choose_courses(NEEDS, OFFERS, None, short) == chosen


def test_course_under_way_costs_nothing_near_retirement() -> None:
    past = History(live=frozenset({10}))
    assert choose_courses(NEEDS, OFFERS, past, Short(jp_left=0)) == {1: 10, 2: 10}


def test_reason_near_retirement_says_until_when() -> None:
    one = short_reason("hasil tes awal", "Literasi data", 1, 2, "Mei 2027")
    two = short_reason("hasil tes awal", "Surat", 1, 2, "Mei 2027")
    both = joint_reason([one, two])
    for text in (one, two, both):
        assert text.endswith("sampai Anda purnatugas Mei 2027.")
        assert len(text.split()) <= MOST_WORDS
    assert "Literasi data" in one
    assert "2 kemampuan" in both


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        (date(2026, 11, 2), 5, date(2026, 11, 9)),  # Monday to Monday
        (date(2026, 11, 6), 1, date(2026, 11, 9)),
        (date(2026, 11, 7), 1, date(2026, 11, 9)),
        (date(2026, 11, 2), 0, date(2026, 11, 3)),
    ],
)
def test_answer_is_due_in_working_days(day: date, count: int, due: date) -> None:
    assert working_days_later(day, count) == due
    assert not is_overdue(due, due)
    assert is_overdue(due, due + timedelta(days=1))
    assert not is_overdue(None, due)
