"""Tables with merged cells as a plain grid: each text once, in the first of the merged places."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from lms.errors import Invalid

Cell = Element | None
"""A cell, or None for a place that a merged cell covers."""

MOST_COLUMNS = 60
MOST_PLACES = 200_000
"""Places of a grid; a table of an office has some hundred."""
TOO_LARGE = "Ada tabel yang terlalu besar di dokumen ini. Bagi dulu tabelnya."  # i18n


def grid_of(table: Element) -> tuple[list[list[Cell]], int]:
    """Give the rows of a table, all equally long, and how many of them are its head."""
    filled: dict[tuple[int, int], Cell] = {}
    rows = list(_rows(table))
    head = 0
    for number, (row, is_head) in enumerate(rows):
        head += is_head
        _place_row(filled, number, row, len(rows))
    width = max((column for _, column in filled), default=-1) + 1
    if width * len(rows) > MOST_PLACES:
        raise Invalid(TOO_LARGE)
    grid = [[filled.get((n, column)) for column in range(width)] for n in range(len(rows))]
    return grid, head


def _rows(table: Element) -> Iterator[tuple[Element, bool]]:
    for part in table:
        if part.tag == "tr":
            yield part, False
        elif part.tag in ("thead", "tbody"):
            yield from ((row, part.tag == "thead") for row in part if row.tag == "tr")


def _place_row(filled: dict[tuple[int, int], Cell], number: int, row: Element, height: int) -> None:
    column = 0
    for cell in row:
        while (number, column) in filled:
            column += 1
        wide, high = min(_span(cell, "colspan"), MOST_COLUMNS), _span(cell, "rowspan")
        for down in range(min(high, height - number)):
            for right in range(wide):
                filled[number + down, column + right] = None
        filled[number, column] = cell
        column += wide


def _span(cell: Element, name: str) -> int:
    value = cell.get(name, "1")
    return max(1, int(value)) if value.isdigit() else 1
