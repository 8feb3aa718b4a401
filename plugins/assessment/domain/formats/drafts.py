"""Builds our drafts from what all formats share: weighted choices, pairs, orders, numbers."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from plugins.assessment.domain.formats.values import Unusable
from plugins.assessment.domain.questions import ItemDraft

UNTIDY = re.compile(r"[,\"\\\x00-\x1f]")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
FULL = 0.999
"""Weights of other programs are rounded: what is this close to one is one."""
MOST_WEIGHT = 100
ROUNDING = 1e-6

NO_KEY = "Belum ada jawaban yang benar."
TOO_MANY_OPTIONS = "Lebih dari 26 pilihan."
NO_PAIRS = "Belum ada pasangan."
TWO_PAIRS = "Satu baris punya dua pasangan. Tulis satu saja."
TOO_SHORT_ORDER = "Tulis paling sedikit dua hal untuk diurutkan."
NO_NUMBER = "“%(text)s” bukan angka."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every kind of question has beside its answers."""

    stem: str
    explanation: str = ""
    level: int = 1
    difficulty: float | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An option with its share of the score (1: right, 0 or less: wrong) and its feedback."""

    text: str
    weight: float = 0.0
    feedback: str = ""


def make_draft(
    frame: Frame, kind: str, content: dict[str, Any], scoring: dict[str, Any]
) -> ItemDraft:
    """Put a draft together."""
    return ItemDraft(
        kind=kind,
        stem=frame.stem,
        content=content,
        scoring=scoring,
        explanation=frame.explanation,
        level=frame.level,
        difficulty=frame.difficulty,
        tags=frame.tags,
    )


def options(texts: Sequence[str], *, ids: Sequence[str] | None = None) -> list[dict[str, str]]:
    """Name options a, b, c … in their order."""
    if len(texts) > len(LETTERS):
        raise Unusable(TOO_MANY_OPTIONS)
    return [{"id": i, "text": text} for i, text in zip(ids or LETTERS, texts, strict=False)]


def one_right(frame: Frame, choices: Sequence[Choice], *, weighted: bool = False) -> ItemDraft:
    """Make a single choice; several options that earn something make it a weighted one."""
    listed = options([choice.text for choice in choices])
    earning = [n for n, choice in enumerate(choices) if choice.weight > 0]
    if not earning:
        raise Unusable(NO_KEY)
    if len(earning) == 1 and not weighted:
        return make_draft(frame, "single", {"options": listed}, {"key": LETTERS[earning[0]]})
    weights = whole_weights([choice.weight for choice in choices])
    scoring = {"weights": dict(zip(LETTERS, weights, strict=False))}
    return make_draft(frame, "sjt", {"options": listed}, scoring)


def whole_weights(weights: Sequence[float]) -> list[float]:
    """Turn shares such as 1, 0.33333, 0 into the smallest whole weights: 3, 1, 0.

    Shares that no whole weights up to 100 give are written in percent of the best one.
    """
    shares = [max(0.0, weight) for weight in weights]
    near = [Fraction(share).limit_denominator(MOST_WEIGHT) for share in shares]
    factor = math.lcm(*(share.denominator for share in near))
    whole = [int(share * factor) for share in near]
    common = math.gcd(*whole) or 1
    is_near = all(abs(a - b) < ROUNDING for a, b in zip(near, shares, strict=True))
    if is_near and max(whole) // common <= MOST_WEIGHT:
        return [weight // common for weight in whole]
    return [round(MOST_WEIGHT * share / max(shares), 5) for share in shares]


def several_right(frame: Frame, choices: Sequence[Choice], credit: str = "partial") -> ItemDraft:
    """Make a choice with several right options; `credit` is partial or all."""
    listed = options([choice.text for choice in choices])
    keys = [LETTERS[n] for n, choice in enumerate(choices) if choice.weight > 0]
    if not keys:
        raise Unusable(NO_KEY)
    return make_draft(frame, "multiple", {"options": listed}, {"keys": keys, "credit": credit})


def true_false(frame: Frame, *, key: bool) -> ItemDraft:
    """Make a statement that is true or false."""
    listed = [{"id": "true", "text": "Benar"}, {"id": "false", "text": "Salah"}]
    return make_draft(frame, "true_false", {"options": listed}, {"key": str(key).lower()})


def scale(frame: Frame, texts: Sequence[str]) -> ItemDraft:
    """Make a self-rating, which is never scored."""
    ids = [str(n) for n in range(1, len(texts) + 1)]
    return make_draft(frame, "scale", {"options": options(texts, ids=ids)}, {})


def matching(
    frame: Frame, pairs: Sequence[tuple[str, str]], extra: Sequence[str] = ()
) -> ItemDraft:
    """Make a matching question; the answers are shown by the alphabet, which tells nothing."""
    if not pairs:
        raise Unusable(NO_PAIRS)
    if len({prompt for prompt, _ in pairs}) < len(pairs):
        raise Unusable(TWO_PAIRS)
    texts = sorted({*(answer for _, answer in pairs), *filter(None, extra)}, key=_alphabet)
    listed = options(texts)
    ids = {option["text"]: option["id"] for option in listed}
    prompts = [{"id": str(n), "text": prompt} for n, (prompt, _) in enumerate(pairs, start=1)]
    key = {str(n): ids[answer] for n, (_, answer) in enumerate(pairs, start=1)}
    return make_draft(frame, "matching", {"prompts": prompts, "options": listed}, {"pairs": key})


def _alphabet(text: str) -> tuple[str, str]:
    return text.casefold(), text


def ordering(
    frame: Frame, solution: Sequence[str], shown: Sequence[str] | None = None
) -> ItemDraft:
    """Make an ordering question; without a given shown order one is drawn from the texts."""
    if len(solution) < 2:
        raise Unusable(TOO_SHORT_ORDER)
    places = sorted(range(len(solution)), key=lambda n: (_digest(solution[n]), n))
    if shown is not None and sorted(shown) == sorted(solution):
        places = _places(solution, shown)
    if places == list(range(len(solution))):
        places = [*places[1:], 0]
    listed = options([solution[place] for place in places])
    order = [LETTERS[places.index(n)] for n in range(len(solution))]
    return make_draft(frame, "ordering", {"options": listed}, {"order": order})


def _places(solution: Sequence[str], shown: Sequence[str]) -> list[int]:
    free = list(range(len(solution)))
    found = []
    for text in shown:
        place = next(n for n in free if solution[n] == text)
        free.remove(place)
        found.append(place)
    return found


def tidy_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Make foreign labels ours: small letters, no commas or quotes, 20 of 40 letters at most."""
    plain = (" ".join(UNTIDY.sub(" ", tag).split()).lower()[:40].strip() for tag in tags)
    return tuple(dict.fromkeys(filter(None, plain)))[:20]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()


def short_text(frame: Frame, accepted: Sequence[str], *, case: bool = False) -> ItemDraft:
    """Make a question answered by a word or two."""
    kept = list(dict.fromkeys(text for text in accepted if text))
    if not kept:
        raise Unusable(NO_KEY)
    return make_draft(frame, "short_text", {}, {"accepted": kept, "case": case})


def numeric(frame: Frame, value: float, tolerance: float = 0.0, unit: str = "") -> ItemDraft:
    """Make a question answered by a number."""
    scoring = {"value": value, "tolerance": abs(tolerance)}
    return make_draft(frame, "numeric", {"unit": unit}, scoring)


THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+")


def number(text: str, *, indonesian: bool = False) -> float:
    """Read a number with a point or a comma; `indonesian` also takes 1.242,5 and 1.242."""
    plain = text.strip().replace("\u2212", "-").replace(" ", "")
    if "," in plain and "." in plain:
        decimal = max(plain, key=lambda sign: plain.rfind(sign) if sign in ",." else -1)
        plain = plain.replace("." if decimal == "," else ",", "")
    elif indonesian and THOUSANDS.fullmatch(plain):
        plain = plain.replace(".", "")
    plain = plain.replace(",", ".")
    try:
        value = float(plain)
    except ValueError as error:
        raise Unusable(NO_NUMBER, text=text[:40]) from error
    if not math.isfinite(value) or "_" in plain:
        raise Unusable(NO_NUMBER, text=text[:40])
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def number_text(value: float) -> str:
    """Write a number with a point: 12.5, and 3 without ".0"."""
    return f"{Decimal(str(value)).normalize():f}"


def explained(general: str, choices: Sequence[Choice] = ()) -> str:
    """Join the general feedback with what is said to single options, so that nothing is lost."""
    said = [choice for choice in choices if choice.feedback and choice.feedback != general]
    lines = [
        choice.feedback if choice.weight >= FULL else f"{choice.text}: {choice.feedback}"
        for choice in sorted(said, key=lambda choice: -choice.weight)
    ]
    return "\n".join(dict.fromkeys(filter(None, [general, *lines])))
