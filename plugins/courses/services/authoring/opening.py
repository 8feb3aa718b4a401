"""Use-cases: start a course; open a draft of one that is published."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Invalid, NotFound, audit, now, site_of
from lms.models import Competency
from plugins.courses.domain.drafting import (
    MOST_TITLE,
    CourseFacts,
    facts_of,
    free_name,
    module_name,
    slug_of,
)
from plugins.courses.domain.pack import Taught
from plugins.courses.models import (
    Course,
    CourseVersion,
    Draft,
    DraftFile,
    Media,
    Module,
    Teaches,
)
from plugins.courses.services.authoring.drafts import draft_module, new_draft, note_facts
from plugins.courses.services.authoring.history import known_modules, last_facts, note


def start_course(session: Session, actor_id: int, title: str) -> str:
    """Begin a new course with an empty draft; give its slug. Raises Invalid without a title."""
    title = " ".join(title.split())
    if not title:
        raise Invalid("Tulis judul pelatihan dulu.")
    if len(title) > MOST_TITLE:
        raise Invalid("Judul ini terlalu panjang. Paling banyak 200 huruf.")
    wanted = slug_of(title) or "pelatihan"
    taken = set(session.scalars(select(Course.slug).where(Course.slug.startswith(wanted))))
    course = Course(slug=free_name(wanted, taken), created_at=now(session))
    session.add(course)
    session.flush()
    draft = new_draft(session, actor_id, course, CourseFacts(title=title))
    note_facts(session, draft, facts_of(draft.facts), kind="saved", by=actor_id)
    audit(session, actor_id, "courses:draft:start", f"course:{course.slug}")
    return course.slug


def open_draft(session: Session, actor_id: int, slug: str) -> Draft:
    """Give the draft of a course; without one, a copy of its current version becomes it."""
    course = session.scalar(select(Course).where(Course.slug == slug).with_for_update())
    if course is None:
        raise NotFound("Pelatihan ini tidak ditemukan.")
    draft = session.scalar(select(Draft).where(Draft.course_id == course.id))
    if draft is not None:
        return draft
    current = CourseVersion.course_id == course.id, CourseVersion.current
    version = session.scalars(select(CourseVersion).where(*current)).one_or_none()
    draft = _copy_of(session, actor_id, course, version)
    number = version.version if version else 0
    audit(session, actor_id, "courses:draft:open", f"course:{slug}", version=number)
    return draft


def _copy_of(
    session: Session, actor_id: int, course: Course, version: CourseVersion | None
) -> Draft:
    """Copy a version; a course whose only draft was discarded begins with its last facts."""
    if version is None:
        facts = last_facts(session, course.id) or CourseFacts(title=course.slug)
        return new_draft(session, actor_id, course, facts)
    draft = new_draft(session, actor_id, course, version_facts(session, version))
    draft.based_on, draft.manifest = version.id, version.manifest
    _copy_modules(session, draft, version)
    _copy_files(session, draft, version)
    return draft


def version_facts(session: Session, version: CourseVersion) -> CourseFacts:
    """Give what a version says of itself; one statement."""
    query = (
        select(Competency.code, Teaches.from_level, Teaches.to_level)
        .join(Competency, Competency.id == Teaches.competency_id)
        .where(Teaches.course_version_id == version.id)
        .order_by(Teaches.id)
    )
    return CourseFacts(
        title=version.title,
        summary=version.summary,
        jp=version.jp,
        form=version.form,
        objectives=tuple(version.objectives),
        teaches=tuple(
            Taught(competency=code, from_level=low, to_level=high)
            for code, low, high in session.execute(query)
        ),
    )


def _copy_modules(session: Session, draft: Draft, version: CourseVersion) -> None:
    """Copy the modules; one that was written here before keeps its id, and so its history."""
    query = select(Module).where(Module.course_version_id == version.id).order_by(Module.sequence)
    known = known_modules(session, draft.course_id)
    names: set[str] = set()
    for module in session.scalars(query).all():
        name = module.name or module_name(module.sequence, module.title, names)
        names.add(name)
        copy = draft_module(draft, module.sequence, name, module.source, module.front, module)
        if name in known:
            copy.public_id = known.pop(name)
        session.add(copy)
        session.flush()
        note(session, draft.course_id, copy, kind="published", by=version.published_by)


def _copy_files(session: Session, draft: Draft, version: CourseVersion) -> None:
    """Copy which files there are; their content stays where it is."""
    files = site_of(session).files
    query = select(Media).where(Media.course_version_id == version.id).order_by(Media.id)
    for media in session.scalars(query).all():
        size = media.size or files.path(media.digest).stat().st_size
        session.add(
            DraftFile(
                draft_id=draft.id,
                name=media.name,
                digest=media.digest,
                media_type=media.media_type,
                alt=media.alt,
                size=size,
                added_at=draft.updated_at,
            )
        )
    session.flush()
