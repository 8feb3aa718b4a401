"""Use-cases: a candidate says that a question is broken; a proctor decides; an officer cancels."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
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
from plugins.assessment.services.rescoring import Voided, ask_to_rescore
from plugins.assessment.services.voiding import VOIDED, VOIDED_FOR_ALL

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
    said = " ".join(text.split())[:MOST_LETTERS]
    complaint = Complaint(
        public_id=public_id(),
        attempt_id=row.id,
        sequence=number,
        item_version_id=row.item_version_id,
        text=f"{REASONS[reason]}. {said}" if said else REASONS[reason],
        created_at=now(session),
    )
    try:
        with session.begin_nested():
            session.add(complaint)
    except IntegrityError:  # one complaint per question is the database's rule: the first stays
        return


# -- deciding ------------------------------------------------------------------------------------


def keep_question(session: Session, actor_id: int | None, complaint_id: int, reason: str) -> None:
    """Decide that the question counts; raises Invalid without a reason, Conflict when decided."""
    found = _undecided(session, complaint_id, reason)
    _decide(session, actor_id, found, "kept", reason)


def void_question(session: Session, actor_id: int | None, complaint_id: int, reason: str) -> bool:
    """Decide that the question does not count in this test; tell whether that came in time.

    A test that was handed in is scored; the worker scores it again.
    """
    found = _undecided(session, complaint_id, reason)
    _decide(session, actor_id, found, VOIDED, reason)
    _, sent = _void(session, found, attempt_id=found.attempt_id)
    return not sent


def void_for_all(
    session: Session, actor_id: int | None, complaint_id: int, session_id: int, reason: str
) -> int:
    """Decide that the question counts for nobody in this session; give for how many tests.

    All complaints about it that wait in this session are decided with it. Tests that were handed
    in are scored again by the worker, and it does not count for those who start later.
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
        _decide(session, actor_id, each, VOIDED_FOR_ALL, reason)
    return sum(_void(session, found, session_id=session_id))


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


def _void(
    session: Session,
    found: Complaint,
    *,
    session_id: int | None = None,
    attempt_id: int | None = None,
) -> tuple[int, int]:
    """Void a question in one test or a session's; give how many run, and were handed in.

    The tests are locked first: one that is being handed in just now is either scored without the
    question, or again.
    """
    query = (
        select(Attempt.id, Attempt.handed_in_at)
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .where(
            Attempt.id == attempt_id if attempt_id else Attempt.session_id == session_id,
            Attempt.closed_by != "cancelled",
            AttemptItem.item_version_id == found.item_version_id,
            AttemptItem.voided_at.is_(None),
        )
        .order_by(Attempt.id)
        .with_for_update(of=Attempt)
    )
    rows = session.execute(query).all()
    session.execute(
        update(AttemptItem)
        .where(
            AttemptItem.item_version_id == found.item_version_id,
            AttemptItem.attempt_id.in_([row.id for row in rows]),
        )
        .values(voided_at=now(session))
        .execution_options(synchronize_session=False)
    )
    sent = sum(row.handed_in_at is not None for row in rows)
    if sent:
        voided = Voided(
            complaint_id=found.id,
            item_version_id=found.item_version_id,
            session_id=session_id,
            attempt_id=attempt_id,
        )
        ask_to_rescore(session, voided)
    return len(rows) - sent, sent


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
