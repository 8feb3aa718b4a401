"""What a page needs to show a stored answer again, and the same answer in words."""

from __future__ import annotations

from dataclasses import dataclass, field

from plugins.assessment.contracts import Content, Shape
from plugins.assessment.domain.types.numbers import spoken_number
from plugins.assessment.domain.types.shapes import (
    UNKNOWN,
    Option,
    option_ids,
    option_list,
    option_text,
)

DONT_KNOW = "Saya belum tahu"  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A stored answer taken apart; what does not belong to its shape is empty.

    `order` is the options in the order to show; `settled` tells that this order was chosen.
    """

    unknown: bool = False
    chosen: frozenset[str] = frozenset()
    pairs: dict[str, str] = field(default_factory=dict)
    order: tuple[Option, ...] = ()
    settled: bool = False
    text: str = ""


def shown(shape: Shape, content: Content, value: str | None) -> Shown:
    """Take a stored value apart for the learner's page; None and "Saya belum tahu" are empty."""
    options = tuple(option_list(content))
    if value is None or value == UNKNOWN:
        return Shown(unknown=value == UNKNOWN, order=options)
    if shape == "pairs":
        return Shown(pairs=split_pairs(value))
    if shape == "order":
        return _order(content, value)
    if shape in ("choice", "choices", "picture"):
        return Shown(chosen=frozenset(value.split(",")))
    return Shown(text=_text(shape, value))


def _order(content: Content, value: str) -> Shown:
    places = {each: place for place, each in enumerate(value.split(","))}
    known = sorted(option_list(content), key=lambda each: places.get(str(each["id"]), len(places)))
    return Shown(order=tuple(known), settled=True)


def _text(shape: Shape, value: str) -> str:
    if shape == "number":
        return spoken_number(value)
    return value.partition("|")[2] if shape == "file" else value


def split_pairs(value: str) -> dict[str, str]:
    """Take `1=b,2=a` apart."""
    return dict(part.split("=", 1) for part in value.split(",") if "=" in part)


def answer_text(shape: Shape, content: Content, value: str | None) -> str:
    """Say a stored answer in words, for reports and exports; empty when there is none."""
    if value is None or value == UNKNOWN:
        return DONT_KNOW if value else ""
    if shape == "pairs":
        return pairs_text(content, split_pairs(value))
    if shape in ("choice", "choices", "picture", "order"):
        between = " → " if shape == "order" else "; "
        return between.join(option_text(content, each) for each in value.split(","))
    unit = f" {content.get('unit', '')}" if shape == "number" else ""
    return f"{_text(shape, value)}{unit}".strip()


def pairs_text(content: Content, pairs: dict[str, str]) -> str:
    """Say pairs in words, in the order of the prompts."""
    return "; ".join(
        f"{option_text(content, each, 'prompts')} – {option_text(content, pairs[each])}"
        for each in option_ids(content, "prompts")
        if each in pairs
    )
