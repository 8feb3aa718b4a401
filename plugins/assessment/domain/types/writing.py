"""Types answered by typing: short text and number."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from plugins.assessment.contracts import Content, Problem, QuestionType, Scoring, Typed
from plugins.assessment.domain.types.numbers import from_number, to_number
from plugins.assessment.domain.types.shapes import is_number
from plugins.assessment.domain.types.texts import MOST_LETTERS, clean, same_text

MOST_ACCEPTED = 30
NO_ACCEPTED = "Tulis paling sedikit satu jawaban yang diterima."
TOO_MANY = "Paling banyak 30 jawaban, masing-masing 200 huruf."
NO_VALUE = "Tulis angka yang benar, misalnya 12,5."
TOLERANCE = "Tulis selisih yang masih diterima, 0 atau lebih."

Draft = tuple[dict[str, Any], dict[str, Any]]


def _read_text(typed: Typed) -> Draft:
    lines = (clean(line) for line in typed.one("accepted").splitlines())
    accepted = list(dict.fromkeys(filter(None, lines)))
    return {}, {"accepted": accepted, "case": typed.one("case") == "1"}


def _fill_text(_content: Content, scoring: Scoring) -> Typed:
    accepted = "\n".join(scoring.get("accepted", []))
    return Typed(accepted=[accepted], case=["1"] if scoring.get("case") else [])


def _text_problems(_content: Content, scoring: Scoring) -> list[Problem]:
    found = scoring.get("accepted")
    accepted = [str(each) for each in found] if isinstance(found, list) else []
    if not accepted or not all(each.strip() for each in accepted):
        return [Problem(field="accepted", text=NO_ACCEPTED)]
    if len(accepted) > MOST_ACCEPTED or max(map(len, accepted)) > MOST_LETTERS:
        return [Problem(field="accepted", text=TOO_MANY)]
    return []


def _text_score(_content: Content, scoring: Scoring, value: str) -> float:
    case = bool(scoring.get("case"))
    wanted = same_text(value, case=case)
    return float(any(same_text(each, case=case) == wanted for each in scoring["accepted"]))


def _text_key(_content: Content, scoring: Scoring) -> str:
    return "; ".join(scoring["accepted"])


# -- number --------------------------------------------------------------------------------------


def _read_number(typed: Typed) -> Draft:
    scoring = {
        "value": to_number(typed.one("value")),
        "tolerance": to_number(typed.one("tolerance") or "0"),
    }
    return {"unit": clean(typed.one("unit"))}, scoring


def _fill_number(content: Content, scoring: Scoring) -> Typed:
    return Typed(
        value=[from_number(scoring.get("value", ""))],
        tolerance=[from_number(scoring.get("tolerance", ""))],
        unit=[str(content.get("unit", ""))],
    )


def _number_problems(_content: Content, scoring: Scoring) -> list[Problem]:
    value, tolerance = scoring.get("value"), scoring.get("tolerance", 0)
    checks = [
        (not is_number(value), "value", NO_VALUE),
        (not is_number(tolerance) or tolerance < 0, "tolerance", TOLERANCE),
    ]
    return [Problem(field=field, text=text) for found, field, text in checks if found]


def _number_score(_content: Content, scoring: Scoring, value: str) -> float:
    """Decimals, not floats: 0.3 is within 0.1 of 0.2."""
    distance = abs(Decimal(value) - Decimal(str(scoring["value"])))
    return float(distance <= Decimal(str(scoring.get("tolerance", 0))))


def _number_key(content: Content, scoring: Scoring) -> str:
    unit = content.get("unit", "")
    tolerance = scoring.get("tolerance", 0)
    around = f" ± {from_number(tolerance)}" if tolerance else ""
    return f"{from_number(scoring['value'])}{around} {unit}".strip()


SHORT_TEXT = QuestionType(
    name="short_text",
    title="Isian singkat",
    hint=(
        "Nilai 1 kalau sama dengan salah satu jawaban yang diterima. Spasi, tanda kutip, dan titik "
        "di tepi tidak dihitung; huruf besar hanya kalau diminta."
    ),
    response="text",
    author_template="assessment/types/author_short_text.html",
    read=_read_text,
    fill=_fill_text,
    problems=_text_problems,
    score=_text_score,
    key_text=_text_key,
)
NUMERIC = QuestionType(
    name="numeric",
    title="Isian angka",
    hint="Nilai 1 kalau selisihnya dengan angka yang benar tidak melebihi batas.",
    response="number",
    author_template="assessment/types/author_numeric.html",
    read=_read_number,
    fill=_fill_number,
    problems=_number_problems,
    score=_number_score,
    key_text=_number_key,
)
