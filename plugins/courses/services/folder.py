"""Use-cases: a course as a folder of `course.toml`, Markdown and media, out and in again.

What came from a folder and did not change goes back byte for byte.
"""

from __future__ import annotations

import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, NotFound, audit, site_of
from lms.models import Competency
from plugins.courses.domain.drafting import module_name
from plugins.courses.domain.folder_text import course_text, front_text, manifest_version
from plugins.courses.domain.pack import CourseSource, ModuleSource, Taught
from plugins.courses.jobs import look_for_courses
from plugins.courses.models import Course, CourseVersion, Draft, Media, Module, Teaches
from plugins.courses.services.authoring.drafts import (
    IN_REVIEW,
    DraftSource,
    draft_from_parsed,
    draft_source,
    find_draft,
)
from plugins.courses.services.content import Parsed, keep_texts, store_parsed
from plugins.courses.services.publishing import draft_content, source_digest
from plugins.courses.services.versions import (
    KeptFile,
    NewVersion,
    competency_ids,
    locked_course,
    same_version,
)

Status = Literal["draft", "published", "same"]
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same course gives the same archive, whenever it is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a folder: a draft, a version, or nothing since it is there already.

    `left_out` names files that a course has no place for.
    """

    slug: str
    status: Status
    version: int | None
    left_out: tuple[str, ...]


def version_content(session: Session, slug: str, number: int | None = None) -> NewVersion:
    """Read a version of a course, the current one unless told; raises NotFound."""
    query = select(CourseVersion).join(Course, Course.id == CourseVersion.course_id)
    which = CourseVersion.current if number is None else CourseVersion.version == number
    version = session.scalars(query.where(Course.slug == slug, which)).one_or_none()
    if version is None:
        raise NotFound("Pelatihan atau versi ini tidak ditemukan.")
    rows = select(Module).where(Module.course_version_id == version.id).order_by(Module.sequence)
    rows_found = session.scalars(rows).all()
    files = _files(session, version)
    course = _course_source(session, slug, version, _names(rows_found), files)
    modules = tuple(_module_source(row) for row in rows_found)
    return NewVersion(
        course=course,
        modules=modules,
        manifest=course_text(course, version.manifest),
        fronts=tuple(
            front_text(module, row.front) for module, row in zip(modules, rows_found, strict=True)
        ),
        files=files,
        digest=version.digest,
        published_by=version.published_by,
    )


def draft_folder(session: Session, slug: str) -> NewVersion:
    """Read a draft as a folder; raises NotFound."""
    return draft_content(session, *find_draft(session, slug))


def is_draft_only(session: Session, slug: str) -> bool:
    """Tell whether a course was never published but has a draft."""
    query = select(Draft.id).join(Course, Course.id == Draft.course_id).where(Course.slug == slug)
    published = select(CourseVersion.id).where(CourseVersion.course_id == Draft.course_id)
    return session.scalar(query.where(~published.exists())) is not None


def _names(modules: Sequence[Module]) -> tuple[str, ...]:
    names: list[str] = []
    for module in modules:
        names.append(module.name or module_name(module.sequence, module.title, names))
    return tuple(names)


def _module_source(row: Module) -> ModuleSource:
    text = row.source if row.front or row.source.endswith("\n") else f"{row.source}\n"
    return ModuleSource(
        title=row.title,
        minutes=row.minutes,
        objectives=tuple(row.objectives),
        markdown=text,
        steps=(),
    )


def _files(session: Session, version: CourseVersion) -> dict[str, KeptFile]:
    query = select(Media).where(Media.course_version_id == version.id).order_by(Media.name)
    return {
        row.name: KeptFile(digest=row.digest, media_type=row.media_type, size=row.size, alt=row.alt)
        for row in session.scalars(query)
    }


def _course_source(
    session: Session,
    slug: str,
    version: CourseVersion,
    names: tuple[str, ...],
    files: dict[str, KeptFile],
) -> CourseSource:
    query = (
        select(Competency.code, Teaches.from_level, Teaches.to_level)
        .join(Competency, Competency.id == Teaches.competency_id)
        .where(Teaches.course_version_id == version.id)
        .order_by(Teaches.id)
    )
    named = manifest_version(version.manifest)
    return CourseSource(
        slug=slug,
        title=version.title,
        summary=version.summary,
        version=(1 if version.manifest else version.version) if named is None else named,
        jp=version.jp,
        form=version.form,
        objectives=tuple(version.objectives),
        teaches=tuple(
            Taught(competency=code, from_level=low, to_level=high)
            for code, low, high in session.execute(query)
        ),
        modules=names,
        alts=tuple((name, file.alt) for name, file in files.items() if file.alt),
    )


def _texts(content: NewVersion) -> Iterator[tuple[str, bytes]]:
    yield "course.toml", content.manifest.encode()
    for name, front, module in zip(
        content.course.modules, content.fronts, content.modules, strict=True
    ):
        yield name, (front + module.markdown).encode()


def write_folder(session: Session, content: NewVersion, folder: Path) -> None:
    """Write a course into a folder that is new, empty, or holds this course already.

    Files of the course that it has no more are removed there; other files stay. Raises Conflict
    for a folder with something else in it.
    """
    refuse_links(folder)
    stale = _stale(folder, content)
    (folder / "media").mkdir(parents=True, exist_ok=True)
    files = site_of(session).files
    for name, text in _texts(content):
        (folder / name).write_bytes(text)
    for name, file in content.files.items():
        (folder / name).write_bytes(files.get(file.digest))
    for path in stale:
        path.unlink(missing_ok=True)
    if not content.files and not any((folder / "media").iterdir()):
        (folder / "media").rmdir()


def refuse_links(folder: Path) -> None:
    """Refuse links that lead out of a course's folder; raises Invalid with the name.

    A folder that came from elsewhere must not read, overwrite or remove files beside it.
    """
    home = folder.resolve()
    for path in (*folder.glob("*"), *folder.glob("media/*")):
        if path.is_symlink() and not path.resolve().is_relative_to(home):
            raise Invalid(f"{path}: tautan ini menuju ke luar folder pelatihan.")


def _stale(folder: Path, content: NewVersion) -> list[Path]:
    if not folder.exists() or not any(folder.iterdir()):
        return []
    try:
        there = tomllib.loads((folder / "course.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Conflict(f"{folder}: folder ini tidak kosong dan bukan pelatihan.") from error
    if there.get("slug") != content.course.slug:
        raise Conflict(f"{folder}: folder ini berisi pelatihan lain.")
    kept = {*content.course.modules, *content.files}
    before = [*folder.glob("*.md"), *folder.glob("media/*")]
    named = {name for name in there.get("modules", []) if isinstance(name, str)}
    names = {path: path.relative_to(folder).as_posix() for path in before if path.is_file()}
    return [
        path
        for path, name in names.items()
        if name not in kept and (name in named or name.startswith("media/"))
    ]


def write_zip(session: Session, content: NewVersion, target: IO[bytes]) -> None:
    """Write a course as an archive with one folder in it."""
    store, slug = site_of(session).files, content.course.slug
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in _texts(content):
            info = zipfile.ZipInfo(f"{slug}/{name}", EPOCH)
            info.external_attr = 0o644 << 16
            archive.writestr(info, text, zipfile.ZIP_DEFLATED)
        for name, file in content.files.items():
            info = zipfile.ZipInfo(f"{slug}/{name}", EPOCH)
            info.external_attr = 0o644 << 16
            archive.writestr(info, store.get(file.digest), zipfile.ZIP_STORED)


def status_of(session: Session, parsed: Parsed) -> tuple[Status, bool]:
    """Tell what taking a course as a draft would do, and whether it would replace a draft.

    Raises Conflict while its draft is in review.
    """
    query = select(Course).where(Course.slug == parsed.course.slug)
    course = session.scalar(query)
    if course is None:
        return "draft", False
    draft = session.scalar(select(Draft).where(Draft.course_id == course.id))
    if draft is None:
        current = same_version(session, course, parsed.digest)
        return ("same" if current is not None and current.current else "draft"), False
    source = draft_source(session, draft)
    if source_digest(source) == parsed.digest and (
        draft.state != "draft" or _reads_same(source, parsed)
    ):
        return "same", False
    if draft.state != "draft":
        raise Conflict(IN_REVIEW)
    return "draft", True


def _reads_same(source: DraftSource, parsed: Parsed) -> bool:
    """Compare remarks, names and line ends; a draft that was written here has none of its own."""
    texts = [module.markdown for module in source.modules]
    return not source.manifest or (
        (source.manifest, source.fronts, source.names)
        == (parsed.manifest, parsed.fronts, parsed.course.modules)
        and texts == [module.markdown for module in parsed.modules]
    )


def take_draft(session: Session, actor_id: int | None, parsed: Parsed) -> Taken:
    """Make a course that was read from a folder the draft of its course; the same is left alone."""
    locked_course(session, parsed.course.slug)
    status, _ = status_of(session, parsed)
    if status == "draft":
        draft_from_parsed(session, actor_id, parsed)
    else:
        keep_texts(session, parsed)
    return Taken(slug=parsed.course.slug, status=status, version=None, left_out=parsed.left_out)


def take_version(session: Session, actor_id: int | None, parsed: Parsed) -> Taken:
    """Publish a course that was read from a folder; the same content again changes nothing."""
    slug = parsed.course.slug
    stored = store_parsed(session, parsed, competency_ids(session), actor_id)
    if stored.new:
        audit(
            session,
            actor_id,
            "courses:course:import",
            f"course:{slug}",
            version=stored.version.version,
        )
        look_for_courses(session)
    return Taken(
        slug=slug,
        status="published" if stored.new else "same",
        version=stored.version.version,
        left_out=parsed.left_out,
    )
