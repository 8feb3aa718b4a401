"""How long a person still serves: the retirement age (BUP) by position, and the day it begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

HIGH = ("jpt_utama", "jpt_madya", "jpt_pratama")
YOUNGEST = 50
"""Nobody below this age is near retirement, whatever an agency sets: spares a question."""
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RetirementAges:
    """PP 11/2017, articles 239 and 240; UU 14/2005, article 30, for teachers."""

    others: int = 58
    high: int = 60
    """Pimpinan tinggi."""
    ahli_madya: int = 60
    ahli_utama: int = 65
    teachers: int = 60

    def of(self, level: str, position: str = "") -> int:
        """Give the age at which someone at this position level retires."""
        if level in HIGH:
            return self.high
        if level == "ahli_utama":
            return self.ahli_utama
        if level == "ahli_madya":
            return self.ahli_madya
        if position.casefold().split()[:1] == ["guru"]:
            return self.teachers
        return self.others


@dataclass(frozen=True, slots=True, kw_only=True)
class HorizonRule:
    """From how many months before on a person gets short courses, and how many JP at most."""

    ages: RetirementAges = RetirementAges()
    months: int = 12
    most_jp: int = 6


def retires_on(birth: date, age: int) -> date:
    """Give the first day of retirement: the first of the month after the birthday."""
    year, month = birth.year + age, birth.month + 1
    return date(year + 1, 1, 1) if month > 12 else date(year, month, 1)


def is_old_enough(birth: date | None, day: date) -> bool:
    """Tell whether it is worth asking at all."""
    return birth is not None and day.year - birth.year >= YOUNGEST


def near_retirement(
    rule: HorizonRule, birth: date | None, level: str, position: str, day: date
) -> date | None:
    """Give the day of retirement when it comes within the rule's months, None otherwise.

    Someone whose day has passed and who is still here is like all others: another age holds.
    """
    if birth is None:
        return None
    end = retires_on(birth, rule.ages.of(level, position))
    if end <= day:
        return None
    left = (end.year - day.year) * 12 + end.month - day.month
    soon = left < rule.months or (left == rule.months and day.day >= end.day)
    return end if soon else None


def month_words(day: date) -> str:
    """Write the month: Mei 2027."""
    return f"{MONTHS[day.month - 1]} {day.year}"
