"""The small-sample guard: what may be said of how many answers (measurement.md, section 2).

Below 30 persons only classical figures; from 30 the models in which all items discriminate alike
(Rasch: a = 1, and 1PL: one common a, which is Rasch on another metric); 2PL from 250. A check
between groups needs 100 persons in each.
"""

from __future__ import annotations

from typing import Literal

Model = Literal["rasch", "1pl", "2pl"]
MODELS: tuple[Model, ...] = ("rasch", "1pl", "2pl")
NEEDED: dict[Model, int] = {"rasch": 30, "1pl": 30, "2pl": 250}
GROUP_NEEDED = 100


class TooFew(ValueError):
    """There are too few answers for what was asked; `n` and `needed` say how many."""

    def __init__(self, n: int, needed: int) -> None:
        super().__init__(f"too few answers (n = {n}, needs {needed})")
        self.n = n
        self.needed = needed


def check_model(model: Model, n: int) -> None:
    """Raise TooFew when `n` persons are too few to calibrate this model."""
    _check(n, NEEDED[model])


def check_groups(*sizes: int) -> None:
    """Raise TooFew when the smallest group is too small to compare groups."""
    _check(min(sizes), GROUP_NEEDED)


def allowed_models(n: int) -> tuple[Model, ...]:
    """Name the models that may be calibrated with the answers of `n` persons."""
    return tuple(model for model in MODELS if n >= NEEDED[model])


def _check(n: int, needed: int) -> None:
    if n < needed:
        raise TooFew(n, needed)
