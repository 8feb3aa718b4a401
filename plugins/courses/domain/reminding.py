"""What people are reminded of, in words that they read, and how often at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

KINDS = ("not_started", "idle", "class", "objection", "retest")
WEEK = 7
"""Days between two reminders about the same course."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A reminder: subject and text with places, and what the desk calls its kind."""

    title: str
    subject: str
    text: str


WORDINGS: Mapping[str, Wording] = {
    "not_started": Wording(
        title="Belum mulai",  # i18n
        subject="Pelatihan Anda menunggu: {course}",
        text="Pelatihan “{course}” menunggu Anda sejak {since}. "
        "Mulai dari satu langkah saja. Boleh berhenti kapan saja.",
    ),
    "idle": Wording(
        title="Berhenti belajar",  # i18n
        subject="Lanjutkan pelatihan Anda: {course}",
        text="Anda sudah mulai “{course}”. Terakhir belajar {since}. "
        "Kemajuan Anda masih tersimpan.",
    ),
    "class": Wording(
        title="Angkatan mulai besok",  # i18n
        subject="Besok: {course}",
        text="Besok, {since}, Anda ikut “{course}”. Jadwal dan tempatnya ada di tautan ini.",
    ),
    "objection": Wording(
        title="Keberatan sudah dijawab",  # i18n
        subject="Keberatan Anda sudah dijawab: {course}",
        text="Keberatan Anda tentang “{course}” sudah dijawab. Jawabannya ada di tautan ini.",
    ),
    "retest": Wording(
        title="Tes ulang siap",  # i18n
        subject="Tes ulang Anda sudah bisa diikuti",
        text="Semua pelatihan Anda sudah selesai. Tes ulang melihat apa yang sudah meningkat.",
    ),
}


def words(kind: str, course: str, since: str) -> tuple[str, str]:
    """Give subject and text of a reminder."""
    wording = WORDINGS[kind]
    return (
        wording.subject.format(course=course, since=since),
        wording.text.format(course=course, since=since),
    )


def personal(name: str, text: str, address: str, sender: str) -> str:
    """Give the message that a colleague copies and sends by hand."""
    return f"Bapak/Ibu {name},\n\n{text}\n\n{address}\n\nSalam,\n{sender}"
