"""Use-case: store a course as a new version; packs, folders and approved drafts all come here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms import Invalid, now, site_of
from lms.models import Competency, Framework
from plugins.courses.domain.pack import CourseSource, ModuleSource, Taught
from plugins.courses.models import Course, CourseVersion, Media, Module, Step, Teaches
from plugins.courses.services.rendering import render_step, source_digest

Codes = Mapping[str, list[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file that is in the store already."""

    digest: str
    media_type: str
    size: int
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """All that a version is made of.

    `manifest` and `fronts` are the texts of `course.toml` and of the modules' front matter as
    they came; `digest` is of what a learner sees.
    """

    course: CourseSource
    modules: tuple[ModuleSource, ...]
    manifest: str
    fronts: tuple[str, ...]
    files: Mapping[str, KeptFile]
    digest: str
    published_by: int | None = None


def locked_course(session: Session, slug: str) -> Course | None:
    """Find a course and hold it: two that add a version at once do so one after the other."""
    return session.scalar(select(Course).where(Course.slug == slug).with_for_update())


def competency_ids(session: Session) -> dict[str, list[int]]:
    """Give code → ids of the competencies of current frameworks."""
    query = select(Competency.code, Competency.id).join(
        Framework, Framework.id == Competency.framework_id
    )
    found: dict[str, list[int]] = {}
    for code, competency_id in session.execute(query.where(Framework.current)):
        found.setdefault(code, []).append(competency_id)
    return found


def same_version(session: Session, course: Course, digest: str) -> CourseVersion | None:
    """Find the version of a course that says just this, the newest one."""
    query = select(CourseVersion).where(
        CourseVersion.course_id == course.id, CourseVersion.digest == digest
    )
    return session.scalar(query.order_by(CourseVersion.version.desc()).limit(1))


def newest_number(session: Session, course: Course) -> int:
    """Give the highest number of a course's versions, 0 without one."""
    newest = select(func.max(CourseVersion.version)).where(CourseVersion.course_id == course.id)
    return session.scalar(newest) or 0


def add_version(session: Session, course: Course, new: NewVersion, codes: Codes) -> CourseVersion:
    """Store a version and make it the current one; whoever is in the course stays on theirs."""
    version = _add_row(session, course, new)
    for taught in new.course.teaches:
        session.add(
            Teaches(
                course_version_id=version.id,
                competency_id=_competency(new.course, taught, codes),
                from_level=taught.from_level,
                to_level=taught.to_level,
            )
        )
        session.flush()  # the order of the rows is the order in the folder
    _add_files(session, version, new.files)
    for sequence in range(1, len(new.modules) + 1):
        _add_module(session, version, sequence, new)
    return version


def _add_row(session: Session, course: Course, new: NewVersion) -> CourseVersion:
    before = newest_number(session, course)
    session.execute(
        update(CourseVersion).where(CourseVersion.course_id == course.id).values(current=False)
    )
    version = CourseVersion(
        course_id=course.id,
        version=max(before + 1, new.course.version),
        title=new.course.title,
        summary=new.course.summary,
        jp=new.course.jp,
        form=new.course.form,
        objectives=list(new.course.objectives),
        digest=new.digest,
        manifest=new.manifest,
        published_by=new.published_by,
        created_at=now(session),
    )
    session.add(version)
    session.flush()
    return version


def _competency(course: CourseSource, taught: Taught, codes: Codes) -> int:
    found = codes.get(taught.competency, [])
    if len(found) != 1:
        what = "ada di beberapa kerangka" if found else "tidak ada di kerangka yang berlaku"
        raise Invalid(f"{course.slug}/course.toml: kompetensi {taught.competency!r} {what}.")
    return found[0]


def _add_files(session: Session, version: CourseVersion, files: Mapping[str, KeptFile]) -> None:
    session.add_all(
        Media(
            course_version_id=version.id,
            name=name,
            digest=file.digest,
            media_type=file.media_type,
            alt=file.alt,
            size=file.size,
        )
        for name, file in files.items()
    )


def _add_module(session: Session, version: CourseVersion, sequence: int, new: NewVersion) -> None:
    source = new.modules[sequence - 1]
    module = Module(
        course_version_id=version.id,
        sequence=sequence,
        title=source.title,
        minutes=source.minutes,
        objectives=list(source.objectives),
        source=source.markdown,
        digest=source_digest(source.markdown),
        name=new.course.modules[sequence - 1],
        front=new.fronts[sequence - 1],
    )
    session.add(module)
    session.flush()
    session.add_all(_steps(session, module, source, new.files))


def _steps(
    session: Session, module: Module, source: ModuleSource, files: Mapping[str, KeptFile]
) -> list[Step]:
    extensions: list[Any] = site_of(session).registry.gather("lms_register_markdown_extensions")
    return [
        Step(
            module_id=module.id,
            sequence=sequence,
            title=step.title,
            html=render_step(step.markdown, files, extensions),
        )
        for sequence, step in enumerate(source.steps, 1)
    ]


def refresh(session: Session, version: CourseVersion, new: NewVersion) -> None:
    """Keep the same content as it came last: its remarks, file names, line ends.

    Makes the HTML anew where it came from an older way of rendering.
    """
    version.manifest = new.manifest
    query = select(Module).where(Module.course_version_id == version.id).order_by(Module.sequence)
    for at, module in enumerate(session.scalars(query).all()):
        source = new.modules[at]
        module.name, module.front = new.course.modules[at], new.fronts[at]
        module.source = source.markdown
        digest = source_digest(source.markdown)
        if module.digest != digest:
            module.digest = digest
            _render_again(session, module, source, new.files)
    _refresh_files(session, version, new.files)


def _render_again(
    session: Session, module: Module, source: ModuleSource, files: Mapping[str, KeptFile]
) -> None:
    steps = session.scalars(select(Step).where(Step.module_id == module.id))
    by_sequence = {step.sequence: step for step in steps}
    for fresh in _steps(session, module, source, files):
        by_sequence[fresh.sequence].html = fresh.html


def _refresh_files(session: Session, version: CourseVersion, files: Mapping[str, KeptFile]) -> None:
    for media in session.scalars(select(Media).where(Media.course_version_id == version.id)):
        media.size, media.alt = files[media.name].size, files[media.name].alt or media.alt
