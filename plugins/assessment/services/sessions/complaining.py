"""Use-cases: a candidate says that a question is broken; a proctor decides; an officer cancels."""

from __future__ import annotations

from typing import cast

from sqlalchemy import ColumnElement, CursorResult, func, select, update
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, NotFound, audit, now, public_id
from plugins.assessment.domain import receipt
from plugins.assessment.models import (
    AnswerEvent,
    Attempt,
    AttemptItem,
    Complaint,
    InstrumentVersion,
    Invitation,
)
from plugins.assessment.queries.sitting import NO_TEST
from plugins.assessment.services.answers import CLOSED

REASONS = {  # i18n
    "picture": "Gambar tidak tampil",
    "cut": "Soal atau pilihan terpotong",
    "stuck": "Pilihan tidak bisa ditekan",
    "wrong": "Isi soal keliru atau membingungkan",
    "other": "Lainnya",
}
"""What a candidate can choose from."""
NO_REASON = "Pilih apa yang bermasalah."  # i18n
SAY_WHY = "Tulis alasannya, satu kalimat cukup."  # i18n
NO_COMPLAINT = "Laporan ini tidak ditemukan."  # i18n
DECIDED = "Laporan ini sudah diputuskan."  # i18n
MOST_LETTERS = 500


def complain(
    session: Session, person_id: int, public: str, number: int, reason: str, text: str = ""
) -> None:
    """Note that a question is broken; a second time changes nothing.

    Raises NotFound for another person's test, Conflict after the hand-in, Invalid.
    """
    if reason not in REASONS:
        raise Invalid(NO_REASON)
    query = (
        select(Attempt.id, Attempt.handed_in_at, AttemptItem.item_version_id)
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .where(
            Attempt.public_id == public,
            Attempt.person_id == person_id,
            AttemptItem.sequence == number,
        )
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound(NO_TEST)
    if row.handed_in_at is not None:
        raise Conflict(CLOSED)
    known = select(Complaint.id).where(Complaint.attempt_id == row.id, Complaint.sequence == number)
    if session.scalar(known) is not None:
        return
    said = " ".join(text.split())[:MOST_LETTERS]
    session.add(
        Complaint(
            public_id=public_id(),
            attempt_id=row.id,
            sequence=number,
            item_version_id=row.item_version_id,
            text=f"{REASONS[reason]}. {said}" if said else REASONS[reason],
            created_at=now(session),
        )
    )
    session.flush()


# -- deciding ------------------------------------------------------------------------------------


def keep_question(session: Session, actor_id: int | None, complaint_id: int, reason: str) -> None:
    """Decide that the question counts; raises Invalid without a reason, Conflict when decided."""
    found = _undecided(session, complaint_id, reason)
    _decide(session, actor_id, found, "kept", reason)


def void_question(session: Session, actor_id: int | None, complaint_id: int, reason: str) -> bool:
    """Decide that the question does not count in this test; tell whether that came in time.

    A test that was handed in is scored; its result stays as it is.
    """
    found = _undecided(session, complaint_id, reason)
    _decide(session, actor_id, found, "voided", reason)
    return _void(session, Attempt.id == found.attempt_id, found.item_version_id) > 0


def void_for_all(
    session: Session, actor_id: int | None, complaint_id: int, session_id: int, reason: str
) -> int:
    """Decide that the question counts for nobody in this session; give for how many tests.

    All complaints about it that wait in this session are decided with it.
    """
    found = _undecided(session, complaint_id, reason)
    if session.get_one(Attempt, found.attempt_id).session_id != session_id:
        raise NotFound(NO_COMPLAINT)
    same = (
        select(Complaint)
        .join(Attempt, Attempt.id == Complaint.attempt_id)
        .where(
            Complaint.item_version_id == found.item_version_id,
            Complaint.state == "waiting",
            Attempt.session_id == session_id,
        )
    )
    for each in session.scalars(same).all():
        _decide(session, actor_id, each, "voided", reason)
    return _void(session, Attempt.session_id == session_id, found.item_version_id)


def _undecided(session: Session, complaint_id: int, reason: str) -> Complaint:
    if not reason.strip():
        raise Invalid(SAY_WHY)
    query = select(Complaint).where(Complaint.id == complaint_id).with_for_update()
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(NO_COMPLAINT)
    if found.state != "waiting":
        raise Conflict(DECIDED)
    return found


def _decide(
    session: Session, actor_id: int | None, found: Complaint, state: str, reason: str
) -> None:
    found.state, found.reason = state, reason.strip()[:MOST_LETTERS]
    found.decided_by, found.decided_at = actor_id, now(session)
    session.flush()
    audit(
        session,
        actor_id,
        "assessment:complaint:decide",
        found.public_id,
        state=state,
        item_version=found.item_version_id,
        reason=found.reason,
    )


def _void(session: Session, tests: ColumnElement[bool], item_version_id: int) -> int:
    """Void a question in tests that are not handed in; give in how many."""
    running = select(Attempt.id).where(tests, Attempt.handed_in_at.is_(None))
    done = session.execute(
        update(AttemptItem)
        .where(
            AttemptItem.item_version_id == item_version_id,
            AttemptItem.voided_at.is_(None),
            AttemptItem.attempt_id.in_(running),
        )
        .values(voided_at=now(session))
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[int]", done).rowcount


# -- cancelling ----------------------------------------------------------------------------------


def cancel_attempt(
    session: Session, actor_id: int | None, session_id: int, public: str, reason: str
) -> None:
    """Close a test that a technical fault spoiled: kept, without a result; one may begin anew.

    Raises NotFound for a test of another session, Conflict after the hand-in, Invalid without a
    reason.
    """
    if not reason.strip():
        raise Invalid(SAY_WHY)
    query = select(Attempt).where(Attempt.public_id == public, Attempt.session_id == session_id)
    attempt = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if attempt is None:
        raise NotFound(NO_TEST)
    if attempt.handed_in_at is not None:
        raise Conflict(CLOSED)
    digests = select(AnswerEvent.digest).where(AnswerEvent.attempt_id == attempt.id)
    attempt.handed_in_at, attempt.closed_by = now(session), "cancelled"
    attempt.close_reason = reason.strip()[:MOST_LETTERS]
    attempt.receipt = receipt(attempt.public_id, session.scalars(digests.order_by(AnswerEvent.id)))
    session.flush()
    _invite_again(session, attempt)
    audit(session, actor_id, "assessment:attempt:cancel", public, reason=attempt.close_reason)


def _invite_again(session: Session, attempt: Attempt) -> None:
    """Let the invitation that a cancelled test used wait again, unless a newer one does."""
    version = session.get_one(InstrumentVersion, attempt.instrument_version_id)
    own = (
        Invitation.person_id == attempt.person_id,
        Invitation.instrument_id == version.instrument_id,
        Invitation.purpose == attempt.purpose,
    )
    waiting = session.scalar(select(Invitation.id).where(*own, Invitation.state == "waiting"))
    last = session.scalar(select(func.max(Invitation.id)).where(*own))
    if waiting is None and last is not None:
        session.execute(update(Invitation).where(Invitation.id == last).values(state="waiting"))
