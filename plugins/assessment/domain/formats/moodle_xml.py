"""Reads Moodle XML: the kinds of questions that we have; others are named and left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from xml.etree.ElementTree import Element

from lms.errors import Invalid
from plugins.assessment.domain.formats import drafts
from plugins.assessment.domain.formats.drafts import Choice, Frame, tidy_tags
from plugins.assessment.domain.formats.safe_xml import child_text, local_name, read_xml
from plugins.assessment.domain.formats.texts import (
    clean,
    from_markdown,
    has_picture,
    markdown_picture,
    plain_text,
)
from plugins.assessment.domain.formats.values import (
    UNKNOWN_KIND,
    Collector,
    ImportedItem,
    Parsed,
    Unusable,
    check_size,
    modest,
    shown,
)
from plugins.assessment.domain.questions import ItemDraft

NOT_MOODLE = "Berkas XML ini bukan ekspor soal Moodle."
PICTURE = "Soal ini memuat gambar atau berkas, yang belum bisa dimasukkan."
PICTURE_LEFT_OUT = "Gambar di penjelasan tidak ikut dimasukkan."
DESCRIPTION = "Teks tanpa pertanyaan dilewati."
PARTLY = "Nilai sebagian untuk jawaban isian tidak disimpan."
WILDCARD = "Jawaban dengan tanda * belum bisa dimasukkan. Tulis jawabannya lengkap."
SEVERAL_NUMBERS = "Lebih dari satu angka yang benar. Tulis satu saja."
UNITS = "Satuan lain selain “%(unit)s” tidak disimpan."
ANY_NUMBER = re.compile(r"\s*\*\s*")


def read_moodle_xml(content: bytes) -> Parsed:
    """Read an export of Moodle's question bank; raises Invalid for any other file."""
    check_size(content)
    root = read_xml(content)
    if local_name(root.tag) != "quiz":
        raise Invalid(NOT_MOODLE)
    found = Collector()
    category = ""
    number = 0
    for question in root.iter("question"):
        kind = question.get("type", "")
        if kind == "category":
            category = child_text(question, "category/text")
            continue
        number += 1
        where = _where(number, question)
        if kind == "description":
            found.note(where, DESCRIPTION)
        else:
            found.take(where, partial(_item, question, where, category, found))
    return found.parsed()


def _where(number: int, question: Element) -> str:
    name = shown(clean(child_text(question, "name/text")))
    return f"soal {number} ({name})" if name else f"soal {number}"


def _item(question: Element, where: str, category: str, found: Collector) -> ImportedItem:
    kind = question.get("type", "")
    if kind not in KINDS:
        raise Unusable(UNKNOWN_KIND, kind=shown(kind))
    note = partial(found.note, where)
    frame = Frame(
        stem=_text(question.find("questiontext")),
        explanation=_feedback(question.find("generalfeedback"), note),
        tags=tidy_tags(clean(tag.findtext("text") or "") for tag in question.iterfind("tags/tag")),
    )
    return ImportedItem(
        where=where,
        draft=KINDS[kind](question, frame, note),
        category=category,
        name=shown(clean(child_text(question, "name/text"))),
    )


def _text(element: Element | None) -> str:
    """Give a text in its format; a picture in it keeps the question out."""
    if element is None:
        return ""
    raw = element.findtext("text")
    raw = modest((element.text or "") if raw is None else raw)
    form = element.get("format", "moodle_auto_format")
    picture = markdown_picture if form == "markdown" else has_picture
    if element.find("file") is not None or (form != "plain_text" and picture(raw)):
        raise Unusable(PICTURE)
    return _read(raw, form)


def _read(raw: str, form: str) -> str:
    if form == "plain_text":
        return clean(raw)
    if form == "markdown":
        return from_markdown(raw)
    return plain_text(raw, line_breaks=form != "html")


def _feedback(element: Element | None, note: Callable[..., None]) -> str:
    """Give a feedback; a picture in it is left out, for the question stands without it."""
    if element is None:
        return ""
    raw = modest(element.findtext("text") or "")
    if element.find("file") is not None or has_picture(raw):
        note(PICTURE_LEFT_OUT)
    return _read(raw, element.get("format", "html"))


def _choices(question: Element, note: Callable[..., None]) -> list[Choice]:
    return [
        Choice(
            text=_text(answer),
            weight=_share(answer),
            feedback=_feedback(answer.find("feedback"), note),
        )
        for answer in question.iterfind("answer")
    ]


def _share(answer: Element) -> float:
    return drafts.number(answer.get("fraction", "0") or "0") / 100


def _with_feedback(frame: Frame, choices: list[Choice]) -> Frame:
    return Frame(
        stem=frame.stem,
        explanation=drafts.explained(frame.explanation, choices),
        tags=frame.tags,
    )


# -- kinds ---------------------------------------------------------------------------------------


def _multichoice(question: Element, frame: Frame, note: Callable[..., None]) -> ItemDraft:
    choices = _choices(question, note)
    frame = _with_feedback(frame, choices)
    if child_text(question, "single").lower() in {"false", "0"}:
        return drafts.several_right(frame, choices)
    return drafts.one_right(frame, choices)


def _allornothing(question: Element, frame: Frame, note: Callable[..., None]) -> ItemDraft:
    choices = _choices(question, note)
    return drafts.several_right(_with_feedback(frame, choices), choices, "all")


def _truefalse(question: Element, frame: Frame, note: Callable[..., None]) -> ItemDraft:
    choices = _choices(question, note)
    right = [choice.text.lower() for choice in choices if choice.weight >= drafts.FULL]
    if len(right) != 1 or right[0] not in {"true", "false"}:
        raise Unusable(drafts.NO_KEY)
    said = [Choice(text="", weight=1.0, feedback=choice.feedback) for choice in choices]
    return drafts.true_false(_with_feedback(frame, said), key=right[0] == "true")


def _matching(question: Element, frame: Frame, _note: Callable[..., None]) -> ItemDraft:
    rows = [
        (_text(part), plain_text(modest(child_text(part, "answer/text")), line_breaks=True))
        for part in question.iterfind("subquestion")
    ]
    pairs = [(prompt, answer) for prompt, answer in rows if prompt]
    return drafts.matching(frame, pairs, [answer for prompt, answer in rows if not prompt])


def _ordering(question: Element, frame: Frame, _note: Callable[..., None]) -> ItemDraft:
    """Moodle writes the place of each step as its fraction; equal ones stay as they stand."""
    answers = sorted(question.iterfind("answer"), key=_share)
    return drafts.ordering(frame, [_text(answer) for answer in answers])


def _shortanswer(question: Element, frame: Frame, note: Callable[..., None]) -> ItemDraft:
    choices = _choices(question, note)
    full = [choice.text for choice in choices if choice.weight >= drafts.FULL]
    if len(full) < len(choices):
        note(PARTLY)
    whole = [text for text in full if "*" not in text]
    if full and not whole:
        raise Unusable(WILDCARD)
    if len(whole) < len(full):
        note(WILDCARD)
    case = child_text(question, "usecase") in {"1", "true"}
    return drafts.short_text(_with_feedback(frame, choices), whole, case=case)


def _numerical(question: Element, frame: Frame, note: Callable[..., None]) -> ItemDraft:
    answers = [a for a in question.iterfind("answer") if not ANY_NUMBER.fullmatch(_raw(a))]
    right = [answer for answer in answers if _share(answer) >= drafts.FULL]
    if not right:
        raise Unusable(drafts.NO_KEY)
    if len(right) > 1:
        raise Unusable(SEVERAL_NUMBERS)
    if len(answers) > 1:
        note(PARTLY)
    tolerance = child_text(right[0], "tolerance")
    return drafts.numeric(
        _with_feedback(frame, _choices(question, note)),
        drafts.number(_raw(right[0])),
        drafts.number(tolerance) if tolerance else 0,
        _unit(question, note),
    )


def _raw(answer: Element) -> str:
    return child_text(answer, "text")


def _unit(question: Element, note: Callable[..., None]) -> str:
    """Give the unit that the value is written in: the one with multiplier 1, else the first."""
    units = [
        (child_text(unit, "multiplier"), clean(child_text(unit, "unit_name")))
        for unit in question.iterfind("units/unit")
    ]
    if not units:
        return ""
    main = next((name for times, name in units if times in {"1", "1.0"}), units[0][1])
    if len(units) > 1:
        note(UNITS, unit=main)
    return main


KINDS: dict[str, Callable[[Element, Frame, Callable[..., None]], ItemDraft]] = {
    "multichoice": _multichoice,
    "multichoiceset": _allornothing,
    "truefalse": _truefalse,
    "matching": _matching,
    "ordering": _ordering,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
}
