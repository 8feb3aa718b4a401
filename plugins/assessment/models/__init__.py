"""Tables of the bank, instruments, sessions, attempts, answers and results.

What results point to never changes: item versions, instrument versions and answer events are only
added. What counts is found by the newest row, not by overwriting.
"""

from __future__ import annotations

from plugins.assessment.models.attempts import (
    AnswerEvent,
    Attempt,
    AttemptItem,
    AttemptLine,
    Invitation,
)
from plugins.assessment.models.bank import UNTESTED, Calibration, Item, ItemParameter, ItemVersion
from plugins.assessment.models.instruments import (
    BlueprintLine,
    Form,
    FormItem,
    Instrument,
    InstrumentVersion,
)
from plugins.assessment.models.results import Objection, Rating, Report, Result
from plugins.assessment.models.sessions import (
    Beat,
    Complaint,
    Outage,
    Proctor,
    Room,
    SessionMember,
    SessionUnit,
    TestSession,
    TimeGrant,
)

__all__ = [
    "UNTESTED",
    "AnswerEvent",
    "Attempt",
    "AttemptItem",
    "AttemptLine",
    "Beat",
    "BlueprintLine",
    "Calibration",
    "Complaint",
    "Form",
    "FormItem",
    "Instrument",
    "InstrumentVersion",
    "Invitation",
    "Item",
    "ItemParameter",
    "ItemVersion",
    "Objection",
    "Outage",
    "Proctor",
    "Rating",
    "Report",
    "Result",
    "Room",
    "SessionMember",
    "SessionUnit",
    "TestSession",
    "TimeGrant",
]
