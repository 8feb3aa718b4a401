"""Learning hours (JP): at least 20 a year for PNS, at most 24 for PPPK; never a negative number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

PNS_LEAST = 20
"""JP a year: PP 11/2017, Article 203(4)."""
PPPK_MOST = 24
"""JP a contract year: Permenhan 9/2025. We count calendar years, as the reports do."""

JpState = Literal["open", "reached", "beyond"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JpMessage:
    """How a year's learning hours stand: `text` with `values` to fill in, `share` in percent."""

    jp: int
    bound: int
    at_most: bool
    state: JpState
    text: str
    values: Mapping[str, int]

    @property
    def share(self) -> float:
        """Give how full the bar is, at most 100."""
        return min(100.0, self.jp / self.bound * 100)


MESSAGES = {  # i18n
    "missing": "Kurang %(n)s JP sampai 31 Desember %(year)s.",
    "enough": "Minimal %(bound)s JP untuk tahun %(year)s sudah terpenuhi.",
    "past_pns": "Tahun %(year)s tercatat %(jp)s JP dari minimal %(bound)s JP.",
    "left": "Masih bisa %(n)s JP lagi sampai 31 Desember %(year)s.",
    "full": "Batas %(bound)s JP untuk tahun %(year)s sudah tercapai.",
    "beyond": "%(n)s JP melebihi batas %(bound)s JP. Semua tetap tercatat.",
    "past_pppk": "Tahun %(year)s tercatat %(jp)s JP dari maksimal %(bound)s JP.",
}


def jp_message(employment: str, jp: int, year: int, today: date) -> JpMessage:
    """Put a year's learning hours into words, by the person's kind of employment."""
    at_most = employment.casefold().startswith("pppk")
    bound = PPPK_MOST if at_most else PNS_LEAST
    past = year < today.year
    state = _state(jp, bound, at_most)
    key = _most_key(state, past) if at_most else _least_key(state, past)
    return JpMessage(
        jp=jp,
        bound=bound,
        at_most=at_most,
        state=state,
        text=MESSAGES[key],
        values={"n": abs(bound - jp), "jp": jp, "bound": bound, "year": year},
    )


def _state(jp: int, bound: int, at_most: bool) -> JpState:
    if jp < bound:
        return "open"
    return "beyond" if at_most and jp > bound else "reached"


def _least_key(state: JpState, past: bool) -> str:
    if state == "reached":
        return "enough"
    return "past_pns" if past else "missing"


def _most_key(state: JpState, past: bool) -> str:
    if state == "open":
        return "past_pppk" if past else "left"
    return "full" if state == "reached" else "beyond"


def credit_ref(person_id: int, course_version_id: int, year: int) -> str:
    """Name a credit: the same version of a course counts once a year for a person."""
    return f"course:{person_id}:{course_version_id}:{year}"
