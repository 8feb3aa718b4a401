"""The NIP: every written form, every damage, and what to tell about it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.people.nip import check_nip, nip_facts, normalise_nip

# Invented numbers; verdict, normalised form, code.
VECTORS = [
    ("198501012010011001", "ok", "198501012010011001", ""),
    ("19850101 201001 1 001", "ok", "198501012010011001", ""),
    ("19850101.201001.1.001", "ok", "198501012010011001", ""),
    ("19850101-201001-1-001", "ok", "198501012010011001", ""),
    ("\u00a019850101\u00a0201001 1 001 ", "ok", "198501012010011001", ""),
    ("NIP. 198501012010011001", "ok", "198501012010011001", ""),
    ("nip: 198501012010011001", "ok", "198501012010011001", ""),
    ("'198501012010011001", "ok", "198501012010011001", ""),
    ("’198501012010011001", "ok", "198501012010011001", ""),
    ("197202291995032001", "ok", "197202291995032001", ""),
    ("199001012025211001", "ok", "199001012025211001", ""),
    ("199001012025242014", "ok", "199001012025242014", ""),
    ("198501012010131001", "warn", "198501012010131001", "unknown_code"),
    ("200501012010011001", "warn", "200501012010011001", "age"),
    ("195501012020011001", "warn", "195501012020011001", "age"),
    ("", "error", "", "empty"),
    ("NIP.", "error", "", "empty"),
    ("196902291995031001", "error", "", "birth_day"),
    ("198513012010011001", "error", "", "birth_month"),
    ("108501012010011001", "error", "", "birth_year"),
    ("198501012010013001", "error", "", "sex"),
    ("198501012010011000", "error", "", "sequence_zero"),
    ("1,98501E+17", "error", "", "scientific"),
    ("1.98501E+17", "error", "", "scientific"),
    ("1.98501012010011e+17", "error", "", "scientific"),
    ("198501012010011008.0", "error", "", "numeric_cell"),
    ("13124567", "error", "", "nrp"),
    ("131234567", "error", "", "old_nip"),
    ("3604010101850001", "error", "", "nik"),
    ("19850101201001100", "error", "", "one_missing"),
    ("1985010120100110011", "error", "", "one_extra"),
    ("1985", "error", "", "too_short"),
    ("198501012010011001198501012010011001", "error", "", "too_long"),
    ("19850101201001100O", "error", "", "not_digits"),
    ("١٩٨٥٠١٠١٢٠١٠٠١١٠٠١", "error", "", "not_digits"),
    ("201001011985011001", "error", "", "before_birth"),
]


@pytest.mark.parametrize(("text", "verdict", "normalised", "code"), VECTORS)
def test_nip_is_judged(text: str, verdict: str, normalised: str, code: str) -> None:
    checked = check_nip(text)
    assert (checked.verdict, checked.normalised, checked.code) == (verdict, normalised, code)
    assert bool(checked.message) == (verdict != "ok")
    assert "%(" not in checked.message


@pytest.mark.parametrize("text", ["198501012010011001", "198501012010011008", "19850101201001100"])
def test_nip_is_refused_when_excel_kept_it_as_a_number(text: str) -> None:
    assert check_nip(text, numeric_cell=True).code == "numeric_cell"


def test_old_nip_is_recognised_in_a_numeric_cell_too() -> None:
    assert check_nip("131234567", numeric_cell=True).code == "old_nip"


def test_message_names_the_day_that_does_not_exist() -> None:
    message = check_nip("196902291995031001").message
    assert message == "29 Februari 1969 tidak ada di kalender. Periksa NIP."


def test_facts_are_read_from_the_digits() -> None:
    facts = nip_facts("197202291995032001")
    assert (facts.birth_date, facts.sex, facts.employment) == (date(1972, 2, 29), "P", "pns")
    assert nip_facts("199001012025211001").employment == "pppk"


@given(st.text(max_size=40), st.booleans())
def test_any_text_gets_a_verdict(text: str, numeric: bool) -> None:
    checked = check_nip(text, numeric_cell=numeric)
    assert (checked.verdict == "error") == (checked.normalised == "")


@given(st.dates(date(1955, 1, 1), date(2005, 12, 31)), st.integers(18, 55), st.integers(1, 999))
def test_sound_nip_survives_being_written_in_groups(born: date, age: int, number: int) -> None:
    nip = f"{born:%Y%m%d}{born.year + age}121{number:03}"
    written = f" NIP. {nip[:8]}.{nip[8:14]} {nip[14]}-{nip[15:]}"
    assert check_nip(written).normalised == nip == normalise_nip(written)
