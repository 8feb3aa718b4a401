"""Use-cases: give lost minutes back to a person, a room or all, and take a mistake back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, insert, literal, select, update
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, NotFound, audit, now, public_id
from plugins.assessment.models import Attempt, TimeGrant

MOST_MINUTES = 60
MINUTES = "Tambahan waktu antara 1 dan 60 menit."  # i18n
NOBODY = "Tidak ada yang sedang mengerjakan di sini."  # i18n
NO_GRANT = "Tambahan waktu ini tidak ditemukan."  # i18n
UNDONE = "Tambahan waktu ini sudah diurungkan."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whose time: of a session, those in some rooms (None: all), or one attempt of them."""

    session_id: int
    public_id: str
    room_ids: frozenset[int] | None = None
    attempt_id: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Give what an attempt of the target fulfils."""
        found = [Attempt.session_id == self.session_id]
        if self.room_ids is not None:
            found.append(Attempt.room_id.in_(self.room_ids))
        if self.attempt_id is not None:
            found.append(Attempt.id == self.attempt_id)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given with one tap: `batch` names it, so that it can be undone."""

    batch: str
    people: int


def grant(
    session: Session,
    actor_id: int | None,
    target: Target,
    minutes: int,
    reason: str = "",
    key: str = "",
) -> Given:
    """Give minutes to every test of the target that was not handed in, late ones too.

    `key` names one tap: the same one again gives nothing more, and tells what was given. Raises
    Invalid for a strange number, Conflict when nobody is at work there.
    """
    if not 1 <= minutes <= MOST_MINUTES:
        raise Invalid(MINUTES)
    known = _known(session, target, key) if key else None
    if known is not None:
        return known
    seconds = minutes * 60
    changed = (
        update(Attempt)
        .where(*target.conditions(), Attempt.handed_in_at.is_(None))
        .values(allowance=Attempt.allowance + seconds)
        .returning(Attempt.id)
        .execution_options(synchronize_session=False)
    )
    ids = session.scalars(changed).all()
    if not ids:
        raise Conflict(NOBODY)
    given = Given(batch=key or public_id(), people=len(ids))
    _store(session, actor_id, given.batch, ids, seconds, reason)
    audit(
        session,
        actor_id,
        "assessment:session:grant",
        target.public_id,
        people=given.people,
        minutes=minutes,
        reason=reason,
        batch=given.batch,
    )
    return given


def _known(session: Session, target: Target, key: str) -> Given | None:
    """Give what this very tap gave before; a second one at the same time waits for the first."""
    session.execute(select(Attempt.id).where(*target.conditions()).with_for_update()).all()
    people = session.scalar(
        select(func.count(func.distinct(TimeGrant.attempt_id))).where(TimeGrant.batch == key)
    )
    return Given(batch=key, people=people) if people else None


def _store(
    session: Session,
    actor_id: int | None,
    batch: str,
    ids: Collection[int],
    seconds: int,
    reason: str,
) -> None:
    moment = now(session)
    session.execute(
        insert(TimeGrant),
        [
            {
                "attempt_id": attempt_id,
                "batch": batch,
                "seconds": seconds,
                "reason": reason[:500],
                "granted_by": actor_id,
                "granted_at": moment,
            }
            for attempt_id in ids
        ],
    )


def undo(session: Session, actor_id: int | None, target: Target, batch: str) -> int:
    """Take back what was given with one tap; give of how many. Nobody gets less than nothing.

    Who has handed in meanwhile keeps it. Raises NotFound unless all of the batch belongs to the
    target, Conflict when it was undone before.
    """
    members = select(TimeGrant.attempt_id).where(TimeGrant.batch == batch)
    still = (Attempt.id.in_(members), Attempt.handed_in_at.is_(None))
    ids = session.scalars(select(Attempt.id).where(*still).with_for_update()).all()
    seconds = _undoable(session, target, batch)  # under the lock: a second tap finds the first
    taken = case((Attempt.allowance > seconds, literal(seconds)), else_=Attempt.allowance)
    rows = select(
        Attempt.id,
        literal(batch),
        -taken,
        literal(""),
        literal(actor_id),
        literal(now(session), TimeGrant.granted_at.type),
    ).where(*still)
    columns = ["attempt_id", "batch", "seconds", "reason", "granted_by", "granted_at"]
    session.execute(insert(TimeGrant).from_select(columns, rows))
    session.execute(
        update(Attempt)
        .where(Attempt.id.in_(ids))
        .values(allowance=Attempt.allowance - taken)
        .execution_options(synchronize_session=False)
    )
    audit(
        session,
        actor_id,
        "assessment:session:grant-undone",
        target.public_id,
        people=len(ids),
        batch=batch,
    )
    return len(ids)


def _undoable(session: Session, target: Target, batch: str) -> int:
    """Give the seconds of a batch; refuse one that is not wholly of the target, or undone."""
    query = (
        select(func.count(), func.min(TimeGrant.seconds), func.max(TimeGrant.seconds))
        .join(Attempt, Attempt.id == TimeGrant.attempt_id)
        .where(TimeGrant.batch == batch, TimeGrant.batch != "")
    )
    total, least, most = session.execute(query).one()
    own, _, _ = session.execute(query.where(*target.conditions())).one()
    if not total or own != total:
        raise NotFound(NO_GRANT)
    if least < 0:
        raise Conflict(UNDONE)
    return int(most)
