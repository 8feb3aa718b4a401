"""Position levels: what standards refer to, with the words people use (domain.md §1.7)."""

from __future__ import annotations

RARE_LEVELS = {  # i18n
    "jpt_utama": "Pimpinan tinggi utama (eselon I)",
    "jpt_madya": "Pimpinan tinggi madya (eselon I)",
}
"""Levels that a regency hardly has; standards ask nothing of them unless an agency adds it."""

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
    return POSITION_LEVELS.get(level) or RARE_LEVELS.get(level, level)
