"""Where an imported question belongs: the competency that it, its category or the caller names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import Invalid
from lms.models import Competency, Framework
from plugins.assessment.models import Item

NO_COMPETENCY = "Belum ada kompetensi. Masukkan kerangka kompetensi dulu."
UNKNOWN_COMPETENCY = "Kompetensi “%(name)s” tidak dikenal."
LEVEL = re.compile(r"\b(?:tingkat|level)\s*([1-5])\b", re.IGNORECASE)
FIRST_WORD = re.compile(r"[^\s:.\-–—]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A competency as imports know it."""

    id: int
    code: str
    name: str


class Places:
    """The competencies of current frameworks, found by code or name; the main framework first.

    The main framework is the one with most questions in the bank, and the oldest among equals.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        self.all = list(places)
        self._known: dict[str, Place] = {}
        for place in self.all:
            for name in (place.code, place.name):
                self._known.setdefault(_key(name), place)

    def named(self, text: str) -> Place | None:
        """Find a competency by its code or name, or by "D1 – Literasi digital"."""
        found = self._known.get(_key(text))
        if found is None and (first := FIRST_WORD.match(text.strip())):
            found = self._by_code(first[0])
        return found

    def _by_code(self, word: str) -> Place | None:
        found = self._known.get(_key(word))
        return found if found is not None and _key(found.code) == _key(word) else None

    def of_category(self, category: str) -> Place | None:
        """Find the competency of a path such as `$course$/top/D1/Tingkat 2`, its end first."""
        parts = (self.named(part) for part in reversed(category.split("/")))
        return next((place for place in parts if place is not None), None)

    def chosen(self, text: str) -> Place:
        """Give the competency that the caller names; raises Invalid with all codes."""
        found = self.named(text)
        if found is None:
            codes = ", ".join(place.code for place in self.all)
            raise Invalid(UNKNOWN_COMPETENCY % {"name": text}, [codes] if codes else [])
        return found

    def default(self) -> Place:
        """Give where drafts wait that nobody placed: the main framework's first competency."""
        if not self.all:
            raise Invalid(NO_COMPETENCY)
        return self.all[0]


def _key(text: str) -> str:
    return " ".join(text.casefold().split())


def level_of_category(category: str) -> int | None:
    """Read the level that a category names, such as "Tingkat 2"."""
    found = LEVEL.findall(category)
    return int(found[-1]) if found else None


def read_places(session: Session) -> Places:
    """Give all competencies of current frameworks, those of the main one first; two statements."""
    query = (
        select(Competency.id, Competency.code, Competency.name, Competency.framework_id)
        .join(Framework, Framework.id == Competency.framework_id)
        .where(Framework.current)
        .order_by(Competency.framework_id, Competency.sequence, Competency.id)
    )
    rows = session.execute(query).all()
    counted = session.execute(select(Item.competency_id, func.count()).group_by(Item.competency_id))
    owners = {row.id: row.framework_id for row in rows}
    used: Counter[int] = Counter()
    for competency_id, count in counted:
        used[owners.get(competency_id, 0)] += count
    ranked = sorted(rows, key=lambda row: (-used[row.framework_id], row.framework_id))
    return Places(Place(id=row.id, code=row.code, name=row.name) for row in ranked)
