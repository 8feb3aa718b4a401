"""Rows of an authoring form: a fixed number of lines, of which empty ones are left out."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from plugins.assessment.contracts import Typed
from plugins.assessment.domain.types.shapes import MOST_OPTIONS, Option, option_list
from plugins.assessment.domain.types.texts import clean, same_text

LETTERS = string.ascii_lowercase[:MOST_OPTIONS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A filled row: its letter on the form, the id it holds ("" for a new one), its text."""

    letter: str
    id: str
    text: str


def read_rows(typed: Typed, name: str = "option") -> list[Row]:
    """Read the fields `option_a`, `option_b` … with the ids in `option_id_a` …; in their order."""
    texts = ((letter, clean(typed.one(f"{name}_{letter}"))) for letter in LETTERS)
    return [
        Row(letter=letter, id=typed.one(f"{name}_id_{letter}"), text=text)
        for letter, text in texts
        if text
    ]


def with_ids(rows: Sequence[Row]) -> list[Option]:
    """Give rows as options; new ones, and second ones of an id, get letters that are free."""
    owners = {row.id: row.letter for row in reversed(rows) if row.id}
    free = (letter for letter in LETTERS if letter not in owners)
    own = [owners.get(row.id) == row.letter for row in rows]
    return [
        {"id": row.id if kept else next(free, ""), "text": row.text}
        for row, kept in zip(rows, own, strict=True)
    ]


def read_options(typed: Typed, name: str = "option") -> tuple[list[Option], dict[str, str]]:
    """Read the rows; give the options and letter on the form → id."""
    rows = read_rows(typed, name)
    options = with_ids(rows)
    return options, {row.letter: option["id"] for row, option in zip(rows, options, strict=True)}


def fill_rows(options: Iterable[Option], name: str = "option") -> Typed:
    """Write options into the fields of the rows."""
    typed = Typed()
    for letter, option in zip(LETTERS, options, strict=False):
        typed[f"{name}_{letter}"] = [str(option["text"])]
        typed[f"{name}_id_{letter}"] = [str(option["id"])]
    return typed


def letters_of(options: Iterable[Option]) -> dict[str, str]:
    """Give id → letter of the row that holds it."""
    return {str(option["id"]): letter for letter, option in zip(LETTERS, options, strict=False)}


def fill_options(content: Mapping[str, Any], **fields: Sequence[str]) -> Typed:
    """Fill a form with options and fields that name some of them by their ids."""
    options = option_list(content)
    letters, typed = letters_of(options), fill_rows(options)
    for name, ids in fields.items():
        typed[name] = [letters.get(each, "") for each in ids]
    return typed


# -- orders that tell nothing --------------------------------------------------------------------


def shuffled(options: Sequence[Option], shown: str) -> tuple[list[Option], dict[str, str]]:
    """Arrange options so that neither order nor ids tell the solution; give old id → new id.

    `shown` is the order in which the very same options were shown before: then that stays.
    Otherwise they are ordered by a digest of their texts, and get letters in that order.
    """
    before = shown.split(",")
    if sorted(before) == sorted(str(option["id"]) for option in options):
        kept = sorted(options, key=lambda option: before.index(option["id"]))
        return kept, {each: each for each in before}
    mixed = sorted(options, key=_digest)
    if mixed == list(options):
        mixed = [*mixed[1:], *mixed[:1]]
    ids = {str(option["id"]): letter for letter, option in zip(LETTERS, mixed, strict=False)}
    return [{**option, "id": ids[option["id"]]} for option in mixed if option["id"] in ids], ids


def _digest(option: Option) -> str:
    return sha256(same_text(str(option["text"])).encode()).hexdigest()


def shown_ids(options: Iterable[Option]) -> list[str]:
    """Give the field that remembers the shown order."""
    return [",".join(str(option["id"]) for option in options)]
