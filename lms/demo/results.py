"""Draws results of the national computer test that add up to the founding report.

The report of September 2025: 2,000 assessed within five days of August; 1,242 with basic digital
literacy, above all older people, school heads, nurses and midwives; managerial and socio-cultural
"kurang optimal" for 107 staff, one administrator (echelon III) and eight pengawas (echelon IV).
A smaller demo keeps the proportions.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lms.core.sheets import write_csv
from lms.demo.people import InventedPerson

ASSESSED = 2000
BELOW_DIGITAL = 1242
BELOW_MANAGERIAL = {"pelaksana": 107, "administrator": 1, "pengawas": 8}
FIRST_DAY, DAYS = date(2025, 8, 11), 5
ADVANCED_SHARE = 0.22
OPTIMAL_SHARE = 0.35
YOUNGEST, SPAN = 24, 34
AGE_WEIGHT = 2.2
CHANCE = 0.7
LEANING = (
    ("kepala_sekolah", 1.1),
    ("perawat", 0.7),
    ("bidan", 0.7),
    ("pengelola_umum", 0.6),
    ("guru", 0.2),
    ("pranata_komputer", -2.5),
    ("pranata_humas", -0.8),
    ("dokter", -0.6),
    ("auditor", -0.6),
    ("analis", -0.4),
    ("perencana", -0.4),
)
"""How much more likely a kind of post is below, in the unit of a third of a working life."""
HEADERS = ("NIP", "Nama", "Tanggal Tes", "Manajerial Sosial Kultural", "Literasi Digital")


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedResult:
    """The categories of one person, as the national test writes them."""

    person: InventedPerson
    measured_on: date
    managerial: str
    digital: str


def draw_results(people: Sequence[InventedPerson], rng: random.Random) -> list[InventedResult]:
    """Draw a result for everybody; the sums are those of the report, in proportion."""
    leaning = {person.nip: _leaning(person, rng) for person in people}
    ordered = sorted(people, key=lambda person: -leaning[person.nip])
    digital = _digital(ordered)
    managerial = _managerial(ordered, rng)
    days = _days(people, rng)
    return [
        InventedResult(
            person=person,
            measured_on=days[person.nip],
            managerial=managerial[person.nip],
            digital=digital[person.nip],
        )
        for person in people
    ]


def scaled(count: int, people: int) -> int:
    """Give a figure of the report in proportion to the size of the demo."""
    return round(count * people / ASSESSED)


def _leaning(person: InventedPerson, rng: random.Random) -> float:
    by_post = next((value for start, value in LEANING if person.slot.post.startswith(start)), 0.0)
    by_age = (person.age - YOUNGEST) / SPAN * AGE_WEIGHT
    return by_age + by_post + rng.gauss(0, CHANCE)


def _digital(ordered: Sequence[InventedPerson]) -> dict[str, str]:
    below = scaled(BELOW_DIGITAL, len(ordered))
    advanced = round((len(ordered) - below) * ADVANCED_SHARE)
    words = ["basic"] * below
    words += ["intermediate"] * (len(ordered) - below - advanced) + ["advance"] * advanced
    return {person.nip: word for person, word in zip(ordered, words, strict=True)}


def _managerial(ordered: Sequence[InventedPerson], rng: random.Random) -> dict[str, str]:
    below: set[str] = set()
    for level, count in BELOW_MANAGERIAL.items():
        here = [person.nip for person in ordered if person.slot.level == level]
        # Half of those who lean most: age says less about working with others.
        pool = here[: max(1, len(here) // 2)]
        wanted = min(max(1, scaled(count, len(ordered))), len(pool))
        below |= set(rng.sample(pool, wanted))
    return {person.nip: _word(person.nip in below, rng) for person in ordered}


def _word(below: bool, rng: random.Random) -> str:
    if below:
        return "kurang optimal"
    return "optimal" if rng.random() < OPTIMAL_SHARE else "cukup optimal"


def _days(people: Sequence[InventedPerson], rng: random.Random) -> dict[str, date]:
    """Share the people out over the days, the same number on each."""
    order = [person.nip for person in people]
    rng.shuffle(order)
    return {
        nip: FIRST_DAY + timedelta(days=place * DAYS // len(order))
        for place, nip in enumerate(order)
    }


def as_csv(results: Sequence[InventedResult]) -> bytes:
    """Write results as the file that comes from the national test."""
    rows = [
        [
            result.person.nip,
            result.person.name,
            f"{result.measured_on:%d-%m-%Y}",
            result.managerial.title(),
            result.digital.title(),
        ]
        for result in results
    ]
    return write_csv(HEADERS, rows)
