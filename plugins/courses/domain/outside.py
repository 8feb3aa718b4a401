"""Pure: the states of learning elsewhere, what may happen when, and whether it was sent before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from lms.errors import Conflict, Invalid
from plugins.courses.domain.forms_of_learning import MOST_AMOUNT

Act = Literal["verify", "return", "correct", "withdraw"]
Same = Literal["number", "dates", "file"]

NEXT: dict[tuple[str, str], str] = {
    ("submitted", "verify"): "verified",
    ("submitted", "return"): "returned",
    ("submitted", "correct"): "submitted",
    ("returned", "correct"): "submitted",
    ("submitted", "withdraw"): "withdrawn",
    ("returned", "withdraw"): "withdrawn",
}
REFUSED = {  # i18n
    "submitted": "Bukti ini masih menunggu diperiksa.",
    "verified": "Bukti ini sudah diterima dan JP sudah tercatat.",
    "returned": "Bukti ini sedang diperbaiki pegawainya.",
    "withdrawn": "Bukti ini sudah ditarik.",
}
OLDEST = timedelta(days=5 * 366)


def after(state: str, act: Act) -> str:
    """Give the state that an act leads to; raises Conflict where it is not possible."""
    found = NEXT.get((state, act))
    if found is None:
        raise Conflict(REFUSED[state])
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a person says of learning elsewhere."""

    title: str
    organiser: str
    form_code: int
    number: str
    starts_on: date
    ends_on: date
    amount: int
    competency_id: int | None = None


def check(facts: Facts, today: date) -> None:
    """Check what can be known without asking anyone; raises Invalid in words for people."""
    if not facts.title.strip() or not facts.organiser.strip():
        raise Invalid(EMPTY)
    if facts.ends_on < facts.starts_on:
        raise Invalid(BACKWARDS)
    if facts.ends_on > today:
        raise Invalid(NOT_YET)
    if facts.ends_on < today - OLDEST:
        raise Invalid(TOO_OLD)
    if not 1 <= facts.amount <= MOST_AMOUNT:
        raise Invalid(AMOUNT)


EMPTY = "Isi nama kegiatan dan penyelenggaranya."  # i18n
BACKWARDS = "Tanggal selesai tidak boleh sebelum tanggal mulai."  # i18n
NOT_YET = "Kegiatan ini belum selesai. Kirim buktinya setelah selesai."  # i18n
TOO_OLD = "Kegiatan ini sudah lebih dari lima tahun. Tanyakan ke petugas."  # i18n
AMOUNT = "Jumlahnya antara 1 dan 2.000."  # i18n


def key(text: str) -> str:
    """Give letters and digits only, in lower case: what two spellings of a text share."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A certificate that was sent before, as far as it is compared."""

    public_id: str
    own: bool
    title: str
    organiser: str
    number: str
    starts_on: date
    ends_on: date
    digest: str


def duplicates(facts: Facts, digest: str, others: Iterable[Known]) -> list[tuple[Known, Same]]:
    """Give certificates that look like the same one, each with why.

    The same number of the same organiser and the same file count whoever sent them; the same
    title on the same days only of the same person: colleagues go to the same course.
    """
    found: list[tuple[Known, Same]] = []
    for other in others:
        if digest and other.digest == digest:
            found.append((other, "file"))
        elif key(facts.number) and _spoken(facts) == (key(other.number), key(other.organiser)):
            found.append((other, "number"))
        elif other.own and _held(facts) == (key(other.title), other.starts_on, other.ends_on):
            found.append((other, "dates"))
    return found


def _spoken(facts: Facts) -> tuple[str, str]:
    return key(facts.number), key(facts.organiser)


def _held(facts: Facts) -> tuple[str, date, date]:
    return key(facts.title), facts.starts_on, facts.ends_on
