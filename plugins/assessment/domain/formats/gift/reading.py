"""Reads GIFT questions: titles, formats, feedback, and where the answers stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from plugins.assessment.domain.formats.drafts import Frame, number, tidy_tags
from plugins.assessment.domain.formats.gift.answers import answers_draft
from plugins.assessment.domain.formats.gift.blocks import Block, blocks, show
from plugins.assessment.domain.formats.texts import (
    BLANK,
    clean,
    decode,
    from_markdown,
    has_picture,
    markdown_picture,
    plain_text,
)
from plugins.assessment.domain.formats.values import (
    Collector,
    ImportedItem,
    Parsed,
    Unusable,
    check_size,
    modest,
    shown,
)

TITLE = re.compile(r"\s*::(.*?)::\s*", re.DOTALL)
FORMAT = re.compile(r"\s*\[(html|markdown|plain|moodle)\]\s*", re.IGNORECASE)
LEVEL = re.compile(r"[1-5]")

NOT_CLOSED = "Tanda { tidak ditutup dengan }."  # i18n
NOT_OPENED = "Tanda } tidak punya pasangan {."  # i18n
TWO_PLACES = "Lebih dari satu bagian { }. Pisahkan menjadi beberapa soal."  # i18n
NO_QUESTION = "Teks tanpa jawaban di dalam { } dilewati."  # i18n
PICTURE = "Soal ini memuat gambar, yang belum bisa dimasukkan."
NO_STEM = "Tulis pertanyaannya."


def read_gift(content: bytes) -> Parsed:
    """Read a GIFT file; raises Invalid when it is no text at all."""
    check_size(content)
    found = Collector()
    for block in blocks(decode(content)):
        where = f"baris {block.line}"
        if "{" not in block.text and "}" not in block.text:
            found.note(where, NO_QUESTION)
        else:
            note = partial(found.note, where)
            found.take(where, partial(_item, block, where, note))
    return found.parsed()


@dataclass(frozen=True, slots=True)
class Words:
    """Reads the texts of one question in its format; an answer may name another one."""

    form: str

    def read(self, raw: str) -> str:
        """Give the plain text; raises Unusable for a picture."""
        match = FORMAT.match(raw)
        text = show(raw[match.end() :] if match else raw)
        reads, shows_picture = FORMS[match[1].lower() if match else self.form]
        if shows_picture(text):
            raise Unusable(PICTURE)
        return reads(text)


FORMS: dict[str, tuple[Callable[[str], str], Callable[[str], bool]]] = {
    "html": (plain_text, has_picture),
    "markdown": (from_markdown, markdown_picture),
    "moodle": (partial(plain_text, line_breaks=True), has_picture),
    "plain": (clean, lambda _text: False),
}


def _item(block: Block, where: str, note: Callable[..., None]) -> ImportedItem:
    title, text = "", modest(block.text)
    if match := TITLE.match(text):
        title, text = clean(show(match[1])), text[match.end() :]
    form = FORMAT.match(text)
    words = Words(form[1].lower() if form else "moodle")
    before, body, after = _cut(text[form.end() :] if form else text)
    gap = f" {BLANK} " if after.strip() else ""
    stem = words.read(f"{before.rstrip()}{gap}{after.strip()}") or title
    if not stem:
        raise Unusable(NO_STEM)
    answers, _, general = body.partition("####")
    frame = Frame(
        stem=stem,
        explanation=words.read(general),
        level=int(block.own["level"]) if LEVEL.fullmatch(block.own.get("level", "")) else 1,
        difficulty=_difficulty(block.own.get("difficulty", "")),
        tags=tidy_tags(clean(tag) for tag in block.tags),
    )
    draft = answers_draft(frame, answers.strip(), words.read, block.own, note)
    return ImportedItem(
        where=where, draft=draft, category=block.category, name=shown(title), code=block.code
    )


def _difficulty(text: str) -> float | None:
    try:
        return float(number(text)) if text else None
    except Unusable:
        return None


def _cut(text: str) -> tuple[str, str, str]:
    """Cut into the text before the answers, the answers, and the text after them."""
    before, opened, rest = text.partition("{")
    body, closed, after = rest.partition("}")
    if "}" in before or not opened:
        raise Unusable(NOT_OPENED)
    if not closed or "{" in body:
        raise Unusable(NOT_CLOSED)
    if "{" in after or "}" in after:
        raise Unusable(TWO_PLACES)
    return before, body, after
