"""Reads one question of a content pack (a TOML table) into a draft; the format is in the docs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from plugins.assessment.domain.questions import ItemDraft
from plugins.assessment.domain.types.choosing import TRUE_FALSE_OPTIONS

Table = Mapping[str, Any]
Parts = tuple[dict[str, Any], dict[str, Any]]

SHARED = {"code", "kind", "level", "difficulty", "tags", "stem", "explanation", "form", "anchor"}
FORMS = {"A": "bentuk-a", "B": "bentuk-b"}
ANCHOR = "jangkar"


def item_from_table(item: Table) -> ItemDraft:
    """Give the draft of a table; raises ValueError (in Indonesian) for an unknown key or form.

    KeyError names a key that is missing. The values themselves are judged by `item_problems`.
    """
    kind = item.get("kind", "single")
    keys, read = _KINDS.get(kind, ({"content", "scoring"}, _foreign))
    unknown = sorted(set(item) - SHARED - keys)
    if unknown:
        raise ValueError(f"{', '.join(unknown)} tidak dikenal.")
    content, scoring = read(item)
    difficulty = item.get("difficulty")
    return ItemDraft(
        kind=kind,
        stem=_text(item, "stem"),
        content=content,
        scoring=scoring,
        explanation=_text(item, "explanation") if "explanation" in item else "",
        level=item["level"],
        difficulty=None if difficulty is None else float(difficulty),
        tags=_tags(item),
    )


def _text(item: Table, key: str) -> str:
    if not isinstance(item[key], str):
        raise ValueError(f"{key} harus berupa teks.")
    return str(item[key]).strip()


def _tags(item: Table) -> tuple[str, ...]:
    tags = [str(tag).strip().lower() for tag in item.get("tags", [])]
    if "form" in item:
        if item["form"] not in FORMS:
            raise ValueError("form harus A atau B.")
        tags.append(FORMS[item["form"]])
    if item.get("anchor"):
        tags.append(ANCHOR)
    return tuple(dict.fromkeys(tags))


def _options(item: Table, key: str = "options") -> list[dict[str, Any]]:
    found = item[key]
    if not isinstance(found, dict):
        raise ValueError(f"{key} harus berupa {key}.a, {key}.b, …")
    return [{"id": id_, "text": str(text).strip()} for id_, text in found.items()]


def _single(item: Table) -> Parts:
    return {"options": _options(item)}, {"key": item["key"]}


def _multiple(item: Table) -> Parts:
    scoring = {"keys": list(item["keys"]), "credit": item.get("credit", "partial")}
    return {"options": _options(item)}, scoring


def _true_false(item: Table) -> Parts:
    return {"options": [dict(each) for each in TRUE_FALSE_OPTIONS]}, {"key": item["key"]}


def _matching(item: Table) -> Parts:
    content = {"prompts": _options(item, "prompts"), "options": _options(item)}
    return content, {"pairs": dict(item["pairs"])}


def _ordering(item: Table) -> Parts:
    return {"options": _options(item)}, {"order": list(item["order"])}


def _short_text(item: Table) -> Parts:
    return {}, {"accepted": list(item["accepted"]), "case": bool(item.get("case", False))}


def _numeric(item: Table) -> Parts:
    scoring = {"value": item["value"], "tolerance": item.get("tolerance", 0)}
    return {"unit": item.get("unit", "")}, scoring


def _hotspot(item: Table) -> Parts:
    content = {key: item[key] for key in ("image", "alt", "width", "height")}
    regions = [
        {key: str(region[key]) if key in ("id", "text") else region[key] for key in REGION}
        for region in item["region"]
    ]
    return {**content, "options": regions}, {"keys": list(item["keys"])}


def _sjt(item: Table) -> Parts:
    return {"options": _options(item)}, {"weights": dict(item["weights"])}


def _scale(item: Table) -> Parts:
    numbered = enumerate(item["labels"], 1)
    return {"options": [{"id": str(n), "text": str(label).strip()} for n, label in numbered]}, {}


def _file(item: Table) -> Parts:
    rubric = [{key: line[key] for key in ("id", "text", "points")} for line in item["rubric"]]
    return {"accept": list(item["accept"]), "max_mb": item.get("max_mb", 5), "rubric": rubric}, {}


def _foreign(item: Table) -> Parts:
    return dict(item["content"]), dict(item["scoring"])


REGION = ("id", "text", "x", "y", "w", "h")
_KINDS: dict[str, tuple[set[str], Callable[[Table], Parts]]] = {
    "single": ({"options", "key"}, _single),
    "multiple": ({"options", "keys", "credit"}, _multiple),
    "true_false": ({"key"}, _true_false),
    "matching": ({"prompts", "options", "pairs"}, _matching),
    "ordering": ({"options", "order"}, _ordering),
    "short_text": ({"accepted", "case"}, _short_text),
    "numeric": ({"value", "tolerance", "unit"}, _numeric),
    "hotspot": ({"image", "alt", "width", "height", "region", "keys"}, _hotspot),
    "sjt": ({"options", "weights"}, _sjt),
    "scale": ({"labels"}, _scale),
    "file": ({"accept", "max_mb", "rubric"}, _file),
}
