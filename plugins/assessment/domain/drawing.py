"""The draw: which items of the bank one attempt gets. Randomness is passed in."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An item that may be drawn; `last_seen` grows with time and is None for an unseen one."""

    item_version_id: int
    item_id: int
    competency_id: int
    level: int
    last_seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """Items for one line of a blueprint; `repeated` says that the person has seen them before."""

    items: tuple[Candidate, ...]
    repeated: bool


def draw(candidates: Sequence[Candidate], n: int, rng: random.Random) -> Draw:
    """Draw up to `n` unseen items, easy ones first; seen ones only when nothing else is left.

    The draw is systematic over items ordered by competency and target level: each level gets its
    share of the bank, so that a first form and a later one from what is left are equally hard.
    """
    unseen = [item for item in candidates if item.last_seen is None]
    if unseen:
        chosen = _spread(unseen, n, rng)
    else:
        chosen = sorted(candidates, key=lambda item: (item.last_seen or 0, item.item_id))[:n]
    ordered = sorted(chosen, key=lambda item: item.level)
    return Draw(items=tuple(ordered), repeated=bool(chosen) and not unseen)


def _lay_out(items: list[Candidate]) -> None:
    """Order by competency, levels going up in one and down in the next (a serpentine).

    Equal steps through competencies of equal size would else hit the same levels in each.
    """
    ranks = {c: rank for rank, c in enumerate(sorted({item.competency_id for item in items}))}

    def place(item: Candidate) -> tuple[int, int]:
        rank = ranks[item.competency_id]
        return rank, item.level if rank % 2 == 0 else -item.level

    items.sort(key=place)


def _spread(pool: Sequence[Candidate], n: int, rng: random.Random) -> list[Candidate]:
    shuffled = list(pool)
    rng.shuffle(shuffled)
    if n >= len(shuffled):
        return shuffled
    _lay_out(shuffled)
    step = len(shuffled) / n
    start = rng.random() * step
    places = [min(int(start + step * turn), len(shuffled) - 1) for turn in range(n)]
    chosen = [shuffled[place] for place in places]
    rng.shuffle(chosen)  # or competencies would always come in the same order
    return chosen
