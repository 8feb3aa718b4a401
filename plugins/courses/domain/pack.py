"""A course as a folder describes it: `course.toml` and one Markdown file per module, checked."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from plugins.courses.domain.steps import (
    SourceError,
    StepSource,
    check_markdown,
    read_toml,
    split_front_matter,
    split_steps,
)

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
COURSE_KEYS: dict[str, type] = {
    "slug": str,
    "title": str,
    "summary": str,
    "version": int,
    "jp": int,
    "form": str,
    "objectives": list,
    "teaches": list,
    "modules": list,
}
MODULE_KEYS: dict[str, type] = {"title": str, "minutes": int, "objectives": list}
TEACHES_KEYS: dict[str, type] = {"competency": str, "from": int, "to": int}
OPTIONAL = {"version": 1, "form": "E-Learning", "objectives": []}
KIND_WORDS = {str: "teks", int: "angka bulat", list: "daftar"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """A competency, by its code, that a course raises from one level to another."""

    competency: str
    from_level: int
    to_level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseSource:
    """What `course.toml` says; `modules` are names of files in order."""

    slug: str
    title: str
    summary: str
    version: int
    jp: int
    form: str
    objectives: tuple[str, ...]
    teaches: tuple[Taught, ...]
    modules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleSource:
    """One module: its front matter, its Markdown and the steps in it."""

    title: str
    minutes: int
    objectives: tuple[str, ...]
    markdown: str
    steps: tuple[StepSource, ...]


def read_course(text: str) -> CourseSource:
    """Read `course.toml`; raises SourceError."""
    data = _checked(read_toml(text), COURSE_KEYS)
    if not SLUG.fullmatch(data["slug"]):
        raise SourceError(f"slug {data['slug']!r} hanya boleh huruf kecil, angka, dan tanda hubung")
    if data["jp"] < 1:
        raise SourceError("jp paling sedikit 1")
    if not data["modules"]:
        raise SourceError("modules masih kosong")
    return CourseSource(
        slug=data["slug"],
        title=data["title"].strip(),
        summary=data["summary"].strip(),
        version=data["version"],
        jp=data["jp"],
        form=data["form"].strip(),
        objectives=_texts(data["objectives"], "objectives"),
        teaches=tuple(_taught(item) for item in data["teaches"]),
        modules=_texts(data["modules"], "modules"),
    )


def read_module(text: str, media: Collection[str]) -> ModuleSource:
    """Read a module's file; `media` are the addresses that its images may have."""
    front, markdown, first_line = split_front_matter(text)
    data = _checked(front, MODULE_KEYS)
    if data["minutes"] < 1:
        raise SourceError("minutes paling sedikit 1")
    check_markdown(markdown, media, first_line)
    title = data["title"].strip()
    steps = split_steps(markdown, title)
    if not steps:
        raise SourceError("modul ini belum berisi", first_line)
    return ModuleSource(
        title=title,
        minutes=data["minutes"],
        objectives=_texts(data["objectives"], "objectives"),
        markdown=markdown,
        steps=tuple(steps),
    )


def content_digest(
    course: CourseSource, modules: Sequence[ModuleSource], media: Mapping[str, str]
) -> str:
    """Give a digest of all that a learner sees; the same content has the same digest.

    `media` maps names to digests of their content. The version number in the file and the names
    of the module files do not count.
    """
    seen = asdict(course) | {"version": 0, "modules": [asdict(module) for module in modules]}
    text = json.dumps([seen, dict(media)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _taught(item: Any) -> Taught:
    if not isinstance(item, dict):
        raise SourceError("teaches harus berisi { competency, from, to }")
    data = _checked(item, TEACHES_KEYS, "teaches: ")
    if not 0 <= data["from"] < data["to"]:
        raise SourceError(f"teaches: {data['competency']}: to harus lebih tinggi daripada from")
    return Taught(competency=data["competency"], from_level=data["from"], to_level=data["to"])


def _texts(values: list[Any], key: str) -> tuple[str, ...]:
    if not all(isinstance(value, str) and value.strip() for value in values):
        raise SourceError(f"{key} harus berupa daftar teks")
    return tuple(value.strip() for value in values)


def _checked(data: dict[str, Any], keys: Mapping[str, type], where: str = "") -> dict[str, Any]:
    """Refuse unknown keys, missing keys and wrong types; fill in what may be left out."""
    for key in data:
        if key not in keys:
            raise SourceError(f"{where}kunci {key!r} tidak dikenal; yang ada: {', '.join(keys)}")
    full = {**OPTIONAL, **data}
    for key, kind in keys.items():
        if key not in full:
            raise SourceError(f"{where}kunci {key!r} belum ada")
        if type(full[key]) is not kind:
            raise SourceError(f"{where}{key} harus berupa {KIND_WORDS[kind]}")
        if kind is str and not full[key].strip():
            raise SourceError(f"{where}{key} masih kosong")
    return full
