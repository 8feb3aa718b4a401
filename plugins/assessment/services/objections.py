"""Use-cases: a person objects to a result; an officer answers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, NotAllowed, NotFound, audit, now, public_id
from plugins.assessment.models import Attempt, Objection, Result
from plugins.assessment.services.invitations import invite_objector

MOST_LETTERS = 1000
SAY_WHAT = "Tulis apa yang menurut Anda tidak sesuai."  # i18n
TOO_LONG = "Tulisan ini terlalu panjang. Paling banyak 1.000 huruf."  # i18n
SAY_WHY = "Tulis alasannya. Orang ini akan membacanya."  # i18n
CHOOSE = "Pilih keputusannya."  # i18n
NO_OBJECTION = "Keberatan ini tidak ditemukan."  # i18n
ANSWERED = "Keberatan ini sudah dijawab."  # i18n
OWN = "Keberatan Anda sendiri dijawab oleh petugas lain."  # i18n
NO_RESULT = "Hasil tes ini tidak ditemukan."


def object_to(session: Session, person_id: int, public: str, competency_id: int, text: str) -> None:
    """Store an objection to an own result; a second time changes nothing.

    Raises NotFound for another person's result, Invalid without words.
    """
    query = (
        select(Attempt.id)
        .join(Result, Result.attempt_id == Attempt.id)
        .where(
            Attempt.public_id == public,
            Attempt.person_id == person_id,
            Result.competency_id == competency_id,
        )
    )
    attempt_id = session.scalar(query)
    if attempt_id is None:
        raise NotFound(NO_RESULT)
    said = _said(text, SAY_WHAT)
    objection = Objection(
        public_id=public_id(),
        person_id=person_id,
        attempt_id=attempt_id,
        competency_id=competency_id,
        text=said,
        created_at=now(session),
    )
    try:
        with session.begin_nested():
            session.add(objection)
    except IntegrityError:  # one objection per result is the database's rule: the first one stays
        return
    audit(session, person_id, "assessment:objection:write", objection.public_id, attempt=public)


def answer_objection(
    session: Session, actor_id: int, public: str, decision: str, reason: str
) -> bool:
    """Accept an objection or keep the result; tell whether a new test waits for the person.

    After accepting without an open test, the invitation follows when one is opened. Raises
    NotFound, NotAllowed for the own one, Invalid without decision or reason, Conflict when it
    was answered.
    """
    objection = _open_one(session, actor_id, public)
    if decision not in ("accepted", "kept"):
        raise Invalid(CHOOSE)
    objection.answer = _said(reason, SAY_WHY)
    objection.state = decision
    objection.answered_by, objection.answered_at = actor_id, now(session)
    session.flush()
    invited = decision == "accepted" and invite_objector(session, objection)
    audit(
        session,
        actor_id,
        "assessment:objection:answer",
        public,
        state=decision,
        reason=objection.answer,
        invited=invited,
    )
    return invited


def _open_one(session: Session, actor_id: int, public: str) -> Objection:
    query = select(Objection).where(Objection.public_id == public).with_for_update()
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(NO_OBJECTION)
    if found.person_id == actor_id:
        raise NotAllowed(OWN)
    if found.state != "open":
        raise Conflict(ANSWERED)
    return found


def _said(text: str, missing: str) -> str:
    """Give the words without space around them; raises Invalid for none or too many."""
    said = text.replace("\r\n", "\n").strip()
    if not said:
        raise Invalid(missing)
    if len(said) > MOST_LETTERS:
        raise Invalid(TOO_LONG)
    return said
