"""Use-cases: find a draft, change its facts, discard it, hand it on, take one over.

A draft is the whole next version: facts, modules with their source, files. Whoever publishes or
exports it reads it with :func:`draft_source`; a course that was read from elsewhere becomes a draft
with :func:`draft_from_parsed`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms import Conflict, NotFound, audit, now, site_of
from plugins.courses.domain.drafting import (
    CourseFacts,
    facts_of,
)
from plugins.courses.domain.pack import CourseSource, ModuleSource
from plugins.courses.domain.steps import split_steps
from plugins.courses.models import (
    Course,
    Draft,
    DraftFile,
    DraftModule,
    Module,
    Revision,
)
from plugins.courses.services.authoring.history import known_modules, note
from plugins.courses.services.media import Picture

IN_REVIEW = "Draf ini sedang diperiksa. Tarik kembali dulu, lalu ubah."
GONE = "Draf ini tidak ditemukan."


class ParsedCourse(Protocol):
    """A course that was read from a folder and found in order (`services.content.Parsed`)."""

    @property
    def course(self) -> CourseSource:
        """Give what `course.toml` says."""

    @property
    def modules(self) -> Sequence[ModuleSource]:
        """Give the modules, in the order of `course.modules`."""

    @property
    def pictures(self) -> Mapping[str, Picture]:
        """Give `media/<name>` → file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSource:
    """A draft as publishing and exporting need it; `names` and `fronts` go with `modules`.

    `manifest` and `fronts` are the texts as they came, empty for what was written here; they may
    say something older than `course` and `modules` do.
    """

    course: CourseSource
    modules: tuple[ModuleSource, ...]
    names: tuple[str, ...]
    fronts: tuple[str, ...]
    manifest: str
    files: tuple[DraftFile, ...]


def new_draft(session: Session, actor_id: int | None, course: Course, facts: CourseFacts) -> Draft:
    """Add an empty draft with these facts."""
    moment = now(session)
    draft = Draft(
        course_id=course.id,
        facts=facts.as_json(),
        created_at=moment,
        updated_at=moment,
        updated_by=actor_id,
    )
    session.add(draft)
    session.flush()
    return draft


def draft_module(
    draft: Draft, sequence: int, name: str, source: str, front: str, facts: Module | ModuleSource
) -> DraftModule:
    """Make a module of a draft; nothing is stored yet."""
    return DraftModule(
        draft_id=draft.id,
        sequence=sequence,
        name=name,
        title=facts.title,
        minutes=facts.minutes,
        objectives=list(facts.objectives),
        source=source,
        front=front,
        updated_at=draft.updated_at,
        updated_by=draft.updated_by,
    )


def find_draft(session: Session, slug: str) -> tuple[Course, Draft]:
    """Find a course and its draft; raises NotFound."""
    query = select(Course, Draft).join(Draft, Draft.course_id == Course.id)
    found = session.execute(query.where(Course.slug == slug)).one_or_none()
    if found is None:
        raise NotFound(GONE)
    course, draft = found
    return course, draft


def writable_draft(session: Session, slug: str) -> Draft:
    """Lock a draft to change it; raises NotFound, or Conflict while it is in review."""
    query = select(Draft).join(Course, Course.id == Draft.course_id).where(Course.slug == slug)
    draft = session.scalar(query.with_for_update(of=Draft))
    if draft is None:
        raise NotFound(GONE)
    if draft.state != "draft":
        raise Conflict(IN_REVIEW)
    return draft


def touch(session: Session, draft: Draft, actor_id: int) -> None:
    """Note that a draft changed, by whom."""
    draft.revision += 1
    draft.updated_at, draft.updated_by = now(session), actor_id


def save_facts(
    session: Session, actor_id: int, slug: str, facts: CourseFacts, revision: int
) -> bool:
    """Store what the course says of itself; False when somebody changed it in the meantime.

    Then what was given is kept in the history and the draft stays as it is.
    """
    draft = writable_draft(session, slug)
    before = facts_of(draft.facts)
    if facts == before:
        return True
    if draft.revision != revision:
        note_facts(session, draft, facts, kind="kept", by=actor_id)
        return False
    note_facts(session, draft, before, kind="saved", by=draft.updated_by)
    draft.facts = facts.as_json()
    touch(session, draft, actor_id)
    note_facts(session, draft, facts, kind="saved", by=actor_id)
    return True


def note_facts(
    session: Session, draft: Draft, facts: CourseFacts, *, kind: str, by: int | None
) -> Revision:
    """Put the course's facts into its history."""
    return note(session, draft.course_id, facts, kind=kind, by=by)


def discard_draft(session: Session, actor_id: int | None, slug: str) -> None:
    """Remove a draft; its history stays, and its modules can be brought back from there."""
    draft = writable_draft(session, slug)
    course_id, facts = draft.course_id, facts_of(draft.facts)
    modules = session.scalars(select(DraftModule).where(DraftModule.draft_id == draft.id)).all()
    for module in modules:
        note(session, course_id, module, kind="removed", by=actor_id)
    note_facts(session, draft, facts, kind="removed", by=actor_id)
    remove_draft(session, draft)
    audit(session, actor_id, "courses:draft:discard", f"course:{slug}", modules=len(modules))


def remove_draft(session: Session, draft: Draft) -> None:
    """Remove a draft with its parts; the history stays."""
    for model in (DraftModule, DraftFile):
        session.execute(delete(model).where(model.draft_id == draft.id))
    session.delete(draft)
    session.flush()


def draft_source(session: Session, draft: Draft) -> DraftSource:
    """Give a draft's facts, modules and files; nothing is checked here. Three statements."""
    slug = session.scalars(select(Course.slug).where(Course.id == draft.course_id)).one()
    query = select(DraftModule).where(DraftModule.draft_id == draft.id)
    modules = session.scalars(query.order_by(DraftModule.sequence)).all()
    listed = select(DraftFile).where(DraftFile.draft_id == draft.id).order_by(DraftFile.name)
    files = tuple(session.scalars(listed))
    facts = facts_of(draft.facts)
    return DraftSource(
        course=CourseSource(
            slug=slug,
            title=facts.title,
            summary=facts.summary,
            version=1,
            jp=facts.jp,
            form=facts.form,
            objectives=facts.objectives,
            teaches=facts.teaches,
            modules=tuple(module.name for module in modules),
            alts=tuple((file.name, file.alt) for file in files if file.alt),
        ),
        modules=tuple(_module_source(module) for module in modules),
        names=tuple(module.name for module in modules),
        fronts=tuple(module.front for module in modules),
        manifest=draft.manifest,
        files=files,
    )


def _module_source(module: DraftModule) -> ModuleSource:
    return ModuleSource(
        title=module.title,
        minutes=module.minutes,
        objectives=tuple(module.objectives),
        markdown=module.source,
        steps=tuple(split_steps(module.source, module.title)),
    )


def draft_from_parsed(session: Session, actor_id: int | None, parsed: ParsedCourse) -> Draft:
    """Make a course that was read from a folder the draft of its course.

    Nobody is named as its writer where the command line brings it.

    A draft that is there is replaced; what it said stays in the history. Raises Conflict while it
    is in review.
    """
    course = session.scalar(select(Course).where(Course.slug == parsed.course.slug))
    if course is None:
        course = Course(slug=parsed.course.slug, created_at=now(session))
        session.add(course)
        session.flush()
    elif session.scalar(select(Draft.id).where(Draft.course_id == course.id)):
        discard_draft(session, actor_id, course.slug)
    draft = new_draft(session, actor_id, course, _source_facts(parsed.course))
    draft.manifest = getattr(parsed, "manifest", "")
    _add_parsed(session, draft, parsed)
    audit(session, actor_id, "courses:draft:import", f"course:{course.slug}")
    return draft


def _source_facts(course: CourseSource) -> CourseFacts:
    return CourseFacts(
        title=course.title,
        summary=course.summary,
        jp=course.jp,
        form=course.form,
        objectives=course.objectives,
        teaches=course.teaches,
    )


def _add_parsed(session: Session, draft: Draft, parsed: ParsedCourse) -> None:
    fronts: Any = getattr(parsed, "fronts", None) or [""] * len(parsed.modules)
    known = known_modules(session, draft.course_id)
    rows = zip(parsed.course.modules, parsed.modules, fronts, strict=True)
    for sequence, (name, module, front) in enumerate(rows, 1):
        added = draft_module(draft, sequence, name, module.markdown, front, module)
        if name in known:
            added.public_id = known.pop(name)
        session.add(added)
        session.flush()
        note(session, draft.course_id, added, kind="imported", by=draft.updated_by)
    files, alts = site_of(session).files, dict(parsed.course.alts)
    for name, picture in parsed.pictures.items():
        session.add(
            DraftFile(
                draft_id=draft.id,
                name=name,
                digest=files.put(picture.content),
                media_type=picture.media_type,
                alt=alts.get(name, ""),
                size=len(picture.content),
                added_at=draft.updated_at,
            )
        )
    session.flush()
