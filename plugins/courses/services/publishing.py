"""Use-cases: publish and archive a course; an approved draft becomes its next version."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Conflict, NotFound, audit
from plugins.courses.domain.drafting import facts_of
from plugins.courses.domain.folder_text import course_text, front_text, manifest_version
from plugins.courses.domain.pack import ModuleSource, content_digest
from plugins.courses.domain.reviewing import REFUSED, Deed, State, after
from plugins.courses.jobs import look_for_courses
from plugins.courses.models import Course, CourseVersion, Draft, DraftModule
from plugins.courses.services.authoring.drafts import DraftSource, draft_source, remove_draft
from plugins.courses.services.authoring.history import note
from plugins.courses.services.versions import (
    KeptFile,
    NewVersion,
    add_version,
    competency_ids,
    locked_course,
    newest_number,
)

GONE = "Pelatihan ini tidak ditemukan."


def publish(session: Session, actor_id: int, slug: str) -> None:
    """Put a course into the catalogue again, and look for people whose gaps it covers."""
    if _move(session, actor_id, slug, "publish"):
        look_for_courses(session)


def archive(session: Session, actor_id: int, slug: str) -> None:
    """Take a course out of the catalogue; whoever is in it can finish it."""
    _move(session, actor_id, slug, "archive")


def _move(session: Session, actor_id: int, slug: str, deed: Deed) -> bool:
    """Change a course's state; tell whether it was another one before.

    Raises NotFound, and Conflict for a course that was never approved.
    """
    course = locked_course(session, slug)
    if course is None:
        raise NotFound(GONE)
    if course.state == {"publish": "published", "archive": "archived"}[deed]:
        return False
    state = after(cast(State, course.state), deed)
    if state is None:
        raise Conflict(REFUSED[deed])
    course.state = state
    audit(session, actor_id, f"courses:course:{state}", f"course:{slug}")
    return True


def course_of(session: Session, slug: str) -> Course | None:
    """Find a course in whatever state."""
    return session.scalar(select(Course).where(Course.slug == slug))


def source_digest(source: DraftSource) -> str:
    """Give the digest of what a learner would see of a draft."""
    return content_digest(
        source.course, source.modules, {file.name: file.digest for file in source.files}
    )


def publish_draft(session: Session, actor_id: int, course: Course, draft: Draft) -> CourseVersion:
    """Make a draft the current version of its course, and remove it; its history stays.

    The caller holds both and has checked who may.
    """
    new = draft_content(session, course, draft)
    version = add_version(
        session, course, replace(new, published_by=actor_id), competency_ids(session)
    )
    _note_published(session, draft, actor_id)
    remove_draft(session, draft)
    course.state = "published"
    look_for_courses(session)
    return version


def draft_content(session: Session, course: Course, draft: Draft) -> NewVersion:
    """Give a draft as the version that it will be."""
    source = draft_source(session, draft)
    made = replace(source.course, version=_number_written(session, course, draft))
    modules = tuple(
        _ended(module) if not front else module
        for module, front in zip(source.modules, source.fronts, strict=True)
    )
    return NewVersion(
        course=made,
        modules=modules,
        manifest=course_text(made, source.manifest),
        fronts=tuple(
            front_text(module, front) for module, front in zip(modules, source.fronts, strict=True)
        ),
        files={
            file.name: KeptFile(
                digest=file.digest, media_type=file.media_type, size=file.size, alt=file.alt
            )
            for file in source.files
        },
        digest=source_digest(source),
    )


def _ended(module: ModuleSource) -> ModuleSource:
    """End the text of a module that was written here with a line end, as files have it."""
    text = module.markdown
    return module if text.endswith("\n") else replace(module, markdown=f"{text}\n")


def _number_written(session: Session, course: Course, draft: Draft) -> int:
    """Give the number that `course.toml` will name.

    One that came with a folder stays as it came; a copy of a version gets the next number.
    """
    number = newest_number(session, course) + 1
    if not draft.manifest:
        return number
    named = manifest_version(draft.manifest)
    if named is None:
        return 1
    base = session.get(CourseVersion, draft.based_on) if draft.based_on else None
    return number if base is not None and base.manifest == draft.manifest else named


def _note_published(session: Session, draft: Draft, actor_id: int) -> None:
    modules = select(DraftModule).where(DraftModule.draft_id == draft.id)
    for module in session.scalars(modules.order_by(DraftModule.sequence)).all():
        note(session, draft.course_id, module, kind="published", by=actor_id)
    note(session, draft.course_id, facts_of(draft.facts), kind="published", by=actor_id)
