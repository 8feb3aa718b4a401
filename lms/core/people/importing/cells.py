"""Pure: single cells of a personnel file made uniform: grade, education, sex, phone, e-mail."""

from __future__ import annotations

import re
from functools import lru_cache

PNS_GRADE = re.compile(r"(?<![ivx\d])(iv|iii|ii|i|[1-4])\s*[/.\-\\ ]?\s*([a-e])(?![a-z])", re.I)
PPPK_GRADE = re.compile(
    r"^(?:gol(?:ongan)?\.?\s*)?(x?v?i{0,3}|xiv|xv|xvi|xvii|iv|ix|xi{1,3})$", re.I
)
ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV"}
EMAIL = re.compile(r"^[^@\s,;]{1,64}@[^@\s,;]{1,190}\.[^@\s,;.]{2,24}$")

EDUCATION_CODES = {
    "05": "SD",
    "5": "SD",
    "10": "SMP",
    "12": "SMP",
    "15": "SMA",
    "17": "SMK",
    "18": "SMA",
    "20": "D1",
    "25": "D2",
    "30": "D3",
    "35": "D4",
    "40": "S1",
    "42": "Profesi",
    "45": "S2",
    "47": "Spesialis",
    "49": "Subspesialis",
    "50": "S3",
}
EDUCATION_WORDS = (
    (r"s\W?3\b|strata\W?(?:3|iii)\b|doktor\b", "S3"),
    (r"subspesialis|sub\W?spesialis", "Subspesialis"),
    (r"spesialis", "Spesialis"),
    (r"s\W?2\b|strata\W?(?:2|ii)\b|magister|pasca ?sarjana", "S2"),
    (r"profesi\b|\bners\b|apoteker", "Profesi"),
    (r"d\W?(?:4|iv)\b|diploma\W?(?:4|iv)\b|sarjana terapan", "D4"),
    (r"d\W?(?:3|iii)\b|diploma\W?(?:3|iii)\b|sarjana muda|akademi", "D3"),
    (r"s\W?1\b|strata\W?(?:1|i)\b|sarjana", "S1"),
    (r"d\W?(?:2|ii)\b|diploma\W?(?:2|ii)\b", "D2"),
    (r"d\W?(?:1|i)\b|diploma\W?(?:1|i)\b", "D1"),
    (r"smk\b|slta kejuruan|stm\b|smea\b", "SMK"),
    (r"sma\b|slta\b|ma\b|aliyah|paket c|smu\b|spg\b|sekolah menengah atas", "SMA"),
    (r"smp\b|sltp\b|mts\b|tsanawiyah|paket b|sekolah menengah pertama", "SMP"),
    (r"sd\b|mi\b|ibtidaiyah|paket a|sekolah dasar", "SD"),
)
STANDING_CODES = {
    "01": True,
    "02": False,
    "03": True,
    "04": False,
    "20": False,
    "98": False,
    "99": False,
}
STANDING_WORDS = (
    (r"\b(?:tidak|non|bukan)\W*aktif", False),
    (r"\bcltn\b|cuti di ?luar tanggungan", False),
    (r"pemberhentian|diberhentikan|berhenti", False),
    (r"\bmpp\b|masa persiapan pensiun", False),
    (r"\bbup\b|batas usia pensiun|pensiun", False),
    (r"meninggal|wafat", False),
    (r"tugas belajar", True),
    (r"\baktif\b", True),
)
MEN = {"l", "lk", "lakilaki", "laki", "pria", "m", "male", "1"}
WOMEN = {"p", "pr", "perempuan", "wanita", "w", "f", "female", "2"}


@lru_cache(maxsize=4096)
def read_grade(text: str) -> str | None:
    """Give a grade as "IV/c" (PNS) or "IX" (PPPK), or None when it cannot be read.

    Reads "IV/C", "IVc", "IV.c", "Pembina Utama Muda (IV/c)" and SIASN's codes 11 to 45. I/a of a
    PNS and I of a PPPK are different grades.
    """
    bare = text.strip()
    if re.fullmatch(r"[1-4][1-5]", bare):
        return f"{ROMAN[bare[0]]}/{'abcde'[int(bare[1]) - 1]}"
    if bare and (match := PPPK_GRADE.match(bare)):
        return match[1].upper()
    if match := PNS_GRADE.search(bare):
        return f"{ROMAN.get(match[1], match[1].upper())}/{match[2].lower()}"
    return None


@lru_cache(maxsize=4096)
def read_education(text: str) -> str:
    """Give the level of education as on a report (SD … S3); unknown words stay as they are."""
    bare = text.strip().casefold()
    if bare in EDUCATION_CODES:
        return EDUCATION_CODES[bare]
    for pattern, level in EDUCATION_WORDS:
        if re.match(rf"(?:{pattern})", bare):
            return level
    return text.strip()[:40]


def read_sex(text: str) -> str | None:
    """Give L or P, or None when it cannot be read."""
    key = re.sub(r"[^a-z0-9]", "", text.casefold())
    if key in MEN:
        return "L"
    return "P" if key in WOMEN else None


@lru_cache(maxsize=4096)
def read_standing(text: str) -> bool | None:
    """Tell whether a legal standing (kedudukan hukum) is one of people at work, None if unknown.

    Reads SIASN's codes and words. Whoever studies on duty (tugas belajar) counts as active.
    """
    bare = text.strip().casefold()
    if bare.isdecimal():
        return STANDING_CODES.get(bare.zfill(2))
    found = (active for pattern, active in STANDING_WORDS if re.search(pattern, bare))
    return next(found, None)


def read_phone(text: str) -> str | None:
    """Give a mobile number as 0812…, or None when it cannot be one; the first of several."""
    digits = re.sub(r"\D", "", re.split(r"[/;,]|\bdan\b", text.strip("'’ "))[0])
    if digits.startswith("62"):
        digits = digits[2:]
    digits = "0" + digits.lstrip("0")
    return digits if 9 <= len(digits) <= 14 else None


def read_email(text: str) -> str | None:
    """Give an e-mail address in lower case, or None when it cannot be one."""
    bare = text.strip().casefold()
    return bare if EMAIL.match(bare) else None
