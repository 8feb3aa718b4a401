"""Tells the format of a file from its first words, not from its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from lms.errors import Invalid
from lms.sheets import header_key
from plugins.assessment.domain.formats.aiken import ANSWER, OPTION, read_aiken
from plugins.assessment.domain.formats.gift import read_gift
from plugins.assessment.domain.formats.gift.blocks import hide
from plugins.assessment.domain.formats.moodle_xml import read_moodle_xml
from plugins.assessment.domain.formats.qti import read_qti
from plugins.assessment.domain.formats.texts import decode, lines_of
from plugins.assessment.domain.formats.values import Parsed, check_size
from plugins.assessment.domain.formats.workbook import COLUMN_NAMES, STEM_NAMES, read_workbook

Format = Literal["aiken", "gift", "moodle", "qti", "xlsx"]
FORMATS: dict[Format, str] = {  # i18n
    "xlsx": "Excel (.xlsx) atau CSV",
    "gift": "GIFT",
    "moodle": "Moodle XML",
    "qti": "QTI 2.1, 2.2, atau 3.0",
    "aiken": "Aiken",
}
FIRST_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
AIKEN_ANSWER = re.compile(r"\s*ANSWER:\s*[A-Z][.)]?\s*", re.IGNORECASE)
BRACES = re.compile(r"\{[^{}]*\}")
GIFT_ANSWERS = re.compile(
    r"\{\s*(?:[=~#>]|(?:T|TRUE|F|FALSE|B|BENAR|S|SALAH)\s*[#}])", re.IGNORECASE
)
"""What only GIFT has: a brace, and then the sign of an answer or a verdict."""
SEPARATORS = re.compile(r"[;,\t|]")

UNKNOWN_FORMAT = "Format berkas ini tidak dikenal. Pakai Excel, GIFT, Moodle XML, QTI, atau Aiken."
NO_QUESTIONS = "Tidak ada soal di berkas ini. Periksa isi dan formatnya, lalu coba lagi."


def read_questions(content: bytes, filename: str, form: Format | None = None) -> Parsed:
    """Read a file in its format, which is found from the content when it is not given.

    Raises Invalid when it holds no question at all, as a file of another format does.
    """
    check_size(content)
    parsed = READERS[form or detect(content)](content, filename)
    if not parsed.read:
        raise Invalid(NO_QUESTIONS)
    return parsed


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
    # The first words of a text file may be HTML.
    if not text.lstrip("\ufeff \t\n").startswith(("<?", "<!", "<html")):
        form = _of_text(text)
        if form != "xlsx":
            return form
    raise Invalid(UNKNOWN_FORMAT)


def _of_text(text: str) -> Format:
    """Judge by the surest marks first: a stem of any format may hold braces and commas."""
    unescaped, lines = hide(text), lines_of(text)
    first = next((line for line in lines if line.strip()), "")
    if _is_header(first):
        return "xlsx"
    if any(map(OPTION.fullmatch, lines)) and any(map(AIKEN_ANSWER.fullmatch, lines)):
        return "aiken"
    if GIFT_ANSWERS.search(unescaped):
        return "gift"
    if any(map(OPTION.fullmatch, lines)) and any(map(ANSWER.fullmatch, lines)):
        return "aiken"
    if BRACES.search(unescaped):
        return "gift"
    if SEPARATORS.search(first):
        return "xlsx"
    if "{" in text:
        return "gift"
    raise Invalid(UNKNOWN_FORMAT)


def _is_header(line: str) -> bool:
    """Tell whether a line names the column of the questions and another one of ours."""
    cells = {header_key(cell) for cell in SEPARATORS.split(line[:2000])}
    return not STEM_NAMES.isdisjoint(cells) and len(COLUMN_NAMES & cells) > 1
