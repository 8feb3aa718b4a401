"""Tells the format of a file from its first words, not from its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from lms.errors import Invalid
from plugins.assessment.domain.formats.aiken import ANSWER, OPTION, read_aiken
from plugins.assessment.domain.formats.gift import read_gift
from plugins.assessment.domain.formats.moodle_xml import read_moodle_xml
from plugins.assessment.domain.formats.qti import read_qti
from plugins.assessment.domain.formats.texts import decode, lines_of
from plugins.assessment.domain.formats.values import Parsed, check_size
from plugins.assessment.domain.formats.workbook import read_workbook

Format = Literal["aiken", "gift", "moodle", "qti", "xlsx"]
FORMATS: dict[Format, str] = {  # i18n
    "xlsx": "Excel (.xlsx) atau CSV",
    "gift": "GIFT",
    "moodle": "Moodle XML",
    "qti": "QTI 2.1, 2.2, atau 3.0",
    "aiken": "Aiken",
}
FIRST_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
BRACES = re.compile(r"(?<!\\)\{[^{}]*\}")

UNKNOWN_FORMAT = "Format berkas ini tidak dikenal. Pakai Excel, GIFT, Moodle XML, QTI, atau Aiken."


def read_questions(content: bytes, filename: str, form: Format | None = None) -> Parsed:
    """Read a file in its format, which is found from the content when it is not given."""
    check_size(content)
    return READERS[form or detect(content)](content, filename)


READERS: dict[Format, Callable[[bytes, str], Parsed]] = {
    "aiken": lambda content, _name: read_aiken(content),
    "gift": lambda content, _name: read_gift(content),
    "moodle": lambda content, _name: read_moodle_xml(content),
    "qti": lambda content, _name: read_qti(content),
    "xlsx": read_workbook,
}


def detect(content: bytes) -> Format:
    """Give the format of a file; raises Invalid when it looks like none of ours."""
    if content.startswith(b"PK"):
        return "xlsx" if b"xl/workbook.xml" in content else "qti"
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return "xlsx"
    text = decode(content)
    return _of_xml(text) if text.lstrip("\ufeff \t\n").startswith("<") else _of_text(text)


def _of_xml(text: str) -> Format:
    for name in FIRST_ELEMENT.findall(text[:5000]):
        if name.lower() == "quiz":
            return "moodle"
        if name.lower().removeprefix("qti-").startswith(("assessment", "questestinterop")):
            return "qti"
        break
    # The first words of a GIFT file may be HTML.
    if BRACES.search(text) and not text.lstrip().startswith(("<?xml", "<!")):
        return "gift"
    raise Invalid(UNKNOWN_FORMAT)


def _of_text(text: str) -> Format:
    if BRACES.search(text):
        return "gift"
    lines = lines_of(text)
    if any(ANSWER.fullmatch(line) for line in lines) and any(map(OPTION.fullmatch, lines)):
        return "aiken"
    first = next((line for line in lines if line.strip()), "")
    if any(mark in first for mark in ";,\t|"):
        return "xlsx"
    if "{" in text:
        return "gift"
    raise Invalid(UNKNOWN_FORMAT)
