"""Use-case: change a class. New dates reach calendars and people, more seats move the list."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from lms import Conflict, audit
from plugins.courses.domain.classes import CANCELLED, OVER, Resize
from plugins.courses.models import Attendance, Meeting, TrainingClass
from plugins.courses.services.classes import telling
from plugins.courses.services.classes.held import clear_list, hold, run
from plugins.courses.services.classes.opening import (
    PLAIN,
    ClassSpec,
    MeetingSpec,
    check,
    write_meetings,
    write_trainers,
)

APPROVAL_STAYS = "Aturan persetujuan tidak bisa diubah setelah pendaftaran dibuka."  # i18n
MARKED = "Daftar hadirnya sudah diisi. Jadwal tidak bisa diubah lagi."  # i18n


def edit_class(session: Session, actor_id: int, public: str, spec: ClassSpec) -> int:
    """Change a class; give how many people of the waiting list got a seat by it.

    Raises Conflict when there are more people than the new number of seats, Invalid.
    """
    check(spec)
    row = hold(session, public)
    if row.state in ("done", "cancelled"):
        raise Conflict(OVER if row.state == "done" else CANCELLED)
    if spec.needs_approval != row.needs_approval and row.state != "planned":
        raise Conflict(APPROVAL_STAYS)
    clear_list(session, row)
    _decided, admitted = run(session, row, Resize(maximum=spec.maximum), by=actor_id)
    moved = _change_plan(session, row, spec)
    row.needs_approval = spec.needs_approval
    write_trainers(session, row, spec.trainers)
    telling.admitted(session, row, admitted)
    if moved and row.state != "planned":
        telling.rescheduled(session, row)
    audit(session, actor_id, "courses:class:edit", f"class:{public}", maximum=spec.maximum)
    return len(admitted)


def _change_plan(session: Session, row: TrainingClass, spec: ClassSpec) -> bool:
    """Write what a calendar shows; tell whether dates or place are others than before."""
    before = (_meetings(session, row), row.place, row.link)
    dates_move = before[0] != _sorted(spec.meetings)
    if dates_move and _marked(session, row):
        raise Conflict(MARKED)
    shown = (row.name, *before)
    for name in PLAIN:
        setattr(row, name, getattr(spec, name))
    if dates_move:
        write_meetings(session, row, spec.meetings)
    after = (_sorted(spec.meetings), row.place, row.link)
    if shown != (row.name, *after):
        row.sequence += 1
    session.flush()
    return before != after


def _meetings(session: Session, row: TrainingClass) -> list[MeetingSpec]:
    query = select(Meeting).where(Meeting.class_id == row.id)
    return _sorted(
        MeetingSpec(
            starts_at=each.starts_at, ends_at=each.ends_at, title=each.title, place=each.place
        )
        for each in session.scalars(query)
    )


def _sorted(meetings: Iterable[MeetingSpec]) -> list[MeetingSpec]:
    return sorted(meetings, key=lambda each: each.starts_at)


def _marked(session: Session, row: TrainingClass) -> bool:
    some = exists().where(Attendance.meeting_id == Meeting.id, Meeting.class_id == row.id)
    return bool(session.scalar(select(some)))
