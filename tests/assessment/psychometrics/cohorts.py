"""Simulated persons and items, always the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plugins.assessment.domain.psychometrics import Choices, ItemParameters, Responses, responses

Floats = npt.NDArray[np.float64]
LETTERS = "ABCD"


@dataclass(frozen=True)
class Items:
    a: Floats
    b: Floats

    @property
    def names(self) -> list[str]:
        return [f"q{n}" for n in range(len(self.a))]

    @property
    def parameters(self) -> list[ItemParameters]:
        return [ItemParameters(a, b) for a, b in zip(self.a.tolist(), self.b.tolist(), strict=True)]


def make_items(rng: np.random.Generator, k: int, *, spread: float = 1.0) -> Items:
    return Items(rng.lognormal(0.1, 0.25, k), rng.normal(0, spread, k))


def answer(
    rng: np.random.Generator, items: Items, theta: Floats, b: Floats | None = None
) -> Floats:
    """Right and wrong answers; `b` (persons × items) in place of the items' own difficulties."""
    shift = items.b if b is None else b
    chance = 1 / (1 + np.exp(-items.a * (theta[:, None] - shift)))
    return (rng.random(chance.shape) < chance).astype(float)


def as_matrix(items: Items, scores: Floats) -> Responses:
    """A matrix; nan is a missing answer."""
    rows = [[None if np.isnan(x) else x for x in row] for row in scores.tolist()]
    return responses(items.names, rows)


def choose(rng: np.random.Generator, items: Items, theta: Floats) -> Choices:
    """Options chosen when A is right everywhere; the wrong ones B, C, D 50 : 30 : 20."""
    right = answer(rng, items, theta)
    wrong = rng.choice(list("BCD"), size=right.shape, p=[0.5, 0.3, 0.2])
    chosen = np.where(right == 1, "A", wrong).tolist()
    rows = tuple(map(tuple, chosen))
    return Choices(items=tuple(items.names), rows=rows, counts=(1,) * len(rows))
