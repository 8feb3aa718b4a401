"""Pure rules of measurement: values in, values out; no database, no clock, no web."""

from __future__ import annotations

from plugins.assessment.domain.answers import (
    Answer,
    AnswerFact,
    Decision,
    Post,
    answer_digest,
    current_answer,
    current_answers,
    decide,
    receipt,
    receipt_code,
)
from plugins.assessment.domain.drawing import (
    Candidate,
    Draw,
    draw,
)
from plugins.assessment.domain.pictures import (
    Scale,
    bar_place,
    position,
    scale,
    slope_height,
    slope_place,
    slope_top,
)
from plugins.assessment.domain.questions import (
    UNKNOWN,
    ItemText,
    item_problems,
    split_stem,
)
from plugins.assessment.domain.scoring import (
    MAX_EXTRAS,
    PURPOSES,
    TITLES,
    Outcome,
    Purpose,
    is_final,
    level_change,
    outcome,
    score_error,
)

__all__ = [
    "MAX_EXTRAS",
    "PURPOSES",
    "TITLES",
    "UNKNOWN",
    "Answer",
    "AnswerFact",
    "Candidate",
    "Decision",
    "Draw",
    "ItemText",
    "Outcome",
    "Post",
    "Purpose",
    "Scale",
    "answer_digest",
    "bar_place",
    "current_answer",
    "current_answers",
    "decide",
    "draw",
    "is_final",
    "item_problems",
    "level_change",
    "outcome",
    "position",
    "receipt",
    "receipt_code",
    "scale",
    "score_error",
    "slope_height",
    "slope_place",
    "slope_top",
    "split_stem",
]
