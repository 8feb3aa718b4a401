"""Files of other programs, pure: bytes in, questions and problems out, and the way back."""

from __future__ import annotations

from plugins.assessment.domain.formats.detecting import FORMATS, Format, detect, read_questions
from plugins.assessment.domain.formats.gift import write_gift
from plugins.assessment.domain.formats.qti import write_qti
from plugins.assessment.domain.formats.sameness import fingerprint, same_stem
from plugins.assessment.domain.formats.values import (
    ExportedItem,
    ImportedItem,
    Parsed,
    Problem,
)
from plugins.assessment.domain.formats.workbook import write_workbook

__all__ = [
    "FORMATS",
    "ExportedItem",
    "Format",
    "ImportedItem",
    "Parsed",
    "Problem",
    "detect",
    "fingerprint",
    "read_questions",
    "same_stem",
    "write_gift",
    "write_qti",
    "write_workbook",
]
