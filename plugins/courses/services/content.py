"""Use-case: read the courses of a content pack; changed content becomes a new version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from lms import Invalid, now, site_of
from plugins.courses.domain.pack import (
    CourseSource,
    ModuleSource,
    content_digest,
    read_course,
    read_module,
)
from plugins.courses.domain.steps import SourceError
from plugins.courses.jobs import look_for_courses
from plugins.courses.models import Course, CourseVersion
from plugins.courses.services.media import Picture, read_pictures
from plugins.courses.services.versions import (
    Codes,
    KeptFile,
    NewVersion,
    add_version,
    competency_ids,
    locked_course,
    refresh,
    same_version,
)

T = TypeVar("T")
MOST_TEXT = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A course folder that was read and found in order.

    `manifest` is `course.toml` as it came, `fronts` what stands before the text of each module,
    with its `+++` lines; `left_out` names files that a course has no place for.
    """

    course: CourseSource
    modules: tuple[ModuleSource, ...]
    pictures: Mapping[str, Picture]
    digest: str
    manifest: str = ""
    fronts: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of a course: its version, and whether that was stored now."""

    version: CourseVersion
    new: bool


def read_courses(session: Session, folder: Path) -> int:
    """Read all courses of a pack; give how many new versions were stored.

    Everything is checked before anything is stored. Raises Invalid with the file and the line.
    """
    parsed = parse_courses(folder)
    codes = competency_ids(session)
    stored = sum(store_parsed(session, item, codes).new for item in parsed)
    if stored:
        look_for_courses(session)
    return stored


def parse_courses(folder: Path) -> list[Parsed]:
    """Read and check all courses in a folder of courses; raises Invalid."""
    folders = sorted(path for path in folder.iterdir() if (path / "course.toml").is_file())
    parsed = [parse_course(path) for path in folders]
    _refuse_twice([item.course.slug for item in parsed])
    return parsed


def parse_course(folder: Path) -> Parsed:
    """Read and check the folder of one course; raises Invalid with the file and the line."""
    manifest = _text(folder / "course.toml")
    course = _read(folder / "course.toml", manifest, read_course)
    pictures = read_pictures(folder / "media")
    texts = [_text(folder / name) for name in course.modules]
    modules = tuple(
        _read(folder / name, text, lambda text: read_module(text, pictures))
        for name, text in zip(course.modules, texts, strict=True)
    )
    digests = {name: picture.digest for name, picture in pictures.items()}
    return Parsed(
        course=course,
        modules=modules,
        pictures=pictures,
        digest=content_digest(course, modules, digests),
        manifest=manifest,
        fronts=tuple(
            text.removesuffix(module.markdown) for text, module in zip(texts, modules, strict=True)
        ),
        left_out=_left_out(folder, course, pictures),
    )


_parse = parse_course


def _text(path: Path) -> str:
    """Give a text with its own line ends."""
    where = f"{path.parent.name}/{path.name}"
    try:
        if path.stat().st_size > MOST_TEXT:
            raise Invalid(f"{where}: tulisan ini lebih besar dari 1 MB. Bagi dulu.")
        text = path.read_bytes().decode("utf-8")
    except (FileNotFoundError, IsADirectoryError) as error:
        raise Invalid(f"{where}: berkas ini disebut di course.toml tetapi tidak ada.") from error
    except OSError as error:
        raise Invalid(f"{where}: berkas ini tidak dapat dibaca.") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{where}: simpan berkas ini sebagai UTF-8.") from error
    if "\0" in text:
        raise Invalid(f"{where}: berkas ini berisi huruf yang tidak bisa disimpan.")
    return text


def _read(path: Path, text: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(text)
    except SourceError as error:
        place = f", baris {error.line}" if error.line else ""
        raise Invalid(f"{path.parent.name}/{path.name}{place}: {error.text}.") from error


def _left_out(
    folder: Path, course: CourseSource, pictures: Mapping[str, Picture]
) -> tuple[str, ...]:
    known = {"course.toml", *course.modules, *pictures}
    paths = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    found = sorted(path.relative_to(folder).as_posix() for path in paths)
    return tuple(name for name in found if name not in known)


def _refuse_twice(slugs: list[str]) -> None:
    twice = sorted({slug for slug in slugs if slugs.count(slug) > 1})
    if twice:
        raise Invalid(f"Slug pelatihan dipakai dua kali: {', '.join(twice)}.")


def store_parsed(
    session: Session, parsed: Parsed, codes: Codes, published_by: int | None = None
) -> Stored:
    """Store a course as a new version, unless one of its versions says just this already.

    Comparing with every version keeps a pack that is loaded twice from undoing later changes.
    """
    slug = parsed.course.slug
    course = locked_course(session, slug)
    if course is None:
        course = Course(slug=slug, state="published", created_at=now(session))
        session.add(course)
        session.flush()
    new = _new_version(session, parsed, published_by)
    known = same_version(session, course, parsed.digest)
    if known is not None:
        refresh(session, known, new)
        return Stored(version=known, new=False)
    version = add_version(session, course, new, codes)
    if course.state == "draft":
        course.state = "published"
    return Stored(version=version, new=True)


def keep_texts(session: Session, parsed: Parsed) -> None:
    """Keep remarks, file names and line ends as they came, where a version says the same."""
    course = locked_course(session, parsed.course.slug)
    known = None if course is None else same_version(session, course, parsed.digest)
    if known is not None:
        refresh(session, known, _new_version(session, parsed, None))


def _new_version(session: Session, parsed: Parsed, published_by: int | None) -> NewVersion:
    files, alts = site_of(session).files, dict(parsed.course.alts)
    return NewVersion(
        course=parsed.course,
        modules=parsed.modules,
        manifest=parsed.manifest,
        fronts=parsed.fronts,
        files={
            name: KeptFile(
                digest=files.put(picture.content),
                media_type=picture.media_type,
                size=len(picture.content),
                alt=alts.get(name, ""),
            )
            for name, picture in parsed.pictures.items()
        },
        digest=parsed.digest,
        published_by=published_by,
    )
