"""Reads Aiken: a question, options as "A. …" or "A) …", and "ANSWER: B"."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from plugins.assessment.domain.formats.drafts import LETTERS, Choice, Frame, one_right
from plugins.assessment.domain.formats.texts import clean, decode, lines_of
from plugins.assessment.domain.formats.values import (
    Collector,
    ImportedItem,
    Parsed,
    Unusable,
    check_size,
    modest,
)

OPTION = re.compile(r"\s*([A-Za-z])(\s?[.)]\s+|[.)](?![A-Za-z]{1,3}\.))(.*)")
"""A blank after the sign may be missing below a stem, but "a.n. Bupati" is no option."""
ANSWER = re.compile(r"\s*(?:ANSWER|JAWABAN|KUNCI)\s*[:=]\s*(.*)", re.IGNORECASE)
EXPLANATION = re.compile(r"\s*(?:EXPLANATION|FEEDBACK|PENJELASAN)\s*[:=]\s*(.*)", re.IGNORECASE)

NO_STEM = "Tulis pertanyaannya di atas pilihan A."
NO_ANSWER = "Baris ANSWER belum ada. Tulis misalnya ANSWER: B."
NO_OPTIONS = "Pilihan jawaban belum ada. Tulis misalnya A. dan B."
WRONG_ANSWER = "Jawaban “%(answer)s” tidak ada di pilihan."


@dataclass(slots=True)
class _Question:
    line: int
    stem: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    answer: str | None = None
    explanation: str = ""


def read_aiken(content: bytes) -> Parsed:
    """Read a file of single-choice questions; raises Invalid when it is no text at all."""
    check_size(content)
    found = Collector()
    for question in _questions(lines_of(decode(content))):
        where = f"baris {question.line}"
        found.take(where, lambda question=question, where=where: _item(question, where))  # type: ignore[misc]
    return found.parsed()


def _questions(lines: list[str]) -> list[_Question]:
    """Cut a file into questions: an answer ends one, and so does a blank line after options."""
    questions: list[_Question] = []
    current: _Question | None = None
    gap = False
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            gap = True
            continue
        if current is not None and (match := EXPLANATION.fullmatch(line)):
            current.explanation = match[1]
        elif current is None or _begins(current, line, gap):
            current = _Question(number)
            questions.append(current)
            _add(current, line)
        else:
            _add(current, line)
        gap = False
    return questions


def _begins(current: _Question, line: str, gap: bool) -> bool:
    """Tell whether a line is the first of the next question."""
    if current.answer is not None:
        return True
    known = OPTION.fullmatch(line) or ANSWER.fullmatch(line)
    return bool(current.options) and gap and not known


def _add(question: _Question, line: str) -> None:
    option = OPTION.fullmatch(line)
    if (answer := ANSWER.fullmatch(line)) is not None:
        question.answer = answer[1].strip()
    elif option and _comes_next(question, option):
        question.options.append(option[3])
    elif question.options:
        question.options[-1] += "\n" + line
    else:
        question.stem.append(line)


def _comes_next(question: _Question, option: re.Match[str]) -> bool:
    """Tell whether an option has the next letter; a stem may begin with "A.Yani"."""
    apart = option[2][-1:].isspace() or bool(question.stem)
    return apart and option[1].lower() == LETTERS[len(question.options) % 26]


def _item(question: _Question, where: str) -> ImportedItem:
    if not question.stem:
        raise Unusable(NO_STEM)
    if not question.options:
        raise Unusable(NO_OPTIONS)
    if question.answer is None:
        raise Unusable(NO_ANSWER)
    letter = question.answer.rstrip(".)").strip().lower()
    if len(letter) != 1 or letter not in LETTERS[: len(question.options)]:
        raise Unusable(WRONG_ANSWER, answer=question.answer[:40])
    modest("".join((*question.stem, *question.options)))
    frame = Frame(stem=clean("\n".join(question.stem)), explanation=clean(question.explanation))
    key = LETTERS.index(letter)
    choices = [
        Choice(text=clean(text), weight=float(n == key)) for n, text in enumerate(question.options)
    ]
    return ImportedItem(where=where, draft=one_right(frame, choices))
