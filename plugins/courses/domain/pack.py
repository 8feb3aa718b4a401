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
    plain_lines,
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
    "alts": list,
}
MODULE_KEYS: dict[str, type] = {"title": str, "minutes": int, "objectives": list}
TEACHES_KEYS: dict[str, type] = {"competency": str, "from": int, "to": int}
ALT_KEYS: dict[str, type] = {"file": str, "text": str}
OPTIONAL: dict[str, Any] = {"version": 1, "form": "E-Learning", "objectives": [], "alts": []}
MODULE_NAME = re.compile(r"[^\W_][^/\\:]{0,115}\.md", re.IGNORECASE)
MOST = {"slug": 80, "title": 200, "form": 60, "jp": 1000, "minutes": 10_000, "to": 99}
MOST_VERSION = 1_000_000
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
    alts: tuple[tuple[str, str], ...] = ()
    """What pictures are described by, as (file, text); only the editor reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleSource:
    """One module: its front matter, its Markdown as it came, and the steps in it."""

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
    if not 0 <= data["version"] <= MOST_VERSION:
        raise SourceError(f"version paling besar {MOST_VERSION}")
    return CourseSource(
        slug=data["slug"],
        title=data["title"].strip(),
        summary=data["summary"].strip(),
        version=data["version"],
        jp=data["jp"],
        form=data["form"].strip(),
        objectives=_texts(data["objectives"], "objectives"),
        teaches=tuple(_taught(item) for item in data["teaches"]),
        modules=_names(_texts(data["modules"], "modules")),
        alts=tuple(sorted(_alt(item) for item in data["alts"])),
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
    seen = asdict(course) | {"version": 0, "modules": [_seen(module) for module in modules]}
    del seen["alts"]
    text = json.dumps([seen, dict(media)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _seen(module: ModuleSource) -> dict[str, Any]:
    """Give a module with plain line ends, so that a folder from Windows is no other content."""
    return asdict(module) | {"markdown": plain_lines(module.markdown)}


def _names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse names that lead out of the folder, and two that some systems take for one."""
    for name in names:
        if not MODULE_NAME.fullmatch(name):
            raise SourceError(f"modules: {name!r} harus berupa nama berkas .md di folder ini")
    if len({name.casefold() for name in names}) < len(names):
        raise SourceError("modules: satu berkas disebut dua kali")
    return names


def _alt(item: Any) -> tuple[str, str]:
    if not isinstance(item, dict):
        raise SourceError("alts harus berisi { file, text }")
    data = _checked(item, ALT_KEYS, "alts: ")
    return data["file"], data["text"].strip()[:300]


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
        if key in MOST and (len(full[key]) if kind is str else full[key]) > MOST[key]:
            raise SourceError(
                f"{where}{key} paling {'panjang' if kind is str else 'besar'} {MOST[key]}"
            )
    return full
