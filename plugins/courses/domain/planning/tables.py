"""Reads tables of a TOML file key by key, and notes in words what is wrong where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, TypeVar

MISSING = "is missing"
MOST_COUNT, MOST_AMOUNT = 10**9, 10**18
"""Numbers beyond these cannot be meant, and the solver could not add them up exactly."""
LONGEST_SHOWN = 60
Value = TypeVar("Value")


class Table:
    """One table of a file: each reader gives a usable value, and notes a problem if there is one.

    `place` says where the table stands, such as `course[2] "aman"`; it begins every problem.
    """

    def __init__(self, values: Mapping[str, Any], place: str, problems: list[str]) -> None:
        self.values, self.place, self.problems = values, place, problems
        self._known: set[str] = set()

    def note(self, key: str, problem: str) -> None:
        """Note what is wrong with a key."""
        where = f"{self.place}: " if self.place else ""
        self.problems.append(f"{where}{key} {problem}.")

    def has(self, key: str) -> bool:
        """Tell whether a key is there."""
        self._known.add(key)
        return key in self.values

    def text(self, key: str, default: str | None = None) -> str:
        """Give a text; without default it has to be there. A number is taken as it is written."""
        if not self.has(key):
            return self._default(key, default, "")
        value = self.values[key]
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
        if value == "" and default is not None:
            return default
        self.note(key, f"must be a text in quotes, not {_shown(value)}")
        return ""

    def whole(
        self, key: str, default: int | None = None, *, least: int = 0, most: int = MOST_COUNT
    ) -> int:
        """Give a whole number; without default it has to be there."""
        if not self.has(key):
            return self._default(key, default, least)
        return self._whole(key, self.values[key], least, most)

    def maybe_whole(self, key: str, *, least: int = 0, most: int = MOST_COUNT) -> int | None:
        """Give a whole number, None when it is not there."""
        return self._whole(key, self.values[key], least, most) if self.has(key) else None

    def thousandths(self, key: str, default: int, *, most: int) -> int:
        """Give a number with up to three decimals, in thousandths."""
        if not self.has(key):
            return default
        value = self.values[key]
        if _between(value, 0, most) and Decimal(value) == round(Decimal(value), 3):
            return int(value * 1000)
        allowed = f"a number from 0{_up_to(value, most)} with at most 3 decimals"
        self.note(key, f"must be {allowed}, not {_shown(value)}")
        return default

    def money(self, key: str) -> dict[str, int]:
        """Give amounts of rupiah by name: a table of names, or one number."""
        if not self.has(key):
            return {}
        value = self.values[key]
        if not isinstance(value, Mapping):
            return {"Biaya": self._whole(key, value, 0, MOST_AMOUNT)}
        return {
            name: self._whole(f"{key}.{name}", amount, 0, MOST_AMOUNT)
            for name, amount in value.items()
        }

    def texts(self, key: str) -> list[str] | None:
        """Give a list of texts, None when it is not there."""
        if not self.has(key):
            return None
        value = self.values[key]
        if isinstance(value, list) and all(isinstance(item, str) and item for item in value):
            return value
        self.note(key, f'must be a list of texts such as ["a", "b"], not {_shown(value)}')
        return []

    def tables(self, key: str) -> Iterator[Table]:
        """Give the tables written as `[[key]]`."""
        values = self.values[key] if self.has(key) else []
        if isinstance(values, Mapping):
            values = [values]
        if not isinstance(values, list) or not all(isinstance(each, Mapping) for each in values):
            self.note(key, f"must be written as tables: [[{key}]]")
            return
        for number, each in enumerate(values, 1):
            name = each.get("id") or each.get("name") or each.get("person") or ""
            shown = f' "{name}"' if name else ""
            inside = f"{self.place} → " if self.place else ""
            yield Table(each, f"{inside}{key}[{number}]{shown}", self.problems)

    def finish(self) -> None:
        """Note the keys that nobody asked for, with the one that may be meant."""
        for key in self.values:
            if key not in self._known:
                near = get_close_matches(key, sorted(self._known), n=1)
                hint = f' (did you mean "{near[0]}"?)' if near else ""
                known = "" if near else f"; known here: {', '.join(sorted(self._known))}"
                self.note(key, f"is not a key of the format{hint}{known}")

    def _default(self, key: str, default: Value | None, instead: Value) -> Value:
        if default is None:
            self.note(key, MISSING)
            return instead
        return default

    def _whole(self, key: str, value: Any, least: int, most: int) -> int:
        if _between(value, least, most) and value == int(value):
            return int(value)
        allowed = f"a whole number from {least}{_up_to(value, most)}"
        self.note(key, f"must be {allowed}, not {_shown(value)}")
        return least


def _is_number(value: Any) -> bool:
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return number and Decimal(value).is_finite()


def _between(value: Any, least: int, most: int) -> bool:
    """Compare before anything is computed: 1e999999999 is short to write and long to work out."""
    return _is_number(value) and least <= value <= most


def _up_to(value: Any, most: int) -> str:
    """Name the upper bound only to whom it concerns."""
    return f" to {most:_}" if _is_number(value) and value > most else ""


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    text = str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
