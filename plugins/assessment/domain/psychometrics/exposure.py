"""How often items are seen: rates, overlap between persons, items never or too often used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureFigures(Generic[Key]):
    """Rates per item, the expected overlap of two attempts, and the items that stand out."""

    attempts: int
    rates: dict[Key, float]
    overlap: float | None
    unused: tuple[Key, ...]
    overused: tuple[Key, ...]


def exposure_figures(
    bank: Iterable[Key], draws: Collection[Collection[Key]], most: float = 0.25
) -> ExposureFigures[Key]:
    """Sum up which items of `bank` were asked in `draws` (one collection of keys per attempt)."""
    shown = Counter(key for draw in draws for key in set(draw))
    attempts = len(draws)
    rates = {key: shown[key] / attempts if attempts else 0.0 for key in bank}
    return ExposureFigures(
        attempts=attempts,
        rates=rates,
        overlap=_overlap(shown, attempts),
        unused=tuple(key for key in rates if not shown[key]),
        overused=tuple(key for key, rate in rates.items() if rate > most),
    )


def _overlap(shown: Counter[Key], attempts: int) -> float | None:
    """Give the mean share of items that two attempts have in common (Chen, Ankenmann, Spray 2003).

    Σ m(m − 1) / (n(n − 1)) is the mean number in common; divided by the mean length a share.
    """
    if attempts < 2 or not shown:
        return None
    pairs = sum(m * (m - 1) for m in shown.values()) / (attempts * (attempts - 1))
    return pairs / (shown.total() / attempts)
