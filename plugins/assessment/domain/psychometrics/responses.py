"""The matrix that everything starts from: who answered which item how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Score = float | None
"""1 right, 0 wrong, between them partial credit, None not answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Responses:
    """Scores of persons (rows) on items (columns); `counts` says how many persons a row is."""

    items: tuple[str, ...]
    rows: tuple[tuple[Score, ...], ...]
    counts: tuple[int, ...]

    @property
    def n(self) -> int:
        """Tell how many persons there are, with those who answered nothing."""
        return sum(self.counts)

    @property
    def answered_by(self) -> int:
        """Tell how many persons answered anything at all."""
        return sum(c for row, c in self.lines() if any(score is not None for score in row))

    def lines(self) -> Iterator[tuple[tuple[Score, ...], int]]:
        """Walk the rows with their counts."""
        return zip(self.rows, self.counts, strict=True)

    def columns(self) -> list[tuple[Score, ...]]:
        """Give the scores item by item."""
        return list(zip(*self.rows, strict=True)) if self.rows else [()] * len(self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The options that persons chose, before any scoring; None is no choice."""

    items: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    counts: tuple[int, ...]

    def scored(self, key: Mapping[str, str]) -> Responses:
        """Score by the keyed options: 1 for the key, 0 for any other option."""
        keyed = [key[item] for item in self.items]
        rows = tuple(
            tuple(
                None if option is None else float(option == right)
                for option, right in zip(row, keyed, strict=True)
            )
            for row in self.rows
        )
        return Responses(items=self.items, rows=rows, counts=self.counts)


def responses(
    items: Sequence[str],
    rows: Sequence[Sequence[Score]],
    counts: Sequence[int] | None = None,
) -> Responses:
    """Make a matrix of rows; raises ValueError when a row does not fit the items."""
    counted = tuple(counts) if counts is not None else (1,) * len(rows)
    if len(counted) != len(rows) or any(len(row) != len(items) for row in rows):
        raise ValueError("Each row needs one cell per item and one count.")
    return Responses(items=tuple(items), rows=tuple(map(tuple, rows)), counts=counted)
