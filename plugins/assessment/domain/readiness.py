"""What an instrument lacks before it is used: warnings, and what keeps it from being used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from plugins.assessment.domain.assembly import ANCHOR_SHARE

ENOUGH = 3
"""A draw wants this many times as many items as it asks, or forms repeat each other."""
FEW = 5
"""Fewer questions than this say little of a competency."""
OLD_DAYS = 365
MOST_DIFFERENCE = 0.15
"""Forms further apart than this, in logits on average, are not parallel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineState:
    """What one line of a blueprint wants and what the bank has for it."""

    competency: str
    wanted: int
    available: int
    calibrated: int
    unit: str
    anchors: int | None = None
    form_size: int | None = None
    difference: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentState:
    """What readiness looks at."""

    mode: str
    today: date
    calibrated_on: date | None
    lines: tuple[LineState, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A remark in words with its values; a blocking one keeps the instrument from being used."""

    text: str
    values: dict[str, Any] = field(default_factory=dict)
    blocking: bool = False


def remarks(state: InstrumentState) -> list[Remark]:
    """Give all remarks: what blocks first, then what weakens the results."""
    found = [*_calibration(state)]
    for line in state.lines:
        found += _bank(state, line)
        if state.mode == "forms":
            found += _forms(line)
    return sorted(found, key=lambda remark: not remark.blocking)


def _calibration(state: InstrumentState) -> Sequence[Remark]:
    wants_theta = any(line.unit == "theta" for line in state.lines)
    if state.calibrated_on is None and (state.mode == "adaptive" or wants_theta):
        text = "Butir soal belum dikalibrasi. Cara tes ini memerlukannya."  # i18n
        return [Remark(text=text, blocking=True)]
    if state.calibrated_on is None:
        return [Remark(text="Butir soal belum dikalibrasi. Kesulitannya masih perkiraan.")]  # i18n
    days = (state.today - state.calibrated_on).days
    if days > OLD_DAYS:
        text = "Kalibrasi sudah %(days)s hari. Ulangi setiap tahun."  # i18n
        return [Remark(text=text, values={"days": days})]
    return []


def _bank(state: InstrumentState, line: LineState) -> Sequence[Remark]:
    values = {"name": line.competency, "has": line.available, "wants": line.wanted}
    usable = line.calibrated if state.mode == "adaptive" else line.available
    if usable == 0:
        text = "%(name)s: belum ada soal yang bisa dipakai."  # i18n
        return [Remark(text=text, values=values, blocking=True)]
    found = []
    if usable < line.wanted:
        text = "%(name)s: hanya %(has)s soal, padahal perlu %(wants)s."  # i18n
        found.append(Remark(text=text, values={**values, "has": usable}))
    elif usable < ENOUGH * line.wanted:
        text = "%(name)s: ada %(has)s soal. Tes ulang akan banyak mengulang soal."  # i18n
        found.append(Remark(text=text, values={**values, "has": usable}))
    if 0 < line.wanted < FEW:
        text = "%(name)s: %(wants)s soal terlalu sedikit. Banyak hasil belum pasti."  # i18n
        found.append(Remark(text=text, values=values))
    return found


def _forms(line: LineState) -> Sequence[Remark]:
    if line.form_size is None:
        text = "%(name)s: bentuk A dan B belum disusun."  # i18n
        return [Remark(text=text, values={"name": line.competency}, blocking=True)]
    found = []
    if line.anchors is not None and line.anchors < ANCHOR_SHARE * line.form_size:
        text = "%(name)s: jangkar hanya %(n)s dari %(size)s soal. Perlu seperlima."  # i18n
        values = {"name": line.competency, "n": line.anchors, "size": line.form_size}
        found.append(Remark(text=text, values=values))
    if line.difference is not None and abs(line.difference) > MOST_DIFFERENCE:
        text = "%(name)s: kesulitan bentuk A dan B berbeda %(by)s."  # i18n
        by = f"{abs(line.difference):.2f}".replace(".", ",")
        found.append(Remark(text=text, values={"name": line.competency, "by": by}))
    return found
