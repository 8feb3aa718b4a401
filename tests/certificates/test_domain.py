"""Codes, numbers, contents and the throttle, without app or database."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.certificates.domain.codes import ALPHABET, grouped, masked_nip, new_code, read_code
from plugins.certificates.domain.content import (
    erased,
    from_json,
    period_in_words,
    title_of,
    to_json,
)
from plugins.certificates.domain.numbers import DEFAULT_PATTERN, number_for, pattern_reasons
from plugins.certificates.domain.throttle import Throttle, network_of
from tests.certificates.factories import make_content, make_proof, make_raised

CODE = "7K4MQ2XD9RTB"


# -- codes ---------------------------------------------------------------------------------------


def test_new_codes_differ_and_use_the_alphabet() -> None:
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert {len(code) for code in codes} == {12}
    assert set("".join(codes)) == set(ALPHABET)
    assert not set("01OI") & set(ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        "7K4M-Q2XD-9RTB",
        "7k4m-q2xd-9rtb",
        CODE,
        " 7K4M Q2XD 9RTB ",
        "7k4m–q2xd–9rtb",
        "7K-4MQ2XD9RTB",
    ],
)
def test_code_is_read_when_typed_in_any_way(typed: str) -> None:
    assert read_code(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    ["", "7K4M-Q2XD", "7K4M-Q2XD-9RT0", "7K4M-Q2XD-9RTBB", "../../etc", "7K4M_Q2XD_9RTB", "ß" * 12],
)
def test_code_is_none_when_it_cannot_be_one(typed: str) -> None:
    assert read_code(typed) is None


@given(st.text(max_size=40))
def test_code_is_read_or_none_for_any_text(typed: str) -> None:
    code = read_code(typed)
    assert code is None or read_code(grouped(code)) == code


def test_nip_is_masked_when_shown() -> None:
    assert masked_nip("198501012010011001") == "1985********1001"
    assert masked_nip("12345") == "*****"


# -- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "seq", "day", "number"),
    [
        (DEFAULT_PATTERN, 1, date(2026, 11, 3), "0001/TITIAN/XI/2026"),
        (DEFAULT_PATTERN, 12345, date(2027, 1, 1), "12345/TITIAN/I/2027"),
        ("800.2.4/{seq:04}/BKPSDM/{year}", 147, date(2027, 3, 12), "800.2.4/0147/BKPSDM/2027"),
        ("{year}-{month:02}-{seq}", 7, date(2026, 9, 1), "2026-09-7"),
    ],
)
def test_number_follows_the_pattern(pattern: str, seq: int, day: date, number: str) -> None:
    assert pattern_reasons(pattern) == []
    assert number_for(pattern, seq, day) == number


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "TITIAN",
        "{seq:04}",
        "{year}",
        "{seq}{year}",
        "{seq}1{month}/{year}",
        "{seq}/{year}/{bulan}",
        "{seq.__class__}/{year}",
        "{seq[0]}/{year}",
        "{seq!r}/{year}",
        "{seq:99999999999}/{year}",
        "{seq:{year}}/{year}",
        "{roman_month:04}/{seq}/{year}",
        "{seq}/{year",
        "{}/{seq}/{year}",
        "{seq}/{year}" + "x" * 80,
    ],
)
def test_pattern_is_refused_when_numbers_could_be_wrong(pattern: str) -> None:
    assert pattern_reasons(pattern)


@given(st.text(alphabet="{}seqyar/:04!.", max_size=24))
def test_pattern_is_judged_without_error_for_any_text(pattern: str) -> None:
    if not pattern_reasons(pattern):
        first, second = (number_for(pattern, seq, date(2026, 11, 3)) for seq in (1, 11))
        assert first != second


# -- what it says --------------------------------------------------------------------------------


def test_content_is_the_same_when_read_back() -> None:
    content = make_content(3)
    stored = json.loads(json.dumps(to_json(content)))
    assert from_json(stored) == content


def test_content_is_the_same_when_levels_and_proofs_are_missing() -> None:
    content = make_content(competencies=(make_raised(before=None, before_proof=None),))
    assert from_json(json.loads(json.dumps(to_json(content)))) == content


@pytest.mark.parametrize(
    ("values", "gain"),
    [
        ({}, True),
        ({"after": 4}, True),
        ({"after": 1}, False),
        ({"before": None}, False),
        ({"after": None}, False),
        ({"before_proof": None}, False),
        ({"after_proof": make_proof(kind="supervisor")}, False),
        ({"before_proof": make_proof(kind="self")}, False),
    ],
)
def test_gain_counts_only_when_measured(values: dict[str, object], gain: bool) -> None:
    assert make_raised(**values).gain is gain


def test_content_names_only_what_was_raised() -> None:
    content = make_content(competencies=(make_raised(1), make_raised(2, after=1)))
    assert content.title == "Kemampuan contoh 1"


@pytest.mark.parametrize(
    ("names", "title"),
    [
        (["A"], "A"),
        (["A", "B"], "A dan B"),
        (["A", "B", "C", "D"], "A, B, dan 2 kemampuan lain"),
    ],
)
def test_title_joins_names(names: list[str], title: str) -> None:
    assert title_of(names) == title


def test_holder_is_gone_when_erased() -> None:
    text = json.dumps(to_json(erased(make_content())))
    for personal in ("Siti", "197104122000032003", "Perawat", "Puskesmas"):
        assert personal not in text
    assert erased(make_content()).gains == make_content().gains


def test_period_is_one_day_when_it_ends_on_the_same() -> None:
    day = date(2026, 11, 3)
    assert period_in_words(day, day) == "3 November 2026"
    assert period_in_words(day, replace_year(day)) == "3 November 2026 – 3 November 2027"


def replace_year(day: date) -> date:
    return day.replace(year=day.year + 1)


def test_learning_hours_are_summed() -> None:
    content = make_content()
    assert replace(content, courses=(*content.courses, *content.courses)).jp == 24
    assert replace(content, courses=()).jp == 0


# -- throttle ------------------------------------------------------------------------------------


def test_network_waits_when_it_asked_too_often() -> None:
    throttle = Throttle(limit=60)
    assert all(throttle.wait("a", 100.0) == 0 for _ in range(60))
    assert 0 < throttle.wait("a", 100.0) <= 1
    assert throttle.wait("b", 100.0) == 0
    assert throttle.wait("a", 101.1) == 0
    assert throttle.wait("a", 101.1) > 0


def test_throttle_forgets_the_oldest_when_it_is_full() -> None:
    throttle = Throttle(limit=1, networks=2)
    for network in ("a", "b", "c"):
        assert throttle.wait(network, 0.0) == 0
    assert throttle.wait("a", 0.0) == 0
    assert throttle.wait("c", 0.0) > 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("unix:", "unix:"),
        ("", ""),
    ],
)
def test_network_is_the_neighbourhood_of_an_address(address: str, network: str) -> None:
    assert network_of(address) == network
