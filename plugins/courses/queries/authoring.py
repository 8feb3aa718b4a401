"""Read models of trainers who write: courses with drafts, a draft's parts, its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms.models import Competency, Framework, Person
from plugins.courses.domain.drafting import CourseFacts, facts_of, hints_of
from plugins.courses.domain.steps import find_problems, split_steps
from plugins.courses.models import Course, CourseVersion, Draft, DraftFile, DraftModule, Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """A course in the trainer's list; without a draft, `draft_state` is empty."""

    slug: str
    title: str
    course_state: str
    version: int
    draft_state: str
    updated_at: datetime | None
    updated_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleLine:
    """A module in the outline; `problems` counts what must be mended before review."""

    public_id: str
    title: str
    minutes: int
    words: int
    steps: int
    problems: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """A file of a draft; `modules` are the titles of those that use it."""

    name: str
    digest: str
    media_type: str
    alt: str
    size: int
    modules: tuple[str, ...] = ()

    @property
    def is_picture(self) -> bool:
        """Tell whether it can be shown as a picture."""
        return self.media_type.startswith("image/")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPage:
    """A draft with its facts; `version` is the one that it is based on, 0 for a new course."""

    draft_id: int
    course_id: int
    slug: str
    course_state: str
    state: str
    revision: int
    version: int
    facts: CourseFacts
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ModulePage:
    """A module in the editor; `number` of `total` is its place."""

    public_id: str
    number: int
    total: int
    title: str
    minutes: int
    objectives: tuple[str, ...]
    source: str
    revision: int
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """An entry of the history; `here` tells whether its module is still in the draft."""

    public_id: str
    module: str | None
    kind: str
    title: str
    at: datetime
    by: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """An entry with its text, the text before it, and what is there now (None: removed)."""

    line: HistoryLine
    source: str
    before: str
    now: str | None


def draft_lines(
    session: Session, search: str, *, number: int, size: int
) -> tuple[list[DraftLine], int]:
    """Give one page of courses, those being written first; two statements."""
    title = func.coalesce(Draft.facts["title"].as_string(), CourseVersion.title, Course.slug)
    query = (
        select(Course, title, CourseVersion.version, Draft.state, Draft.updated_at, Person.name)
        .outerjoin(Draft, Draft.course_id == Course.id)
        .outerjoin(CourseVersion, (CourseVersion.course_id == Course.id) & CourseVersion.current)
        .outerjoin(Person, Person.id == Draft.updated_by)
    )
    if search:
        query = query.where(title.icontains(search, autoescape=True))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    order = Draft.id.is_(None), Draft.updated_at.desc(), title, Course.id
    rows = session.execute(query.order_by(*order).limit(size).offset((number - 1) * size))
    return [
        DraftLine(
            slug=course.slug,
            title=name,
            course_state=course.state,
            version=version or 0,
            draft_state=state or "",
            updated_at=updated_at,
            updated_by=person or "",
        )
        for course, name, version, state, updated_at, person in rows
    ], total


def draft_page(session: Session, slug: str) -> DraftPage | None:
    """Give a draft, None when there is none; one statement."""
    query = (
        select(Course, Draft, CourseVersion.version)
        .join(Draft, Draft.course_id == Course.id)
        .outerjoin(CourseVersion, CourseVersion.id == Draft.based_on)
        .where(Course.slug == slug)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    course, draft, version = row
    return DraftPage(
        draft_id=draft.id,
        course_id=course.id,
        slug=slug,
        course_state=course.state,
        state=draft.state,
        revision=draft.revision,
        version=version or 0,
        facts=facts_of(draft.facts),
        updated_at=draft.updated_at,
    )


def module_lines(session: Session, draft_id: int, files: Sequence[FileLine]) -> list[ModuleLine]:
    """Give the modules of a draft in order; one statement."""
    names = {file.name for file in files}
    return [_module_line(module, names) for module in session.scalars(_modules(draft_id))]


def _modules(draft_id: int) -> Select[DraftModule]:
    query = select(DraftModule).where(DraftModule.draft_id == draft_id)
    return query.order_by(DraftModule.sequence, DraftModule.id)


def _module_line(module: DraftModule, names: set[str]) -> ModuleLine:
    steps = len(split_steps(module.source, module.title))
    problems = sum(1 for _ in find_problems(module.source, names))
    return ModuleLine(
        public_id=module.public_id,
        title=module.title,
        minutes=module.minutes,
        words=hints_of(module.source).words,
        steps=steps,
        problems=problems + (not steps),
    )


def file_lines(session: Session, draft_id: int, *, with_modules: bool = False) -> list[FileLine]:
    """Give the files of a draft by name; one statement, two with the modules that use them."""
    query = select(DraftFile).where(DraftFile.draft_id == draft_id).order_by(DraftFile.name)
    sources: list[tuple[str, str]] = []
    if with_modules:
        sources = [(module.title, module.source) for module in session.scalars(_modules(draft_id))]
    return [
        FileLine(
            name=file.name,
            digest=file.digest,
            media_type=file.media_type,
            alt=file.alt,
            size=file.size,
            modules=tuple(title for title, source in sources if f"({file.name}" in source),
        )
        for file in session.scalars(query)
    ]


def module_page(session: Session, draft_id: int, public_id: str) -> ModulePage | None:
    """Give a module for the editor, None when it is not in this draft; one statement."""
    modules = list(session.scalars(_modules(draft_id)))
    for number, module in enumerate(modules, 1):
        if module.public_id == public_id:
            return ModulePage(
                public_id=public_id,
                number=number,
                total=len(modules),
                title=module.title,
                minutes=module.minutes,
                objectives=tuple(module.objectives),
                source=module.source,
                revision=module.revision,
                updated_at=module.updated_at,
            )
    return None


def history_lines(
    session: Session, course_id: int, module: str, *, number: int, size: int
) -> tuple[list[HistoryLine], int]:
    """Give one page of a course's history, newest first; of one module if it is named."""
    query = _history(course_id)
    if module:
        query = query.where(Revision.module == module)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(
        query.order_by(Revision.id.desc()).limit(size).offset((number - 1) * size)
    )
    return [_history_line(*row) for row in rows], total


def _history(course_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(Revision, Person.name, DraftModule.id)
        .outerjoin(Person, Person.id == Revision.by)
        .outerjoin(DraftModule, DraftModule.public_id == Revision.module)
        .where(Revision.course_id == course_id)
    )


def _history_line(revision: Revision, by: str | None, module_id: int | None) -> HistoryLine:
    return HistoryLine(
        public_id=revision.public_id,
        module=revision.module,
        kind=revision.kind,
        title=revision.title,
        at=revision.at,
        by=by or "",
        here=revision.module is None or module_id is not None,
    )


def history_page(session: Session, course_id: int, public_id: str) -> HistoryPage | None:
    """Give an entry of a course's history, None when it has no such one; three statements."""
    row = session.execute(_history(course_id).where(Revision.public_id == public_id)).one_or_none()
    if row is None:
        return None
    revision = row[0]
    same = Revision.module == revision.module if revision.module else Revision.module.is_(None)
    entries = select(Revision.source).where(Revision.course_id == course_id, same)
    told = entries.where(Revision.kind != "kept").order_by(Revision.id.desc()).limit(1)
    before = session.scalar(told.where(Revision.id < revision.id))
    return HistoryPage(
        line=_history_line(*row),
        source=revision.source,
        before=before or "",
        now=_present(session, revision, told),
    )


def _present(session: Session, revision: Revision, told: Select[str]) -> str | None:
    """Give what the module says now; of the course's facts, what the history said last."""
    if revision.module is None:
        return session.scalar(told)
    query = select(DraftModule.source).where(DraftModule.public_id == revision.module)
    return session.scalar(query)


def competency_choices(session: Session) -> list[tuple[str, str]]:
    """Give code and name of the competencies of all current frameworks; one statement."""
    query = (
        select(Competency.code, Competency.name, Framework.name)
        .join(Framework, Framework.id == Competency.framework_id)
        .where(Framework.current)
        .order_by(Framework.id, Competency.sequence)
    )
    return [(code, f"{name} ({framework})") for code, name, framework in session.execute(query)]
