"""When two questions are the same: equal words and an equal key, whatever their options' names."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import Any

from plugins.assessment.domain.questions import ItemDraft


def same_stem(stem: str) -> str:
    """Give the form in which stems are compared: no case, width, spacing or kind of arrow counts.

    Where "->" parts a pair, an export writes an arrow inside a text as →.
    """
    return " ".join(unicodedata.normalize("NFKC", stem.replace("->", "→")).casefold().split())


def fingerprint(draft: ItemDraft) -> str:
    """Give the same digest for the same question; ids and the shown order do not count."""
    parts = [draft.kind, same_stem(draft.stem), _content(draft), _scoring(draft)]
    written = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(written.encode("utf-8", errors="replace")).hexdigest()


def _texts(draft: ItemDraft, name: str) -> dict[str, str]:
    return {str(each["id"]): same_stem(str(each["text"])) for each in draft.content.get(name, ())}


def _content(draft: ItemDraft) -> Any:
    """A scale means its order; of other kinds the set of options counts, and what else is there."""
    options = list(_texts(draft, "options").values())
    rest = {
        name: value
        for name, value in draft.content.items()
        if name not in {"options", "prompts"} and value != ""
    }
    return options if draft.kind == "scale" else sorted(options), rest


def _scoring(draft: ItemDraft) -> Any:
    """Give the key by the texts of options, not by their ids."""
    texts, prompts = _texts(draft, "options"), _texts(draft, "prompts")
    scoring = dict(draft.scoring)
    if "key" in scoring:
        scoring["key"] = texts.get(str(scoring["key"]), scoring["key"])
    if "keys" in scoring:
        scoring["keys"] = sorted(texts.get(str(key), str(key)) for key in scoring["keys"])
    if "order" in scoring:
        scoring["order"] = [texts.get(str(key), str(key)) for key in scoring["order"]]
    if "pairs" in scoring:
        pairs = scoring["pairs"].items()
        scoring["pairs"] = sorted((prompts.get(a, a), texts.get(b, b)) for a, b in pairs)
    if "weights" in scoring:
        scoring["weights"] = _shares(scoring["weights"], texts)
    if "accepted" in scoring:
        scoring["accepted"] = sorted(set(map(str, scoring["accepted"])))
    return {name: _same_number(value) for name, value in scoring.items() if value}


def _shares(weights: dict[str, float], texts: dict[str, str]) -> list[tuple[str, float]]:
    """Weights 3, 1, 0 and 30, 10, 0 score alike."""
    best = max(weights.values(), default=0) or 1
    return sorted((texts.get(id_, id_), round(points / best, 3)) for id_, points in weights.items())


def _same_number(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(float(value), 9)
    return value
