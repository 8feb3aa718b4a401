"""Pages of classes: for learners, supervisors, the desk, and attendance."""

from __future__ import annotations

from plugins.courses.views.classes import approvals, attendance, desk, learner, nominating

# `attendance` and `nominating` add their pages to the blueprint of the desk.
BLUEPRINTS = tuple(
    dict.fromkeys(module.blueprint for module in (learner, approvals, desk, attendance, nominating))
)
