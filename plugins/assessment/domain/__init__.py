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
from plugins.assessment.domain.clock import (
    Silence,
    Timing,
    given_back,
    late_counts,
    may_close,
    silence,
    start_delay,
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
    ItemDraft,
    item_problems,
    split_stem,
    split_tags,
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
    placed,
    score_error,
)
from plugins.assessment.domain.types import UNKNOWN

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
    "ItemDraft",
    "Outcome",
    "Post",
    "Purpose",
    "Scale",
    "Silence",
    "Timing",
    "answer_digest",
    "bar_place",
    "current_answer",
    "current_answers",
    "decide",
    "draw",
    "given_back",
    "is_final",
    "item_problems",
    "late_counts",
    "level_change",
    "may_close",
    "outcome",
    "placed",
    "position",
    "receipt",
    "receipt_code",
    "scale",
    "score_error",
    "silence",
    "slope_height",
    "slope_place",
    "slope_top",
    "split_stem",
    "split_tags",
    "start_delay",
]
