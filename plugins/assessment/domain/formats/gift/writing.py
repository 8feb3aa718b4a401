"""Writes GIFT; what GIFT has no word for stands in a comment that other programs ignore."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from plugins.assessment.domain.formats.drafts import number_text
from plugins.assessment.domain.formats.values import ExportedItem
from plugins.assessment.domain.questions import ItemDraft

SPECIAL = re.compile(r"([\\~=#{}:])")
Own = dict[str, str]


def write_gift(items: Iterable[ExportedItem]) -> bytes:
    """Write questions in their order; raises KeyError for a kind that GIFT does not know."""
    parts: list[str] = []
    category = None
    for item in items:
        if item.competency != category:
            category = item.competency
            parts.append(f"$CATEGORY: {escape(category)}\n")
        parts.append(_block(item))
    return "\n".join(parts).encode()


def escape(text: str) -> str:
    """Escape the signs that mean something, and line breaks."""
    return SPECIAL.sub(r"\\\1", text).replace("\n", r"\n")


def _block(item: ExportedItem) -> str:
    draft = item.draft
    own: Own = {"level": str(draft.level)}
    if draft.difficulty is not None:
        own["difficulty"] = number_text(draft.difficulty)
    body = WRITERS[draft.kind](draft, own)
    general = f"\n####{escape(draft.explanation)}" if draft.explanation else ""
    said = ";".join(f"{name}={escape(value)}" for name, value in own.items())
    tags = "".join(f" [tag:{escape(tag.replace(']', ')'))}]" for tag in draft.tags)
    return (
        f"// [id:{item.code}]{tags}\n// titian:{said}\n"
        f"::{escape(item.code)}::[plain]{escape(draft.stem)}{{{body}{general}\n}}\n"
    )


def _answer(sign: str, text: str, weight: float | None = None) -> str:
    """Write one answer; a text that looks like a weight or a format gets one in front."""
    share = f"%{number_text(round(weight * 100, 5))}%" if weight is not None else ""
    if text.startswith("%") and not share:
        share = "%100%" if sign == "=" else "%0%"
    form = "[plain]" if text.startswith("[") else ""
    return f"\n{sign}{share}{form}{escape(text)}"


def _single(draft: ItemDraft, _own: Own) -> str:
    key = draft.scoring["key"]
    return "".join(
        _answer("=" if option["id"] == key else "~", option["text"])
        for option in draft.content["options"]
    )


def _multiple(draft: ItemDraft, own: Own) -> str:
    """Each wrong choice takes away what a right one gives: our rule, in GIFT's words."""
    own["credit"] = draft.scoring["credit"]
    keys = draft.scoring["keys"]
    return "".join(
        _answer("~", option["text"], (1 if option["id"] in keys else -1) / len(keys))
        for option in draft.content["options"]
    )


def _true_false(draft: ItemDraft, _own: Own) -> str:
    return "TRUE" if draft.scoring["key"] == "true" else "FALSE"


def _matching(draft: ItemDraft, _own: Own) -> str:
    texts = {option["id"]: option["text"] for option in draft.content["options"]}
    pairs = draft.scoring["pairs"]
    lines = [(prompt["text"], texts[pairs[prompt["id"]]]) for prompt in draft.content["prompts"]]
    lines += [("", text) for option, text in texts.items() if option not in pairs.values()]
    return "".join(f"\n={_side(prompt)} -> {_side(option)}" for prompt, option in lines)


def _side(text: str) -> str:
    """Write one side of a pair; an arrow inside a text must not part it."""
    form = "[plain]" if text.startswith(("[", "%")) else ""
    return form + escape(text.replace("->", "→"))


def _ordering(draft: ItemDraft, own: Own) -> str:
    texts = {option["id"]: option["text"] for option in draft.content["options"]}
    order = draft.scoring["order"]
    own["shown"] = ",".join(str(order.index(option) + 1) for option in texts)
    lines = "".join(f"\n{_line(texts[option])}" for option in order)
    return f">{len(order)} ALL VERTICAL ABSOLUTE_POSITION SHOW none{lines}"


def _line(text: str) -> str:
    return ("[plain]" if text.startswith("[") else "") + escape(text)


def _short_text(draft: ItemDraft, own: Own) -> str:
    if draft.scoring.get("case"):
        own["case"] = "yes"
    return "".join(_answer("=", text) for text in draft.scoring["accepted"])


def _numeric(draft: ItemDraft, own: Own) -> str:
    if unit := draft.content.get("unit", ""):
        own["unit"] = unit
    value, tolerance = draft.scoring["value"], draft.scoring.get("tolerance", 0)
    around = f":{number_text(tolerance)}" if tolerance else ""
    return f"#{number_text(value)}{around}"


def _sjt(draft: ItemDraft, own: Own) -> str:
    own["kind"] = "sjt"
    weights = draft.scoring["weights"]
    best = max(weights.values())
    return "".join(
        _answer("=", option["text"])
        if weights[option["id"]] == best
        else _answer("~", option["text"], weights[option["id"]] / best)
        for option in draft.content["options"]
    )


WRITERS: dict[str, Callable[[ItemDraft, Own], str]] = {
    "single": _single,
    "multiple": _multiple,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
    "sjt": _sjt,
}
