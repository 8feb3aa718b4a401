"""Cut-score rules as the pure rules want them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.models import CutScoreRule
from lms.rules import Band


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """A rule set of cut scores: `label` is its name in evidence, such as "titian-5 v1".

    `unit` is percent or theta: what the bands' cuts are compared with.
    """

    rule_id: int
    label: str
    name: str
    unit: str
    bands: tuple[Band, ...]

    @property
    def top(self) -> int:
        """Give the highest level of the rule set."""
        return max(band.level for band in self.bands)


def rule_sets(session: Session, rule_ids: Collection[int]) -> dict[int, RuleSet]:
    """Give rule sets by id; one statement."""
    query = select(CutScoreRule).where(CutScoreRule.id.in_(set(rule_ids)))
    return {row.id: _rule_set(row) for row in session.scalars(query)}


def _rule_set(row: CutScoreRule) -> RuleSet:
    return RuleSet(
        rule_id=row.id,
        label=f"{row.code} v{row.version}",
        name=row.name,
        unit=row.unit,
        bands=bands_of(row),
    )


def bands_of(row: CutScoreRule) -> tuple[Band, ...]:
    """Give the bands of a rule set, lowest first."""
    return tuple(
        Band(level=band["level"], label=band["label"], at_least=band["at_least"])
        for band in sorted(row.bands, key=lambda band: band["at_least"])
    )
