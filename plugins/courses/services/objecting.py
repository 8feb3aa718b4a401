"""Use-cases: object to an assignment, answer, and take an assignment back with a reason."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import (
    Conflict,
    Invalid,
    Link,
    NotAllowed,
    NotFound,
    acts_for,
    audit,
    get_setting,
    now,
    send_message,
    today,
    unassign_items,
)
from lms.models import Placement
from plugins.courses.domain.answering import working_days_later
from plugins.courses.models import LIVE, Course, CourseVersion, Enrolment, EnrolmentGap, Objection
from plugins.courses.services.classes.leaving import leave_with_enrolments
from plugins.courses.services.enrolling import own_enrolment
from plugins.courses.settings import OBJECTION_DAYS

MOST_CHARACTERS = 2000
KIND = "courses.objection"


def object_to(session: Session, person_id: int, public_id: str, text: str) -> None:
    """Store an objection to an assigned course; sending the same twice changes nothing."""
    words = plain_words(text, "Tulis alasannya dulu.")
    enrolment = own_enrolment(session, person_id, public_id)
    if enrolment.origin != "assigned" or enrolment.state not in LIVE:
        raise NotAllowed("Pelatihan ini tidak sedang ditugaskan kepada Anda.")
    waiting = _open_objection(session, enrolment.id)
    if waiting is None:
        _add(session, enrolment, words)
    elif waiting.text != words:
        raise Conflict("Alasan Anda sudah kami terima. Tunggu jawaban petugas dulu.")


def promised_day(session: Session) -> date:
    """Give until when an objection of today is answered."""
    return working_days_later(today(session), get_setting(session, OBJECTION_DAYS))


def _add(session: Session, enrolment: Enrolment, words: str) -> None:
    """Store an objection with the day on which it is answered, and tell the supervisor."""
    objection = Objection(
        enrolment_id=enrolment.id,
        text=words,
        created_at=now(session),
        due_on=promised_day(session),
    )
    session.add(objection)
    session.flush()
    query = select(Placement.supervisor_id).where(
        Placement.person_id == enrolment.person_id, Placement.until.is_(None)
    )
    supervisor_id = session.scalar(query)
    if supervisor_id is not None:
        send_message(
            session,
            supervisor_id,
            key=f"{KIND}:{objection.public_id}:new",
            kind=KIND,
            subject="Keberatan pegawai Anda menunggu jawaban",
            text="Anda atau petugas boleh menjawab. Satu jawaban cukup.",
            link=Link(
                endpoint="courses_team_objections.answer",
                values={"public_id": objection.public_id},
            ),
        )


def answer_as_supervisor(
    session: Session, person_id: int, public_id: str, text: str, *, take_back: bool
) -> None:
    """Answer the objection of one's own people, or as a deputy; others' are not found."""
    query = (
        select(Objection.id)
        .join(Enrolment, Enrolment.id == Objection.enrolment_id)
        .join(Placement, Placement.person_id == Enrolment.person_id)
        .where(
            Objection.public_id == public_id,
            Placement.until.is_(None),
            Placement.supervisor_id.in_(acts_for(session, person_id)),
        )
    )
    if session.scalar(query) is None:
        raise NotFound("Keberatan ini tidak ditemukan.")
    answer(session, person_id, public_id, text, take_back=take_back)


def answer(
    session: Session, officer_id: int, public_id: str, text: str, *, take_back: bool
) -> None:
    """Answer an objection: keep the assignment, or take it back with the answer as reason.

    Nobody answers one's own.
    """
    words = plain_words(text, "Tulis jawabannya dulu.")
    query = select(Objection).where(Objection.public_id == public_id)
    objection = session.scalar(query.with_for_update())
    if objection is None:
        raise NotFound("Keberatan ini tidak ditemukan.")
    if objection.state != "open":
        raise Conflict("Keberatan ini sudah dijawab.")
    enrolment = session.get_one(Enrolment, objection.enrolment_id)
    if enrolment.person_id == officer_id:
        raise NotAllowed("Keberatan Anda sendiri dijawab orang lain.")
    _close(session, objection, officer_id, words, "withdrawn" if take_back else "kept")
    if take_back and enrolment.state in LIVE:
        end_assignment(session, enrolment, words)
    _tell(session, enrolment, objection)
    audit(
        session,
        officer_id,
        "courses:objection:answer",
        f"objection:{public_id}",
        decision=objection.state,
    )


def take_back(session: Session, officer_id: int, public_id: str, text: str) -> None:
    """Take an assignment back with a reason; its gaps are open again and say why."""
    words = plain_words(text, "Tulis alasannya dulu.")
    query = select(Enrolment).where(Enrolment.public_id == public_id)
    enrolment = session.scalar(query.with_for_update(key_share=True))
    if enrolment is None:
        raise NotFound("Penugasan ini tidak ditemukan.")
    if enrolment.origin != "assigned" or enrolment.state not in LIVE:
        raise Conflict("Penugasan ini sudah selesai atau sudah dibatalkan.")
    end_assignment(session, enrolment, words)
    waiting = _open_objection(session, enrolment.id)
    if waiting is not None:
        _close(session, waiting, officer_id, words, "withdrawn")
    audit(session, officer_id, "courses:assignment:undo", f"enrolment:{public_id}", reason=words)


def plain_words(text: str, missing: str) -> str:
    """Give what somebody wrote, without spaces around it; raises Invalid when it is unusable."""
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


def _tell(session: Session, enrolment: Enrolment, objection: Objection) -> None:
    """Tell the person what was decided; the reminder about it uses the same key."""
    query = (
        select(Course.slug, CourseVersion.title)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(CourseVersion.id == enrolment.course_version_id)
    )
    slug, title = session.execute(query).one()
    send_message(
        session,
        enrolment.person_id,
        key=answered_key(objection.public_id),
        kind=KIND,
        subject=f"Keberatan Anda sudah dijawab: {title}",
        text=objection.answer,
        link=Link(endpoint="courses.course", values={"slug": slug}),
    )


def answered_key(public_id: str) -> str:
    """Give the key of the message that an objection was answered."""
    return f"{KIND}:{public_id}:answered"


def end_assignment(session: Session, enrolment: Enrolment, words: str) -> None:
    """Withdraw an assignment with a reason; gaps that no other course has are open again."""
    enrolment.state, enrolment.note = "withdrawn", words
    enrolment.withdrawn_at = now(session)
    session.flush()
    leave_with_enrolments(session, [enrolment.id], words)
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
