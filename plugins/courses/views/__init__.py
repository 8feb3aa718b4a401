"""The pages of the plugin: for learners, for trainers, for officers."""

from __future__ import annotations

from plugins.courses.views import assignments, desk, learner, media, objections, study

BLUEPRINTS = tuple(
    module.blueprint for module in (learner, study, media, desk, assignments, objections)
)
