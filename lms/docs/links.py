"""Finds relative links in Markdown pages that lead nowhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
FOREIGN = re.compile(r"[a-z][a-z0-9+.-]*:|//")


def markdown_files(root: Path) -> list[Path]:
    """Give the pages of a checkout that are written for readers."""
    plugins = sorted((root / "plugins").glob("*/README.md"))
    return [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md")), *plugins]


def broken_links(root: Path) -> list[str]:
    """Name the relative links whose file or heading is not there."""
    return [
        f"{path.relative_to(root)}: {target} leads nowhere"
        for path in markdown_files(root)
        for target in links(path.read_text(encoding="utf-8"))
        if not _leads_somewhere(path, target)
    ]


def links(text: str) -> Iterator[str]:
    """Give the targets of the relative links of a page; code is left out."""
    for match in LINK.finditer(CODE.sub("", FENCE.sub("", text))):
        if not FOREIGN.match(match[1]):
            yield match[1]


def _leads_somewhere(page: Path, target: str) -> bool:
    name, _, anchor = unquote(target).partition("#")
    path = (page.parent / name).resolve() if name else page
    if not path.exists():
        return False
    return not anchor or path.suffix != ".md" or anchor in anchors(path)


@cache
def anchors(path: Path) -> frozenset[str]:
    """Give the names by which headings of a page can be linked, as code hosts make them."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in HEADING.findall(FENCE.sub("", path.read_text(encoding="utf-8"))):
        name = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return frozenset(found)
