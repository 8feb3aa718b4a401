"""A module's source: `+++` front matter in TOML, then Markdown whose `## ` headings start steps."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

FENCE = re.compile(r"^ {0,3}(```|~~~)")
HEADING = re.compile(r"^##[ \t]+(.+?)[ \t]*#*[ \t]*$")
DEEPER = re.compile(r"^#(#{2,5}[ \t])")
IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(\s*<?(?P<target>[^)\s>]*)>?[^)]*\)")
TOML_LINE = re.compile(r"\(at line (\d+), column \d+\)")


class SourceError(Exception):
    """A source that cannot be used: what is wrong, and in which line (None: the whole file)."""

    def __init__(self, text: str, line: int | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSource:
    """One step: its title and its Markdown, with headings raised by one level."""

    title: str
    markdown: str


def read_toml(text: str, first_line: int = 1) -> dict[str, Any]:
    """Read TOML that begins in a certain line of its file; raises SourceError with the line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = TOML_LINE.search(str(error))
        line = int(found.group(1)) + first_line - 1 if found else None
        words = TOML_LINE.sub("", str(error)).strip()
        raise SourceError(f"tulisan TOML tidak dapat dibaca ({words})", line) from error


def split_front_matter(text: str) -> tuple[dict[str, Any], str, int]:
    """Split a module; give its front matter, its Markdown and the line where that begins."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != "+++":
        raise SourceError("baris pertama harus berisi +++", 1)
    end = next((at for at, line in enumerate(lines[1:], 1) if line.strip() == "+++"), None)
    if end is None:
        raise SourceError("bagian depan tidak ditutup dengan +++", 1)
    return read_toml("\n".join(lines[1:end]), 2), "\n".join(lines[end + 1 :]), end + 2


def split_steps(markdown: str, title: str) -> list[StepSource]:
    """Split Markdown at its `## ` headings; what stands before the first is a step of its own.

    `title` is the module's, for that first step. Headings inside code fences do not count.
    """
    steps: list[tuple[str, list[str]]] = [(title, [])]
    fenced = False
    for line in markdown.splitlines():
        fenced ^= FENCE.match(line) is not None
        heading = None if fenced else HEADING.match(line)
        if heading:
            steps.append((heading.group(1), []))
        else:
            steps[-1][1].append(line if fenced else DEEPER.sub(r"\1", line))
    found = [StepSource(title=name, markdown="\n".join(rows).strip()) for name, rows in steps]
    return found if found[0].markdown else found[1:]


def check_markdown(markdown: str, media: Collection[str], first_line: int = 1) -> None:
    """Refuse what would be broken on the page; raises SourceError with the line."""
    opened: int | None = None
    for number, line in enumerate(markdown.splitlines(), first_line):
        if FENCE.match(line):
            opened = number if opened is None else None
        elif opened is None:
            _check_line(line, number, media)
    if opened is not None:
        raise SourceError("blok kode tidak ditutup", opened)


def _check_line(line: str, number: int, media: Collection[str]) -> None:
    if re.match(r"^##[ \t]*$", line):
        raise SourceError("judul langkah kosong", number)
    for image in IMAGE.finditer(line):
        if image["target"] not in media:
            raise SourceError(f"gambar {image['target']!r} tidak ada di folder media", number)
        if not image["alt"].strip():
            raise SourceError("gambar perlu keterangan di dalam kurung siku", number)
