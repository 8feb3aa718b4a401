"""What the database already knows: people by NIP, the unit tree, the posts; read in chunks."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session

from lms.core.people.importing.units import unit_key
from lms.core.people.models import Person, PersonAlias, Placement, Position, Unit
from lms.core.people.queries import plain

CHUNK = 500
NEARLY = 0.9
"""Share of equal letters from which two names of units look like one with a slip."""
FIELDS = (
    "name",
    "title_before",
    "title_after",
    "birth_date",
    "sex",
    "grade",
    "education",
    "phone",
    "email",
    "active",
)
T = TypeVar("T")
UnitRef = int | tuple[str, str]
"""A unit's id, or for one that is to be made: the keys of its OPD and of its name."""
PostRef = int | tuple[str, str]
"""A post's id, or for one that is to be made: its plain name and its level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """A stored person and today's placement."""

    person_id: int
    nip: str
    values: dict[str, Any]
    placement_id: int | None
    since: date | None
    unit_id: int | None
    position_id: int | None
    supervisor_id: int | None


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut a list into pieces that fit into one statement's parameters."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def known_people(session: Session, nips: Sequence[str]) -> dict[str, KnownPerson]:
    """Give stored people by the NIPs asked for; a former NIP finds its person too."""
    found: dict[str, KnownPerson] = {}
    for part in chunks(nips):
        for row in session.execute(_people().where(Person.nip.in_(part))):
            found[row.nip] = _known(row)
        former = select(PersonAlias.nip, PersonAlias.person_id).where(PersonAlias.nip.in_(part))
        aliases = dict(session.execute(former).all())
        if aliases:
            rows = session.execute(_people().where(Person.id.in_(aliases.values())))
            by_id = {row.id: _known(row) for row in rows}
            found |= {nip: by_id[person_id] for nip, person_id in aliases.items()}
    return found


def _people() -> Any:
    today = and_(Placement.person_id == Person.id, Placement.until.is_(None))
    fields = [getattr(Person, name) for name in FIELDS]
    return select(
        Person.id,
        Person.nip,
        *fields,
        Placement.id.label("placement_id"),
        Placement.since,
        Placement.unit_id,
        Placement.position_id,
        Placement.supervisor_id,
    ).outerjoin(Placement, today)


def _known(row: Row[Any]) -> KnownPerson:
    return KnownPerson(
        person_id=row.id,
        nip=row.nip,
        values={name: getattr(row, name) for name in FIELDS},
        placement_id=row.placement_id,
        since=row.since,
        unit_id=row.unit_id,
        position_id=row.position_id,
        supervisor_id=row.supervisor_id,
    )


class UnitTree:
    """The units by name below their OPD; names match whatever their case and spaces."""

    def __init__(self, session: Session) -> None:
        self.tops: dict[str, int] = {}
        self.below: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        self.anywhere: defaultdict[str, list[int]] = defaultdict(list)
        self.names: dict[int, str] = {}
        self.new: dict[tuple[str, str], tuple[str, str]] = {}
        query = select(Unit.id, Unit.name, Unit.top_id).order_by(Unit.id)
        for unit_id, name, top_id in session.execute(query):
            key = unit_key(name)
            self.names[unit_id] = name
            self.anywhere[key].append(unit_id)
            if top_id in (None, unit_id):
                self.tops.setdefault(key, unit_id)
            else:
                self.below[top_id, key].append(unit_id)

    def find(self, top_name: str, name: str, current: int | None) -> UnitRef | None:
        """Find a unit, or note it as new; None when the name fits several units.

        Among several the person's `current` unit is taken if it is one of them.
        """
        key, top_key = unit_key(name), unit_key(top_name)
        if not top_key or not key or key == top_key:
            return self._find_alone(top_name or name, top_key or key, current, bool(top_key))
        top_id = self.tops.get(top_key)
        if top_id is None:
            self.new.setdefault((top_key, top_key), (top_name, top_name))
        elif same := self.below.get((top_id, key)):
            return current if current in same else same[0]
        self.new.setdefault((top_key, key), (top_name, name))
        return (top_key, key)

    def similar(self, top_name: str, name: str) -> str:
        """Give the name of an existing unit of the same OPD that is spelt nearly so, or ""."""
        top_id = self.tops.get(unit_key(top_name))
        near = {
            key: self.names[unit_ids[0]]
            for (top, key), unit_ids in self.below.items()
            if top == top_id
        }
        found = difflib.get_close_matches(unit_key(name), near, n=1, cutoff=NEARLY)
        return near[found[0]] if found else ""

    def _find_alone(self, name: str, key: str, current: int | None, is_top: bool) -> UnitRef | None:
        if key in self.tops:
            return self.tops[key]
        same = [] if is_top else self.anywhere.get(key, [])
        if current in same or len(same) == 1:
            return current if current in same else same[0]
        if same:
            return None
        self.new.setdefault((key, key), (name, name))
        return (key, key)


class Posts:
    """The posts by name and level."""

    def __init__(self, session: Session) -> None:
        self.by_name: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self.name_of: dict[int, str] = {}
        self.new: dict[tuple[str, str], tuple[str, str, str]] = {}
        query = select(Position.id, Position.name, Position.level).order_by(Position.id)
        for position_id, name, level in session.execute(query):
            self.by_name[plain(name)].setdefault(level, position_id)
            self.name_of[position_id] = plain(name)

    def find(self, name: str, kind: str, level: str) -> PostRef:
        """Find a post of a known level, or note it as new."""
        key = plain(name)
        if (found := self.by_name[key].get(level)) is not None:
            return found
        self.new.setdefault((key, level), (name, kind, level))
        return (key, level)

    def guess(self, name: str, current: int | None) -> PostRef | None:
        """Find a post whose level the file does not say: today's, or the only one so named."""
        key = plain(name)
        if current is not None and self.name_of.get(current) == key:
            return current
        levels = list(self.by_name[key].values())
        return levels[0] if len(levels) == 1 else None
