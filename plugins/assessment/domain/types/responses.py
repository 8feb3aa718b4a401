"""Reads what a learner's page sends, by the shape of the answer; everything else is refused.

The stored value is one string. choice and picture: the option's id; choices: ids with commas, in
the options' order; pairs: `1=b,2=a` in the prompts' order; order: all ids with commas; text: as
typed, on one line; number: digits with a dot; file: `<sha256>|<name>`. "Saya belum tahu" is
`unknown` for all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from plugins.assessment.contracts import Content, Shape
from plugins.assessment.domain.types.numbers import canonical_number
from plugins.assessment.domain.types.shapes import UNKNOWN, option_ids
from plugins.assessment.domain.types.texts import MOST_LETTERS, clean

NOT_OFFERED = "Pilihan ini tidak ada pada soal. Muat ulang halaman, lalu pilih lagi."
TOO_LONG = "Jawaban terlalu panjang. Paling banyak 200 huruf."
NO_NUMBER = "Tulis angka saja, misalnya 12,5."


class FormValues(Protocol):
    """A posted form: each field may come several times."""

    def getlist(self, key: str, /) -> list[str]:
        """Give all values of a field."""


class WrongResponse(ValueError):
    """What came is no answer to this question; the text is for people, in Indonesian."""


def parse_response(shape: Shape, content: Content, form: FormValues) -> str | None:
    """Give the value to store, or None when nothing was chosen; raises WrongResponse.

    Who ticks "Saya belum tahu" means that, whatever else is filled in; the page says so.
    """
    if shape not in ("choice", "picture") and _one(form, "unknown") == "1":
        return UNKNOWN
    return _PARSERS[shape](content, form)


def _one(form: FormValues, name: str) -> str:
    values = form.getlist(name)
    if len(values) > 1:
        raise WrongResponse(NOT_OFFERED)
    return values[0] if values else ""


def _choice(content: Content, form: FormValues) -> str | None:
    value = _one(form, "answer")
    if value and value != UNKNOWN and value not in option_ids(content):
        raise WrongResponse(NOT_OFFERED)
    return value or None


def _choices(content: Content, form: FormValues) -> str | None:
    chosen, ids = set(form.getlist("answer")), option_ids(content)
    if not chosen <= set(ids):
        raise WrongResponse(NOT_OFFERED)
    return ",".join(each for each in ids if each in chosen) or None


def _pairs(content: Content, form: FormValues) -> str | None:
    ids = set(option_ids(content))
    chosen = {each: _one(form, f"answer_{each}") for each in option_ids(content, "prompts")}
    if not ids.issuperset(filter(None, chosen.values())):
        raise WrongResponse(NOT_OFFERED)
    return ",".join(f"{prompt}={each}" for prompt, each in chosen.items() if each) or None


def _order(content: Content, form: FormValues) -> str | None:
    """An order that nobody touched is no answer, until the person says that it is right."""
    order = form.getlist("answer")
    if sorted(order) != sorted(option_ids(content)):
        raise WrongResponse(NOT_OFFERED)
    moves = [each for each in form.getlist("go") if each.startswith(("up-", "down-"))]
    for command in moves[:1]:
        return ",".join(moved(order, command))
    return ",".join(order) if _one(form, "settled") == "1" else None


def moved(order: list[str], command: str) -> list[str]:
    """Move one id up or down by a command such as `up-b`; at the end of the list it stays."""
    direction, _, wanted = command.partition("-")
    if wanted not in order:
        raise WrongResponse(NOT_OFFERED)
    place = order.index(wanted)
    target = min(max(place + (-1 if direction == "up" else 1), 0), len(order) - 1)
    rest = [each for each in order if each != wanted]
    return [*rest[:target], wanted, *rest[target:]]


def _text(_content: Content, form: FormValues) -> str | None:
    text = clean(_one(form, "answer"))
    if len(text) > MOST_LETTERS:
        raise WrongResponse(TOO_LONG)
    # Who types this very word has not ticked "Saya belum tahu".
    return f"“{text}”" if text == UNKNOWN else text or None


def _number(content: Content, form: FormValues) -> str | None:
    typed = clean(_one(form, "answer"))
    if not typed:
        return None
    value = canonical_number(typed, str(content.get("unit", "")))
    if value is None:
        raise WrongResponse(NO_NUMBER)
    return value


def _file(_content: Content, _form: FormValues) -> str | None:
    """The file itself is no field of the form: `uploads.file_value` makes the value of it."""
    return None


_PARSERS: dict[Shape, Callable[[Content, FormValues], str | None]] = {
    "choice": _choice,
    "choices": _choices,
    "pairs": _pairs,
    "order": _order,
    "picture": _choice,
    "text": _text,
    "number": _number,
    "file": _file,
}
