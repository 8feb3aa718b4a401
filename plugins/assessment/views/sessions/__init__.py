"""Pages of a measurement day: planning, the live board, entry, complaints, paper."""

from __future__ import annotations

from plugins.assessment.views.sessions import (
    board,
    complaints,
    entry,
    minutes,
    paper,
    people,
    planning,
    printing,
    rooms,
)

__all__ = [
    "board",
    "complaints",
    "entry",
    "minutes",
    "paper",
    "people",
    "planning",
    "printing",
    "rooms",
]
