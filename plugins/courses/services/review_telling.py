"""What reviewers and writers are told of a review: each thing once."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from lms import Link, people_who_may, send_message
from plugins.courses.models import ReviewNote
from plugins.courses.permissions import ASSIGN, REVIEW

KIND = "courses.review"


def tell_reviewers(
    session: Session, slug: str, note: ReviewNote, title: str, writers: Collection[int]
) -> None:
    """Tell officers that a draft waits for them; trainers where there is no officer but writers.

    Whoever wrote it is not asked.
    """
    able = set(people_who_may(session, REVIEW)) - set(writers)
    officers = able & set(people_who_may(session, ASSIGN))
    for person_id in sorted(officers or able):
        words = f" Pesan penulis: {note.text}" if note.text else ""
        _say(session, slug, note, person_id, f"Periksa materi: {title}",
             f"Materi ini menunggu Anda periksa.{words}")  # fmt: skip


def tell_author(
    session: Session, slug: str, note: ReviewNote, title: str, author_id: int | None
) -> None:
    """Tell who sent a draft what became of it."""
    if author_id is None or author_id == note.by:
        return
    subject, text = {
        "returned": ("Perlu diperbaiki", f"Alasan: {note.text}"),
        "approved": ("Sudah terbit", f"Materi Anda terbit sebagai versi {note.text}."),
    }[note.kind]
    _say(session, slug, note, author_id, f"{subject}: {title}", text)


def _say(
    session: Session, slug: str, note: ReviewNote, person_id: int, subject: str, text: str
) -> None:
    endpoint = "courses_review.changes" if note.kind == "approved" else "courses_review.show"
    send_message(
        session,
        person_id,
        key=f"{KIND}:{note.public_id}:{person_id}",
        kind=KIND,
        subject=subject,
        text=text,
        link=Link(endpoint=endpoint, values={"slug": slug}),
    )
