"""Read models of instruments: the list, the blueprint, what the bank has, how far people are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import NotFound
from lms.models import Competency, CutScoreRule, Person
from plugins.assessment.domain.readiness import Remark, remarks
from plugins.assessment.models import (
    Attempt,
    BlueprintLine,
    Instrument,
    InstrumentVersion,
    Item,
)
from plugins.assessment.queries.draws import measuring
from plugins.assessment.queries.readiness import instrument_state

NO_INSTRUMENT = "Alat tes ini tidak ditemukan."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentLine:
    """A line of the list of instruments: the newest version."""

    code: str
    name: str
    version: int
    state: str
    opens_at: datetime | None
    closes_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueprintRow:
    """A line of a blueprint; `available` counts the active items that it can draw."""

    competency: str
    code: str
    sources: tuple[str, ...]
    rule: str
    n_pre: int
    n_retest: int
    n_extra: int
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far people are with the first test, and how many retests and extras there were."""

    people: int
    working: int
    done: int
    retests: int
    extras: int

    @property
    def waiting(self) -> int:
        """Give how many active people have not started."""
        return max(0, self.people - self.working - self.done)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentPage:
    """An instrument version with its blueprint."""

    code: str
    name: str
    about: str
    version: int
    stage: str
    state: str
    mode: str
    limit_minutes: int | None
    opens_at: datetime | None
    closes_at: datetime | None
    lines: tuple[BlueprintRow, ...]
    remarks: tuple[Remark, ...]

    @property
    def n_pre(self) -> int:
        """Give the number of questions of the first test."""
        return sum(line.n_pre for line in self.lines)

    @property
    def blocked(self) -> bool:
        """Tell whether something keeps the instrument from being used."""
        return any(remark.blocking for remark in self.remarks)


def list_instruments(session: Session) -> list[InstrumentLine]:
    """Give every instrument in its newest version; one statement."""
    newest = (
        select(func.max(InstrumentVersion.version))
        .where(InstrumentVersion.instrument_id == Instrument.id)
        .correlate(Instrument)
        .scalar_subquery()
    )
    query = (
        select(Instrument.code, InstrumentVersion)
        .join(InstrumentVersion, InstrumentVersion.instrument_id == Instrument.id)
        .where(InstrumentVersion.version == newest)
        .order_by(InstrumentVersion.name)
    )
    return [
        InstrumentLine(
            code=code,
            name=version.name,
            version=version.version,
            state=version.state,
            opens_at=version.opens_at,
            closes_at=version.closes_at,
        )
        for code, version in session.execute(query)
    ]


def newest_version(session: Session, code: str) -> InstrumentVersion:
    """Give the newest version of an instrument; raises NotFound."""
    query = (
        select(InstrumentVersion)
        .join(Instrument, Instrument.id == InstrumentVersion.instrument_id)
        .where(Instrument.code == code)
        .order_by(InstrumentVersion.version.desc())
        .limit(1)
    )
    version = session.scalar(query)
    if version is None:
        raise NotFound(NO_INSTRUMENT)
    return version


def instrument_page(session: Session, code: str) -> InstrumentPage:
    """Give the newest version of an instrument with its blueprint; raises NotFound."""
    version = newest_version(session, code)
    return InstrumentPage(
        code=code,
        name=version.name,
        about=version.about,
        version=version.version,
        stage=version.stage,
        state=version.state,
        mode=version.mode,
        limit_minutes=version.limit_minutes,
        opens_at=version.opens_at,
        closes_at=version.closes_at,
        lines=_lines(session, version.id),
        remarks=tuple(remarks(instrument_state(session, version))),
    )


def _lines(session: Session, version_id: int) -> tuple[BlueprintRow, ...]:
    query = (
        select(BlueprintLine, CutScoreRule)
        .join(CutScoreRule, CutScoreRule.id == BlueprintLine.rule_id)
        .where(BlueprintLine.instrument_version_id == version_id)
        .order_by(BlueprintLine.sequence)
    )
    rows = session.execute(query).all()
    wanted = {c for line, _ in rows for c in (line.competency_id, *line.draws_from)}
    names = dict(
        session.execute(select(Competency.id, Competency).where(Competency.id.in_(wanted))).all()
    )
    available = item_counts(session)
    return tuple(
        BlueprintRow(
            competency=names[line.competency_id].name,
            code=names[line.competency_id].code,
            sources=tuple(names[source].code for source in line.draws_from),
            rule=f"{rule.code} v{rule.version}",
            n_pre=line.n_pre,
            n_retest=line.n_retest,
            n_extra=line.n_extra,
            available=sum(available.get(source, 0) for source in line.draws_from),
        )
        for line, rule in rows
    )


def item_counts(session: Session) -> dict[int, int]:
    """Give competency id → number of active items that measure."""
    query = (
        select(Item.competency_id, func.count())
        .where(Item.state == "active", measuring())
        .group_by(Item.competency_id)
    )
    return dict(session.execute(query).all())


def progress(session: Session, code: str) -> Progress:
    """Give how far people are with all versions of an instrument; two statements."""
    handed_in = Attempt.handed_in_at.is_not(None)
    query = (
        select(Attempt.purpose, handed_in, func.count())
        .join(InstrumentVersion, InstrumentVersion.id == Attempt.instrument_version_id)
        .join(Instrument, Instrument.id == InstrumentVersion.instrument_id)
        .where(Instrument.code == code)
        .group_by(Attempt.purpose, handed_in)
    )
    counts = {(purpose, bool(done)): n for purpose, done, n in session.execute(query)}
    people = session.scalar(select(func.count()).select_from(Person).where(Person.active)) or 0
    return Progress(
        people=people,
        working=counts.get(("pre", False), 0),
        done=counts.get(("pre", True), 0),
        retests=counts.get(("retest", True), 0),
        extras=counts.get(("extra", True), 0),
    )
