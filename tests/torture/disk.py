"""What a disk may hold after the power went: a model of files, writes and flushes.

A write may have reached the disk or not, in any order, whole or in part, until a flush of its file
that began after it has ended. New, removed and renamed files are certain after a flush of their
folder. Sectors are written whole; of a write that did not arrive, the file may still have grown.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

SECTORS = (512, 4096)
KINDS = ("synced", "all", "prefix", "subset", "torn", "rot")
"""How much of what was not flushed is there.

Nothing; all; the first ones, the last of them torn; any ones; any sectors of any ones; and any
ones, while the places of the others hold chance bytes where the file had to grow.
"""
MIXED = "mixed"
"""Another kind for each file."""


@dataclass(eq=False, slots=True)
class Effect:
    """A write of `data` at `place`; without data the file is cut or stretched to `place`."""

    place: int
    data: bytes | None
    done: bool = False

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.place + len(self.data or b"")

    def apply(self, content: bytearray) -> None:
        """Do it."""
        if self.data is None:
            del content[self.place :]
        _stretch(content, self.place)
        content[self.place : self.end] = self.data or b""

    def sectors(self, size: int) -> list[Effect]:
        """The parts that are written whole or not at all."""
        if self.data is None:
            return [self]
        cuts = [self.place, *range((self.place // size + 1) * size, self.end, size), self.end]
        return [
            Effect(first, self.data[first - self.place : last - self.place])
            for first, last in pairwise(cuts)
        ]


@dataclass(eq=False, slots=True)
class File:
    """A file: what is on the disk for certain, and the effects that may be there."""

    certain: bytearray = field(default_factory=bytearray)
    pending: list[Effect] = field(default_factory=list)

    def flushed(self, effects: Iterable[Effect]) -> None:
        """Make effects certain, in their order."""
        wanted = set(map(id, effects))
        for effect in self.pending:
            if id(effect) in wanted:
                effect.apply(self.certain)
        self.pending = [effect for effect in self.pending if id(effect) not in wanted]

    def after(self, kind: str, rng: random.Random) -> bytes:
        """What the file may hold after the power went."""
        content = bytearray(self.certain)
        for effect in _surviving(self.pending, kind, rng, content):
            effect.apply(content)
        return bytes(content)


def _surviving(
    pending: list[Effect], kind: str, rng: random.Random, content: bytearray
) -> Iterable[Effect]:
    if kind == "synced":
        return []
    if kind == "all":
        return pending
    if kind == "prefix":
        count = rng.randrange(len(pending) + 1)
        torn = pending[count].sectors(rng.choice(SECTORS)) if count < len(pending) else []
        return pending[:count] + torn[: rng.randrange(len(torn) + 1)]
    share, size = rng.random(), rng.choice(SECTORS)
    parts = pending
    if kind == "torn":
        parts = [part for effect in pending for part in effect.sectors(size)]
    if kind == "rot" and (end := max((effect.end for effect in pending), default=0)):
        content += rng.randbytes(max(0, end - len(content)))
    return [part for part in parts if rng.random() < share]


def _stretch(content: bytearray, size: int) -> None:
    content += bytes(max(0, size - len(content)))


class Disk:
    """Files by name, as the process sees them and as the disk may know them."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = {name: File(bytearray(content)) for name, content in files.items()}
        self._certain = dict(self.files)
        self._later: list[dict[str, File]] = []
        """The names after each change that no flush of the folder has made certain."""

    def create(self, name: str) -> None:
        """Make a file, unless it is there."""
        if name not in self.files:
            self._rename({**self.files, name: File()})

    def remove(self, name: str) -> None:
        """Take a name away."""
        self._rename({key: file for key, file in self.files.items() if key != name})

    def rename(self, name: str, new: str) -> None:
        """Give a file another name."""
        rest = {key: file for key, file in self.files.items() if key != name}
        self._rename(rest | ({new: self.files[name]} if name in self.files else {}))

    def _rename(self, names: dict[str, File]) -> None:
        self.files = names
        self._later.append(names)

    def names_flushed(self, count: int) -> None:
        """Make the first `count` changes of names certain."""
        if count:
            self._certain = self._later[count - 1]
            del self._later[:count]

    @property
    def names_pending(self) -> int:
        """How many changes of names are not certain."""
        return len(self._later)

    def now(self) -> dict[str, bytes]:
        """What the process reads: everything applied."""
        rng = random.Random(0)
        return {name: file.after("all", rng) for name, file in self.files.items()}

    def after(self, kind: str, rng: random.Random) -> dict[str, bytes]:
        """What may be there after the power went now; each file has a fate of its own."""
        names = self._certain
        if kind == "all":
            names = self.files
        elif kind != "synced" and self._later:
            names = rng.choice([self._certain, *self._later])
        return {
            name: file.after(rng.choice(KINDS) if kind == MIXED else kind, rng)
            for name, file in names.items()
        }
