"""Use-cases: compare a workbook with what is stored, then store what differs as new versions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit import audit
from lms.core.content import store_framework, store_rules, store_standard
from lms.core.errors import Invalid
from lms.core.learning.comparing import compare_everyone
from lms.core.learning.models import Framework, Standard
from lms.core.learning.portable import (
    Data,
    Stored,
    stored_frameworks,
    stored_rules,
    stored_standards,
)
from lms.core.learning.sameness import same_framework, same_rule, same_standard
from lms.core.learning.workbook import (
    CellProblem,
    Contents,
    Sentence,
    read_workbook,
    write_workbook,
)
from lms.core.learning.workbook.layout import LEVEL_TITLES
from lms.core.people.models import Position
from lms.core.people.positions import level_name
from lms.core.site import today

Kind = Literal["framework", "standard", "rule"]
State = Literal["new", "changed", "moved", "same"]
NO_COMPETENCY = "Kerangka %(code)s belum punya kompetensi."  # i18n
STANDARD_MISSING = (  # i18n
    "Kerangka %(code)s berubah. Isi juga standarnya, agar jabatan tetap punya standar."
)
UNKNOWN_POST = (  # i18n
    "Jabatan %(name)s tidak dikenal. Periksa penulisannya, atau isi kolom Jenjang."
)
AMBIGUOUS_POST = "Ada beberapa jabatan %(name)s. Isi kolom Jenjang."  # i18n
OLD_VERSION = (  # i18n
    "%(code)s versi %(version)s sudah tersimpan, tetapi tidak berlaku lagi. "
    "Kosongkan versinya untuk memakainya kembali."
)
NEW_POST = "Jabatan %(name)s (%(level)s) belum ada dan akan ditambahkan."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One part of a workbook: what it would become; `moved` follows a new framework version."""

    kind: Kind
    code: str
    name: str
    version: int
    state: State
    data: Data

    def as_json(self) -> dict[str, str | int]:
        """Give the change for the command line's JSON."""
        return {
            "kind": self.kind,
            "code": self.code,
            "name": self.name,
            "version": self.version,
            "state": self.state,
        }


@dataclass(slots=True, kw_only=True)
class WorkbookPlan:
    """What a workbook would change; with problems nothing is stored at all."""

    changes: list[Change] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    notes: list[Sentence] = field(default_factory=list)

    @property
    def to_store(self) -> list[Change]:
        """Give the parts that differ from what is stored."""
        return [change for change in self.changes if change.state != "same"]


def export_workbook(session: Session) -> bytes:
    """Make the XLSX of frameworks and standards in force and the newest rule sets."""
    found = (stored_frameworks(session), stored_standards(session), stored_rules(session))
    frameworks, standards, rules = (
        [each.data for each in stored if each.current] for stored in found
    )
    return write_workbook(frameworks, standards, rules)


def read_and_plan(session: Session, source: Path | bytes, filename: str) -> WorkbookPlan:
    """Read a workbook and compare it; raises Invalid when the file is no workbook."""
    levels = session.scalars(select(Position.level).distinct()).all()
    asked = {
        level
        for each in stored_standards(session)
        for need in each.data["require"]
        for level in need["levels"]
    }
    return plan_workbook(session, read_workbook(source, filename, {*levels, *asked}))


def plan_workbook(session: Session, contents: Contents) -> WorkbookPlan:
    """Compare a workbook's contents with what is stored; writes nothing."""
    plan = WorkbookPlan(problems=list(contents.problems))
    stored = _by_code(stored_frameworks(session))
    for data in contents.frameworks:
        if not data["competency"]:
            _note(plan, "Kerangka", 0, NO_COMPETENCY, code=data["code"])
        _add(plan, "framework", data, stored[data["code"]], same_framework)
    _plan_standards(session, contents, plan)
    stored = _by_code(stored_rules(session))
    for data in contents.rules:
        _add(plan, "rule", data, stored[data["code"]], same_rule)
    return plan


def _by_code(found: Iterable[Stored]) -> defaultdict[str, list[Stored]]:
    result: defaultdict[str, list[Stored]] = defaultdict(list)
    for each in found:
        result[each.code].append(each)
    return result


def _note(plan: WorkbookPlan, sheet: str, row: int, message_id: str, **values: str) -> None:
    plan.problems.append(CellProblem(sheet=sheet, row=row, message_id=message_id, values=values))


def _add(
    plan: WorkbookPlan,
    kind: Kind,
    data: Data,
    stored: Sequence[Stored],
    same: Callable[[Data, Data], bool],
) -> Change:
    """Compare one part with its stored versions; what says the same gets no new version.

    An older version that comes again stays what it is: to go back to it, its number is left empty.
    """
    code = data["framework"] if kind == "standard" else data["code"]
    alike = [each for each in stored if same(data, each.data)]
    found = next((each for each in alike if each.current), None) or next(
        (each for each in alike if each.version == data["version"]), None
    )
    if found is not None and not found.current:
        values = {"code": code, "version": found.version}
        plan.notes.append(Sentence(message_id=OLD_VERSION, values=values))
    state: State = "same" if found else "changed" if stored else "new"
    version = found.version if found else _next_version(data["version"], stored)
    change = Change(
        kind=kind,
        code=code,
        name=data["name"],
        version=version,
        state=state,
        data={**data, "version": version},
    )
    plan.changes.append(change)
    return change


def _next_version(wanted: int | None, stored: Sequence[Stored]) -> int:
    newest = max((each.version for each in stored), default=0)
    return wanted if wanted is not None and wanted > newest else newest + 1


def _plan_standards(session: Session, contents: Contents, plan: WorkbookPlan) -> None:
    stored = _by_code(stored_standards(session))
    renewed = {change.code for change in plan.to_store if change.kind == "framework"}
    _find_posts(session, contents.standards, plan)
    for data in contents.standards:
        code = data["framework"]
        current = next((each for each in stored[code] if each.current), None)
        if data["valid_from"] is None:
            data["valid_from"] = _day(session, data, current)
        change = _add(plan, "standard", data, stored[code], same_standard)
        if change.state == "same" and code in renewed:
            plan.changes[-1] = replace(change, state="moved")
    for code in sorted(renewed - {data["framework"] for data in contents.standards}):
        if any(each.current for each in stored[code]):
            _note(plan, "Kerangka", 0, STANDARD_MISSING, code=code)


def _day(session: Session, data: Data, current: Stored | None) -> str:
    """Take the date of the version in force for an unchanged standard, else today."""
    if current is not None:
        day: str = current.data["valid_from"]
        if same_standard({**data, "valid_from": day}, current.data):
            return day
    return today(session).isoformat()


def _find_posts(session: Session, standards: Iterable[Data], plan: WorkbookPlan) -> None:
    """Give each exception the level of its post; what cannot be found is a problem or a note."""
    exceptions = [each for data in standards for each in data["exception"]]
    names = {each["position"] for each in exceptions}
    query = select(Position.name, Position.level).where(Position.name.in_(names))
    known: defaultdict[str, set[str]] = defaultdict(set)
    for name, level in session.execute(query):
        known[name].add(level)
    for each in exceptions:
        _find_post(each, known[each["position"]], plan)


def _find_post(exception: Data, levels: set[str], plan: WorkbookPlan) -> None:
    name, level, row = exception["position"], exception["position_level"], exception.pop("row", 0)
    if level and level not in levels:
        values = {"name": name, "level": LEVEL_TITLES.get(level) or level_name(level)}
        note = Sentence(message_id=NEW_POST, values=values)
        plan.notes += [] if note in plan.notes else [note]
    elif not level and not levels:
        _note(plan, "Pengecualian", row, UNKNOWN_POST, name=name)
    elif not level and len(levels) > 1:
        _note(plan, "Pengecualian", row, AMBIGUOUS_POST, name=name)
    elif not level:
        exception["position_level"] = next(iter(levels))


def apply_workbook(session: Session, plan: WorkbookPlan, actor_id: int | None) -> list[Change]:
    """Store what differs as new versions and have people compared again; give what was stored.

    Raises Invalid with all problems; then nothing is stored.
    """
    if plan.problems:
        raise Invalid(
            "Berkas ini belum dapat dimasukkan.", [problem.text for problem in plan.problems]
        )
    store: Mapping[Kind, Callable[[Session, Any], int]] = {
        "framework": store_framework,
        "standard": store_standard,
        "rule": lambda session, data: store_rules(session, {"rule": [data]}),
    }
    for change in plan.to_store:
        store[change.kind](session, change.data)
        session.flush()
        audit(
            session,
            actor_id,
            f"core:{change.kind}:import",
            f"{change.code} {change.version}",
            name=change.name,
            state=change.state,
        )
        if change.kind == "standard" and change.state != "moved":
            _compare_people(session, change.code)
    return plan.to_store


def _compare_people(session: Session, code: str) -> None:
    query = (
        select(Framework.id, Standard.id)
        .join(Standard, Standard.framework_id == Framework.id)
        .where(Framework.code == code, Framework.current, Standard.current)
    )
    framework_id, standard_id = session.execute(query).one()
    compare_everyone(session, framework_id, standard_id)
