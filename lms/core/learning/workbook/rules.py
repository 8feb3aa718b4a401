"""Reads the sheet of cut scores: one row per band, the rule set's name repeated."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from lms.core.learning.workbook.tables import Line

Data = dict[str, Any]
UNITS = {"percent": "percent", "persen": "percent", "%": "percent", "": "percent"}
BAD_UNIT = "Satuan yang dikenal: percent (persen)."  # i18n
TWO_VERSIONS = "Aturan %(code)s punya dua versi di berkas ini. Tulis satu versi saja."  # i18n
TWICE = "Tingkat %(level)s sudah ada di atas."  # i18n
NOT_RISING = "Batas tingkat %(high)s harus lebih tinggi dari batas tingkat %(low)s."  # i18n


def read_rules(lines: Iterable[Line]) -> list[Data]:
    """Give rule sets with their bands from low to high; an empty version is None."""
    found: dict[str, Data] = {}
    last: dict[str, Line] = {}
    for line in lines:
        code, version = line.text("code", 60, needed=True), line.whole("version", 1, 9999)
        rule = found.setdefault(code, _rule(line, code, version))
        if rule["version"] != version:
            line.wrong("version", TWO_VERSIONS, code=code)
        _add_band(line, rule["band"])
        last[code] = line
    for code, rule in found.items():
        _check_order(last[code], rule["band"])
    return list(found.values())


def _rule(line: Line, code: str, version: int | None) -> Data:
    unit = line.text("unit", 20)
    if unit.lower() not in UNITS:
        line.wrong("unit", BAD_UNIT)
    return {
        "code": code,
        "version": version,
        "name": line.text("name", 200, needed=True),
        "unit": UNITS.get(unit.lower(), "percent"),
        "source": line.long_text("source"),
        "band": [],
    }


def _add_band(line: Line, bands: list[Data]) -> None:
    level = line.whole("level", 0, 9, needed=True)
    at_least = line.number("at_least")
    if level is None or at_least is None:
        return
    if level in {band["level"] for band in bands}:
        line.wrong("level", TWICE, level=level)
        return
    bands.append({"level": level, "label": line.text("label", 80), "at_least": at_least})


def _check_order(line: Line, bands: list[Data]) -> None:
    """Bands are half-open: a higher level must begin at a higher score."""
    bands.sort(key=lambda band: int(band["level"]))
    for low, high in pairwise(bands):
        if high["at_least"] <= low["at_least"]:
            line.wrong("at_least", NOT_RISING, high=high["level"], low=low["level"])
