"""Cuts a GIFT file into questions, with their line, category and what comments say of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from plugins.assessment.domain.formats.texts import lines_of

ESCAPED = "\\:#={}~n"
HIDDEN = {sign: chr(0xE000 + place) for place, sign in enumerate(ESCAPED)}
SHOWN = {hidden: "\n" if sign == "n" else sign for sign, hidden in HIDDEN.items()}
ESCAPE = re.compile(r"\\([\\:#={}~n])")
PRIVATE = re.compile("[\ue000-\ue0ff]")
HIDDEN_SIGN = re.compile(f"[{''.join(SHOWN)}]")

CATEGORY = re.compile(r"\s*\$CATEGORY:\s*(.*)", re.IGNORECASE)
TAG = re.compile(r"\[tag:([^\]\n]{1,60})\]")
ID = re.compile(r"\[id:([^\]\n]{1,60})\]")
OWN = re.compile(r"//\s*titian:(.*)")


@dataclass(slots=True)
class Block:
    """The raw text of one question; `own` is what our export noted in a comment."""

    line: int
    text: str = ""
    category: str = ""
    code: str = ""
    tags: list[str] = field(default_factory=list)
    own: dict[str, str] = field(default_factory=dict)


def hide(text: str) -> str:
    """Replace escaped signs by private ones, so that what is left has its meaning."""
    return ESCAPE.sub(lambda match: HIDDEN[match[1]], PRIVATE.sub("", text))


def show(text: str) -> str:
    """Put escaped signs back."""
    return HIDDEN_SIGN.sub(lambda match: SHOWN[match[0]], text)


def blocks(text: str) -> Iterator[Block]:
    """Give the questions one after another."""
    cutter = _Cutter()
    for number, line in enumerate(lines_of(hide(text)), start=1):
        yield from cutter.line(number, line)
    yield from cutter.flush()


class _Cutter:
    """Follows braces and blank lines; a brace that is never closed costs one question only."""

    def __init__(self) -> None:
        self.category = ""
        self.current = Block(0)
        self.lines: list[str] = []
        self.open = False
        self.closed = False
        self.gap = False

    def line(self, number: int, line: str) -> Iterator[Block]:
        """Take a line; give the question that it ends, if any."""
        stripped = line.strip()
        if stripped.startswith("//"):
            self._comment(stripped)
        elif not stripped:
            self.gap = True
            if not self.open:
                yield from self.flush()
        elif not self.open and (match := CATEGORY.fullmatch(line)):
            yield from self.flush()
            self.category = show(match[1]).strip()
        else:
            ended = self.gap if self.open else self.closed
            if ended and _starts_anew(stripped):
                yield from self.flush()
            self._add(number, line)

    def _add(self, number: int, line: str) -> None:
        if not self.lines:
            self.current.line = number
        self.lines.append(line)
        self.gap = False
        last = max(line.rfind("{"), line.rfind("}"))
        if last >= 0:
            self.open = line[last] == "{"
            self.closed = not self.open

    def _comment(self, line: str) -> None:
        self.current.tags += [show(tag).strip() for tag in TAG.findall(line)]
        if match := ID.search(line):
            self.current.code = show(match[1]).strip()
        if match := OWN.match(line):
            pairs = (pair.partition("=") for pair in show(match[1]).split(";"))
            self.current.own |= {name.strip(): value.strip() for name, _, value in pairs}

    def flush(self) -> Iterator[Block]:
        """End the current question."""
        self.open = self.closed = self.gap = False
        if self.lines:
            self.current.text = "\n".join(self.lines).strip()
            self.current.category = self.category
            yield self.current
            self.current, self.lines = Block(0), []


def _starts_anew(line: str) -> bool:
    return line.startswith(("::", "$CATEGORY:")) or "{" in line.partition("}")[0]
