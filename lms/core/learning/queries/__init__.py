"""Read models of the competency pages: frameworks, standards, exceptions, cut scores."""

from __future__ import annotations

from lms.core.learning.queries.frameworks import (
    CompetencyView,
    FrameworkLine,
    FrameworkView,
    RuleView,
    framework_lines,
    framework_view,
    rule_views,
)
from lms.core.learning.queries.standards import (
    PostChoice,
    StandardLine,
    StandardRow,
    find_posts,
    position_levels,
    posts_by_id,
    standard_lines,
    standard_matrix,
)

__all__ = [
    "CompetencyView",
    "FrameworkLine",
    "FrameworkView",
    "PostChoice",
    "RuleView",
    "StandardLine",
    "StandardRow",
    "find_posts",
    "framework_lines",
    "framework_view",
    "position_levels",
    "posts_by_id",
    "rule_views",
    "standard_lines",
    "standard_matrix",
]
