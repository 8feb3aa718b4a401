"""Pure: which level a post has, from echelon, rank (jenjang) or the name of the post.

Codes and names are SIASN's: echelon III is administrator, IV pengawas; functional posts have eight
ranks. The level is what competency standards refer to.
"""

from __future__ import annotations

import re
from functools import lru_cache

STRUCTURAL = ("pengawas", "administrator", "jpt_pratama", "jpt_madya", "jpt_utama")

ECHELON_CODES = {
    "10": "jpt_utama",
    "11": "jpt_madya",
    "12": "jpt_madya",
    "21": "jpt_pratama",
    "22": "jpt_pratama",
    "31": "administrator",
    "32": "administrator",
    "41": "pengawas",
    "42": "pengawas",
}
ECHELONS = {"i": "jpt_madya", "ii": "jpt_pratama", "iii": "administrator", "iv": "pengawas"}
ARABIC = {"1": "i", "2": "ii", "3": "iii", "4": "iv"}
NO_ECHELON = {"", "-", "0", "00", "99", "non", "noneselon", "tidakada", "bukaneselon", "v", "va"}
ECHELON = re.compile(r"^(iv|iii|ii|i|[1-4])([ab])?$")

RANK_CODES = {
    "pm": "pemula",
    "tr": "terampil",
    "mh": "mahir",
    "py": "penyelia",
    "pt": "ahli_pertama",
    "mu": "ahli_muda",
    "ma": "ahli_madya",
    "ut": "ahli_utama",
    "staf": "pelaksana",
    "staff": "pelaksana",
    "pelaksana": "pelaksana",
    "jabatanpelaksana": "pelaksana",
    "fungsionalumum": "pelaksana",
    "jabatanfungsionalumum": "pelaksana",
    "jfu": "pelaksana",
    "pengawas": "pengawas",
    "jabatanpengawas": "pengawas",
    "administrator": "administrator",
    "jabatanadministrator": "administrator",
    "pertama": "ahli_pertama",
    "muda": "ahli_muda",
    "madya": "ahli_madya",
    "utama": "ahli_utama",
    "pelaksanapemula": "pemula",
    "pelaksanalanjutan": "mahir",
}
RANK_WORDS = (
    ("pimpinan tinggi utama", "jpt_utama"),
    ("pimpinan tinggi madya", "jpt_madya"),
    ("pimpinan tinggi pratama", "jpt_pratama"),
    ("jpt utama", "jpt_utama"),
    ("jpt madya", "jpt_madya"),
    ("jpt pratama", "jpt_pratama"),
    ("ahli pertama", "ahli_pertama"),
    ("ahli muda", "ahli_muda"),
    ("ahli madya", "ahli_madya"),
    ("ahli utama", "ahli_utama"),
    ("pemula", "pemula"),
    ("terampil", "terampil"),
    ("mahir", "mahir"),
    ("penyelia", "penyelia"),
)
KINDS = {
    "1": "struktural",
    "3": "struktural",
    "2": "fungsional",
    "4": "pelaksana",
    "struktural": "struktural",
    "rangkap": "struktural",
    "fungsionaltertentu": "fungsional",
    "jft": "fungsional",
    "jf": "fungsional",
    "fungsional": "fungsional",
    "fungsionalumum": "pelaksana",
    "jfu": "pelaksana",
    "pelaksana": "pelaksana",
}


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


@lru_cache(maxsize=4096)
def kind_of(text: str) -> str | None:
    """Give struktural, fungsional or pelaksana for a kind of post as written, or None."""
    return KINDS.get(_key(text).removeprefix("jabatan"))


@lru_cache(maxsize=4096)
def level_of_echelon(text: str) -> str | None:
    """Give the level of an echelon ("III.a", "IVb", "eselon 4", code 31), or None."""
    key = _key(text).removeprefix("eselon")
    if key in ECHELON_CODES:
        return ECHELON_CODES[key]
    match = ECHELON.match(key)
    if match is None:
        return None
    return ECHELONS[ARABIC.get(match[1], match[1])]


def has_echelon(text: str) -> bool:
    """Tell whether an echelon column says something at all ("NON", "-" and 00 do not)."""
    return _key(text) not in NO_ECHELON


@lru_cache(maxsize=4096)
def level_of_rank(text: str) -> str | None:
    """Give the level of a rank column ("Ahli Muda", "MU", "Staf", "Eselon IV"), or None."""
    return RANK_CODES.get(_key(text)) or level_in_name(text) or level_of_echelon(text)


@lru_cache(maxsize=4096)
def level_in_name(text: str) -> str | None:
    """Give the rank that ends a functional post's name ("Perawat Ahli Muda"), or None."""
    words = " " + " ".join(re.sub(r"[^a-z]+", " ", text.casefold()).split()) + " "
    for phrase, level in RANK_WORDS:
        if f" {phrase} " in words:
            return level
    return None


def kind_of_level(level: str) -> str:
    """Give the kind of post that a level belongs to."""
    if level == "pelaksana":
        return "pelaksana"
    return "struktural" if level in STRUCTURAL else "fungsional"
