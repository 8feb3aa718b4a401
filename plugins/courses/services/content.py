"""Use-case: read the courses of a content pack; changed content becomes a new version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms import Invalid, now, site_of
from lms.models import Competency, Framework
from plugins.courses.domain.pack import (
    CourseSource,
    ModuleSource,
    Taught,
    content_digest,
    read_course,
    read_module,
)
from plugins.courses.domain.steps import SourceError
from plugins.courses.jobs import look_for_courses
from plugins.courses.models import Course, CourseVersion, Media, Module, Step, Teaches
from plugins.courses.services.media import Picture, read_pictures
from plugins.courses.services.rendering import render_step, source_digest

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A course folder that was read and found in order."""

    course: CourseSource
    modules: tuple[ModuleSource, ...]
    pictures: Mapping[str, Picture]
    digest: str


def read_courses(session: Session, folder: Path) -> int:
    """Read all courses of a pack; give how many new versions were stored.

    Everything is checked before anything is stored. Raises Invalid with the file and the line.
    """
    folders = sorted(path for path in folder.iterdir() if (path / "course.toml").is_file())
    parsed = [_parse(path) for path in folders]
    _refuse_twice([item.course.slug for item in parsed])
    codes = _competency_ids(session)
    stored = sum(_store(session, item, codes) for item in parsed)
    if stored:
        look_for_courses(session)
    return stored


def _parse(folder: Path) -> Parsed:
    course = _read(folder / "course.toml", read_course)
    pictures = read_pictures(folder / "media")
    modules = tuple(
        _read(folder / name, lambda text: read_module(text, pictures)) for name in course.modules
    )
    digests = {name: picture.digest for name, picture in pictures.items()}
    return Parsed(
        course=course,
        modules=modules,
        pictures=pictures,
        digest=content_digest(course, modules, digests),
    )


def _read(path: Path, parse: Callable[[str], T]) -> T:
    where = f"{path.parent.name}/{path.name}"
    try:
        return parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Invalid(f"{where}: berkas ini disebut di course.toml tetapi tidak ada.") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{where}: simpan berkas ini sebagai UTF-8.") from error
    except SourceError as error:
        place = f", baris {error.line}" if error.line else ""
        raise Invalid(f"{where}{place}: {error.text}.") from error


def _refuse_twice(slugs: list[str]) -> None:
    twice = sorted({slug for slug in slugs if slugs.count(slug) > 1})
    if twice:
        raise Invalid(f"Slug pelatihan dipakai dua kali: {', '.join(twice)}.")


def _competency_ids(session: Session) -> dict[str, list[int]]:
    query = select(Competency.code, Competency.id).join(
        Framework, Framework.id == Competency.framework_id
    )
    found: dict[str, list[int]] = {}
    for code, competency_id in session.execute(query.where(Framework.current)):
        found.setdefault(code, []).append(competency_id)
    return found


def _store(session: Session, parsed: Parsed, codes: Mapping[str, list[int]]) -> bool:
    """Store a course as a new version, unless one of its versions says just this already.

    Comparing with every version keeps a pack that is loaded twice from undoing later changes.
    """
    course = session.scalar(select(Course).where(Course.slug == parsed.course.slug))
    if course is None:
        course = Course(slug=parsed.course.slug, state="published", created_at=now(session))
        session.add(course)
        session.flush()
    same = select(CourseVersion).where(
        CourseVersion.course_id == course.id, CourseVersion.digest == parsed.digest
    )
    known = session.scalar(same)
    if known is not None:
        _render_again(session, known, parsed)
        return False
    version = _add_version(session, course, parsed)
    _add_teaches(session, version, parsed, codes)
    _add_pictures(session, version, parsed.pictures)
    for sequence, module in enumerate(parsed.modules, 1):
        _add_module(session, version, sequence, module, parsed.pictures)
    return True


def _add_version(session: Session, course: Course, parsed: Parsed) -> CourseVersion:
    newest = select(func.max(CourseVersion.version)).where(CourseVersion.course_id == course.id)
    before = session.scalar(newest) or 0
    session.execute(
        update(CourseVersion).where(CourseVersion.course_id == course.id).values(current=False)
    )
    version = CourseVersion(
        course_id=course.id,
        version=max(before + 1, parsed.course.version),
        title=parsed.course.title,
        summary=parsed.course.summary,
        jp=parsed.course.jp,
        form=parsed.course.form,
        objectives=list(parsed.course.objectives),
        digest=parsed.digest,
        created_at=now(session),
    )
    session.add(version)
    session.flush()
    return version


def _add_teaches(
    session: Session, version: CourseVersion, parsed: Parsed, codes: Mapping[str, list[int]]
) -> None:
    for taught in parsed.course.teaches:
        session.add(
            Teaches(
                course_version_id=version.id,
                competency_id=_competency(parsed.course, taught, codes),
                from_level=taught.from_level,
                to_level=taught.to_level,
            )
        )


def _competency(course: CourseSource, taught: Taught, codes: Mapping[str, list[int]]) -> int:
    found = codes.get(taught.competency, [])
    if len(found) != 1:
        what = "ada di beberapa kerangka" if found else "tidak ada di kerangka yang berlaku"
        raise Invalid(f"{course.slug}/course.toml: kompetensi {taught.competency!r} {what}.")
    return found[0]


def _add_pictures(
    session: Session, version: CourseVersion, pictures: Mapping[str, Picture]
) -> None:
    files = site_of(session).files
    for name, picture in pictures.items():
        files.put(picture.content)
        session.add(
            Media(
                course_version_id=version.id,
                name=name,
                digest=picture.digest,
                media_type=picture.media_type,
            )
        )


def _add_module(
    session: Session,
    version: CourseVersion,
    sequence: int,
    source: ModuleSource,
    pictures: Mapping[str, Picture],
) -> None:
    module = Module(
        course_version_id=version.id,
        sequence=sequence,
        title=source.title,
        minutes=source.minutes,
        objectives=list(source.objectives),
        source=source.markdown,
        digest=source_digest(source.markdown),
    )
    session.add(module)
    session.flush()
    session.add_all(_steps(session, module, source, pictures))


def _steps(
    session: Session, module: Module, source: ModuleSource, pictures: Mapping[str, Picture]
) -> list[Step]:
    extensions: list[Any] = site_of(session).registry.gather("lms_register_markdown_extensions")
    return [
        Step(
            module_id=module.id,
            sequence=sequence,
            title=step.title,
            html=render_step(step.markdown, pictures, extensions),
        )
        for sequence, step in enumerate(source.steps, 1)
    ]


def _render_again(session: Session, version: CourseVersion, parsed: Parsed) -> None:
    """Make the HTML anew where it came from an older way of rendering; the content is the same."""
    query = select(Module).where(Module.course_version_id == version.id).order_by(Module.sequence)
    for module, source in zip(session.scalars(query), parsed.modules, strict=True):
        digest = source_digest(source.markdown)
        if module.digest == digest:
            continue
        module.digest = digest
        steps = session.scalars(select(Step).where(Step.module_id == module.id))
        by_sequence = {step.sequence: step for step in steps}
        for fresh in _steps(session, module, source, parsed.pictures):
            by_sequence[fresh.sequence].html = fresh.html
