"""Types answered by one option: single, true or false, situational judgement, self-rating."""

from __future__ import annotations

from typing import Any

from plugins.assessment.contracts import Content, Problem, QuestionType, Scoring, Typed
from plugins.assessment.domain.types.numbers import from_number, to_number
from plugins.assessment.domain.types.rows import fill_options, fill_rows, letters_of, read_options
from plugins.assessment.domain.types.shapes import is_number, option_ids, option_list, option_text

NO_KEY = "Pilih jawaban yang benar."
WEIGHT = "Isi nilai setiap pilihan dengan angka 0 sampai 100."
NO_BEST = "Paling sedikit satu pilihan harus bernilai lebih dari 0."
TRUE_FALSE_OPTIONS = ({"id": "true", "text": "Benar"}, {"id": "false", "text": "Salah"})

Draft = tuple[dict[str, Any], dict[str, Any]]


def key_problems(content: Content, scoring: Scoring) -> list[Problem]:
    """Refuse a key that is no option."""
    fits = scoring.get("key") in option_ids(content)
    return [] if fits else [Problem(field="key", text=NO_KEY)]


def is_key(_content: Content, scoring: Scoring, value: str) -> float:
    """Give 1 for the key."""
    return float(value == scoring["key"])


def _key_text(content: Content, scoring: Scoring) -> str:
    return option_text(content, str(scoring["key"]))


def _read_single(typed: Typed) -> Draft:
    options, ids = read_options(typed)
    return {"options": options}, {"key": ids.get(typed.one("key"), "")}


def _fill_single(content: Content, scoring: Scoring) -> Typed:
    return fill_options(content, key=[str(scoring.get("key", ""))])


def _read_true_false(typed: Typed) -> Draft:
    return {"options": [dict(each) for each in TRUE_FALSE_OPTIONS]}, {"key": typed.one("key")}


def _fill_true_false(_content: Content, scoring: Scoring) -> Typed:
    return Typed(key=[str(scoring.get("key", ""))])


# -- situational judgement -----------------------------------------------------------------------


def _read_weights(typed: Typed) -> Draft:
    options, ids = read_options(typed)
    weights = {id_: to_number(typed.one(f"weight_{letter}")) for letter, id_ in ids.items()}
    return {"options": options}, {"weights": weights}


def _fill_weights(content: Content, scoring: Scoring) -> Typed:
    options, weights = option_list(content), scoring.get("weights", {})
    typed = fill_rows(options)
    for id_, letter in letters_of(options).items():
        typed[f"weight_{letter}"] = [from_number(weights.get(id_, ""))]
    return typed


def _weight_problems(content: Content, scoring: Scoring) -> list[Problem]:
    weights = scoring.get("weights")
    weights = weights if isinstance(weights, dict) else {}
    complete = set(weights) == set(option_ids(content))
    if not complete or not all(is_number(w) and 0 <= w <= 100 for w in weights.values()):
        return [Problem(field="weights", text=WEIGHT)]
    return [] if any(weights.values()) else [Problem(field="weights", text=NO_BEST)]


def _weight(_content: Content, scoring: Scoring, value: str) -> float:
    weights: dict[str, float] = scoring["weights"]
    return float(weights.get(value, 0) / max(weights.values()))


def _weights_text(content: Content, scoring: Scoring) -> str:
    weights: dict[str, float] = scoring["weights"]
    ordered = sorted(option_ids(content), key=lambda each: -weights[each])
    return "; ".join(f"{option_text(content, o)} ({from_number(weights[o])})" for o in ordered)


# -- self-rating ---------------------------------------------------------------------------------


def _read_labels(typed: Typed) -> Draft:
    options, _ = read_options(typed)
    numbered = enumerate(options, 1)
    return {"options": [{"id": str(n), "text": each["text"]} for n, each in numbered]}, {}


def _fill_labels(content: Content, _scoring: Scoring) -> Typed:
    return fill_rows(option_list(content))


def _no_problems(_content: Content, _scoring: Scoring) -> list[Problem]:
    return []


def _not_scored(_content: Content, _scoring: Scoring, _value: str) -> None:
    """A self-rating is shown, never counted."""


def _no_key(_content: Content, _scoring: Scoring) -> str:
    return ""


SINGLE = QuestionType(
    name="single",
    title="Pilihan tunggal",
    hint="Satu pilihan benar. Nilai 1 untuk jawaban benar, 0 untuk yang lain.",
    response="choice",
    author_template="assessment/types/author_single.html",
    read=_read_single,
    fill=_fill_single,
    problems=key_problems,
    score=is_key,
    key_text=_key_text,
)
TRUE_FALSE = QuestionType(
    name="true_false",
    title="Benar atau salah",
    hint="Peserta memilih Benar atau Salah. Nilai 1 untuk jawaban benar, 0 untuk yang lain.",
    response="choice",
    author_template="assessment/types/author_true_false.html",
    read=_read_true_false,
    fill=_fill_true_false,
    problems=key_problems,
    score=is_key,
    key_text=_key_text,
)
SJT = QuestionType(
    name="sjt",
    title="Penilaian situasi",
    hint="Setiap pilihan punya nilai. Skor = nilai pilihan dibagi nilai tertinggi.",
    response="choice",
    author_template="assessment/types/author_sjt.html",
    read=_read_weights,
    fill=_fill_weights,
    problems=_weight_problems,
    score=_weight,
    key_text=_weights_text,
)
SCALE = QuestionType(
    name="scale",
    title="Skala penilaian diri",
    hint="Peserta menilai dirinya sendiri. Jawaban tidak diberi nilai.",
    response="choice",
    author_template="assessment/types/author_scale.html",
    read=_read_labels,
    fill=_fill_labels,
    problems=_no_problems,
    score=_not_scored,
    key_text=_no_key,
    scored=False,
)
