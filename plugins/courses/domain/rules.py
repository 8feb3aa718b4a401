"""Who a rule is for: a condition as data, checked with clear errors, explained in one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lms.errors import Invalid

STATES = {"below": "di bawah standar", "unclear": "belum pasti"}
EMPLOYMENTS = {"pns": "PNS", "pppk": "PPPK"}
LOWEST, HIGHEST = 0, 6
LONGEST = 100
MOST_LISTED = 3
"""How many units or competencies a sentence names before it only counts them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Who a rule is for; what is empty does not limit.

    A person fits when all parts hold. The parts about a competency (`competencies` to
    `required`) must hold for one and the same of her results. `units` stand for themselves and
    everything below them.
    """

    competencies: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    level_from: int | None = None
    level_to: int | None = None
    required: int | None = None
    """The post asks for this level or a higher one."""
    position_levels: tuple[str, ...] = ()
    position: str = ""
    units: tuple[int, ...] = ()
    employments: tuple[str, ...] = ()
    born_before: date | None = None
    born_after: date | None = None
    never_had: bool = False

    @property
    def about_results(self) -> bool:
        """Tell whether a person needs a result to fit."""
        levels = (self.level_from, self.level_to, self.required)
        return bool(self.competencies or self.states) or any(n is not None for n in levels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the agency has, to check a condition against and to name it in words."""

    competencies: Mapping[str, str] = field(default_factory=dict)
    position_levels: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[int, str] = field(default_factory=dict)


def check(condition: Condition, names: Names) -> Condition:
    """Give the condition when it can be used; raises Invalid with everything that is wrong."""
    reasons = [
        *_unknown("Kemampuan", condition.competencies, names.competencies),
        *_unknown("Keadaan", condition.states, STATES),
        *_unknown("Jenjang jabatan", condition.position_levels, names.position_levels),
        *_unknown("Unit", condition.units, names.units),
        *_unknown("Jenis kepegawaian", condition.employments, EMPLOYMENTS),
        *_levels(condition),
        *_births(condition),
    ]
    if len(condition.position) > LONGEST:
        reasons.append(f"Nama jabatan paling banyak {LONGEST} huruf.")
    if reasons:
        raise Invalid(reasons[0], reasons)
    return condition


def _unknown(what: str, given: Sequence[Any], known: Mapping[Any, str]) -> list[str]:
    return [
        f"{what} “{each}” tidak dikenal. Pilih dari daftar." for each in given if each not in known
    ]


def _levels(condition: Condition) -> list[str]:
    low, high, asked = condition.level_from, condition.level_to, condition.required
    reasons = [
        f"Tingkat {level} tidak ada. Isi {LOWEST} sampai {HIGHEST}."
        for level in (low, high, asked)
        if level is not None and not LOWEST <= level <= HIGHEST
    ]
    if low is not None and high is not None and low > high:
        reasons.append(f"Tingkat {low} sampai {high} terbalik. Isi yang kecil dulu.")
    return reasons


def _births(condition: Condition) -> list[str]:
    after, before = condition.born_after, condition.born_before
    if after is not None and before is not None and after >= before:
        return ["Tanggal lahir terbalik: “sesudah” harus lebih awal daripada “sebelum”."]
    return []


# -- as data -------------------------------------------------------------------------------------

LISTS = ("competencies", "states", "position_levels", "units", "employments")
NUMBERS = ("level_from", "level_to", "required")
DAYS = ("born_before", "born_after")


def to_data(condition: Condition) -> dict[str, Any]:
    """Give a condition as JSON holds it; what does not limit is left out."""
    found: dict[str, Any] = {name: list(getattr(condition, name)) for name in LISTS}
    found |= {name: getattr(condition, name) for name in (*NUMBERS, "position", "never_had")}
    for name in DAYS:
        day = getattr(condition, name)
        found[name] = day.isoformat() if day else None
    return {name: value for name, value in found.items() if value or type(value) is int}


def from_data(data: Any) -> Condition:
    """Read a condition from JSON; raises Invalid for what it does not know."""
    if not isinstance(data, dict):
        raise Invalid("Syarat aturan harus berupa pasangan nama dan nilai.")
    known = {*LISTS, *NUMBERS, *DAYS, "position", "never_had"}
    reasons = [f"Syarat “{name}” tidak dikenal." for name in sorted(set(data) - known)]
    values: dict[str, Any] = {}
    for name in sorted(known & set(data)):
        try:
            values[name] = _value(name, data[name])
        except (TypeError, ValueError):
            reasons.append(f"Nilai untuk “{name}” tidak bisa dibaca.")
    if reasons:
        raise Invalid(reasons[0], reasons)
    return Condition(**values)


def _value(name: str, value: Any) -> Any:
    if name in LISTS:
        kind = int if name == "units" else str
        if not isinstance(value, list) or any(type(each) is not kind for each in value):
            raise TypeError(name)
        return tuple(dict.fromkeys(value))
    if name in DAYS:
        return date.fromisoformat(value)
    plain: type = int if name in NUMBERS else bool if name == "never_had" else str
    if type(value) is not plain:
        raise TypeError(name)
    return value


# -- in words ------------------------------------------------------------------------------------


def explain(condition: Condition, names: Names) -> str:
    """Say in one sentence whom a condition means."""
    who = "Pegawai"
    if condition.employments:
        who = f"Pegawai {_either([EMPLOYMENTS[each] for each in condition.employments])}"
    where = _listed(
        [names.units.get(unit, "unit yang sudah dihapus") for unit in condition.units], "unit"
    )
    parts = [
        f"di {where} dan semua di bawahnya" if where else "",
        _post(condition, names),
        _births_in_words(condition),
        _results(condition, names),
        "yang belum pernah ikut pelatihan ini" if condition.never_had else "",
    ]
    kept = [part for part in parts if part]
    if not kept and not condition.employments:
        return "Semua pegawai aktif."
    return f"{' '.join([who, ', '.join(kept)]).strip()}."


def _post(condition: Condition, names: Names) -> str:
    levels = [names.position_levels.get(each, each) for each in condition.position_levels]
    words = []
    if levels:
        words.append(f"berjenjang {_either(levels)}")
    if condition.position:
        words.append(f"dengan jabatan memuat “{condition.position}”")
    return " dan ".join(words)


def _births_in_words(condition: Condition) -> str:
    words = []
    if condition.born_after:
        words.append(f"lahir sesudah {_day(condition.born_after)}")
    if condition.born_before:
        words.append(f"lahir sebelum {_day(condition.born_before)}")
    return " dan ".join(words)


def _results(condition: Condition, names: Names) -> str:
    if not condition.about_results:
        return ""
    chosen = [names.competencies.get(code, code) for code in condition.competencies]
    what = _listed(chosen, "kemampuan") or "salah satu kemampuan"
    words = [_either([STATES[state] for state in condition.states])] if condition.states else []
    if levels := _level_words(condition):
        words.append(levels)
    if condition.required is not None:
        words.append(f"diminta tingkat {condition.required} atau lebih")
    return f"yang hasilnya pada {what} {' dan '.join(words) or 'sudah ada'}"


def _level_words(condition: Condition) -> str:
    low, high = condition.level_from, condition.level_to
    if low is not None and high is not None:
        return f"di tingkat {low}" if low == high else f"di tingkat {low} sampai {high}"
    if low is not None:
        return f"di tingkat {low} atau lebih"
    return f"paling tinggi tingkat {high}" if high is not None else ""


def _either(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} atau {last}" if first else last


def _listed(words: Sequence[str], kind: str) -> str:
    if len(words) > MOST_LISTED:
        return f"{len(words)} {kind}"
    return _either(words) if words else ""


MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
