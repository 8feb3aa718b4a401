"""Put a new form on the scale of the reference form by the items that both have."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import ceil
from statistics import fmean, pstdev
from typing import Literal, TypeVar

from plugins.assessment.domain.psychometrics.irt import Estimate, ItemParameters

Key = TypeVar("Key", bound=Hashable)
Method = Literal["mean/mean", "mean/sigma"]

ANCHOR_SHARE = 0.20
"""Common items must be at least this share of the form."""


class TooFewAnchors(ValueError):
    """The forms share too few items; `n` and `needed` say how many."""

    def __init__(self, n: int, needed: int) -> None:
        super().__init__(f"too few common items (n = {n}, needs {needed})")
        self.n = n
        self.needed = needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The line from the new to the reference scale: θ_ref = slope · θ_new + shift."""

    slope: float
    shift: float
    method: Method
    anchors: int

    def theta(self, estimate: Estimate) -> Estimate:
        """Put a theta with its error on the reference scale."""
        return Estimate(
            value=self.slope * estimate.value + self.shift, error=self.slope * estimate.error
        )

    def item(self, item: ItemParameters) -> ItemParameters:
        """Put an item's parameters on the reference scale: a/A and A·b + B."""
        return ItemParameters(item.a / self.slope, self.slope * item.b + self.shift, item.metric)


def anchors_needed(length: int) -> int:
    """Tell how many common items a form of this length needs: a fifth of it, at least two."""
    return max(2, ceil(ANCHOR_SHARE * length))


def link(
    reference: Mapping[Key, ItemParameters],
    new: Mapping[Key, ItemParameters],
    method: Method = "mean/sigma",
) -> Link:
    """Find the line by the common items; raises TooFewAnchors below a fifth of the new form.

    mean/sigma compares the spread of the difficulties, mean/mean the discriminations, which is
    steadier with few anchors and the one to take for Rasch items. Raises ValueError where the
    anchors are all equally difficult and mean/sigma has no spread to compare.
    """
    common = [key for key in new if key in reference]
    if len(common) < anchors_needed(len(new)):
        raise TooFewAnchors(len(common), anchors_needed(len(new)))
    olds, news = [reference[key] for key in common], [new[key] for key in common]
    if method == "mean/mean":
        slope = fmean(item.a for item in news) / fmean(item.a for item in olds)
    else:
        slope = _spread(olds) / _spread(news)
    shift = fmean(item.b for item in olds) - slope * fmean(item.b for item in news)
    return Link(slope=slope, shift=shift, method=method, anchors=len(common))


def _spread(items: list[ItemParameters]) -> float:
    if spread := pstdev(item.b for item in items):
        return spread
    raise ValueError("The common items are all equally difficult; take mean/mean.")
