"""Position levels: what standards refer to, with the words people use (domain.md §1.7)."""

from __future__ import annotations

POSITION_LEVELS = {  # i18n
    "jpt_pratama": "Pimpinan tinggi pratama (eselon II)",
    "administrator": "Administrator (eselon III)",
    "pengawas": "Pengawas (eselon IV)",
    "pelaksana": "Pelaksana (staf)",
    "ahli_utama": "Ahli utama",
    "ahli_madya": "Ahli madya",
    "ahli_muda": "Ahli muda",
    "ahli_pertama": "Ahli pertama",
    "penyelia": "Penyelia",
    "mahir": "Mahir",
    "terampil": "Terampil",
    "pemula": "Pemula",
}


def level_name(level: str) -> str:
    """Give the words for a position level; an unknown one stands as it is."""
    return POSITION_LEVELS.get(level, level)
