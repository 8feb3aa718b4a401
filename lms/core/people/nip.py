"""Pure: the NIP of civil servants, its rules, and the damage that Excel does to it.

A NIP has 18 digits `YYYYMMDD YYYYMM S NNN`: birth date, month of appointment, sex (1 man, 2 woman),
sequence from 001. Contract employees (PPPK) have a code from 21 in place of the month. Sources:
Perka BKN 22/2007 and 43/2007; the PPPK codes are seen in published examples of 2025.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Verdict = Literal["ok", "warn", "error"]

MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
LABEL = re.compile(r"^\s*nip\b[\s.:]*", re.IGNORECASE)
SEPARATORS = re.compile(r"[\s.\-‐-–\u00a0\u200b\u2060\ufeff]")
APOSTROPHES = "'’‘`´"
SCIENTIFIC = re.compile(r"^\d(?:[.,]\d+)?e\+?\d{1,2}$", re.IGNORECASE)
FLOAT_TEXT = re.compile(r"^\d{16,}[.,]0+$")
ISO_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")

YOUNGEST, OLDEST = 17, 60
"""Usual ages at appointment, in years; outside them is worth a look, not an error."""
PPPK_CODES = range(21, 30)

SAYS: dict[str, str] = {  # i18n
    "empty": "NIP kosong. Isi 18 angka NIP.",
    "scientific": "NIP rusak oleh Excel: %(text)s. Ubah kolom NIP ke Teks, lalu tempel ulang.",
    "numeric_cell": "Kolom NIP berformat angka, jadi angka akhirnya berubah. "
    "Ubah kolom NIP ke Teks, lalu tempel ulang.",
    "sequence_zero": "NIP rusak oleh Excel: angka akhirnya 000. "
    "Ubah kolom NIP ke Teks, lalu tempel ulang.",
    "not_digits": "NIP berisi selain angka: %(text)s. Isi hanya dengan 18 angka.",
    "old_nip": "Ini NIP lama, 9 angka. Isi dengan NIP baru, 18 angka.",
    "nik": "Ini NIK, 16 angka. Isi dengan NIP, 18 angka.",
    "nrp": "Ini 8 angka, mungkin NRP Polri. Isi dengan NIP, 18 angka.",
    "one_missing": "Kurang satu angka. NIP ini 17 angka, seharusnya 18.",
    "one_extra": "Lebih satu angka. NIP ini 19 angka, seharusnya 18.",
    "too_short": "NIP ini hanya %(length)s angka, seharusnya 18. Salin ulang dari SK.",
    "too_long": "NIP ini %(length)s angka, seharusnya 18. Mungkin dua NIP dalam satu kotak.",
    "birth_month": "Bulan lahir %(month)s tidak ada. Periksa angka ke-5 dan ke-6 NIP.",
    "birth_day": "%(day)s %(month)s %(year)s tidak ada di kalender. Periksa NIP.",
    "birth_year": "Tahun lahir %(year)s tidak mungkin. Periksa empat angka pertama NIP.",
    "sex": "Angka ke-15 adalah %(digit)s. Seharusnya 1 (laki-laki) atau 2 (perempuan).",
    "before_birth": "Tahun pengangkatan %(year)s lebih awal dari tahun lahir. Periksa NIP.",
    "unknown_code": "Kode %(code)s pada angka ke-13 dan ke-14 belum dikenal. "
    "Data tetap masuk. Periksa NIP.",
    "age": "Umur saat diangkat %(age)s tahun menurut NIP. Data tetap masuk. Periksa NIP.",
}
LENGTH_CODES = {8: "nrp", 9: "old_nip", 16: "nik", 17: "one_missing", 19: "one_extra"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NipCheck:
    """What a written NIP is worth: `normalised` are its 18 digits, empty for an error.

    `code` is stable for programs ("old_nip"), empty when all is well; `message_id` is the
    Indonesian sentence with `%(name)s` places, and `values` what stands there.
    """

    verdict: Verdict
    normalised: str
    code: str = ""
    message_id: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """Give the sentence for people, in Indonesian; empty when all is well."""
        return self.message_id % self.values if self.values else self.message_id


@dataclass(frozen=True, slots=True, kw_only=True)
class NipFacts:
    """What a sound NIP says: birth date, sex (L or P), employment (pns or pppk)."""

    birth_date: date
    sex: Literal["L", "P"]
    employment: Literal["pns", "pppk"]


def normalise_nip(text: str) -> str:
    """Drop label, spaces, dots, hyphens and apostrophes, as people and Excel write them."""
    bare = LABEL.sub("", text.strip().lstrip(APOSTROPHES))
    return SEPARATORS.sub("", bare.lstrip(APOSTROPHES))


def check_nip(text: str, *, numeric_cell: bool = False) -> NipCheck:
    """Judge a NIP as it stands in a cell; `numeric_cell` tells that Excel kept it as a number."""
    stripped = text.strip().strip(APOSTROPHES)
    if SCIENTIFIC.match(stripped):
        return _said("error", "scientific", text=stripped)
    if FLOAT_TEXT.match(stripped):
        return _said("error", "numeric_cell")
    digits = normalise_nip(text)
    return _check_shape(digits, numeric_cell) or _check_parts(digits) or _check_oddities(digits)


def nip_facts(nip: str) -> NipFacts:
    """Read birth date, sex and employment from 18 digits that `check_nip` let through."""
    return NipFacts(
        birth_date=date(int(nip[:4]), int(nip[4:6]), int(nip[6:8])),
        sex="L" if nip[14] == "1" else "P",
        employment="pppk" if int(nip[12:14]) in PPPK_CODES else "pns",
    )


def _said(verdict: Verdict, code: str, normalised: str = "", /, **values: str) -> NipCheck:
    return NipCheck(
        verdict=verdict, normalised=normalised, code=code, message_id=SAYS[code], values=values
    )


def _check_shape(digits: str, numeric_cell: bool) -> NipCheck | None:
    """Look at what needs no reading of the digits: emptiness, letters, length."""
    length = len(digits)
    if not digits:
        return _said("error", "empty")
    if not (digits.isascii() and digits.isdigit()):
        return _said("error", "not_digits", text=digits[:30])
    if numeric_cell and length >= 17:  # a number in Excel keeps 15 digits
        return _said("error", "numeric_cell")
    if length == 18:
        return None
    if length in LENGTH_CODES:
        return _said("error", LENGTH_CODES[length])
    return _said("error", "too_short" if length < 18 else "too_long", length=str(length))


def _check_parts(nip: str) -> NipCheck | None:
    """Look at the parts that must be right: sequence, birth date, sex, order of dates."""
    if nip.endswith("000"):
        return _said("error", "sequence_zero")
    wrong_date = _check_birth(nip)
    if wrong_date is not None:
        return wrong_date
    if nip[14] not in "12":
        return _said("error", "sex", digit=nip[14])
    code = int(nip[12:14])
    born = nip[:6] if 1 <= code <= 12 else nip[:4]
    if nip[8 : 8 + len(born)] < born:
        return _said("error", "before_birth", year=nip[8:12])
    return None


def _check_birth(nip: str) -> NipCheck | None:
    year, month, day = int(nip[:4]), int(nip[4:6]), int(nip[6:8])
    if not 1900 <= year <= 2100:
        return _said("error", "birth_year", year=nip[:4])
    if not 1 <= month <= 12:
        return _said("error", "birth_month", month=nip[4:6])
    try:
        date(year, month, day)
    except ValueError:
        return _said("error", "birth_day", day=str(day), month=MONTHS[month - 1], year=nip[:4])
    return None


def _check_oddities(nip: str) -> NipCheck:
    """Look at what is unusual but possible."""
    code = int(nip[12:14])
    if not 1 <= code <= 12 and code not in PPPK_CODES:
        return _said("warn", "unknown_code", nip, code=nip[12:14])
    age = int(nip[8:12]) - int(nip[:4])
    if not YOUNGEST <= age <= OLDEST:
        return _said("warn", "age", nip, age=str(age))
    return NipCheck(verdict="ok", normalised=nip)
