"""A small writer of integer programmes, column by column (CSC)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import gcd, inf
from typing import Any

Entries = Iterable[tuple[int, int]]
"""Rows and coefficients of one column."""


@dataclass(slots=True)
class Programme:
    """Whole-numbered columns between bounds, and rows between bounds; all coefficients whole."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    columns: list[list[tuple[int, int]]] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)

    def row(self, lower: float = -inf, upper: float = inf) -> int:
        """Add a row and give its number."""
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        return len(self.row_lower) - 1

    def column(self, lower: int, upper: int, entries: Entries) -> int:
        """Add a column and give its number."""
        self.lower.append(lower)
        self.upper.append(upper)
        self.columns.append([(row, value) for row, value in entries if value])
        return len(self.columns) - 1

    def given_to(self, highs: Any, library: Any) -> None:
        """Hand the programme over to HiGHS, column by column."""
        lp = library.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.columns), len(self.row_lower)
        lp.col_cost_ = [0.0] * len(self.columns)
        lp.col_lower_, lp.col_upper_ = self.lower, self.upper
        lp.row_lower_, lp.row_upper_ = self.row_lower, self.row_upper
        starts, rows, values = [0], [], []
        for entries in self.columns:
            rows += [row for row, _ in entries]
            values += [float(value) for _, value in entries]
            starts.append(len(rows))
        lp.a_matrix_.format_ = library.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = starts, rows, values
        lp.integrality_ = [library.HighsVarType.kInteger] * len(self.columns)
        highs.passModel(lp)


def measure(values: Iterable[int]) -> int:
    """Give the largest number that divides all of these; 1 when there is nothing to divide."""
    return gcd(*values) or 1


def scaled(weights: Mapping[int, int]) -> tuple[dict[int, int], int]:
    """Divide the weights of columns by what they have in common; give that too."""
    unit = measure(weights.values())
    return {column: value // unit for column, value in weights.items()}, unit
