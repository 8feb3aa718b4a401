"""Background work of the plugin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from lms import Job, enqueue
from plugins.courses.services.assigning import anyone_waits, assign_waiting

ASSIGN_WAITING = "courses.assign_waiting"


def run_assign_waiting(
    session: Session, payload: Mapping[str, Any], progress: Callable[[int, int], None]
) -> None:
    """Give courses to people whose gaps had none when they were found."""
    assign_waiting(session, progress)


JOBS = (
    Job(
        name=ASSIGN_WAITING,
        title="Mencarikan pelatihan untuk yang belum punya",
        run=run_assign_waiting,
    ),
)


def look_for_courses(session: Session) -> None:
    """Ask for courses to be found for people without one, if there are such people."""
    if anyone_waits(session):
        enqueue(session, ASSIGN_WAITING, {}, unique_key=ASSIGN_WAITING)
