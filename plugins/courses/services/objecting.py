"""Use-cases: object to an assignment, answer, and take an assignment back with a reason."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, NotAllowed, NotFound, audit, now, unassign_items
from plugins.courses.models import LIVE, Enrolment, EnrolmentGap, Objection
from plugins.courses.services.enrolling import own_enrolment

MOST_CHARACTERS = 2000


def object_to(session: Session, person_id: int, public_id: str, text: str) -> None:
    """Store an objection to an assigned course; sending the same twice changes nothing."""
    words = _words(text, "Tulis alasannya dulu.")
    enrolment = own_enrolment(session, person_id, public_id)
    if enrolment.origin != "assigned" or enrolment.state not in LIVE:
        raise NotAllowed("Pelatihan ini tidak sedang ditugaskan kepada Anda.")
    waiting = _open_objection(session, enrolment.id)
    if waiting is None:
        session.add(Objection(enrolment_id=enrolment.id, text=words, created_at=now(session)))
    elif waiting.text != words:
        raise Conflict("Alasan Anda sudah kami terima. Tunggu jawaban petugas dulu.")


def answer(
    session: Session, officer_id: int, public_id: str, text: str, *, take_back: bool
) -> None:
    """Answer an objection: keep the assignment, or take it back with the answer as reason."""
    words = _words(text, "Tulis jawabannya dulu.")
    query = select(Objection).where(Objection.public_id == public_id)
    objection = session.scalar(query.with_for_update())
    if objection is None:
        raise NotFound("Keberatan ini tidak ditemukan.")
    if objection.state != "open":
        raise Conflict("Keberatan ini sudah dijawab.")
    _close(session, objection, officer_id, words, "withdrawn" if take_back else "kept")
    enrolment = session.get_one(Enrolment, objection.enrolment_id)
    if take_back and enrolment.state in LIVE:
        _take_back(session, enrolment, words)
    audit(
        session,
        officer_id,
        "courses:objection:answer",
        f"objection:{public_id}",
        decision=objection.state,
    )


def take_back(session: Session, officer_id: int, public_id: str, text: str) -> None:
    """Take an assignment back with a reason; its gaps are open again and say why."""
    words = _words(text, "Tulis alasannya dulu.")
    query = select(Enrolment).where(Enrolment.public_id == public_id)
    enrolment = session.scalar(query.with_for_update(key_share=True))
    if enrolment is None:
        raise NotFound("Penugasan ini tidak ditemukan.")
    if enrolment.origin != "assigned" or enrolment.state not in LIVE:
        raise Conflict("Penugasan ini sudah selesai atau sudah dibatalkan.")
    _take_back(session, enrolment, words)
    waiting = _open_objection(session, enrolment.id)
    if waiting is not None:
        _close(session, waiting, officer_id, words, "withdrawn")
    audit(session, officer_id, "courses:assignment:undo", f"enrolment:{public_id}", reason=words)


def _words(text: str, missing: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise Invalid(missing)
    if len(words) > MOST_CHARACTERS:
        raise Invalid("Tulisan ini terlalu panjang. Paling banyak 2.000 huruf.")
    return words


def _open_objection(session: Session, enrolment_id: int) -> Objection | None:
    query = select(Objection).where(
        Objection.enrolment_id == enrolment_id, Objection.state == "open"
    )
    return session.scalars(query).first()


def _close(session: Session, objection: Objection, officer_id: int, words: str, state: str) -> None:
    objection.state, objection.answer = state, words
    objection.answered_at, objection.answered_by = now(session), officer_id


def _take_back(session: Session, enrolment: Enrolment, words: str) -> None:
    enrolment.state, enrolment.note = "withdrawn", words
    enrolment.withdrawn_at = now(session)
    session.flush()
    if enrolment.plan_id is None:
        return
    still = (
        select(EnrolmentGap.competency_id)
        .join(Enrolment, Enrolment.id == EnrolmentGap.enrolment_id)
        .where(Enrolment.person_id == enrolment.person_id, Enrolment.state.in_(LIVE))
    )
    query = select(EnrolmentGap.competency_id).where(
        EnrolmentGap.enrolment_id == enrolment.id, EnrolmentGap.competency_id.not_in(still)
    )
    gaps = list(session.scalars(query))
    unassign_items(session, enrolment.plan_id, gaps, f"Penugasan dibatalkan petugas: {words}")
