"""Hooks of the assessment plugin itself, for plugins that add to it."""

from __future__ import annotations

from collections.abc import Sequence

import pluggy

from plugins.assessment.contracts import QuestionType

hookspec = pluggy.HookspecMarker("lms")

# -- register ------------------------------------------------------------------------------------


@hookspec
def assessment_register_question_types() -> Sequence[QuestionType]:
    """Return kinds of questions that authors can choose.

    When: once, at the first use of the bank or a test. Order: as loaded. Return: types named
    `<plugin>_<noun>`. Failure: the plugin is refused. A type whose plugin is gone is still shown
    and stored; it is not scored.
    """
