"""Pages of the training plan: costs, plans, what-if, comparison, adoption."""

from __future__ import annotations

from plugins.courses.views.planning import costs, deciding, making, showing, trying
from plugins.courses.views.planning.blueprint import blueprint

__all__ = ["blueprint", "costs", "deciding", "making", "showing", "trying"]
