"""Reads one QTI item: its text, its one interaction, its key, its feedback."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from plugins.assessment.domain.formats.drafts import Frame, number, tidy_tags
from plugins.assessment.domain.formats.qti.interactions import INTERACTIONS, Response, interaction
from plugins.assessment.domain.formats.qti.words import picture_in, words
from plugins.assessment.domain.formats.values import (
    UNKNOWN_KIND,
    ImportedItem,
    Unusable,
)

PICTURE = "Soal ini memuat gambar atau berkas, yang belum bisa dimasukkan."
FORMULA = "Soal ini memuat rumus MathML. Tulis rumusnya sebagai teks, lalu coba lagi."
DRAWN = frozenset({"mfrac", "msqrt", "mroot", "mtable", "msup", "msub", "msubsup", "munder"})
"""Formulas whose letters alone say something else: a half would become 12."""
NO_INTERACTION = "Soal ini tidak punya tempat menjawab."
SEVERAL = "Soal ini punya lebih dari satu tempat menjawab. Pisahkan menjadi beberapa soal."
LEVEL = re.compile(r"[1-5]")


def read_item(root: Element, where: str, name: str) -> ImportedItem:
    """Give the question; raises Unusable for what we do not have."""
    body = root.find("itembody")
    if body is None:
        raise Unusable(NO_INTERACTION)
    inner = _interaction(body)
    if picture_in(body):
        raise Unusable(PICTURE)
    _check_words_suffice(body)
    frame = Frame(
        stem=words(body, inner),
        explanation=_explanation(root),
        level=_level(body),
        difficulty=_difficulty(body),
        tags=tidy_tags(body.get("datatitiantags", "").split(",")),
    )
    draft = INTERACTIONS[interaction(inner)](frame, inner, Response(root, inner), body)
    competency = body.get("datatitiancompetency", "")
    code = body.get("datatitiancode", "")
    return ImportedItem(where=where, draft=draft, category=competency, name=name, code=code)


def _interaction(body: Element) -> Element:
    """Find the one interaction of an item, of a kind that we have."""
    found = [element for element in body.iter() if interaction(element)]
    if not found:
        raise Unusable(NO_INTERACTION)
    unknown = [element.tag for element in found if element.tag not in INTERACTIONS]
    if unknown:
        raise Unusable(UNKNOWN_KIND, kind=unknown[0])
    if len(found) > 1:
        raise Unusable(SEVERAL)
    return found[0]


def _check_words_suffice(body: Element) -> None:
    """Refuse what is not told by its words: drawn formulas, values that a template draws."""
    tags = {element.tag for element in body.iter()}
    if tags & DRAWN:
        raise Unusable(FORMULA)
    if "printedvariable" in tags:
        raise Unusable(UNKNOWN_KIND, kind="template")


def _explanation(root: Element) -> str:
    """Join what the item says after the answer, each text once."""
    texts = [words(element) for element in root.iterfind("modalfeedback")]
    return "\n".join(dict.fromkeys(filter(None, texts)))


def _level(body: Element) -> int:
    given = body.get("datatitianlevel", "")
    return int(given) if LEVEL.fullmatch(given) else 1


def _difficulty(body: Element) -> float | None:
    given = body.get("datatitiandifficulty", "")
    return float(number(given)) if given else None
