"""Read models of a review: the queue, a draft beside what is published, remarks, what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, String, func, literal, null, select, type_coerce, union_all
from sqlalchemy.orm import Session, aliased

from lms.models import Person
from plugins.courses.domain.comparing import compare
from plugins.courses.domain.drafting import facts_of, facts_text
from plugins.courses.models import (
    LIVE,
    Course,
    CourseVersion,
    Draft,
    DraftModule,
    Enrolment,
    Module,
    ReviewNote,
)
from plugins.courses.services.authoring.opening import version_facts

MOST_NOTES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """A course in review; `version` is the published one, 0 for a new course."""

    slug: str
    title: str
    version: int
    submitted_at: datetime | None
    submitted_by: str
    modules: int
    open_remarks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLine:
    """A remark or a step of the review; `module` is the title of what a remark is about."""

    public_id: str
    kind: str
    module_id: str | None
    module: str
    text: str
    at: datetime
    by: str
    settled_at: datetime | None
    settled_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewModule:
    """A module beside the published one; `before` is None for a new one."""

    public_id: str
    title: str
    minutes: int
    source: str
    before: str | None
    added: int
    removed: int
    facts_changed: bool = False

    @property
    def kind(self) -> str:
        """Give new, changed or same."""
        if self.before is None:
            return "new"
        return "changed" if self.added or self.removed or self.facts_changed else "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewModules:
    """The modules of a draft in order, and the titles of those that the draft no more has."""

    modules: tuple[ReviewModule, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """What happened to a course: a step of a review, or a version that was stored."""

    kind: str
    at: datetime
    by: str
    text: str
    version: int | None


def queue_lines(session: Session, *, number: int, size: int) -> tuple[list[QueueLine], int]:
    """Give one page of courses in review, the longest waiting first; one statement."""
    modules = select(func.count(DraftModule.id)).where(DraftModule.draft_id == Draft.id)
    remarks = select(func.count(ReviewNote.id)).where(
        ReviewNote.course_id == Course.id,
        ReviewNote.kind == "remark",
        ReviewNote.settled_at.is_(None),
    )
    query = (
        select(
            Course.slug,
            Draft,
            CourseVersion.version,
            Person.name,
            modules.correlate(Draft).scalar_subquery(),
            remarks.correlate(Course).scalar_subquery(),
            func.count().over(),
        )
        .join(Draft, Draft.course_id == Course.id)
        .outerjoin(CourseVersion, (CourseVersion.course_id == Course.id) & CourseVersion.current)
        .outerjoin(Person, Person.id == Draft.submitted_by)
        .where(Draft.state == "in_review")
        .order_by(Draft.submitted_at, Draft.id)
    )
    rows = session.execute(query.limit(size).offset((number - 1) * size)).all()
    lines = [
        QueueLine(
            slug=slug,
            title=facts_of(draft.facts).title,
            version=version or 0,
            submitted_at=draft.submitted_at,
            submitted_by=name or "",
            modules=count,
            open_remarks=remarks_open,
        )
        for slug, draft, version, name, count, remarks_open, _ in rows
    ]
    return lines, rows[0][-1] if rows else 0


def note_lines(session: Session, draft: Draft) -> list[NoteLine]:
    """Give what was said of a draft, and of the ones before where it is open; one statement."""
    settled = aliased(Person)
    query = (
        select(ReviewNote, Person.name, settled.name, DraftModule.title)
        .outerjoin(Person, Person.id == ReviewNote.by)
        .outerjoin(settled, settled.id == ReviewNote.settled_by)
        .outerjoin(DraftModule, DraftModule.public_id == ReviewNote.module)
        .where(ReviewNote.course_id == draft.course_id, ReviewNote.at >= draft.created_at)
        .order_by(ReviewNote.at.desc(), ReviewNote.id.desc())
        .limit(MOST_NOTES)
    )
    return [
        NoteLine(
            public_id=note.public_id,
            kind=note.kind,
            module_id=note.module,
            module=title or "",
            text=note.text,
            at=note.at,
            by=by or "",
            settled_at=note.settled_at,
            settled_by=settler or "",
        )
        for note, by, settler, title in session.execute(query)
    ]


def review_modules(session: Session, draft: Draft) -> ReviewModules:
    """Put the modules of a draft beside those of the published version; two statements."""
    published = _published(session, draft.course_id)
    query = select(DraftModule).where(DraftModule.draft_id == draft.id)
    found = []
    for module in session.scalars(query.order_by(DraftModule.sequence)).all():
        old = published.pop(module.name, None)
        change = compare(old.source if old else "", module.source)
        found.append(
            ReviewModule(
                public_id=module.public_id,
                title=module.title,
                minutes=module.minutes,
                source=module.source,
                before=old.source if old else None,
                added=change.added,
                removed=change.removed,
                facts_changed=old is not None and _facts(old) != _facts(module),
            )
        )
    return ReviewModules(
        modules=tuple(found), gone=tuple(module.title for module in published.values())
    )


def _published(session: Session, course_id: int) -> dict[str, Module]:
    """Give the modules of the current version by file name; by place where they have none."""
    query = (
        select(Module)
        .join(CourseVersion, CourseVersion.id == Module.course_version_id)
        .where(CourseVersion.course_id == course_id, CourseVersion.current)
        .order_by(Module.sequence)
    )
    return {row.name or f"#{row.sequence}": row for row in session.scalars(query)}


def _facts(module: Module | DraftModule) -> tuple[str, int, Sequence[str]]:
    return module.title, module.minutes, list(module.objectives)


def published_facts(session: Session, course_id: int) -> str:
    """Give what the current version says of itself, as lines; empty for a new course."""
    query = select(CourseVersion).where(CourseVersion.course_id == course_id)
    version = session.scalars(query.where(CourseVersion.current)).one_or_none()
    if version is None:
        return ""
    return facts_text(version_facts(session, version))


def learners_by_version(session: Session, course_id: int) -> list[tuple[int, int]]:
    """Give version → people who are in the course with it, newest first; one statement."""
    query = (
        select(CourseVersion.version, func.count(Enrolment.id))
        .join(Enrolment, Enrolment.course_version_id == CourseVersion.id)
        .where(CourseVersion.course_id == course_id, Enrolment.state.in_(LIVE))
        .group_by(CourseVersion.version)
        .order_by(CourseVersion.version.desc())
    )
    return [(version, count) for version, count in session.execute(query)]


def change_lines(
    session: Session, course_id: int, *, number: int, size: int
) -> tuple[list[ChangeLine], int]:
    """Give one page of what happened to a course, newest first; one statement."""
    steps = select(
        ReviewNote.kind.label("kind"),
        ReviewNote.at.label("at"),
        ReviewNote.by.label("by"),
        ReviewNote.text.label("text"),
        type_coerce(null(), Integer).label("version"),
        ReviewNote.id.label("id"),
    ).where(ReviewNote.course_id == course_id, ReviewNote.kind.not_in(("remark", "approved")))
    versions = select(
        literal("version", String).label("kind"),
        CourseVersion.created_at,
        CourseVersion.published_by,
        CourseVersion.title,
        CourseVersion.version,
        CourseVersion.id,
    ).where(CourseVersion.course_id == course_id)
    rows = union_all(steps, versions).subquery()
    query = (
        select(rows, Person.name, func.count().over())
        .outerjoin(Person, Person.id == rows.c.by)
        .order_by(rows.c.at.desc(), rows.c.kind.desc(), rows.c.id.desc())
    )
    found = session.execute(query.limit(size).offset((number - 1) * size)).all()
    lines = [
        ChangeLine(kind=row.kind, at=row.at, by=row[6] or "", text=row.text, version=row.version)
        for row in found
    ]
    return lines, found[0][-1] if found else 0
