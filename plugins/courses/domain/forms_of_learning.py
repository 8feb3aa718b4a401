"""Pure: SIASN's 25 forms of learning, and how an amount of one becomes learning hours (JP)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

JP_MINUTES = 45
COACHING = 14
E_LEARNING = 16
UNITS = ("jp", "hour", "day", "meeting")
CERTIFICATE_CLASSES = ("", "F", "T", "P")
MOST_AMOUNT = 2000
MOST_HUNDREDTHS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of learning of the personnel system: its number, name, and whether people meet."""

    code: int
    name: str
    classical: bool


def _forms(first: int, classical: bool, *names: str) -> tuple[Form, ...]:
    return tuple(
        Form(code=code, name=name, classical=classical) for code, name in enumerate(names, first)
    )


FORMS = _forms(
    1, True,
    "Diklat Struktural", "Diklat Fungsional", "Diklat Teknis", "Workshop",
    "Pelatihan Manajerial", "Pelatihan Sosial Kultural", "Sosialisasi", "Bimbingan Teknis",
    "Seminar", "Magang", "Kursus", "Penataran", "Klasikal lainnya",
) + _forms(
    14, False,
    "Coaching", "Mentoring", "E-Learning", "Pelatihan Jarak Jauh", "Detasering", "Outbond",
    "Benchmarking", "Pertukaran PNS dengan pegawai swasta", "Belajar Mandiri",
    "Komunitas Belajar", "Bimbingan di Tempat Kerja", "Nonklasikal lainnya",
)  # fmt: skip
"""SIASN jenisDiklat 1–25 (domain.md §4.3)."""
BY_CODE = {form.code: form for form in FORMS}
CODES = {form.name.casefold(): form.code for form in FORMS}


def form_code(name: str) -> int | None:
    """Give the number of a form by its name, None for a name that the personnel system lacks."""
    return CODES.get(name.strip().casefold())


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """One row of the conversion table: JP for a unit in hundredths, and the most an activity."""

    unit: str
    hundredths: int
    most_jp: int | None = None


def jp_for(amount: int | Fraction, conversion: Conversion, *, evidence: bool) -> int:
    """Give the JP of an amount: rounded down, at most the bound, none without evidence."""
    if not evidence or amount <= 0:
        return 0
    jp = int(Fraction(amount) * conversion.hundredths / 100)
    return jp if conversion.most_jp is None else min(jp, conversion.most_jp)


def met_amount(unit: str, meetings: Iterable[tuple[date, int]]) -> Fraction:
    """Count meetings, each a day with its minutes, in a unit of the conversion table."""
    held = list(meetings)
    minutes = sum(length for _, length in held)
    return {
        "jp": Fraction(minutes, JP_MINUTES),
        "hour": Fraction(minutes, 60),
        "day": Fraction(len({day for day, _ in held})),
        "meeting": Fraction(len(held)),
    }[unit]


def problems(conversion: Conversion, legal_basis: str) -> list[str]:
    """Tell what is wrong with a row of the table, in words for people; nothing when all is well."""
    found = []
    if conversion.unit not in UNITS:
        found.append(WRONG_UNIT)
    if not 0 <= conversion.hundredths <= MOST_HUNDREDTHS:
        found.append(WRONG_RATE)
    if conversion.most_jp is not None and not 1 <= conversion.most_jp <= MOST_AMOUNT:
        found.append(WRONG_BOUND)
    if not legal_basis.strip():
        found.append(NO_BASIS)
    return found


WRONG_UNIT = "Pilih satuannya."  # i18n
WRONG_RATE = "JP per satuan antara 0 dan 100."  # i18n
WRONG_BOUND = "Batas JP antara 1 dan 2.000, atau kosong."  # i18n
NO_BASIS = "Isi dasar hukumnya."  # i18n
