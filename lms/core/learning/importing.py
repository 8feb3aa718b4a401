"""Use-case: existing results from a file become evidence, once each, with their source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit import audit
from lms.core.errors import Invalid
from lms.core.learning.evidence import NewEvidence, record_evidence
from lms.core.learning.models import Competency, CompetencyLevel, Evidence, Framework
from lms.core.learning.result_files import Measurable, Result, ResultFile, read_results
from lms.core.people.models import Person, PersonAlias
from lms.core.settings import get_setting
from lms.core.sheets import Problem, Sheet, read_sheets
from lms.core.site import today

CHUNK = 500
NATIONAL_TEST = "national-test"
NATIONAL_SOURCE = "Tes komputer nasional (CACT), dimasukkan dari %(file)s"
OTHER_SOURCE = "Hasil penilaian, dimasukkan dari %(file)s"
RULE = "Kategori dari berkas hasil"

UNKNOWN_PERSON = "NIP %(nip)s belum ada di daftar pegawai. Masukkan pegawainya dulu."
OTHER_LEVEL = (
    "Hasil %(name)s tanggal ini sudah tersimpan dengan tingkat %(level)s. Hasil lama tidak diubah. "
    "Kalau ini tes lain, isi tanggalnya."
)
EXPIRED = "Hasil ini berlaku sampai %(day)s, jadi tidak dipakai lagi. Tetap disimpan."


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePlan:
    """What an import of results does or would do; counts are of results, `people` of persons."""

    file: ResultFile
    new: dict[int, list[NewEvidence]]
    unchanged: int
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    @property
    def read(self) -> int:
        """Give the number of rows with content."""
        return self.file.read

    @property
    def created(self) -> int:
        """Give the number of results that are new."""
        return sum(len(items) for items in self.new.values())

    @property
    def people(self) -> int:
        """Give the number of people who get new results."""
        return len(self.new)

    @property
    def usable(self) -> int:
        """Give the number of results that are in, or were in already."""
        return self.created + self.unchanged

    def as_json(self, *, dry_run: bool) -> dict[str, Any]:
        """Give the report for the command line's JSON."""
        return {
            "file": self.file.filename,
            "read": self.read,
            "created": self.created,
            "updated": 0,
            "unchanged": self.unchanged,
            "people": self.people,
            "errors": [problem.as_json() for problem in self.errors],
            "warnings": [problem.as_json() for problem in self.warnings],
            "columns_left_out": list(self.file.dropped),
            "dry_run": dry_run,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """A file that can be read; what its columns mean is seen when it is compared.

    `measured_on` holds for rows without a date (None: today), `framework` narrows the
    competencies to those of one framework, by its code.
    """

    filename: str
    sheets: tuple[Sheet, ...]
    measured_on: date | None = None
    framework: str | None = None


def read_evidence_file(
    source: Path | bytes,
    filename: str,
    *,
    measured_on: date | None = None,
    framework: str | None = None,
) -> EvidenceFile:
    """Read XLSX or CSV with results; raises Invalid when it cannot be read at all."""
    sheets = tuple(read_sheets(source, filename))
    return EvidenceFile(
        filename=filename, sheets=sheets, measured_on=measured_on, framework=framework
    )


def _results(session: Session, file: EvidenceFile) -> ResultFile:
    competencies = measurable(session, file.framework)
    if not competencies:
        raise Invalid("Belum ada kompetensi. Muat paket konten dulu: lms content load.")
    day = today(session)
    if file.measured_on is not None and file.measured_on > day:
        raise Invalid("Tanggal hasil belum terjadi.")
    return read_results(
        file.sheets, file.filename, competencies, measured_on=file.measured_on or day, today=day
    )


def measurable(session: Session, framework: str | None = None) -> list[Measurable]:
    """Give the competencies that a file may name; those of the national test first."""
    query = (
        select(Competency, Framework.code)
        .join(Framework, Framework.id == Competency.framework_id)
        .where(Framework.current)
        .order_by(Framework.code != NATIONAL_TEST, Framework.id, Competency.sequence)
    )
    if framework is not None:
        query = query.where(Framework.code == framework)
    levels: defaultdict[int, set[int]] = defaultdict(set)
    known = select(CompetencyLevel.competency_id, CompetencyLevel.level)
    for competency_id, level in session.execute(known):
        levels[competency_id].add(level)
    return [
        Measurable(
            competency_id=row.id,
            code=row.code,
            name=row.name,
            short=row.short,
            framework=code,
            categories=row.categories,
            levels=frozenset(levels[row.id] | set(row.categories.values())),
        )
        for row, code in session.execute(query)
    ]


def plan_evidence(session: Session, given: EvidenceFile, source: str = "") -> EvidencePlan:
    """Compare results with people and the ledger; nothing is written. Raises Invalid.

    `source` says where the results are from; empty: the national test, if all are of it.
    """
    file = _results(session, given)
    people = _people(session, sorted({result.nip for result in file.results}))
    stored = _stored(session, [_key(r, people[r.nip][1]) for r in file.results if r.nip in people])
    new: defaultdict[int, list[NewEvidence]] = defaultdict(list)
    problems = list(file.problems)
    unchanged = 0
    maker = _Maker(session, source or _source(session, file))
    for result in file.results:
        if result.nip not in people:
            problems.append(_problem(result, result.nip, UNKNOWN_PERSON, "error", nip=result.nip))
            continue
        person_id, nip = people[result.nip]
        key = _key(result, nip)
        if key not in stored:
            item = maker.make(result, key)
            new[person_id].append(item)
            stored[key] = result.level
            problems += maker.remarks(result, item)
        elif stored[key] == result.level:
            unchanged += 1
        else:
            values = {"name": result.name, "level": stored[key]}
            problems.append(_problem(result, str(result.level), OTHER_LEVEL, "error", **values))
    problems.sort(key=lambda found: found.row)
    return EvidencePlan(
        file=file,
        new=dict(new),
        unchanged=unchanged,
        errors=tuple(found for found in problems if found.level == "error"),
        warnings=tuple(found for found in problems if found.level == "warning"),
    )


def apply_evidence(
    session: Session,
    file: EvidenceFile,
    actor: int | None,
    *,
    source: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> EvidencePlan:
    """Record what is new, in the caller's transaction; doing it twice changes nothing.

    Events are recorded, not delivered: for thousands of people the caller opens the session with
    `writing(deliver=False)` and delivers afterwards.
    """
    plan = plan_evidence(session, file, source)
    for done, (person_id, items) in enumerate(plan.new.items(), start=1):
        record_evidence(session, person_id, items)
        progress(done, plan.people)
    if plan.new:
        audit(session, actor, "core:evidence:import", file.filename[:120], created=plan.created)
    return plan


def _people(session: Session, nips: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Give NIP in the file → (person id, NIP of today); a former NIP finds its person too."""
    found: dict[str, tuple[int, str]] = {}
    for start in range(0, len(nips), CHUNK):
        part = nips[start : start + CHUNK]
        query = select(Person.nip, Person.id).where(Person.nip.in_(part))
        found |= {nip: (person_id, nip) for nip, person_id in session.execute(query)}
        former = (
            select(PersonAlias.nip, Person.id, Person.nip)
            .join(Person, Person.id == PersonAlias.person_id)
            .where(PersonAlias.nip.in_(part))
        )
        found |= {old: (person_id, nip) for old, person_id, nip in session.execute(former)}
    return found


def _stored(session: Session, keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(keys), CHUNK):
        query = select(Evidence.key, Evidence.level)
        part = query.where(Evidence.key.in_(keys[start : start + CHUNK]))
        found |= dict(session.execute(part).all())
    return found


def _key(result: Result, nip: str) -> str:
    return f"import:{nip}:{result.code}:{result.measured_on.isoformat()}"


def _source(session: Session, file: ResultFile) -> str:
    """Name the source: the national test when all results are of its framework."""
    ids = {result.competency_id for result in file.results}
    national = {each.competency_id for each in measurable(session, NATIONAL_TEST)}
    text = NATIONAL_SOURCE if ids and ids <= national else OTHER_SOURCE
    return text % {"file": file.filename}


class _Maker:
    """Makes evidence of results; validity is counted from the day of the measurement."""

    def __init__(self, session: Session, source: str) -> None:
        self.source = source[:200]
        self.years = int(get_setting(session, "core.evidence_years"))
        self.today = today(session)

    def make(self, result: Result, key: str) -> NewEvidence:
        return NewEvidence(
            key=key,
            competency_id=result.competency_id,
            level=result.level,
            level_low=result.level,
            level_high=result.level,
            kind="measured",
            source=self.source,
            rule=RULE,
            measured_on=result.measured_on,
            valid_until=years_later(result.measured_on, self.years),
        )

    def remarks(self, result: Result, item: NewEvidence) -> list[Problem]:
        until = item.valid_until
        if until is None or until >= self.today:
            return []
        day = until.strftime("%d-%m-%Y")
        return [_problem(result, str(result.level), EXPIRED, "warning", day=day)]


def years_later(day: date, years: int) -> date:
    """Give the same day some years later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _problem(result: Result, value: str, message_id: str, level: Any, /, **values: Any) -> Problem:
    return Problem(
        row=result.row,
        column=result.column,
        value=value,
        message_id=message_id,
        values=values,
        level=level,
    )
