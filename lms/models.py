"""Core tables that a plugin may join and point to with foreign keys; read only for plugins."""

from __future__ import annotations

from lms.core.learning.models import (
    Competency,
    CompetencyLevel,
    CutScoreRule,
    Domain,
    Evidence,
    Framework,
    Plan,
    PlanItem,
    Profile,
)
from lms.core.people.models import Person, Placement, Position, Unit

__all__ = [
    "Competency",
    "CompetencyLevel",
    "CutScoreRule",
    "Domain",
    "Evidence",
    "Framework",
    "Person",
    "Placement",
    "Plan",
    "PlanItem",
    "Position",
    "Profile",
    "Unit",
]
