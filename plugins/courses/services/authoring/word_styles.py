"""Which styles of a Word document are headings, whatever a language or an office calls them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from plugins.courses.services.authoring.word_files import WORD_SPACE, WordFile

DEEPEST = 6
LONGEST_CHAIN = 20
HEADING = re.compile(r"(?:heading|judul|tajuk) ([1-6])\b", re.IGNORECASE)
PLAIN_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    """A paragraph style: its level in the outline (0 is the highest), and what it builds on."""

    name: str
    level: int | None
    parent: str


def heading_styles(word: WordFile) -> list[str]:
    """Give lines of a style map for every style that stands in the outline by itself or its base.

    Word keeps the outline level in a style's definition, so that it holds in any language and for
    an office's own styles too.
    """
    styles = _styles(word.styles)
    found = []
    for key in styles:
        level = _level(styles, key)
        if level is not None and level < DEEPEST and PLAIN_ID.fullmatch(key):
            found.append(f"p.{key} => h{level + 1}:fresh")
    return found


def _styles(root: Element | None) -> dict[str, _Style]:
    found = {}
    for style in () if root is None else root.iter(f"{WORD_SPACE}style"):
        if style.get(f"{WORD_SPACE}type") == "paragraph":
            level = _value(style, f"{WORD_SPACE}pPr/{WORD_SPACE}outlineLvl")
            found[style.get(f"{WORD_SPACE}styleId", "")] = _Style(
                name=_value(style, f"{WORD_SPACE}name"),
                level=int(level) if re.fullmatch(r"[0-9]", level) else None,
                parent=_value(style, f"{WORD_SPACE}basedOn"),
            )
    return found


def _value(style: Element, path: str) -> str:
    found = style.find(path)
    return "" if found is None else found.get(f"{WORD_SPACE}val", "")


def _level(styles: dict[str, _Style], key: str) -> int | None:
    """Give the nearest level along what a style builds on; a circle of styles has none."""
    for _ in range(LONGEST_CHAIN):
        style = styles.get(key)
        if style is None:
            return None
        if style.level is not None:
            return style.level
        if named := HEADING.match(style.name):
            return int(named[1]) - 1
        key = style.parent
    return None
