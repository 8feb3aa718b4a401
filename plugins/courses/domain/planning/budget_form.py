"""The costs of a plan in the shape of a budget form (RKA): code, volume, unit, price, sum."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from plugins.courses.domain.planning.scenario import Form

CLASS, HOUR, PERSON = "kelas", "JP", "orang"  # i18n


class Planned(Protocol):
    """A course in one form, with how many classes and people a plan has of it."""

    @property
    def title(self) -> str:
        """Give the course's title."""

    @property
    def form(self) -> Form:
        """Give the form with its costs."""

    @property
    def classes(self) -> int:
        """Give how many classes there are."""

    @property
    def people(self) -> int:
        """Give how many people are in all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRow:
    """One row; a heading has no volume. Amounts in whole rupiah, as plain numbers."""

    code: str
    text: str
    volume: int | None = None
    unit: str = ""
    price: int | None = None
    amount: int

    @property
    def is_heading(self) -> bool:
        """Tell whether the rows below it are parts of it."""
        return self.volume is None


def budget_rows(planned: Iterable[Planned]) -> list[BudgetRow]:
    """Give a heading for each form that is held, and below it each part of its costs."""
    held = [each for each in planned if each.classes]
    return [row for number, each in enumerate(held, 1) for row in _rows(str(number), each)]


def total(rows: Iterable[BudgetRow]) -> int:
    """Give the sum of the headings, which is the sum of all parts."""
    return sum(row.amount for row in rows if row.is_heading)


def _rows(code: str, planned: Planned) -> list[BudgetRow]:
    form = planned.form
    parts = [
        *((name, planned.classes, CLASS, price) for name, price in form.per_class.items()),
        *(
            (name, planned.classes * form.trainer_jp, HOUR, price)
            for name, price in form.per_jp.items()
        ),
        *((name, planned.people, PERSON, price) for name, price in form.per_person.items()),
    ]
    rows = [
        BudgetRow(
            code=f"{code}.{number}",
            text=name,
            volume=volume,
            unit=unit,
            price=price,
            amount=volume * price,
        )
        for number, (name, volume, unit, price) in enumerate(
            (part for part in parts if part[1] * part[3]), 1
        )
    ]
    amount = form.cost(planned.classes, planned.people)
    return [BudgetRow(code=code, text=f"{planned.title} ({form.name})", amount=amount), *rows]
