"""Answers from a CSV file: a column per item, a row per person, an optional column `count`.

Comma, semicolon or tab; with or without byte-order mark. Whatever cannot be read is named by line
and column, for the file is somebody's work.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from plugins.assessment.domain.psychometrics.responses import Choices, Responses

COUNT = "count"
DELIMITERS = ",;\t"
SCORES = {"": None, "0": 0.0, "1": 1.0, "0.0": 0.0, "1.0": 1.0}
"""Programs that know numbers only write 1.0 as soon as a column has a missing answer."""


class BadFile(ValueError):
    """A file cannot be read as answers; the message says where and why."""


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class _Table:
    items: tuple[str, ...]
    lines: tuple[_Line, ...]


def read_responses(content: bytes) -> Responses:
    """Read right and wrong answers: 1, 0, or empty for a missing one; raises BadFile."""
    table = _table(content)
    rows = tuple(
        tuple(_score(text, item, line) for text, item in zip(line.cells, table.items, strict=True))
        for line in table.lines
    )
    counts = tuple(line.count for line in table.lines)
    return Responses(items=table.items, rows=rows, counts=counts)


def _score(text: str, item: str, line: _Line) -> float | None:
    if text not in SCORES:
        raise BadFile(f"line {line.number}, column {item}: {text!r} is not 0, 1 or empty")
    return SCORES[text]


def read_choices(content: bytes) -> Choices:
    """Read chosen options, empty for no choice; raises BadFile."""
    table = _table(content)
    rows = tuple(tuple(text or None for text in line.cells) for line in table.lines)
    counts = tuple(line.count for line in table.lines)
    return Choices(items=table.items, rows=rows, counts=counts)


def read_key(content: bytes, items: tuple[str, ...]) -> dict[str, str]:
    """Read the keyed options: the header of the answers and one row; raises BadFile."""
    header, lines = _cells(content)
    if len(lines) != 1:
        raise BadFile(f"the key has one row of options below its header, not {len(lines)}")
    number, cells = lines[0]
    keyed = dict(zip(header, cells, strict=True))
    keyed.pop(COUNT, None)
    for item in items:
        if not keyed.get(item):
            raise BadFile(f"line {number}, column {item}: the key says no option")
    if strange := [name for name in keyed if name not in items]:
        raise BadFile(f"the key has columns that the answers have not: {', '.join(strange)}")
    return keyed


def spelled_alike(choices: Choices, key: Mapping[str, str]) -> tuple[Choices, dict[str, str]]:
    """Take a and A for the same option; both get the spelling of the key, or the first one."""
    spelling: dict[str, str] = {}
    for option in (*key.values(), *filter(None, chain.from_iterable(choices.rows))):
        spelling.setdefault(option.casefold(), option)
    rows = tuple(
        tuple(option and spelling[option.casefold()] for option in row) for row in choices.rows
    )
    keyed = {item: spelling[option.casefold()] for item, option in key.items()}
    return replace(choices, rows=rows), keyed


# -- cells ---------------------------------------------------------------------------------------


def _table(content: bytes) -> _Table:
    """Take the column of counts apart from the items."""
    header, lines = _cells(content)
    items = tuple(name for name in header if name != COUNT)
    if not items:
        raise BadFile("line 1: there is no column of an item")
    place = header.index(COUNT) if COUNT in header else None
    read = tuple(_line(number, cells, place) for number, cells in lines)
    if not sum(line.count for line in read):
        raise BadFile("there are no answers below the header")
    return _Table(items, read)


def _line(number: int, cells: tuple[str, ...], place: int | None) -> _Line:
    if place is None:
        return _Line(number, cells, 1)
    text = cells[place]
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadFile(f"line {number}, column {COUNT}: {text!r} is not a number of persons")
    return _Line(number, cells[:place] + cells[place + 1 :], int(text))


def _cells(content: bytes) -> tuple[tuple[str, ...], list[tuple[int, tuple[str, ...]]]]:
    """Give the header and the lines with their numbers, all equally wide."""
    lines = _split(content)
    _, header = next(lines, (0, ()))
    if not any(header):
        raise BadFile("line 1: there is no header with the names of the items")
    header = tuple(COUNT if name.casefold() == COUNT else name for name in header)
    _check_header(header)
    rows = list(lines)
    for number, cells in rows:
        if len(cells) != len(header):
            raise BadFile(f"line {number}: {len(cells)} cells, but the header has {len(header)}")
    return header, rows


def _check_header(header: tuple[str, ...]) -> None:
    for place, name in enumerate(header):
        if not name:
            raise BadFile(f"line 1, column {place + 1}: this column has no name")
        if name in header[:place]:
            raise BadFile(f"line 1, column {place + 1}: {name!r} is there twice")


def _split(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Walk the lines that are not empty; an empty line is not a person."""
    text = _decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for cells in reader:
            if len(cells) > 1 or "".join(cells).strip():
                yield reader.line_num, tuple(cell.strip() for cell in cells)
    except csv.Error as error:
        raise BadFile(f"line {reader.line_num}: {error}") from error


def _delimiter(text: str) -> str:
    """Take the sign that parts the header: the most frequent one outside quotation marks."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    outside = "".join(first.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadFile(f"line {line}: this is not text in UTF-8; is it a CSV file?") from error
    if "\0" in text:
        raise BadFile("this is not text; is it a CSV file?")
    return text
