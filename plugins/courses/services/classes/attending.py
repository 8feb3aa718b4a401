"""Use-cases of attendance: by a list, and by the QR code that hangs in the room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, NotAllowed, NotFound, audit, get_setting, now
from plugins.courses.domain.classes import CANCELLED, NOT_STARTED, OVER, may_scan
from plugins.courses.models import Attendance, Meeting, Seat, TrainingClass
from plugins.courses.services.classes.held import NO_SEAT, facts_of, hold
from plugins.courses.settings import ATTENDANCE_GRACE

MARKS = ("present", "leave", "sick", "absent")
NO_MEETING = "Pertemuan ini tidak ditemukan."  # i18n
NO_MARK = "Pilih hadir, izin, sakit, atau tanpa keterangan."  # i18n
NOT_NOW = "Absen QR hanya bisa di sekitar jam pertemuan."  # i18n
NOT_IN = "Anda tidak terdaftar di angkatan ini. Beri tahu petugas di ruangan."  # i18n


def grace(session: Session) -> timedelta:
    """Give how long before and after a meeting the QR code counts."""
    return timedelta(minutes=int(get_setting(session, ATTENDANCE_GRACE)))


def scan(session: Session, person_id: int, code: str) -> Meeting:
    """Note that a person is at a meeting, by the code of the room; again changes nothing.

    What the list says already is left as it is. Raises NotFound, NotAllowed, Conflict.
    """
    meeting = session.scalar(select(Meeting).where(Meeting.code == code))
    if meeting is None:
        raise NotFound(NO_MEETING)
    row = session.get_one(TrainingClass, meeting.class_id)
    row = hold(session, row.public_id)
    _takes_place(session, row, early=True)
    _in_time(session, meeting)
    query = select(Seat).where(
        Seat.class_id == row.id, Seat.person_id == person_id, Seat.state == "seated"
    )
    seat = session.scalar(query)
    if seat is None:
        raise NotAllowed(NOT_IN)
    if session.get(Attendance, (meeting.id, seat.id)) is None:
        session.add(_mark(session, meeting, seat.id, "present", "qr", person_id))
        session.flush()
    return meeting


def _takes_place(session: Session, row: TrainingClass, *, early: bool) -> None:
    if row.state in ("done", "cancelled"):
        raise Conflict(OVER if row.state == "done" else CANCELLED)
    if row.state == "planned" or not (early or facts_of(row).begun(now(session))):
        raise Conflict(NOT_STARTED)


def _in_time(session: Session, meeting: Meeting) -> None:
    if not may_scan(now(session), meeting.starts_at, meeting.ends_at, grace(session)):
        raise NotAllowed(NOT_NOW)


def _mark(
    session: Session, meeting: Meeting, seat_id: int, state: str, via: str, by: int
) -> Attendance:
    return Attendance(
        meeting_id=meeting.id, seat_id=seat_id, state=state, via=via, at=now(session), by=by
    )


def mark_list(
    session: Session, actor_id: int, public: str, meeting_id: str, marks: Mapping[str, str]
) -> int:
    """Store the list of a meeting: seat's public id → mark; give how many marks changed.

    A seat that is left out keeps its mark. Raises NotFound, Invalid, Conflict.
    """
    if any(mark not in MARKS for mark in marks.values()):
        raise Invalid(NO_MARK)
    row = hold(session, public)
    _takes_place(session, row, early=False)
    meeting = find_meeting(session, row, meeting_id)
    seats = _seats(session, row)
    if not set(marks) <= set(seats):
        raise NotFound(NO_SEAT)
    there = _there(session, meeting)
    changed = 0
    for public_seat, mark in marks.items():
        old = there.get(seats[public_seat])
        if old is None:
            session.add(_mark(session, meeting, seats[public_seat], mark, "list", actor_id))
        elif old.state != mark:
            old.state, old.via, old.at, old.by = mark, "list", now(session), actor_id
        else:
            continue
        changed += 1
    session.flush()
    audit(session, actor_id, "courses:class:attend", f"meeting:{meeting_id}", changed=changed)
    return changed


def find_meeting(session: Session, row: TrainingClass, public: str) -> Meeting:
    """Give a meeting of a class; raises NotFound."""
    query = select(Meeting).where(Meeting.class_id == row.id, Meeting.public_id == public)
    found = session.scalar(query)
    if found is None:
        raise NotFound(NO_MEETING)
    return found


def _seats(session: Session, row: TrainingClass) -> dict[str, int]:
    query = select(Seat.public_id, Seat.id).where(Seat.class_id == row.id, Seat.state == "seated")
    return dict(session.execute(query).all())


def _there(session: Session, meeting: Meeting) -> dict[int, Attendance]:
    query = select(Attendance).where(Attendance.meeting_id == meeting.id)
    return {mark.seat_id: mark for mark in session.scalars(query)}
