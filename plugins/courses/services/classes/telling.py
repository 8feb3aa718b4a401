"""What people are told of a class: each thing once, in one or two plain sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Link, send_message, site_of, today
from lms.models import Placement
from plugins.courses.models import LIVE_SEATS, Seat, TrainingClass

KIND = "courses.class"
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


def day_words(session: Session, moment: datetime) -> str:
    """Write the day of a moment in the agency's zone: 3 November 2026."""
    local = site_of(session).local(moment)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def _when(session: Session, row: TrainingClass) -> str:
    if row.starts_at is None:
        return "Jadwal menyusul."
    local = site_of(session).local(row.starts_at)
    place = f" Tempat: {row.place}." if row.place else ""
    return f"Mulai {day_words(session, row.starts_at)}, pukul {local:%H.%M}.{place}"


def _say(
    session: Session, row: TrainingClass, person_id: int, key: str, subject: str, text: str
) -> None:
    send_message(
        session,
        person_id,
        key=f"{KIND}:{key}",
        kind=KIND,
        subject=subject,
        text=text,
        link=Link(endpoint="courses_classes.show", values={"public_id": row.public_id}),
    )


def placed(session: Session, row: TrainingClass, seats: Sequence[Seat]) -> None:
    """Tell people what became of the wish for a seat, and supervisors what waits for them."""
    for seat in seats:
        _state(session, row, seat)
    _ask_supervisors(session, row, [s.person_id for s in seats if s.state == "nominated"])


def admitted(session: Session, row: TrainingClass, seats: Iterable[Seat]) -> None:
    """Tell people of the waiting list that they have a seat now."""
    for seat in seats:
        _state(session, row, seat)


def decided(session: Session, row: TrainingClass, seat: Seat) -> None:
    """Tell a person what the supervisor decided."""
    _state(session, row, seat)


def _state(session: Session, row: TrainingClass, seat: Seat) -> None:
    subject, text = {
        "nominated": ("Anda diusulkan ikut", "Menunggu persetujuan atasan."),
        "waiting": ("Anda di daftar tunggu", "Kalau ada tempat kosong, Anda otomatis terdaftar."),
        "seated": ("Anda mendapat tempat", _when(session, row)),
        "refused": ("Usulan tidak disetujui", f"Alasan: {seat.reason}"),
    }[seat.state]
    _say(
        session,
        row,
        seat.person_id,
        f"{seat.public_id}:{seat.state}",
        f"{subject}: {row.name}",
        text,
    )


def _ask_supervisors(session: Session, row: TrainingClass, people: Sequence[int]) -> None:
    if not people:
        return
    query = select(Placement.supervisor_id).where(
        Placement.person_id.in_(people),
        Placement.until.is_(None),
        Placement.supervisor_id.is_not(None),
    )
    for supervisor_id in [each for each in session.scalars(query.distinct()) if each]:
        _say(
            session,
            row,
            supervisor_id,
            f"{row.public_id}:approve:{supervisor_id}:{today(session)}",
            f"Persetujuan Anda ditunggu: {row.name}",
            "Ada pegawai Anda yang diusulkan. Setujui atau tolak di halaman Persetujuan.",
        )


def taken_out(session: Session, row: TrainingClass, seat: Seat, why: str) -> None:
    """Tell a person that an officer took the seat back."""
    subject = f"Anda tidak lagi terdaftar: {row.name}"
    _say(session, row, seat.person_id, f"{seat.public_id}:out", subject, f"Alasan: {why}")


def cancelled(session: Session, row: TrainingClass, people: Sequence[int], why: str) -> None:
    """Tell everyone with a live seat that the class does not take place."""
    for person_id in people:
        key = f"{row.public_id}:cancelled:{person_id}"
        _say(session, row, person_id, key, f"Angkatan dibatalkan: {row.name}", f"Alasan: {why}")


def rescheduled(session: Session, row: TrainingClass) -> None:
    """Tell everyone with a live seat about new dates or another place."""
    query = select(Seat.person_id).where(Seat.class_id == row.id, Seat.state.in_(LIVE_SEATS))
    for person_id in session.scalars(query).all():
        key = f"{row.public_id}:dates:{row.sequence}:{person_id}"
        _say(session, row, person_id, key, f"Jadwal berubah: {row.name}", _when(session, row))


def no_room(session: Session, row: TrainingClass, seats: Iterable[Seat]) -> None:
    """Tell those on the list that the class has started without them."""
    for seat in seats:
        text = "Angkatan sudah mulai dan semua tempat terisi. Petugas mencarikan angkatan lain."
        key = f"{seat.public_id}:no_room"
        _say(session, row, seat.person_id, key, f"Belum ada tempat: {row.name}", text)


def absent(session: Session, row: TrainingClass, seat: Seat) -> None:
    """Tell a person why the class does not count yet, and what comes next."""
    text = f"{seat.reason} Anda tetap bisa ikut angkatan berikutnya."
    _say(session, row, seat.person_id, f"{seat.public_id}:absent", f"Kehadiran: {row.name}", text)
