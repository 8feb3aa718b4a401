"""What changed between two texts, line by line and word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
CONTEXT = 2
"""Lines shown before and after a change; longer equal parts are left out and counted."""
MOST_TOKENS = 4000
"""Above this a changed passage is shown whole: comparing it word by word would take too long."""

Kind = Literal["same", "ins", "del", "left_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a line: same, ins(erted), del(eted), or how many lines were left out."""

    kind: Kind
    text: str


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Lines with their pieces; `added` and `removed` count words."""

    lines: tuple[Line, ...]
    added: int
    removed: int

    @property
    def is_same(self) -> bool:
        """Tell whether nothing changed."""
        return all(piece.kind in ("same", "left_out") for line in self.lines for piece in line)


def compare(before: str, after: str) -> Comparison:
    """Compare two texts."""
    lines = tuple(_lines(before.splitlines(), after.splitlines()))
    return Comparison(lines=lines, added=_words(lines, "ins"), removed=_words(lines, "del"))


def _words(lines: Sequence[Line], kind: Kind) -> int:
    pieces = (piece.text for line in lines for piece in line if piece.kind == kind)
    return sum(len(re.findall(r"\w+", text)) for text in pieces)


def _lines(before: list[str], after: list[str]) -> Iterator[Line]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    opcodes = matcher.get_opcodes()
    for number, (tag, a, b, c, d) in enumerate(opcodes):
        if tag == "equal":
            yield from _equal(after[c:d], number == 0, number == len(opcodes) - 1)
        elif tag == "replace":
            yield from _replaced(before[a:b], after[c:d])
        else:
            kind: Kind = "del" if tag == "delete" else "ins"
            yield from (_line(kind, text) for text in before[a:b] + after[c:d])


def _line(kind: Kind, text: str) -> Line:
    return (Piece(kind=kind, text=text),)


def _equal(lines: list[str], first: bool, last: bool) -> Iterator[Line]:
    """Show the edges of an equal part, and how many lines lie between them."""
    head = 0 if first else CONTEXT
    tail = 0 if last else CONTEXT
    if len(lines) <= head + tail + 1:
        yield from (_line("same", text) for text in lines)
        return
    yield from (_line("same", text) for text in lines[:head])
    yield _line("left_out", str(len(lines) - head - tail))
    yield from (_line("same", text) for text in lines[len(lines) - tail :])


def _replaced(before: list[str], after: list[str]) -> Iterator[Line]:
    old, new = TOKEN.findall("\n".join(before)), TOKEN.findall("\n".join(after))
    if len(old) + len(new) > MOST_TOKENS:
        yield from (_line("del", text) for text in before)
        yield from (_line("ins", text) for text in after)
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    pieces: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece(kind="same", text="".join(new[c:d])))
            continue
        if b > a:
            pieces.append(Piece(kind="del", text="".join(old[a:b])))
        if d > c:
            pieces.append(Piece(kind="ins", text="".join(new[c:d])))
    yield from _broken(pieces)


def _broken(pieces: Sequence[Piece]) -> Iterator[Line]:
    """Break pieces into lines again, where they contain line ends."""
    line: list[Piece] = []
    for piece in pieces:
        first, *rest = piece.text.split("\n")
        if first:
            line.append(Piece(kind=piece.kind, text=first))
        for text in rest:
            yield tuple(line)
            line = [Piece(kind=piece.kind, text=text)] if text else []
    if line:
        yield tuple(line)
