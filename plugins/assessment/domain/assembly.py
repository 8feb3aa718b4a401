"""Parallel forms: two sets of questions that are equally hard, with anchors in both."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import fmean

ANCHOR_SHARE = 0.2
"""Anchors should be at least this share of a form (measurement.md §2, linking)."""
ANCHOR, FORM_TAGS = "jangkar", {"A": "bentuk-a", "B": "bentuk-b"}
LABELS = ("A", "B")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assemblable:
    """An item that a form may take; `difficulty` is calibrated or the author's estimate."""

    item_version_id: int
    level: int
    difficulty: float
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two parallel sets for one line; the anchors are in both."""

    anchors: tuple[Assemblable, ...]
    own: dict[str, tuple[Assemblable, ...]]

    def items(self, label: str) -> list[tuple[Assemblable, bool]]:
        """Give (item, whether it is an anchor) of a form, easy ones first."""
        found = [(item, True) for item in self.anchors] + [(i, False) for i in self.own[label]]
        return sorted(found, key=lambda pair: (pair[0].level, pair[0].difficulty))

    @property
    def difference(self) -> float:
        """Give how much harder form B is than A on average, in logits; 0 when one is empty."""
        means = [
            fmean(item.difficulty for item, _ in self.items(label)) if self.items(label) else 0.0
            for label in LABELS
        ]
        return means[1] - means[0]


def assemble(items: Sequence[Assemblable], n: int, share: float = ANCHOR_SHARE) -> Pair:
    """Make two parallel sets of up to `n` items with `share` anchors.

    What authors marked (tags bentuk-a, bentuk-b, jangkar) is kept; the rest is dealt in turns
    A B B A along level and difficulty, then exchanged within a level as long as that brings the
    means closer. Too few items make shorter forms: equal ones, never one at the cost of the other.
    """
    anchors = _anchors(items, ceil(n * share))
    left = [item for item in items if item not in anchors]
    size = n - len(anchors)
    own: dict[str, list[Assemblable]] = {
        label: _marked(left, tag)[:size] for label, tag in FORM_TAGS.items()
    }
    taken = {item.item_version_id for part in own.values() for item in part}
    free = _ordered([i for i in left if i.item_version_id not in taken and not _is_marked(i)])
    for turn, item in enumerate(_spread(free, sum(size - len(part) for part in own.values()))):
        first, second = LABELS if turn % 4 in (0, 3) else LABELS[::-1]
        label = first if len(own[first]) < size else second
        own[label].append(item)
    shortest = min(len(part) for part in own.values())
    even = _balance(own["A"][:shortest], own["B"][:shortest])
    return Pair(anchors=tuple(anchors), own={"A": tuple(even[0]), "B": tuple(even[1])})


def _balance(
    first: list[Assemblable], second: list[Assemblable]
) -> tuple[list[Assemblable], list[Assemblable]]:
    """Exchange items of the same level while that brings the sums of difficulty closer."""
    while True:
        gap = sum(i.difficulty for i in second) - sum(i.difficulty for i in first)
        swaps = [
            (abs(gap - 2 * (b.difficulty - a.difficulty)), x, y)
            for x, a in enumerate(first)
            for y, b in enumerate(second)
            if a.level == b.level and not _is_marked(a) and not _is_marked(b)
        ]
        best = min(swaps, default=(abs(gap), 0, 0))
        if best[0] >= abs(gap) - 1e-9:
            return first, second
        _, x, y = best
        first[x], second[y] = second[y], first[x]


def _ordered(items: Sequence[Assemblable]) -> list[Assemblable]:
    return sorted(items, key=lambda item: (item.level, item.difficulty, item.item_version_id))


def _spread(items: list[Assemblable], n: int) -> list[Assemblable]:
    """Take `n` of them evenly along their order; all when there are no more."""
    if n >= len(items):
        return items
    step = len(items) / n if n else 1
    return [items[int(turn * step)] for turn in range(n)]


def _anchors(items: Sequence[Assemblable], n: int) -> list[Assemblable]:
    """Take what is marked as anchor, else items of middle difficulty."""
    marked = _marked(items, ANCHOR)[:n]
    free = [item for item in items if not _is_marked(item)]
    middle = fmean(item.difficulty for item in items) if items else 0.0
    nearest = sorted(free, key=lambda i: (abs(i.difficulty - middle), i.item_version_id))
    room = max(0, min(n - len(marked), len(items) // 3 - len(marked)))
    return marked + nearest[:room]


def _marked(items: Sequence[Assemblable], tag: str) -> list[Assemblable]:
    return _ordered([item for item in items if tag in item.tags])


def _is_marked(item: Assemblable) -> bool:
    return bool({ANCHOR, *FORM_TAGS.values()} & set(item.tags))


def first_form(version: str, person: str) -> str:
    """Give the form that a person gets first: A for one half of all people, B for the other.

    Counterbalanced by the server: the draw hangs on nothing that the person can choose, and
    asking again gives the same answer.
    """
    digest = hashlib.sha256(f"{version}\n{person}".encode()).digest()
    return LABELS[digest[0] % 2]
