"""Use-cases of instruments: a changed blueprint is a new version; open and close by an officer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, audit, now
from plugins.assessment.models import BlueprintLine, Instrument, InstrumentVersion
from plugins.assessment.queries.instruments import newest_version
from plugins.assessment.services.invitations import invite_those_who_wait
from plugins.assessment.services.stages import Delivery, freeze


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSpec:
    """One line of a blueprint to store; ids are of core's rows."""

    competency_id: int
    draws_from: tuple[int, ...]
    rule_id: int
    n_pre: int = 0
    n_retest: int = 0
    n_extra: int = 0
    n_trial: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentSpec:
    """An instrument to store: its stable code, its name and its blueprint in order.

    `delivery` is how a new version begins; officers change it afterwards, so it is no part of
    what makes a version new.
    """

    code: str
    name: str
    about: str
    lines: tuple[LineSpec, ...]
    delivery: Delivery = field(default=Delivery(), compare=False)


def save_instrument(session: Session, spec: InstrumentSpec) -> bool:
    """Store a new version, as a draft, when the newest one differs; tell whether it is new."""
    instrument = session.scalar(select(Instrument).where(Instrument.code == spec.code))
    if instrument is None:
        instrument = Instrument(code=spec.code)
        session.add(instrument)
        session.flush()
    newest = _newest(session, instrument.id)
    if newest is not None and _spec(session, spec.code, newest) == spec:
        return False
    version = InstrumentVersion(
        instrument_id=instrument.id,
        version=newest.version + 1 if newest else 1,
        name=spec.name,
        about=spec.about,
        mode=spec.delivery.mode,
        limit_minutes=spec.delivery.limit_minutes,
        min_items=spec.delivery.min_items,
        max_items=spec.delivery.max_items,
        target_error=spec.delivery.target_error,
        created_at=now(session),
    )
    session.add(version)
    session.flush()
    session.add_all(_line(version.id, place, line) for place, line in enumerate(spec.lines, 1))
    session.flush()
    return True


def _newest(session: Session, instrument_id: int) -> InstrumentVersion | None:
    query = select(InstrumentVersion).where(InstrumentVersion.instrument_id == instrument_id)
    return session.scalar(query.order_by(InstrumentVersion.version.desc()).limit(1))


def _spec(session: Session, code: str, version: InstrumentVersion) -> InstrumentSpec:
    query = select(BlueprintLine).where(BlueprintLine.instrument_version_id == version.id)
    lines: Sequence[BlueprintLine] = session.scalars(query.order_by(BlueprintLine.sequence)).all()
    return InstrumentSpec(
        code=code,
        name=version.name,
        about=version.about,
        lines=tuple(
            LineSpec(
                competency_id=line.competency_id,
                draws_from=tuple(line.draws_from),
                rule_id=line.rule_id,
                n_pre=line.n_pre,
                n_retest=line.n_retest,
                n_extra=line.n_extra,
                n_trial=line.n_trial,
            )
            for line in lines
        ),
    )


def _line(version_id: int, sequence: int, line: LineSpec) -> BlueprintLine:
    return BlueprintLine(
        instrument_version_id=version_id,
        sequence=sequence,
        competency_id=line.competency_id,
        draws_from=list(line.draws_from),
        rule_id=line.rule_id,
        n_pre=line.n_pre,
        n_retest=line.n_retest,
        n_extra=line.n_extra,
        n_trial=line.n_trial,
    )


def open_instrument(
    session: Session,
    actor_id: int | None,
    code: str,
    *,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> None:
    """Open the newest version of an instrument and close its older ones; a draft is frozen first.

    People whose courses were finished while nothing was open are invited now. Raises NotFound,
    and Invalid for a window that ends before it begins.
    """
    if opens_at and closes_at and closes_at <= opens_at:
        raise Invalid("Waktu tutup harus sesudah waktu buka.")
    version = newest_version(session, code)
    if version.stage == "retired":
        raise Conflict("Alat tes ini sudah dipensiunkan.")
    if version.stage == "draft":
        freeze(session, actor_id, version)
    session.execute(
        update(InstrumentVersion)
        .where(
            InstrumentVersion.instrument_id == version.instrument_id,
            InstrumentVersion.state == "open",
        )
        .values(state="closed")
    )
    version.state, version.opens_at, version.closes_at = "open", opens_at, closes_at
    session.flush()
    audit(session, actor_id, "assessment:instrument:open", code, version=version.version)
    invite_those_who_wait(session)


def close_instrument(session: Session, actor_id: int | None, code: str) -> None:
    """Close the open version: nobody starts any more, who has started may finish."""
    query = (
        select(InstrumentVersion)
        .join(Instrument, Instrument.id == InstrumentVersion.instrument_id)
        .where(Instrument.code == code, InstrumentVersion.state == "open")
    )
    version = session.scalar(query)
    if version is None:
        raise Conflict("Alat tes ini sudah ditutup.")
    version.state = "closed"
    session.flush()
    audit(session, actor_id, "assessment:instrument:close", code, version=version.version)
