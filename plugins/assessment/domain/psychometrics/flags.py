"""What the figures of an item give reason to look at: flags, and bands used in Indonesia.

A flag that accuses somebody (a wrong key, an item that works the wrong way) needs a difference
beyond chance, so that a few answers raise no alarm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from plugins.assessment.domain.psychometrics.correlation import clearly_less, clearly_negative

Flag = Literal[
    "miskey",
    "negative_discrimination",
    "low_discrimination",
    "too_easy",
    "too_hard",
    "dead_distractor",
]
FLAGS: dict[Flag, str] = {  # i18n
    "miskey": "Periksa kunci jawabannya",
    "negative_discrimination": "Peserta yang kuat lebih sering salah",
    "low_discrimination": "Kurang membedakan",
    "too_easy": "Sangat mudah",
    "too_hard": "Sangat sukar",
    "dead_distractor": "Ada pengecoh yang tidak dipilih",
}
EASY, HARD = 0.90, 0.10
LOW = 0.20
WORKING = 0.05
"""A distractor works when at least one in twenty chooses it."""
FEWEST = 20
"""Below this, one in twenty is less than one person: no distractor is called dead."""

# Bands used in Indonesia: up to and including the value.
DIFFICULTY: dict[str, str] = {"hard": "sukar", "medium": "sedang", "easy": "mudah"}  # i18n
DISCRIMINATION: dict[str, str] = {  # i18n
    "very_good": "sangat baik",
    "good": "baik",
    "revise": "perlu diperbaiki",
    "poor": "kurang baik",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionFigures:
    """How many chose an option, and how that goes with the rest score."""

    option: str
    share: float
    rest: float | None
    is_key: bool


def difficulty_band(p: float) -> str:
    """Name the band of a share right: hard to 0.30, medium to 0.70, easy above."""
    return "hard" if p <= 0.30 else "medium" if p <= 0.70 else "easy"


def discrimination_band(d: float) -> str:
    """Name the band of D: very_good from 0.40, good from 0.30, revise from 0.20, else poor."""
    bands = {"very_good": 0.40, "good": 0.30, "revise": 0.20}
    return next((name for name, least in bands.items() if d >= least), "poor")


def item_flags(
    p: float | None,
    rest: float | None,
    n: int,
    options: Sequence[OptionFigures],
    suspect: str | None,
) -> Iterator[Flag]:
    """Name what there is to check, of an item with share right `p` and rest correlation `rest`.

    `suspect` is what :func:`better_option` found.
    """
    negative = rest is not None and clearly_negative(rest, n)
    if negative or suspect:
        yield "miskey"
    if negative:
        yield "negative_discrimination"
    elif rest is not None and rest < LOW:
        yield "low_discrimination"
    if p is not None and p > EASY:
        yield "too_easy"
    if p is not None and p < HARD:
        yield "too_hard"
    if n >= FEWEST and any(each.share < WORKING for each in options if not each.is_key):
        yield "dead_distractor"


def better_option(rest: float | None, options: Sequence[OptionFigures], n: int) -> str | None:
    """Name the option that goes with the rest score clearly better than the key does."""
    others = [each for each in options if not each.is_key and each.rest is not None]
    best = max(others, key=lambda each: each.rest or 0.0, default=None)
    if best is None or best.rest is None or best.rest <= 0:
        return None
    key_share = next(each.share for each in options if each.is_key)
    between = _exclusive(key_share, best.share)
    return best.option if clearly_less(rest or 0.0, best.rest, between, n) else None


def _exclusive(first: float, second: float) -> float:
    """Give the correlation between choosing one option and choosing another."""
    spread = (1 - first) * (1 - second)
    return -sqrt(first * second / spread) if spread > 0 else 0.0
