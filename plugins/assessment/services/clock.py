"""Use-case: the server's signs of life, the outages between them, and the time given back.

One short transaction each, with a number of statements that does not depend on how many people
are at a test.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import audit, enqueue, now
from plugins.assessment.domain import Silence, Timing, given_back, silence
from plugins.assessment.models import Attempt, Beat, Outage, TestSession, TimeGrant

ROW = 1
"""The id of the one row of signs."""
CAP_MINUTES = 30
"""The most that is given back for outages outside a session."""
REASON = "Server tidak berjalan"  # i18n
SWEEP = "assessment.sweep"
AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    """An attempt that runs, with the limit of what it gets back and what it got already."""

    attempt_id: int
    timing: Timing
    cap: int
    already: int


def beat(
    session: Session, seen: Collection[int] = (), saved_at: datetime | None = None
) -> datetime:
    """Write that the server is alive and give the moment; a silence before it is an outage.

    `seen` are the attempts whose pages gave a sign. `saved_at` is when this process saved an
    answer last: whoever did that was not away. The row is locked, so of several processes only
    the first one after an outage records it.
    """
    row = _locked(session)
    moment = now(session)
    signs = [each for each in (row.beat_at, saved_at) if each is not None]
    outage = silence(max(signs), moment) if row.active else None
    row.beat_at, row.active = moment, True
    session.flush()
    if outage is not None:
        _record(session, outage)
    _mark_seen(session, seen, moment)
    return moment


def is_expected(session: Session) -> bool:
    """Tell whether tests ran when the last sign was written."""
    return bool(session.scalar(select(Beat.active).where(Beat.id == ROW)))


def last_sign(session: Session) -> datetime | None:
    """Give the last sign of life; None while no tests run."""
    return session.scalar(select(Beat.beat_at).where(Beat.id == ROW, Beat.active))


def stop_beating(session: Session, last: datetime) -> None:
    """Write that no tests run any more, unless another process gave a sign after `last`."""
    own = (Beat.id == ROW, Beat.beat_at == last)
    session.execute(update(Beat).where(*own).values(active=False))


def call_sweeper(session: Session) -> None:
    """Let the worker look for attempts whose time is over; it has waited at most once."""
    enqueue(session, SWEEP, {}, unique_key=f"{SWEEP}:running")


def _locked(session: Session) -> Beat:
    """Give the row, locked; its first writer makes it."""
    query = select(Beat).where(Beat.id == ROW).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is not None:
        return row
    try:
        with session.begin_nested():
            row = Beat(id=ROW, beat_at=now(session), active=False)
            session.add(row)
        return row
    except IntegrityError:  # another process was faster; its row is there now
        return session.scalars(query).one()


def _mark_seen(session: Session, seen: Collection[int], moment: datetime) -> None:
    ids = sorted(seen)
    for begin in range(0, len(ids), AT_ONCE):
        part = ids[begin : begin + AT_ONCE]
        running = (Attempt.id.in_(part), Attempt.handed_in_at.is_(None))
        statement = update(Attempt).where(*running).values(seen_at=moment)
        session.execute(statement, execution_options={"synchronize_session": False})


# -- giving back ---------------------------------------------------------------------------------


def _record(session: Session, outage: Silence) -> None:
    """Store an outage, give its time back to everybody who runs, and note it in the audit."""
    row = Outage(started_at=outage.started_at, ended_at=outage.ended_at)
    session.add(row)
    session.flush()
    running = _running(session, outage)
    given = {
        each.attempt_id: given_back(each.timing, outage, each.cap, each.already) for each in running
    }
    given = {attempt_id: seconds for attempt_id, seconds in given.items() if seconds}
    if given:
        _grant(session, row.id, given)
    audit(
        session,
        None,
        "assessment:outage:give-back",
        str(row.id),
        started_at=outage.started_at.isoformat(),
        ended_at=outage.ended_at.isoformat(),
        attempts=len(given),
        seconds=sum(given.values()),
    )


def _running(session: Session, outage: Silence) -> Sequence[_Running]:
    """Read and lock the attempts on screen that time limits; one statement."""
    already = (
        select(func.coalesce(func.sum(TimeGrant.seconds), 0))
        .where(TimeGrant.attempt_id == Attempt.id, TimeGrant.outage_id.is_not(None))
        .scalar_subquery()
    )
    query = (
        select(
            Attempt.id,
            Attempt.started_at,
            Attempt.limit_seconds,
            Attempt.window_end,
            Attempt.allowance,
            func.coalesce(TestSession.outage_cap_minutes, CAP_MINUTES).label("minutes"),
            already.label("already"),
        )
        .outerjoin(TestSession, TestSession.id == Attempt.session_id)
        .where(
            Attempt.handed_in_at.is_(None),
            Attempt.medium == "screen",
            or_(Attempt.limit_seconds.is_not(None), Attempt.window_end.is_not(None)),
            Attempt.started_at < outage.ended_at,
        )
        .order_by(Attempt.id)
        .with_for_update(of=Attempt)
    )
    return [
        _Running(
            attempt_id=row.id,
            timing=Timing(
                started_at=row.started_at,
                limit=row.limit_seconds,
                window_end=row.window_end,
                allowance=row.allowance,
            ),
            cap=row.minutes * 60,
            already=row.already,
        )
        for row in session.execute(query)
    ]


def _grant(session: Session, outage_id: int, given: dict[int, int]) -> None:
    """Store a grant each and add them up with the attempts; two statements."""
    moment = now(session)
    rows = [
        {
            "attempt_id": attempt_id,
            "outage_id": outage_id,
            "seconds": seconds,
            "reason": REASON,
            "granted_at": moment,
        }
        for attempt_id, seconds in given.items()
    ]
    session.execute(insert(cast(Table, TimeGrant.__table__)), rows)
    own = (TimeGrant.outage_id == outage_id, TimeGrant.attempt_id == Attempt.id)
    more = select(TimeGrant.seconds).where(*own).scalar_subquery()
    session.execute(
        update(Attempt)
        .where(Attempt.id.in_(select(TimeGrant.attempt_id).where(TimeGrant.outage_id == outage_id)))
        .values(allowance=Attempt.allowance + more),
        execution_options={"synchronize_session": False},
    )
