"""Answers on paper: which letters stand for what, and what a typed line of letters means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from plugins.assessment.contracts import Shape
from plugins.assessment.domain.types import (
    UNKNOWN,
    WrongResponse,
    option_ids,
    parse_response,
)
from plugins.assessment.domain.types.texts import clean

LETTERS = "ABCDEFGHIJKLMNOPQRST"
NOTHING = "-"
DONT_KNOW = "?"
ONE: frozenset[Shape] = frozenset({"choice", "picture"})
"""The shapes that are answered with one letter: a bubble to fill."""
ON_PAPER: frozenset[Shape] = ONE | {"choices", "pairs", "order", "text", "number"}
"""The shapes of answers that can be written down; a file cannot."""
NO_LETTER = "Huruf “%(letter)s” tidak ada pada soal ini. Pilihan sampai huruf %(last)s."  # i18n
ONE_LETTER = "Tulis satu huruf saja."  # i18n
ALL_LETTERS = "Tulis semua huruf, masing-masing satu kali: %(letters)s."  # i18n
EACH_LETTER = "Tulis satu huruf untuk setiap baris, %(n)s huruf. Kosong ditulis -."  # i18n
WRONG_LENGTH = "Ada %(typed)s huruf, tetapi soal pilihan ada %(wanted)s."  # i18n


class WrongTyping(ValueError):
    """What was typed is no answer; `values` fill the Indonesian sentence."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values


class _Form(dict[str, list[str]]):
    """A posted form as the reader of answers wants it."""

    def getlist(self, key: str, /) -> list[str]:
        """Give all values of a field."""
        return self.get(key, [])


def split_line(line: str, wanted: int) -> list[str]:
    """Take one line of letters apart, a letter for each question of one choice."""
    letters = [sign for sign in line.upper() if not sign.isspace()]
    if len(letters) != wanted:
        raise WrongTyping(WRONG_LENGTH, typed=len(letters), wanted=wanted)
    return letters


def paper_value(shape: Shape, content: Mapping[str, Any], typed: str) -> str | None:
    """Give the stored value of what stands on the sheet; None for no answer.

    `?` is "Saya belum tahu", `-` or nothing is no answer. Raises WrongTyping.
    """
    text = clean(typed)
    if text in ("", NOTHING):
        return None
    if text == DONT_KNOW:
        return UNKNOWN
    try:
        return parse_response(shape, content, _form(shape, content, text))
    except WrongResponse as error:
        raise WrongTyping(str(error)) from error


def _form(shape: Shape, content: Mapping[str, Any], text: str) -> _Form:
    if shape in ("text", "number"):
        return _Form(answer=[text])
    letters = [sign for sign in text.upper() if sign.isalnum() or sign == NOTHING]
    ids = option_ids(content)
    if shape in ONE:
        if len(letters) != 1:
            raise WrongTyping(ONE_LETTER)
        return _Form(answer=_ids(letters, ids))
    if shape == "pairs":
        return _pairs(letters, ids, option_ids(content, "prompts"))
    chosen = _ids(letters, ids)
    if shape == "order" and sorted(chosen) != sorted(ids):
        raise WrongTyping(ALL_LETTERS, letters=LETTERS[: len(ids)])
    return _Form(answer=chosen, settled=["1"])


def _pairs(letters: list[str], ids: list[str], prompts: list[str]) -> _Form:
    if len(letters) != len(prompts):
        raise WrongTyping(EACH_LETTER, n=len(prompts))
    return _Form(
        {
            f"answer_{prompt}": _ids([letter], ids)
            for prompt, letter in zip(prompts, letters, strict=True)
            if letter != NOTHING
        }
    )


def _ids(letters: Iterable[str], ids: list[str]) -> list[str]:
    found = []
    for letter in letters:
        place = LETTERS.find(letter)
        if not 0 <= place < len(ids):
            raise WrongTyping(NO_LETTER, letter=letter, last=LETTERS[len(ids) - 1])
        found.append(ids[place])
    return found
