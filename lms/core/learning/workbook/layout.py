"""The sheets of the workbook and their columns, with other names that offices may give them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lms.core.people.positions import POSITION_LEVELS
from lms.core.sheets import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A sheet: its name, its columns in order, those that must be there, widths in characters."""

    name: str
    columns: tuple[Column, ...]
    required: tuple[str, ...]
    widths: tuple[int, ...] = ()


def _column(field: str, title: str, *others: str) -> Column:
    return Column(field=field, title=title, names=(title, *others))


FRAMEWORK = _column("framework", "Kerangka", "Kode kerangka")
COMPETENCY = _column("competency", "Kompetensi", "Kode kompetensi")
VERSION = _column("version", "Versi")
SOURCE = _column("source", "Sumber", "Dasar hukum")

FRAMEWORKS = Layout(
    name="Kerangka",
    columns=(
        _column("code", "Kode", "Kode kerangka", "Kerangka"),
        _column("name", "Nama", "Nama kerangka"),
        VERSION,
        SOURCE,
        _column("standard_name", "Nama standar"),
        _column("standard_version", "Versi standar"),
        _column("valid_from", "Standar berlaku mulai", "Berlaku mulai"),
        _column("standard_source", "Sumber standar"),
    ),
    required=("code", "name"),
    widths=(16, 40, 8, 60, 40, 14, 22, 60),
)
COMPETENCIES = Layout(
    name="Kompetensi",
    columns=(
        FRAMEWORK,
        _column("domain", "Kode domain"),
        _column("domain_name", "Domain", "Nama domain"),
        _column("code", "Kode", "Kode kompetensi"),
        _column("name", "Nama", "Kompetensi", "Nama kompetensi"),
        _column("short", "Nama pendek"),
        _column("description", "Uraian", "Definisi"),
        _column("categories", "Kategori hasil tes"),
    ),
    required=("framework", "domain", "code", "name"),
    widths=(16, 12, 32, 10, 36, 24, 70, 40),
)
LEVELS = Layout(
    name="Tingkat",
    columns=(
        FRAMEWORK,
        COMPETENCY,
        _column("level", "Tingkat", "Level"),
        _column("name", "Nama tingkat", "Nama"),
        _column("description", "Uraian", "Deskripsi"),
        _column("indicators", "Contoh perilaku", "Indikator perilaku"),
    ),
    required=("framework", "competency", "level"),
    widths=(16, 12, 8, 24, 60, 80),
)
STANDARDS = Layout(
    name="Standar",
    columns=(FRAMEWORK, COMPETENCY),
    required=("framework", "competency"),
    widths=(16, 12),
)
EXCEPTIONS = Layout(
    name="Pengecualian",
    columns=(
        FRAMEWORK,
        COMPETENCY,
        _column("position", "Jabatan", "Nama jabatan"),
        _column("position_level", "Jenjang", "Jenjang jabatan"),
        _column("level", "Tingkat", "Level"),
    ),
    required=("framework", "competency", "position", "level"),
    widths=(16, 12, 50, 30, 8),
)
RULES = Layout(
    name="Aturan",
    columns=(
        _column("code", "Kode", "Kode aturan"),
        VERSION,
        _column("name", "Nama", "Nama aturan"),
        _column("unit", "Satuan"),
        SOURCE,
        _column("level", "Tingkat", "Level"),
        _column("label", "Sebutan", "Kategori"),
        _column("at_least", "Mulai dari", "Nilai paling rendah"),
    ),
    required=("code", "name", "level", "at_least"),
    widths=(20, 8, 40, 10, 60, 8, 30, 12),
)
TOGETHER = (FRAMEWORKS, COMPETENCIES, LEVELS, STANDARDS, EXCEPTIONS)
"""These sheets only make sense together: a missing one would read as "nothing"."""

EXTRA_LEVELS = {"jpt_madya": "Pimpinan tinggi madya", "jpt_utama": "Pimpinan tinggi utama"}
LEVEL_TITLES = {**POSITION_LEVELS, **EXTRA_LEVELS}


def level_columns(more: Iterable[str] = ()) -> tuple[Column, ...]:
    """Give the columns of the sheet of standards, one for each position level.

    `more` are levels that the agency has beside the usual ones.
    """
    titles = {**dict.fromkeys(more, ""), **LEVEL_TITLES}
    return tuple(
        Column(field=level, title=title or level, names=(title or level, level))
        for level, title in titles.items()
    )
