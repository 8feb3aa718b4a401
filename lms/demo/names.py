"""Makes invented names of people in Banten from lists by origin, sex and generation."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Sex = Literal["L", "P"]
YOUNG_FROM = 1982
"""People born from this year on have the names of the younger generation."""
PILGRIM_UNTIL = 1981
TRIES = 6


@cache
def read_data(name: str) -> dict[str, Any]:
    """Read a table of the demo's data folder, once; nobody changes it."""
    text = files("lms.demo").joinpath("data", f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedName:
    """A name, and the pilgrim's H. or Hj. that stands before it."""

    name: str
    title_before: str = ""


class NameMaker:
    """Draws names; the same name is not given twice while there are others."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._given: set[str] = set()

    def make(self, sex: Sex, birth_year: int) -> InventedName:
        """Make a name for a person of a sex and a year of birth."""
        groups = read_data("names")["group"]
        group = self._rng.choices(groups, [each["share"] for each in groups])[0]
        for _ in range(TRIES):
            name = self._draw(group, sex, birth_year)
            if name not in self._given:
                break
        self._given.add(name)
        pilgrim = birth_year <= PILGRIM_UNTIL and self._rng.random() < group["pilgrim"]
        title = ("H." if sex == "L" else "Hj.") if pilgrim else ""
        return InventedName(name=name, title_before=title)

    def _draw(self, group: dict[str, Any], sex: Sex, birth_year: int) -> str:
        side = "men" if sex == "L" else "women"
        generation = "young" if birth_year >= YOUNG_FROM else "old"
        first = self._rng.choice(group[f"{side}_{generation}"])
        if self._rng.random() < group["single"] and len(first) >= 4 and "." not in first:
            return str(first)
        last = self._rng.choice(group.get("clan") or group[f"{side}_last"])
        if first in last.split():
            return str(last)
        return f"{first} {last}"
