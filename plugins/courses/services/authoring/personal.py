"""What a person wrote, as a copy, and taking her name off it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from plugins.courses.models import Course, CourseVersion, Draft, DraftModule, ReviewNote, Revision


def personal_data_authoring(session: Session, person_id: int) -> dict[str, Any]:
    """Give which courses a person wrote at, and when."""
    query = (
        select(Course.slug, Revision.title, Revision.kind, Revision.at)
        .join(Course, Course.id == Revision.course_id)
        .where(Revision.by == person_id)
        .order_by(Revision.id)
    )
    return {
        "written": [
            {"course": slug, "title": title, "kind": kind, "at": at.isoformat()}
            for slug, title, kind, at in session.execute(query)
        ],
        "reviewed": _reviewed(session, person_id),
    }


def _reviewed(session: Session, person_id: int) -> list[dict[str, Any]]:
    query = (
        select(Course.slug, ReviewNote.kind, ReviewNote.text, ReviewNote.at)
        .join(Course, Course.id == ReviewNote.course_id)
        .where(ReviewNote.by == person_id)
        .order_by(ReviewNote.id)
    )
    return [
        {"course": slug, "kind": kind, "text": text, "at": at.isoformat()}
        for slug, kind, text, at in session.execute(query)
    ]


def erase_authoring(session: Session, person_id: int) -> None:
    """Take a person's name off what she wrote; the text belongs to the course."""
    for column in (
        Draft.updated_by,
        Draft.submitted_by,
        DraftModule.updated_by,
        Revision.by,
        ReviewNote.by,
        ReviewNote.settled_by,
        CourseVersion.published_by,
    ):
        table = column.class_
        session.execute(update(table).where(column == person_id).values({column.key: None}))
