"""From the HTML of a Word document to Markdown that reads the same.

Only what is needed of HTML is known here: paragraphs, headings, lists, tables, emphasis, links,
pictures, footnotes. Text is escaped for Python-Markdown, so that a star stays a star.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

import defusedxml.ElementTree

from plugins.courses.domain.word_inline import (
    NOTE_REF,
    escaped,
    inline,
    inline_element,
    line_start,
    text_of,
)
from plugins.courses.domain.word_tables import Cell, grid_of

TITLE_CLASS = "judul-dokumen"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordModule:
    """A module out of a Word document."""

    title: str
    markdown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordText:
    """A Word document as modules; `title` is the document's own, empty without one."""

    title: str
    modules: tuple[WordModule, ...]
    has_headings: bool


@dataclass(slots=True)
class _Section:
    title: str
    blocks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_word_html(html: str, fallback: str) -> WordText:
    """Split a document at its first-level headings, and turn each part into Markdown.

    What stands before the first heading is a module of its own, named by the document's title or
    `fallback`. Without such headings the document is one module.
    """
    root = defusedxml.ElementTree.fromstring(f"<div>{html}</div>")
    notes = _take_notes(root)
    blocks = list(root)
    has_headings = any(block.tag == "h1" for block in blocks)
    titles = [block for block in blocks if _is_title(block)]
    if not has_headings and len(titles) > 1:  # somebody used the title's style for chapters
        for block in titles:
            block.tag, has_headings, titles = "h1", True, []
    title = text_of(titles[0]) if titles else ""
    sections = _sections(blocks, title or fallback, titles[:1], notes)
    modules = (_module(section) for section in sections if section.blocks or section.title)
    return WordText(
        title=title,
        modules=tuple(module for module in modules if module.markdown or has_headings),
        has_headings=has_headings,
    )


def _is_title(block: Element) -> bool:
    return block.get("class") == TITLE_CLASS and block.tag == "p"


def _sections(
    blocks: list[Element], first: str, skip: list[Element], notes: dict[str, Element]
) -> list[_Section]:
    sections = [_Section(first)]
    for block in blocks:
        if block in skip:
            continue
        if block.tag == "h1" and text_of(block):
            sections.append(_Section(text_of(block)))
            continue
        sections[-1].blocks += _block(block)
        sections[-1].notes += _notes_in(block, notes)
    return sections if sections[0].blocks else sections[1:] or sections


def _module(section: _Section) -> WordModule:
    parts = [*section.blocks, *section.notes]
    return WordModule(title=section.title[:200], markdown="\n\n".join(parts))


# --- Footnotes ----------------------------------------------------------------------------------


def _take_notes(root: Element) -> dict[str, Element]:
    """Take the list of footnotes out of the document; give them by id."""
    found = {}
    for block in list(root):
        items = [item for item in block if re.match(r"(foot|end)note-\d+$", item.get("id", ""))]
        if block.tag == "ol" and items:
            found.update({item.get("id", ""): item for item in items})
            root.remove(block)
    return found


def _notes_in(block: Element, notes: dict[str, Element]) -> Iterator[str]:
    for link in block.iter("a"):
        ref = NOTE_REF.match(link.get("href", ""))
        if ref and ref[1] in notes:
            lines = [inline(part) for part in notes[ref[1]]] or [inline(notes[ref[1]])]
            number = escaped(text_of(link), "text")
            yield f"<sup>{number}</sup> " + "<br>".join(line for line in lines if line)


# --- Blocks -------------------------------------------------------------------------------------


def _block(block: Element) -> list[str]:
    """Give the Markdown blocks of an element, without empty ones."""
    if block.tag in ("ul", "ol"):
        lines = list(_list(block))
        return ["\n".join(lines)] if lines else []
    if block.tag == "table":
        return _table(block)
    if re.match(r"h[1-6]$", block.tag):
        return _heading(block)
    if block.tag == "div":
        return [part for child in block for part in _block(child)]
    text = line_start(inline(block))
    return [text] if text else []


def _heading(block: Element) -> list[str]:
    level = max(2, int(block.tag[1]))
    pictures = [inline_element(image, "text") for image in block.iter("img")]
    title = text_of(block) if level == 2 else inline(block, plain=True)
    return ([f"{'#' * level} {title.rstrip('#').strip()}"] if title else []) + pictures


def _list(block: Element, depth: int = 0) -> Iterator[str]:
    """Give the lines of a list; what is nested goes four spaces in, as Python-Markdown wants."""
    indent = "    " * depth
    for number, item in enumerate(block, 1):
        mark = f"{number}." if block.tag == "ol" else "-"
        text = line_start(inline(item, without=("ul", "ol", "table")))
        yield f"{indent}{mark} {text or '&nbsp;'}"
        for child in item:
            if child.tag in ("ul", "ol"):
                yield from _list(child, depth + 1)
            elif child.tag == "table":
                yield from (f"{indent}    {line}" for line in _cell_text([child]).split("<br>"))


def _table(table: Element) -> list[str]:
    rows, head = grid_of(table)
    if len(rows) == 1 and len(rows[0]) == 1:
        return _box(rows[0][0])
    lines = [[_cell(cell) for cell in row] for row in rows]
    if not head:  # Markdown needs a head; the first row is it, as in most office tables
        head = 1
    merged = ["<br>".join(filter(None, column)) for column in zip(*lines[:head], strict=True)]
    body = [merged, ["---"] * len(merged), *lines[head:]]
    return ["\n".join(f"| {' | '.join(row)} |" for row in body)] if merged else []


def _box(cell: Cell) -> list[str]:
    """Turn a table with a single cell, which draws a frame around text, into a note."""
    if cell is None:
        return []
    blocks = [part for child in cell for part in _block(child)] or [inline(cell)]
    text = "\n\n".join(part for part in blocks if part)
    return ["\n".join(f"> {line}".rstrip() for line in text.splitlines())] if text else []


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    parts = list(cell)
    if not any(part.tag in ("p", "ul", "ol", "table") or part.tag[0] == "h" for part in parts):
        return inline(cell, "cell")
    return _cell_text(parts)


def _cell_text(parts: Iterable[Element], mark: str = "") -> str:
    """Write blocks on one line: a cell of Markdown has no paragraphs or lists of its own."""
    lines: list[str] = []
    for part in parts:
        if part.tag in ("ul", "ol"):
            for number, item in enumerate(part, 1):
                bullet = f"{number}\\. " if part.tag == "ol" else "• "
                lines.append(bullet + inline(item, "cell", without=("ul", "ol")))
                nested = [child for child in item if child.tag in ("ul", "ol")]
                lines += [_cell_text(nested)] if nested else []
        elif part.tag in ("table", "thead", "tbody", "tr", "td", "th"):
            lines.append(_cell_text(list(part)) if len(part) else inline(part, "cell"))
        else:
            lines.append(inline(part, "cell"))
    return "<br>".join(line for line in lines if line)
