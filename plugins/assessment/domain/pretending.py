"""Answers of invented people: a right one and a wrong one to every built-in kind of question."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from plugins.assessment.domain.types.shapes import UNKNOWN

Parts = Mapping[str, Any]


def right_answer(kind: str, content: Parts, scoring: Parts) -> str:
    """Give a stored value that earns full points; unknown for kinds that nobody scores."""
    find = _RIGHT.get(kind)
    return UNKNOWN if find is None else find(content, scoring)


def wrong_answer(kind: str, content: Parts, scoring: Parts, rng: random.Random) -> str:
    """Give a stored value that does not earn full points."""
    right = right_answer(kind, content, scoring)
    ids = _ids(content)
    if kind in ("single", "true_false", "hotspot", "sjt", "scale"):
        return rng.choice([each for each in ids if each != right] or [UNKNOWN])
    if kind == "multiple":
        return rng.choice([each for each in ids if each not in right.split(",")] or [UNKNOWN])
    if kind == "ordering":
        order = right.split(",")
        return ",".join([*order[1:], order[0]])
    if kind == "matching":
        pairs = [pair.split("=") for pair in right.split(",")]
        moved = [pairs[place - 1][1] for place in range(len(pairs))]
        return ",".join(f"{pair[0]}={to}" for pair, to in zip(pairs, moved, strict=True))
    if kind == "numeric":
        return f"{scoring['value'] + 10 * (scoring['tolerance'] + 1):g}"
    return UNKNOWN


def _ids(content: Parts) -> list[str]:
    return [option["id"] for option in content.get("options", ())]


def _multiple(content: Parts, scoring: Parts) -> str:
    return ",".join(each for each in _ids(content) if each in scoring["keys"])


def _matching(content: Parts, scoring: Parts) -> str:
    prompts: Sequence[Mapping[str, str]] = content["prompts"]
    return ",".join(f"{each['id']}={scoring['pairs'][each['id']]}" for each in prompts)


def _best(_content: Parts, scoring: Parts) -> str:
    weights: Mapping[str, float] = scoring["weights"]
    return max(weights, key=lambda each: weights[each])


_RIGHT: dict[str, Callable[[Parts, Parts], str]] = {
    "single": lambda _content, scoring: str(scoring["key"]),
    "true_false": lambda _content, scoring: str(scoring["key"]),
    "multiple": _multiple,
    "matching": _matching,
    "ordering": lambda _content, scoring: ",".join(scoring["order"]),
    "short_text": lambda _content, scoring: str(scoring["accepted"][0]),
    "numeric": lambda _content, scoring: f"{scoring['value']:g}",
    "hotspot": lambda _content, scoring: str(scoring["keys"][0]),
    "sjt": _best,
}
