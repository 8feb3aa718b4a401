"""Types answered by several options: multiple choice, matching, ordering."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from plugins.assessment.contracts import Content, Problem, QuestionType, Scoring, Typed
from plugins.assessment.domain.types.rows import (
    Row,
    fill_options,
    fill_rows,
    read_options,
    read_rows,
    shown_ids,
    shuffled,
    with_ids,
)
from plugins.assessment.domain.types.shapes import option_ids, option_list, option_text
from plugins.assessment.domain.types.shown import pairs_text, split_pairs
from plugins.assessment.domain.types.texts import same_text

CREDITS = ("partial", "all")
NO_KEYS = "Centang paling sedikit satu jawaban yang benar."
ALL_KEYS = "Sisakan paling sedikit satu pilihan yang tidak benar."
NO_CREDIT = "Pilih cara memberi nilai."
UNPAIRED = "Isi pasangan untuk setiap baris."
NO_ORDER = "Tulis semua langkah dalam urutan yang benar."

Draft = tuple[dict[str, Any], dict[str, Any]]


def _text_list(scoring: Scoring, name: str) -> list[str]:
    found = scoring.get(name)
    return [str(each) for each in found] if isinstance(found, list) else []


# -- multiple choice -----------------------------------------------------------------------------


def _read_multiple(typed: Typed) -> Draft:
    options, ids = read_options(typed)
    keys = [id_ for letter, id_ in ids.items() if letter in typed.getlist("keys")]
    return {"options": options}, {"keys": keys, "credit": typed.one("credit") or "partial"}


def _fill_multiple(content: Content, scoring: Scoring) -> Typed:
    typed = fill_options(content, keys=_text_list(scoring, "keys"))
    typed["credit"] = [str(scoring.get("credit", "partial"))]
    return typed


def _multiple_problems(content: Content, scoring: Scoring) -> list[Problem]:
    keys, ids = _text_list(scoring, "keys"), option_ids(content)
    checks = [
        (not keys or not set(keys) <= set(ids) or len(set(keys)) < len(keys), "keys", NO_KEYS),
        (set(keys) == set(ids), "keys", ALL_KEYS),
        (scoring.get("credit") not in CREDITS, "credit", NO_CREDIT),
    ]
    return [Problem(field=field, text=text) for found, field, text in checks if found]


def _multiple_score(_content: Content, scoring: Scoring, value: str) -> float:
    keys, chosen = set(scoring["keys"]), set(value.split(","))
    if scoring["credit"] == "all":
        return float(keys == chosen)
    return max(0.0, (len(chosen & keys) - len(chosen - keys)) / len(keys))


def keys_text(content: Content, scoring: Scoring) -> str:
    """Say the right options in words."""
    keys = set(scoring["keys"])
    return "; ".join(option_text(content, each) for each in option_ids(content) if each in keys)


# -- matching ------------------------------------------------------------------------------------


def _read_matching(typed: Typed) -> Draft:
    """Options are the partners and the extra ones, mixed: their order must not tell the pairs."""
    prompts, letters = read_options(typed, "prompt")
    rights = {row.letter: row for row in read_rows(typed, "match") if row.letter in letters}
    rows = _unique([*rights.values(), *read_rows(typed, "extra")])
    found = with_ids(list(rows.values()))
    options, ids = shuffled(found, typed.one("shown"))
    new = {text: ids.get(option["id"], "") for text, option in zip(rows, found, strict=True)}
    pairs = {
        prompt: new[same_text(rights[letter].text)]
        for letter, prompt in letters.items()
        if letter in rights
    }
    return {"prompts": prompts, "options": options}, {"pairs": pairs}


def _unique(rows: list[Row]) -> dict[str, Row]:
    """Give text → row; two prompts may have the same partner, which is one option then."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(same_text(row.text), row)
    return found


def _fill_matching(content: Content, scoring: Scoring) -> Typed:
    pairs, options = scoring.get("pairs", {}), option_list(content)
    prompts = option_list(content, "prompts")
    by_id = {str(option["id"]): option for option in options}
    rights = [by_id.get(pairs.get(str(p["id"]), ""), {"id": "", "text": ""}) for p in prompts]
    extras = [option for option in options if option["id"] not in pairs.values()]
    return Typed(
        {
            **fill_rows(prompts, "prompt"),
            **fill_rows(rights, "match"),
            **fill_rows(extras, "extra"),
            "shown": shown_ids(options),
        }
    )


def _matching_problems(content: Content, scoring: Scoring) -> list[Problem]:
    pairs = scoring.get("pairs")
    pairs = pairs if isinstance(pairs, dict) else {}
    complete = set(pairs) == set(option_ids(content, "prompts"))
    fits = complete and set(pairs.values()) <= set(option_ids(content))
    return [] if fits else [Problem(field="prompts", text=UNPAIRED)]


def _matching_score(_content: Content, scoring: Scoring, value: str) -> float:
    pairs: dict[str, str] = scoring["pairs"]
    chosen = split_pairs(value)
    return sum(chosen.get(prompt) == right for prompt, right in pairs.items()) / len(pairs)


def _matching_key(content: Content, scoring: Scoring) -> str:
    return pairs_text(content, scoring["pairs"])


# -- ordering ------------------------------------------------------------------------------------


def _read_ordering(typed: Typed) -> Draft:
    """The author writes the steps in the right order; the learner sees them mixed."""
    right, _ = read_options(typed)
    options, ids = shuffled(right, typed.one("shown"))
    return {"options": options}, {"order": [ids.get(option["id"], "") for option in right]}


def _fill_ordering(content: Content, scoring: Scoring) -> Typed:
    options = option_list(content)
    by_id = {str(option["id"]): option for option in options}
    right = [by_id[each] for each in _text_list(scoring, "order") if each in by_id]
    return Typed({**fill_rows(right or options), "shown": shown_ids(options)})


def _ordering_problems(content: Content, scoring: Scoring) -> list[Problem]:
    fits = sorted(_text_list(scoring, "order")) == sorted(option_ids(content))
    return [] if fits else [Problem(field="options", text=NO_ORDER)]


def _ordering_score(_content: Content, scoring: Scoring, value: str) -> float:
    """1 less the share of pairs that stand the wrong way round."""
    place = {each: n for n, each in enumerate(value.split(","))}
    pairs = list(combinations(scoring["order"], 2))
    wrong = sum(place.get(first, 0) > place.get(second, 0) for first, second in pairs)
    return 1 - wrong / len(pairs)


def _ordering_key(content: Content, scoring: Scoring) -> str:
    return " → ".join(option_text(content, str(each)) for each in scoring["order"])


MULTIPLE = QuestionType(
    name="multiple",
    title="Pilihan ganda (beberapa jawaban)",
    hint=(
        "Nilai sebagian: (pilihan benar − pilihan salah) dibagi banyaknya jawaban benar, paling "
        "rendah 0. Atau semua harus tepat: nilai 1 atau 0."
    ),
    response="choices",
    author_template="assessment/types/author_multiple.html",
    read=_read_multiple,
    fill=_fill_multiple,
    problems=_multiple_problems,
    score=_multiple_score,
    key_text=keys_text,
)
MATCHING = QuestionType(
    name="matching",
    title="Menjodohkan",
    hint="Nilai = banyaknya pasangan yang tepat dibagi banyaknya pasangan.",
    response="pairs",
    author_template="assessment/types/author_matching.html",
    read=_read_matching,
    fill=_fill_matching,
    problems=_matching_problems,
    score=_matching_score,
    key_text=_matching_key,
)
ORDERING = QuestionType(
    name="ordering",
    title="Mengurutkan",
    hint=(
        "Setiap dua langkah dibandingkan. Nilai = bagian yang urutannya tepat; 1 hanya untuk "
        "urutan yang seluruhnya tepat."
    ),
    response="order",
    author_template="assessment/types/author_ordering.html",
    read=_read_ordering,
    fill=_fill_ordering,
    problems=_ordering_problems,
    score=_ordering_score,
    key_text=_ordering_key,
)
