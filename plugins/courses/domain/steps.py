"""A module's source: `+++` front matter in TOML, then Markdown whose `## ` headings start steps."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

FENCE = re.compile(r"^ {0,3}(```|~~~)")
HEADING = re.compile(r"^##[ \t]+(.+?)[ \t]*#*[ \t]*$")
DEEPER = re.compile(r"^#(#{2,5}[ \t])")
IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(\s*<?(?P<target>[^)\s>]*)>?[^)]*\)")
FILE_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(\s*<?(?P<target>media/[^)\s>]*)>?[^)]*\)")
BLOCK = re.compile(r"^:::[ \t]*(?P<word>[\w-]*)[ \t]*(?P<rest>.*?)[ \t]*$")
NOTES = {"ingat": "Ingat", "penting": "Penting", "contoh": "Contoh"}
"""Words after `:::` that start a note, which the next `:::` ends."""
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
        return tomllib.loads(text.replace("\r\n", "\n").replace("\r", "\n"))
    except tomllib.TOMLDecodeError as error:
        found = TOML_LINE.search(str(error))
        line = int(found.group(1)) + first_line - 1 if found else None
        words = TOML_LINE.sub("", str(error)).strip()
        raise SourceError(f"tulisan TOML tidak dapat dibaca ({words})", line) from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, 5,000 brackets
        raise SourceError("tulisan TOML tidak dapat dibaca") from error


def split_front_matter(text: str) -> tuple[dict[str, Any], str, int]:
    """Split a module; give its front matter, its Markdown as it came, and where that begins."""
    lines = text.splitlines(keepends=True)
    if not lines or lines[0].strip() != "+++":
        raise SourceError("baris pertama harus berisi +++", 1)
    end = next((at for at, line in enumerate(lines[1:], 1) if line.strip() == "+++"), None)
    if end is None:
        raise SourceError("bagian depan tidak ditutup dengan +++", 1)
    return read_toml("".join(lines[1:end]), 2), "".join(lines[end + 1 :]), end + 2


def plain_lines(text: str) -> str:
    """Give a text with plain line ends and none behind the last line, for comparing."""
    return "\n".join(text.splitlines())


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
    for problem in find_problems(markdown, media, first_line):
        raise problem


def find_problems(
    markdown: str, media: Collection[str], first_line: int = 1
) -> Iterator[SourceError]:
    """Find what would be broken on the page, in the order of lines."""
    opened: int | None = None
    note: int | None = None
    for number, line in enumerate(markdown.splitlines(), first_line):
        block = BLOCK.match(line)
        if FENCE.match(line):
            opened = number if opened is None else None
        elif opened is None and block and (block["word"] in NOTES or not block["word"]):
            note = number if block["word"] else None
        elif opened is None:
            yield from _line_problems(line, number, media)
    if opened is not None:
        yield SourceError("blok kode tidak ditutup", opened)
    if note is not None:
        yield SourceError("catatan ini belum ditutup dengan :::", note)


def _line_problems(line: str, number: int, media: Collection[str]) -> Iterator[SourceError]:
    if re.match(r"^##[ \t]*$", line):
        yield SourceError("judul langkah kosong", number)
    for image in IMAGE.finditer(line):
        if image["target"] not in media:
            yield SourceError(f"gambar {image['target']!r} tidak ada di folder media", number)
        if not image["alt"].strip():
            yield SourceError("gambar perlu keterangan di dalam kurung siku", number)
    for link in FILE_LINK.finditer(line):
        if link["target"] not in media:
            yield SourceError(f"berkas {link['target']!r} tidak ada di folder media", number)


def notes_as_quotations(markdown: str) -> str:
    """Turn `::: ingat` … `:::` into a quotation with its word in bold, which is shown as a note."""
    lines: list[str] = []
    fenced = inside = False
    for line in markdown.splitlines():
        fenced ^= FENCE.match(line) is not None
        block = None if fenced else BLOCK.match(line)
        mark = "> " if inside else ""
        if block and block["word"] in NOTES:
            lines += ["", f"> **{NOTES[block['word']]}**", ">"]
            inside = True
        elif block and not block["word"] and inside:
            lines.append("")
            inside = False
        elif block and block["word"] and block["rest"]:  # an activity is a paragraph of its own
            lines += [mark, f"{mark}{line}", mark]
        else:
            lines.append(f"{mark}{line}")
    return "\n".join(lines)
