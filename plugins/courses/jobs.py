"""Background work of the plugin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from lms import Job, enqueue
from plugins.courses.services.assigning import anyone_waits, assign_waiting
from plugins.courses.services.certificate_files import DELETE_FILE, delete_unnamed
from plugins.courses.services.planning.making import SOLVE
from plugins.courses.services.planning.solving import run_solve
from plugins.courses.services.reminders import DAILY, REMIND, run_daily, run_remind
from plugins.courses.services.rules.applying import run_apply
from plugins.courses.services.rules.asking import APPLY, UNDO
from plugins.courses.services.rules.undoing import run_undo

ASSIGN_WAITING = "courses.assign_waiting"


def run_assign_waiting(
    session: Session, payload: Mapping[str, Any], progress: Callable[[int, int], None]
) -> None:
    """Give courses to people whose gaps had none when they were found."""
    assign_waiting(session, progress)


def run_delete_file(
    session: Session, payload: Mapping[str, Any], progress: Callable[[int, int], None]
) -> None:
    """Delete an uploaded certificate that nothing names any more."""
    delete_unnamed(session, payload["digest"])


JOBS = (
    Job(name=DELETE_FILE, title="Menghapus berkas yang tidak dipakai lagi", run=run_delete_file),
    Job(
        name=ASSIGN_WAITING,
        title="Mencarikan pelatihan untuk yang belum punya",
        run=run_assign_waiting,
    ),
    Job(name=APPLY, title="Menugaskan pelatihan menurut aturan", run=run_apply),
    Job(name=UNDO, title="Membatalkan penugasan dari aturan", run=run_undo),
    Job(name=REMIND, title="Mengirim pengingat", run=run_remind),
    Job(
        name=DAILY,
        title="Mencari yang perlu diingatkan",
        run=run_daily,
        every_seconds=24 * 60 * 60,
    ),
    Job(name=SOLVE, title="Menghitung rencana pelatihan", run=run_solve, aside=True),
)


def look_for_courses(session: Session) -> None:
    """Ask for courses to be found for people without one, if there are such people."""
    if anyone_waits(session):
        enqueue(session, ASSIGN_WAITING, {}, unique_key=ASSIGN_WAITING)
