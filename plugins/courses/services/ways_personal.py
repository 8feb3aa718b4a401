"""What other ways to learn hold of a person, as a copy, and its erasure."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from lms import now
from lms.models import Competency
from plugins.courses.models import (
    Coaching,
    CoachingMeeting,
    CoachOffer,
    LearningForm,
    OutsideLearning,
)
from plugins.courses.services.certificate_files import file_copy, forget
from plugins.courses.services.coaching.held import other, tell
from plugins.courses.services.coaching.meeting import grant


def personal_data_ways(session: Session, person_id: int) -> dict[str, Any]:
    """Give what was sent in with its files, coaching with its meetings, and offers."""
    return {
        "outside_learning": _outside(session, person_id),
        "coaching": _coachings(session, person_id),
        "coaching_meetings": _meetings(session, person_id),
        "coach_offers": _offers(session, person_id),
    }


def _outside(session: Session, person_id: int) -> list[dict[str, Any]]:
    query = (
        select(OutsideLearning, LearningForm.name)
        .join(LearningForm, LearningForm.code == OutsideLearning.form_code)
        .where(OutsideLearning.person_id == person_id)
        .order_by(OutsideLearning.id)
    )
    return [
        {
            "title": row.title,
            "organiser": row.organiser,
            "form": form,
            "number": row.number,
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat(),
            "amount": row.amount,
            "unit": row.unit,
            "state": row.state,
            "jp": row.jp,
            "note": row.note,
            "submitted_at": row.submitted_at.isoformat(),
            "decided_at": row.decided_at.isoformat() if row.decided_at else None,
            "file": file_copy(session, row.digest, row.filename) if row.digest else None,
        }
        for row, form in session.execute(query).all()
    ]


def _taking_part(person_id: int) -> Any:
    return or_(Coaching.learner_id == person_id, Coaching.coach_id == person_id)


def _coachings(session: Session, person_id: int) -> list[dict[str, Any]]:
    """Give coachings without the other one's name: that is not this person's data."""
    query = (
        select(Coaching, Competency.code)
        .join(Competency, Competency.id == Coaching.competency_id)
        .where(_taking_part(person_id))
        .order_by(Coaching.id)
    )
    found = []
    for row, code in session.execute(query):
        asked = row.learner_id == person_id
        found.append(
            {
                "competency": code,
                "part": "learner" if asked else "coach",
                "kind": row.kind,
                "state": row.state,
                "words": row.words if asked else row.answer,
                "asked_at": row.asked_at.isoformat(),
                "ended_at": row.ended_at.isoformat() if row.ended_at else None,
            }
        )
    return found


def _meetings(session: Session, person_id: int) -> list[dict[str, Any]]:
    query = (
        select(CoachingMeeting)
        .join(Coaching, Coaching.id == CoachingMeeting.coaching_id)
        .where(_taking_part(person_id))
        .order_by(CoachingMeeting.id)
    )
    return [
        {
            "held_on": row.held_on.isoformat(),
            "minutes": row.minutes,
            "notes": row.notes if row.noted_by == person_id else "",
            "confirmed": row.confirmed_at is not None,
        }
        for row in session.scalars(query)
    ]


def _offers(session: Session, person_id: int) -> list[dict[str, Any]]:
    query = (
        select(CoachOffer, Competency.code)
        .outerjoin(Competency, Competency.id == CoachOffer.competency_id)
        .where(CoachOffer.person_id == person_id)
        .order_by(CoachOffer.id)
    )
    return [
        {"kind": row.kind, "competency": code, "since": row.since.isoformat()}
        for row, code in session.execute(query)
    ]


def erase_ways(session: Session, person_id: int) -> None:
    """Erase a person's part; the colleague keeps the learning hours of what was confirmed."""
    digests = select(OutsideLearning.digest).where(OutsideLearning.person_id == person_id)
    files = sorted({digest for digest in session.scalars(digests) if digest})
    session.execute(delete(OutsideLearning).where(OutsideLearning.person_id == person_id))
    for digest in files:
        forget(session, digest)
    session.execute(
        update(OutsideLearning)
        .where(OutsideLearning.decided_by == person_id)
        .values(decided_by=None)
    )
    _end_for_the_other(session, person_id)
    own = select(Coaching.id).where(_taking_part(person_id))
    session.execute(delete(CoachingMeeting).where(CoachingMeeting.coaching_id.in_(own)))
    session.execute(delete(Coaching).where(_taking_part(person_id)))
    session.execute(delete(CoachOffer).where(CoachOffer.person_id == person_id))


def _end_for_the_other(session: Session, person_id: int) -> None:
    """End what is under way: the other one gets the JP of confirmed meetings, and is told."""
    live = select(Coaching).where(_taking_part(person_id), Coaching.state.in_(("asked", "agreed")))
    for row in session.scalars(live.with_for_update(key_share=True)).all():
        held = select(CoachingMeeting).where(
            CoachingMeeting.coaching_id == row.id, CoachingMeeting.confirmed_at.is_not(None)
        )
        meetings = list(session.scalars(held))
        left = other(row, person_id)
        jp = grant(session, row, meetings, (left,)) if meetings else 0
        row.state, row.ended_at = "withdrawn", now(session)
        text = f"Tercatat {jp} JP untuk Anda." if jp else "Tidak ada JP yang tercatat."
        tell(session, row, left, "erased", "Coaching sudah selesai", text)
    session.flush()
