"""Use-cases of a review: send, take back, remark, settle, return with a reason, approve.

Every deed holds the course and its draft first, so that of two at once one finds the other's
outcome; while a draft is in review nobody can change it.
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, NotAllowed, NotFound, audit, get_setting, now
from plugins.courses.domain.reviewing import REFUSED, Deed, State, after, why_not_approve
from plugins.courses.models import (
    Course,
    CourseVersion,
    Draft,
    DraftModule,
    ReviewNote,
    Revision,
)
from plugins.courses.services.authoring.checks import draft_problems
from plugins.courses.services.authoring.drafts import draft_source
from plugins.courses.services.publishing import GONE, publish_draft, source_digest
from plugins.courses.services.review_telling import tell_author, tell_reviewers
from plugins.courses.services.versions import locked_course
from plugins.courses.settings import REVIEW_BY_ONE

MOST_WORDS = 2000
NO_REASON = "Tulis dulu apa yang perlu diperbaiki."
NO_REMARK = "Tulis catatannya dulu."
CHANGED = "Isi draf berubah sejak Anda membacanya. Baca lagi, lalu putuskan."
SAME = "Draf ini sama dengan versi yang terbit. Belum ada yang perlu diperiksa."


def submit(session: Session, actor_id: int, slug: str, words: str = "") -> None:
    """Send a draft to review, with a word to the reviewer if one likes.

    Raises Invalid with what is missing, Conflict when it was sent already.
    """
    course, draft = _moved(session, slug, "submit")
    problems = draft_problems(session, draft)
    if problems:
        raise Invalid(f"Draf ini belum lengkap: {problems[0]}")
    if source_digest(draft_source(session, draft)) == _current_digest(session, course):
        raise Invalid(SAME)
    draft.state = "in_review"
    draft.submitted_at, draft.submitted_by = now(session), actor_id
    note = _note(session, course, actor_id, "submitted", _checked(words))
    audit(session, actor_id, "courses:draft:submit", f"course:{slug}")
    tell_reviewers(session, slug, note, draft.facts.get("title", slug), writers(session, draft))


def withdraw(session: Session, actor_id: int, slug: str) -> None:
    """Take a draft back from review, to go on writing. Raises Conflict after a decision."""
    course, draft = _moved(session, slug, "withdraw")
    draft.state = "draft"
    _note(session, course, actor_id, "withdrawn", "")
    audit(session, actor_id, "courses:draft:withdraw", f"course:{slug}")


def give_back(session: Session, actor_id: int, slug: str, reason: str) -> None:
    """Return a draft to its writers; the reason is for them to read. Raises Invalid, Conflict."""
    course, draft = _moved(session, slug, "return")
    note = _note(session, course, actor_id, "returned", _needed(reason, NO_REASON))
    draft.state = "draft"
    audit(session, actor_id, "courses:draft:return", f"course:{slug}", reason=note.text)
    tell_author(session, slug, note, draft.facts.get("title", slug), draft.submitted_by)


def approve(session: Session, actor_id: int, slug: str, seen: str) -> CourseVersion:
    """Publish a draft in review as the next version.

    `seen` is the digest of what the approver read. Raises NotAllowed for who wrote it, Conflict
    when it was decided already or says something else by now, Invalid when it is not complete.
    """
    course, draft = _moved(session, slug, "approve")
    why = why_not(session, draft, actor_id)
    if why:
        raise NotAllowed(why)
    if source_digest(draft_source(session, draft)) != seen:
        raise Conflict(CHANGED)
    problems = draft_problems(session, draft)
    if problems:
        raise Invalid(f"Draf ini belum lengkap: {problems[0]}")
    title, author = draft.facts.get("title", slug), draft.submitted_by
    note = _note(session, course, actor_id, "approved", "")
    version = publish_draft(session, actor_id, course, draft)
    note.text = str(version.version)
    audit(session, actor_id, "courses:course:approve", f"course:{slug}", version=version.version)
    tell_author(session, slug, note, title, author)
    return version


def why_not(session: Session, draft: Draft, person_id: int) -> str:
    """Say why a person may not approve a draft, empty when she may."""
    by_one = get_setting(session, REVIEW_BY_ONE)
    return why_not_approve(person_id, writers(session, draft), by_one=by_one)


def writers(session: Session, draft: Draft) -> set[int]:
    """Give who sent a draft, changed it last, or wrote at it since it was opened."""
    modules = select(DraftModule.updated_by).where(DraftModule.draft_id == draft.id)
    written = select(Revision.by).where(
        Revision.course_id == draft.course_id,
        Revision.at >= draft.created_at,
        Revision.kind != "published",
    )
    found = {draft.submitted_by, draft.updated_by, *session.scalars(modules.union(written))}
    return {person_id for person_id in found if person_id is not None}


def remark(
    session: Session, actor_id: int, slug: str, text: str, module: str | None = None
) -> ReviewNote:
    """Note what should be better in a module, or in the whole course; raises Conflict."""
    course, draft = _held(session, slug)
    if draft.state != "in_review":
        raise Conflict(REFUSED["return"])
    if module is not None:
        query = select(DraftModule.id).where(
            DraftModule.draft_id == draft.id, DraftModule.public_id == module
        )
        if session.scalar(query) is None:
            raise NotFound("Modul ini tidak ditemukan.")
    return _note(session, course, actor_id, "remark", _needed(text, NO_REMARK), module)


def settle(session: Session, actor_id: int, slug: str, public_id: str, *, done: bool) -> None:
    """Mark a remark as seen to, or open it again."""
    query = (
        select(ReviewNote)
        .join(Course, Course.id == ReviewNote.course_id)
        .where(Course.slug == slug, ReviewNote.public_id == public_id, ReviewNote.kind == "remark")
    )
    note = session.scalar(query.with_for_update(of=ReviewNote))
    if note is None:
        raise NotFound("Catatan ini tidak ditemukan.")
    if done == (note.settled_at is not None):
        return
    note.settled_at = now(session) if done else None
    note.settled_by = actor_id if done else None


def _held(session: Session, slug: str) -> tuple[Course, Draft]:
    course = locked_course(session, slug)
    if course is None:
        raise NotFound(GONE)
    query = select(Draft).where(Draft.course_id == course.id)
    draft = session.scalar(query.with_for_update())
    if draft is None:
        raise Conflict(REFUSED["approve"])
    return course, draft


def _moved(session: Session, slug: str, deed: Deed) -> tuple[Course, Draft]:
    """Hold a course and its draft where the deed is allowed; raises Conflict."""
    course, draft = _held(session, slug)
    if after(cast(State, draft.state), deed) is None:
        raise Conflict(REFUSED[deed])
    return course, draft


def _current_digest(session: Session, course: Course) -> str | None:
    query = select(CourseVersion.digest).where(CourseVersion.course_id == course.id)
    return session.scalar(query.where(CourseVersion.current))


def _note(
    session: Session, course: Course, by: int, kind: str, text: str, module: str | None = None
) -> ReviewNote:
    note = ReviewNote(
        course_id=course.id, module=module, kind=kind, text=text, at=now(session), by=by
    )
    session.add(note)
    session.flush()
    return note


def _needed(text: str, missing: str) -> str:
    text = _checked(text)
    if not text:
        raise Invalid(missing)
    return text


def _checked(text: str) -> str:
    text = text.strip()
    if len(text) > MOST_WORDS:
        raise Invalid("Tulisan ini terlalu panjang. Paling banyak 2.000 huruf.")
    return text
