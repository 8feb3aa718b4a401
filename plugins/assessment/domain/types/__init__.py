"""The built-in types of questions and what all types share: shapes, answers, authors' rows."""

from __future__ import annotations

from plugins.assessment.contracts import QuestionType
from plugins.assessment.domain.types.attachments import FILE, HOTSPOT
from plugins.assessment.domain.types.choosing import SCALE, SINGLE, SJT, TRUE_FALSE
from plugins.assessment.domain.types.responses import WrongResponse, moved, parse_response
from plugins.assessment.domain.types.several import MATCHING, MULTIPLE, ORDERING
from plugins.assessment.domain.types.shapes import UNKNOWN, option_ids, option_list, option_text
from plugins.assessment.domain.types.shown import Shown, answer_text, shown
from plugins.assessment.domain.types.writing import NUMERIC, SHORT_TEXT

BUILT_IN: tuple[QuestionType, ...] = (
    SINGLE,
    MULTIPLE,
    TRUE_FALSE,
    MATCHING,
    ORDERING,
    SHORT_TEXT,
    NUMERIC,
    HOTSPOT,
    SJT,
    SCALE,
    FILE,
)

__all__ = [
    "BUILT_IN",
    "UNKNOWN",
    "QuestionType",
    "Shown",
    "WrongResponse",
    "answer_text",
    "moved",
    "option_ids",
    "option_list",
    "option_text",
    "parse_response",
    "shown",
]
