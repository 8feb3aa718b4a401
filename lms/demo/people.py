"""Fills the posts of a chart with invented people: age, education, grade, employment, NIP, name."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast

from lms.core.people.positions import level_name
from lms.core.sheets import write_csv
from lms.demo.names import InventedName, NameMaker, Sex, read_data
from lms.demo.organisation import Slot, posts

YEAR = 2026
"""Ages are those of this year, so that the same people come out whenever the demo is made."""
GRADES = [f"{roman}/{letter}" for roman in ("I", "II", "III", "IV") for letter in "abcd"]
STEP_YEARS = 4
"""A regular promotion comes every four years."""
LATE_STEPS = (0, 0, 1, 1, 2)
PPPK_YEARS = (2021, 2022, 2023, 2023, 2024, 2024)
PPPK_CODE = 21
LAST_ENTRY = 2024
"""Everybody was there when the national test was taken in August 2025."""
MONTHS = (1, 2, 3, 3, 3, 4, 12, 12)
FIRST_SEQUENCE = 901
COLUMNS = (
    ("NIP", "nip"),
    ("Nama", "name"),
    ("Gelar Depan", "title_before"),
    ("Gelar Belakang", "title_after"),
    ("Tanggal Lahir", "born"),
    ("L/P", "sex"),
    ("Jabatan", "position"),
    ("Jenjang", "rank"),
    ("Eselon", "echelon"),
    ("Gol/Ruang", "grade"),
    ("Unit Kerja", "unit"),
    ("OPD", "top"),
    ("Pendidikan", "education"),
    ("No HP", "phone"),
    ("NIP Atasan", "supervisor"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedPerson:
    """A person who does not exist, with the post that she holds."""

    slot: Slot
    nip: str
    name: str
    title_before: str
    title_after: str
    born: date
    sex: Sex
    employment: Literal["pns", "pppk"]
    grade: str
    education: str
    phone: str

    @property
    def age(self) -> int:
        """Give the age at the end of the demo's year."""
        return YEAR - self.born.year


class PeopleMaker:
    """Makes one person per post; the same seed makes the same people."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._names = NameMaker(rng)
        self._nips: set[str] = set()
        self._count = 0

    def make(self, slots: Sequence[Slot]) -> list[InventedPerson]:
        """Make the people of a chart, in the order of its posts."""
        return [self._person(slot) for slot in slots]

    def _person(self, slot: Slot) -> InventedPerson:
        post = posts()[slot.post]
        education = self._drawn(post["education"])
        born = self._birth_date(*post["ages"])
        sex: Sex = "P" if self._rng.random() < post["women"] else "L"
        named = self._names.make(sex, born.year)
        pppk = born.year >= YEAR - 54 and self._rng.random() < post.get("pppk", 0)
        entry, grade = self._career(post, education, born.year, pppk)
        self._count += 1
        return InventedPerson(
            slot=slot,
            nip=self._nip(born, entry, sex, pppk),
            name=named.name,
            title_before=_front(post, education, named),
            title_after=self._rng.choice(post.get("titles", {}).get(education, [""])),
            born=born,
            sex=sex,
            employment="pppk" if pppk else "pns",
            grade=grade,
            education=education,
            phone=f"0812-0000-{self._count % 10_000:04}",
        )

    def _drawn(self, shares: Mapping[str, float]) -> str:
        return self._rng.choices(list(shares), list(shares.values()))[0]

    def _birth_date(self, youngest: int, oldest: int) -> date:
        """Draw a birthday; the older half of the range is the more common one."""
        age = round(self._rng.triangular(youngest, oldest, youngest + 0.7 * (oldest - youngest)))
        return date(YEAR - age, self._rng.randint(1, 12), self._rng.randint(1, 28))

    def _career(
        self, post: Mapping[str, Any], education: str, birth_year: int, pppk: bool
    ) -> tuple[int, str]:
        """Draw the year of appointment, and the grade reached since."""
        rules = read_data("posts")["education"][education]
        if pppk:
            return self._rng.choice(PPPK_YEARS), rules["pppk"]
        lowest, highest = (GRADES.index(grade) for grade in post["grades"])
        first, last = GRADES.index(rules["first"]), GRADES.index(rules["last"])
        latest = LAST_ENTRY - max(0, lowest - first) * STEP_YEARS
        wanted = birth_year + rules["entry"] + round(self._rng.triangular(0, 9, 2))
        year = max(birth_year + rules["entry"] - 3, min(wanted, latest))
        steps = (YEAR - year) // STEP_YEARS - self._rng.choice(LATE_STEPS)
        reached = min(first + steps, last, highest)
        return year, GRADES[max(lowest, reached)]

    def _nip(self, born: date, entry: int, sex: Sex, pppk: bool) -> str:
        """Make a NIP that is valid by its rules and surely invented.

        Real sequences start at 001 for each birth date, month and sex and hardly ever get past a
        few dozen; ours start at 901, so that they do not meet a real person's number.
        """
        month = PPPK_CODE if pppk else self._rng.choice(MONTHS)
        start = f"{born:%Y%m%d}{entry}{month:02}{1 if sex == 'L' else 2}"
        sequence = self._rng.randint(FIRST_SEQUENCE, 980)
        while f"{start}{sequence}" in self._nips:
            sequence += 1
        self._nips.add(f"{start}{sequence}")
        return f"{start}{sequence}"


def _front(post: Mapping[str, Any], education: str, named: InventedName) -> str:
    return f"{post.get('front', {}).get(education, '')} {named.title_before}".strip()


def as_csv(people: Sequence[InventedPerson]) -> bytes:
    """Write people as the file that a personnel office would bring."""
    rows = [[_cell(people, person, field) for _, field in COLUMNS] for person in people]
    return write_csv([title for title, _ in COLUMNS], rows)


def _cell(people: Sequence[InventedPerson], person: InventedPerson, field: str) -> str:
    slot = person.slot
    other = {
        "born": lambda: f"{person.born:%d-%m-%Y}",
        "position": lambda: slot.name,
        "rank": lambda: "" if slot.echelon else _rank(slot.level),
        "echelon": lambda: slot.echelon,
        "unit": lambda: slot.unit,
        "top": lambda: slot.top,
        "supervisor": lambda: "" if slot.leader is None else people[slot.leader].nip,
    }
    return other[field]() if field in other else cast("str", getattr(person, field))


def _rank(level: str) -> str:
    """Give a level as personnel files write it, without the explanation in brackets."""
    return level_name(level).partition(" (")[0].title()
