"""Types with files: a region of a picture, and a file for an assessor."""

from __future__ import annotations

from typing import Any

from plugins.assessment.contracts import Content, Problem, QuestionType, Scoring, Typed
from plugins.assessment.domain.types.numbers import from_number, to_number
from plugins.assessment.domain.types.rows import (
    fill_options,
    fill_rows,
    letters_of,
    read_options,
)
from plugins.assessment.domain.types.several import keys_text
from plugins.assessment.domain.types.shapes import ACCEPTED_FILES, option_ids, option_list
from plugins.assessment.domain.types.texts import clean

SIDES = ("x", "y", "w", "h")
NO_REGION = "Centang paling sedikit satu daerah yang benar."

Draft = tuple[dict[str, Any], dict[str, Any]]


def _read_hotspot(typed: Typed) -> Draft:
    options, ids = read_options(typed)
    for letter, option in zip(ids, options, strict=True):
        option |= {side: to_number(typed.one(f"{side}_{letter}")) for side in SIDES}
    content = {
        "image": typed.one("image"),
        "alt": clean(typed.one("alt")),
        "width": to_number(typed.one("width")),
        "height": to_number(typed.one("height")),
        "options": options,
    }
    keys = [id_ for letter, id_ in ids.items() if letter in typed.getlist("keys")]
    return content, {"keys": keys}


def _fill_hotspot(content: Content, scoring: Scoring) -> Typed:
    options = option_list(content)
    typed = fill_options(content, keys=list(scoring.get("keys", [])))
    for option, letter in zip(options, letters_of(options).values(), strict=False):
        typed |= {f"{side}_{letter}": [from_number(option.get(side, ""))] for side in SIDES}
    typed |= {name: [str(content.get(name, ""))] for name in ("image", "alt", "width", "height")}
    return typed


def _hotspot_problems(content: Content, scoring: Scoring) -> list[Problem]:
    keys = scoring.get("keys")
    known = isinstance(keys, list) and bool(keys) and set(keys) <= set(option_ids(content))
    return [] if known else [Problem(field="keys", text=NO_REGION)]


def _hotspot_score(_content: Content, scoring: Scoring, value: str) -> float:
    return float(value in scoring["keys"])


# -- file ----------------------------------------------------------------------------------------


def _read_file(typed: Typed) -> Draft:
    rubric, ids = read_options(typed, "rubric")
    for letter, line in zip(ids, rubric, strict=True):
        line["points"] = to_number(typed.one(f"points_{letter}"))
    accept = [kind for kind in ACCEPTED_FILES if kind in typed.getlist("accept")]
    return {"accept": accept, "max_mb": to_number(typed.one("max_mb") or "5"), "rubric": rubric}, {}


def _fill_file(content: Content, _scoring: Scoring) -> Typed:
    rubric = option_list(content, "rubric")
    typed = fill_rows(rubric, "rubric")
    for line, letter in zip(rubric, letters_of(rubric).values(), strict=False):
        typed[f"points_{letter}"] = [from_number(line.get("points", ""))]
    typed["accept"] = [str(kind) for kind in content.get("accept", [])]
    typed["max_mb"] = [from_number(content.get("max_mb", 5))]
    return typed


def _no_problems(_content: Content, _scoring: Scoring) -> list[Problem]:
    return []


def _not_yet(_content: Content, _scoring: Scoring, _value: str) -> None:
    """An assessor gives the points later."""


def _rubric_text(content: Content, _scoring: Scoring) -> str:
    lines = option_list(content, "rubric")
    return "; ".join(f"{line['text']} ({from_number(line['points'])})" for line in lines)


HOTSPOT = QuestionType(
    name="hotspot",
    title="Menunjuk di gambar",
    hint="Peserta memilih satu daerah pada gambar. Nilai 1 untuk daerah yang benar, 0 untuk lain.",
    response="picture",
    author_template="assessment/types/author_hotspot.html",
    read=_read_hotspot,
    fill=_fill_hotspot,
    problems=_hotspot_problems,
    score=_hotspot_score,
    key_text=keys_text,
)
FILE = QuestionType(
    name="file",
    title="Berkas dengan rubrik",
    hint="Penilai memberi nilai menurut rubrik. Skor = nilai dibagi nilai tertinggi.",
    response="file",
    author_template="assessment/types/author_file.html",
    read=_read_file,
    fill=_fill_file,
    problems=_no_problems,
    score=_not_yet,
    key_text=_rubric_text,
)
