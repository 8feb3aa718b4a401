"""The pages of the plugin: for learners, for trainers, for officers."""

from __future__ import annotations

from plugins.courses.views import (
    assignments,
    authoring,
    desk,
    folder,
    learner,
    media,
    moving,
    objections,
    offline,
    planning,
    practice,
    reminders,
    review,
    rules,
    study,
)
from plugins.courses.views.classes import BLUEPRINTS as CLASSES
from plugins.courses.views.ways import BLUEPRINTS as WAYS

BLUEPRINTS = (
    tuple(
        module.blueprint
        for module in (planning, learner, study, media, desk, assignments, objections, authoring)
    )
    + tuple(module.blueprint for module in (practice, moving, offline))
    + (rules.blueprint, objections.team_blueprint, reminders.blueprint, reminders.team_blueprint)
    + (review.blueprint, folder.blueprint)
    + CLASSES
    + WAYS
)
