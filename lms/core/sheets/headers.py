"""Pure: finds the header row below title rows and knows columns by their many names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lms.core.sheets.values import Value, cell_text

SEARCHED_ROWS = 20
IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column we take: `names` are its known headers, the best one first, in any writing."""

    field: str
    title: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The header row: field → place, field → header as written, headers nobody knows."""

    row: int
    places: dict[str, int]
    written: dict[str, str]
    unknown: tuple[str, ...]
    unknown_places: tuple[int, ...] = ()


def header_key(text: str) -> str:
    """Reduce a header to what counts: lower-case letters and digits without accents."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())


def find_header(
    rows: Iterable[tuple[int, Sequence[Value]]], columns: Sequence[Column], required: Sequence[str]
) -> tuple[Header | None, list[str]]:
    """Find the first of 20 rows that names all required fields.

    Gives the header or None, and the headers of the row that came nearest, for the message.
    """
    known = _known_names(columns)
    nearest: list[str] = []
    best = -1
    for number, row in rows:
        if number > SEARCHED_ROWS:
            break
        header = _read_header(number, row, known)
        if all(field in header.places for field in required):
            return header, []
        filled = [text for cell in row if (text := cell_text(cell))]
        score = 1000 * len(header.places) + len(filled)
        if filled and score > best:
            best, nearest = score, filled
    return None, nearest


def _known_names(columns: Sequence[Column]) -> dict[str, tuple[str, int]]:
    """Map each header key to its field and rank; a lower rank wins over a later name."""
    known: dict[str, tuple[str, int]] = {}
    for column in columns:
        for rank, name in enumerate(column.names):
            known.setdefault(header_key(name), (column.field, rank))
    return known


def _read_header(number: int, row: Sequence[Value], known: dict[str, tuple[str, int]]) -> Header:
    found: dict[str, tuple[int, int, str]] = {}
    unknown: list[tuple[int, str]] = []
    for place, cell in enumerate(row):
        text = cell_text(cell)
        field, rank = _lookup(text, known)
        if field is None:
            unknown += [(place, text)] if text else []
        elif field not in found or rank < found[field][0]:
            if field in found:
                unknown.append(found[field][1:])
            found[field] = (rank, place, text)
        else:
            unknown.append((place, text))
    return Header(
        row=number,
        places={field: place for field, (_, place, _) in found.items()},
        written={field: text for field, (_, _, text) in found.items()},
        unknown=tuple(text for _, text in sorted(unknown)),
        unknown_places=tuple(place for place, _ in sorted(unknown)),
    )


def _lookup(text: str, known: dict[str, tuple[str, int]]) -> tuple[str | None, int]:
    """Look a header up as written, then without what stands in brackets."""
    for form in (text, IN_BRACKETS.sub("", text)):
        if (key := header_key(form)) in known:
            return known[key]
    return None, 0
