"""The keys of evidence that tests gave: which attempt and competency a row of the ledger is of."""

from __future__ import annotations

from sqlalchemy import ColumnElement, literal, or_

from lms.models import Competency, Evidence
from plugins.assessment.models import Attempt

MARKS = (":rated:", ":voided:")
"""What ends the key of evidence that was computed again: after a rating, without a question."""


def is_of(key: str, attempt: str, competency: str) -> bool:
    """Tell whether evidence comes from a competency of an attempt, computed again or not."""
    own = f"assessment:{attempt}:{competency}"
    return key == own or key.startswith(tuple(f"{own}{mark}" for mark in MARKS))


def joined() -> ColumnElement[bool]:
    """Give the same as a condition on Evidence, Attempt and Competency."""
    own = literal("assessment:").concat(Attempt.public_id).concat(":").concat(Competency.code)
    again = (Evidence.key.startswith(own.concat(mark)) for mark in MARKS)
    return or_(Evidence.key == own, *again)
