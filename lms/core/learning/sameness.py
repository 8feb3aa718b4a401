"""Pure: whether two frameworks, standards or rule sets say the same, version and spacing aside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Data = Mapping[str, Any]


def same_framework(one: Data, other: Data) -> bool:
    """Tell whether two frameworks say the same; the order of domains follows competencies."""
    return _framework(one) == _framework(other)


def same_standard(one: Data, other: Data) -> bool:
    """Tell whether two standards ask the same, from the same day on."""
    return _standard(one) == _standard(other)


def same_rule(one: Data, other: Data) -> bool:
    """Tell whether two rule sets have the same name, source and bands."""
    return _rule(one) == _rule(other)


def _tidy(value: Any) -> str:
    return " ".join(str(value).split())


def _framework(data: Data) -> object:
    return (
        _tidy(data["name"]),
        _tidy(data["source"]),
        {each["code"]: _tidy(each["name"]) for each in data["domain"]},
        [_competency(each) for each in data["competency"]],
    )


def _competency(data: Data) -> object:
    levels = [
        (
            each["level"],
            _tidy(each["name"]),
            _tidy(each["description"]),
            [_tidy(text) for text in each["indicators"]],
        )
        for each in data["level"]
    ]
    texts = [_tidy(data[key]) for key in ("code", "domain", "name", "short", "description")]
    return texts, dict(data.get("categories", {})), levels


def _standard(data: Data) -> object:
    return (
        _tidy(data["name"]),
        _tidy(data["source"]),
        data["valid_from"],
        {
            (need["competency"], level): asked
            for need in data["require"]
            for level, asked in need["levels"].items()
        },
        {
            (each["position"], each["position_level"], each["competency"]): each["level"]
            for each in data["exception"]
        },
    )


def _rule(data: Data) -> object:
    bands = sorted(
        (band["level"], band["at_least"], _tidy(band.get("label", ""))) for band in data["band"]
    )
    return _tidy(data["name"]), data["unit"], _tidy(data["source"]), bands
