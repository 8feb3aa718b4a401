"""Compares a personnel file with the database: what would be made, changed, left alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.people.importing.files import ParsedFile
from lms.core.people.importing.known import (
    FIELDS,
    KnownPerson,
    PostRef,
    Posts,
    UnitRef,
    UnitTree,
    chunks,
    known_people,
)
from lms.core.people.importing.posts import kind_of_level
from lms.core.people.importing.rows import PersonRow
from lms.core.people.models import Person
from lms.core.sheets import Problem

UNIT_AMBIGUOUS = "Ada beberapa unit bernama %(unit)s. Isi kolom OPD. Unit belum diisi."
UNKNOWN_SUPERVISOR = "NIP atasan %(nip)s tidak ada di daftar dan di berkas. Atasan belum diisi."
FORMER_NIP = "NIP ini sudah diganti menjadi %(nip)s. Data masuk ke pegawai itu."
SAME_PERSON = "Pegawai ini sudah ada di baris %(row)s dengan NIP lain. Baris ini tidak masuk."
SIMILAR_UNIT = "Unit ini baru dan akan dibuat. Apakah maksudnya %(unit)s? Periksa."
MOST_COMPARED = 100
"""So many new units are compared with existing ones; a first import is not slowed down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one row does: `person_id` is None for a new person, `values` are only what differs."""

    row: PersonRow
    known: KnownPerson | None
    values: Mapping[str, Any]
    unit: UnitRef | None
    position: PostRef | None
    moved: bool
    supervisor: str
    """NIP of a supervisor who is new to this person, or empty."""

    @property
    def is_needed(self) -> bool:
        """Tell whether anything is to be written."""
        return self.known is None or bool(self.values) or self.moved or bool(self.supervisor)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What an import does or would do; counts are of rows.

    `moved` is a part of `updated`; `inactive` are people whom the file calls not active.
    """

    parsed: ParsedFile
    created: int
    updated: int
    unchanged: int
    moved: int
    inactive: int
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    new_units: tuple[tuple[str, str], ...]
    new_positions: tuple[tuple[str, str, str], ...]
    changes: tuple[Change, ...]

    @property
    def read(self) -> int:
        """Give the number of rows with content."""
        return self.parsed.read

    @property
    def usable(self) -> int:
        """Give the number of rows that are in, or are the same already."""
        return self.created + self.updated + self.unchanged

    @property
    def rows_to_mend(self) -> int:
        """Give the number of rows that stay out."""
        return len({problem.row for problem in self.errors})

    def as_json(self, *, dry_run: bool) -> dict[str, Any]:
        """Give the report for the command line's JSON."""
        return {
            "file": self.parsed.filename,
            "read": self.read,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "moved": self.moved,
            "inactive": self.inactive,
            "errors": [problem.as_json() for problem in self.errors],
            "warnings": [problem.as_json() for problem in self.warnings],
            "new_units": len(self.new_units),
            "columns_left_out": list(self.parsed.dropped),
            "dry_run": dry_run,
        }


def plan_import(session: Session, parsed: ParsedFile) -> ImportPlan:
    """Compare a file with the database; nothing is written."""
    return _Planner(session, parsed).plan()


class _Planner:
    """Compares row by row; units and posts that are missing are noted on the way."""

    def __init__(self, session: Session, parsed: ParsedFile) -> None:
        self.session = session
        self.parsed = parsed
        self.units = UnitTree(session)
        self.posts = Posts(session)
        self.known = known_people(session, [row.nip for row in parsed.rows])
        self.problems: list[Problem] = []
        self.compared: set[tuple[str, str]] = set()
        self.unsure: set[str] = set()
        self.supervisors = self._supervisors()

    def plan(self) -> ImportPlan:
        changes = [self._change(row) for row in self._distinct_people()]
        kinds = Counter(_kind(change) for change in changes)
        problems = sorted([*self.parsed.problems, *self.problems], key=lambda found: found.row)
        return ImportPlan(
            parsed=self.parsed,
            created=kinds["created"],
            updated=kinds["updated"],
            unchanged=kinds["unchanged"],
            moved=sum(change.moved and change.known is not None for change in changes),
            inactive=sum(change.row.active is False for change in changes),
            errors=tuple(found for found in problems if found.level == "error"),
            warnings=tuple(found for found in problems if found.level == "warning"),
            new_units=tuple(self.units.new.values()),
            new_positions=tuple(self.posts.new.values()),
            changes=tuple(change for change in changes if change.is_needed),
        )

    def _distinct_people(self) -> list[PersonRow]:
        """Leave out a row whose former NIP leads to a person of another row."""
        taken = {k.person_id: row.row for row in self.parsed.rows if (k := self._own(row))}
        rows = []
        for row in self.parsed.rows:
            known = self.known.get(row.nip)
            if known is None or known.nip == row.nip:
                rows.append(row)
            elif taken.setdefault(known.person_id, row.row) != row.row:
                self._tell(row, "nip", row.nip, SAME_PERSON, "error", row=taken[known.person_id])
            else:
                self._tell(row, "nip", row.nip, FORMER_NIP, nip=known.nip)
                rows.append(row)
        return rows

    def _own(self, row: PersonRow) -> KnownPerson | None:
        known = self.known.get(row.nip)
        return known if known is not None and known.nip == row.nip else None

    def _supervisors(self) -> dict[str, int | None]:
        """Give NIP → person id of all supervisors named; None for one whom this file adds."""
        named = {row.supervisor_nip for row in self.parsed.rows} - {""}
        new = {row.nip for row in self.parsed.rows if row.nip not in self.known}
        found: dict[str, int | None] = dict.fromkeys(named & new)
        for part in chunks(sorted(named)):
            query = select(Person.nip, Person.id).where(Person.nip.in_(part))
            found |= dict(self.session.execute(query).all())
        return found

    def _change(self, row: PersonRow) -> Change:
        known = self.known.get(row.nip)
        unit = self._unit(row, known.unit_id if known else None)
        position = self._position(row, known.position_id if known else None)
        return Change(
            row=row,
            known=known,
            values=_values(row, known),
            unit=unit,
            position=position,
            moved=known is not None and _differs(known, unit, position),
            supervisor=self._supervisor(row, known),
        )

    def _unit(self, row: PersonRow, current: int | None) -> UnitRef | None:
        if not row.unit and not row.top_unit:
            return None
        found = self.units.find(row.top_unit, row.unit, current)
        if found is None:
            self._tell(row, "unit", row.unit, UNIT_AMBIGUOUS, unit=row.unit)
        elif isinstance(found, tuple) and found not in self.compared:
            self._compare(row, found)
        return found

    def _compare(self, row: PersonRow, new: tuple[str, str]) -> None:
        """Ask about a new unit that is spelt nearly as an existing one."""
        self.compared.add(new)
        if row.top_unit and len(self.compared) <= MOST_COMPARED:
            similar = self.units.similar(row.top_unit, row.unit)
            if similar:
                self._tell(row, "unit", row.unit, SIMILAR_UNIT, unit=similar)

    def _position(self, row: PersonRow, current: int | None) -> PostRef | None:
        if not row.position:
            return None
        if not row.level:
            found = self.posts.guess(row.position, current)
            if found is not None:
                return found
            self._ask_about_level(row)
        level = row.level or "pelaksana"
        return self.posts.find(row.position, row.kind or kind_of_level(level), level)

    def _ask_about_level(self, row: PersonRow) -> None:
        """Tell once per post that its level is not known, not once per person."""
        if row.unsure is not None and row.position not in self.unsure:
            self.unsure.add(row.position)
            self.problems.append(row.unsure)

    def _supervisor(self, row: PersonRow, known: KnownPerson | None) -> str:
        nip = row.supervisor_nip
        if not nip:
            return ""
        if nip not in self.supervisors:
            self._tell(row, "supervisor", nip, UNKNOWN_SUPERVISOR, nip=nip)
            return ""
        person_id = self.supervisors[nip]
        same = known is not None and person_id is not None and known.supervisor_id == person_id
        return "" if same else nip

    def _tell(
        self,
        row: PersonRow,
        field: str,
        value: str,
        message_id: str,
        level: Literal["error", "warning"] = "warning",
        /,
        **values: Any,
    ) -> None:
        self.problems.append(
            Problem(
                row=row.row,
                column=self.parsed.headers.get(field, ""),
                value=value,
                message_id=message_id,
                values=values,
                level=level,
                name=row.name,
            )
        )


def _kind(change: Change) -> str:
    if change.known is None:
        return "created"
    return "updated" if change.is_needed else "unchanged"


def _values(row: PersonRow, known: KnownPerson | None) -> dict[str, Any]:
    """Give the fields that the file fills and that differ from what is stored."""
    given = {name: value for name in FIELDS if (value := getattr(row, name)) not in ("", None)}
    if known is None:
        return given
    return {name: value for name, value in given.items() if known.values[name] != value}


def _differs(known: KnownPerson, unit: UnitRef | None, position: PostRef | None) -> bool:
    other_unit = unit is not None and unit != known.unit_id
    return other_unit or (position is not None and position != known.position_id)


def names_of(units: Sequence[tuple[str, str]]) -> list[str]:
    """Give new units in words: "Seksi Umum, Dinas Kesehatan"."""
    return [name if name == top else f"{name}, {top}" for top, name in units]
