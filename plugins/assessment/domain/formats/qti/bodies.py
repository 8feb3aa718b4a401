"""Writes the answers of QTI 3.0 items: what is asked, what is right, how points are given."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.etree.ElementTree import Element, SubElement

from plugins.assessment.domain.formats.drafts import number_text
from plugins.assessment.domain.questions import ItemDraft

TEMPLATES = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/"
RESPONSE = "RESPONSE"


def _declare(root: Element, cardinality: str, base: str, values: Iterable[str]) -> Element:
    declared = SubElement(root, "qti-response-declaration")
    declared.attrib.update({"identifier": RESPONSE, "cardinality": cardinality, "base-type": base})
    correct = SubElement(declared, "qti-correct-response")
    for value in values:
        SubElement(correct, "qti-value").text = value
    return declared


def _map(declared: Element, points: dict[str, float], **values: str) -> None:
    """Add points per value; the sum never goes below 0 or above 1."""
    mapping = SubElement(declared, "qti-mapping", {"default-value": "0", **BOUNDS})
    for key, point in points.items():
        entry = {"map-key": key, "mapped-value": number_text(round(point, 9))}
        SubElement(mapping, "qti-map-entry", {**entry, **values})


BOUNDS = {"lower-bound": "0", "upper-bound": "1"}


def _processing(name: str) -> Element:
    return Element("qti-response-processing", {"template": f"{TEMPLATES}{name}.xml"})


def _stem(parent: Element, draft: ItemDraft) -> None:
    write_lines(SubElement(parent, "p"), draft.stem)


def write_lines(element: Element, text: str) -> None:
    """Write a text into an element, with its line breaks."""
    lines = text.split("\n")
    element.text = lines[0]
    for line in lines[1:]:
        SubElement(element, "br").tail = line


def _place(body: Element, draft: ItemDraft, name: str, **values: str) -> Element:
    _stem(body, draft)
    return SubElement(body, name, {"response-identifier": RESPONSE, **values})


def _options(place: Element, options: Iterable[dict[str, str]]) -> None:
    for option in options:
        values = {"identifier": _id(option["id"])}
        write_lines(SubElement(place, "qti-simple-choice", values), option["text"])


def _id(own: str) -> str:
    """Give an identifier of QTI, which does not begin with a digit."""
    return own if own[:1].isalpha() else f"n{own}"


# -- kinds ---------------------------------------------------------------------------------------


def _single(root: Element, body: Element, draft: ItemDraft) -> Element:
    _declare(root, "single", "identifier", [_id(draft.scoring["key"])])
    place = _place(body, draft, "qti-choice-interaction", **{"max-choices": "1"})
    _options(place, draft.content["options"])
    return _processing("match_correct")


def _multiple(root: Element, body: Element, draft: ItemDraft) -> Element:
    keys = draft.scoring["keys"]
    declared = _declare(root, "multiple", "identifier", map(_id, keys))
    place = _place(body, draft, "qti-choice-interaction", **{"max-choices": "0"})
    _options(place, draft.content["options"])
    if draft.scoring["credit"] == "all":
        return _processing("match_correct")
    share = 1 / len(keys)
    ids = [option["id"] for option in draft.content["options"]]
    _map(declared, {_id(each): share if each in keys else -share for each in ids})
    return _processing("map_response")


def _sjt(root: Element, body: Element, draft: ItemDraft) -> Element:
    weights = draft.scoring["weights"]
    best = max(weights.values())
    right = [_id(each) for each, weight in weights.items() if weight == best]
    declared = _declare(root, "single", "identifier", right[:1])
    _map(declared, {_id(each): weight / best for each, weight in weights.items()})
    place = _place(body, draft, "qti-choice-interaction", **{"max-choices": "1"})
    _options(place, draft.content["options"])
    return _processing("map_response")


def _scale(root: Element, body: Element, draft: ItemDraft) -> None:
    """A self-rating has no right answer, so nothing is processed."""
    declared = SubElement(root, "qti-response-declaration")
    declared.attrib.update(
        {"identifier": RESPONSE, "cardinality": "single", "base-type": "identifier"}
    )
    place = _place(body, draft, "qti-choice-interaction", **{"max-choices": "1"})
    _options(place, draft.content["options"])


def _ordering(root: Element, body: Element, draft: ItemDraft) -> Element:
    _declare(root, "ordered", "identifier", map(_id, draft.scoring["order"]))
    place = _place(body, draft, "qti-order-interaction", shuffle="false")
    _options(place, draft.content["options"])
    return _processing("match_correct")


def _matching(root: Element, body: Element, draft: ItemDraft) -> Element:
    pairs = [f"p{prompt} o{option}" for prompt, option in draft.scoring["pairs"].items()]
    declared = _declare(root, "multiple", "directedPair", pairs)
    _map(declared, dict.fromkeys(pairs, 1 / len(pairs)))
    place = _place(
        body, draft, "qti-match-interaction", **{"max-associations": "0", "shuffle": "false"}
    )
    _match_set(place, draft.content["prompts"], "p", "1")
    _match_set(place, draft.content["options"], "o", "0")
    return _processing("map_response")


def _match_set(place: Element, options: list[dict[str, str]], prefix: str, most: str) -> None:
    group = SubElement(place, "qti-simple-match-set")
    for option in options:
        values = {"identifier": f"{prefix}{option['id']}", "match-max": most}
        write_lines(SubElement(group, "qti-simple-associable-choice", values), option["text"])


def _short_text(root: Element, body: Element, draft: ItemDraft) -> Element:
    accepted = draft.scoring["accepted"]
    declared = _declare(root, "single", "string", accepted[:1])
    case = "true" if draft.scoring.get("case") else "false"
    _map(declared, dict.fromkeys(accepted, 1.0), **{"case-sensitive": case})
    _entry(body, draft)
    return _processing("map_response")


def _numeric(root: Element, body: Element, draft: ItemDraft) -> Element:
    _declare(root, "single", "float", [number_text(draft.scoring["value"])])
    unit = draft.content.get("unit", "")
    _entry(body, draft, f" {unit}" if unit else "")
    return _equal(number_text(draft.scoring.get("tolerance", 0)))


def _entry(body: Element, draft: ItemDraft, after: str = "") -> None:
    _stem(body, draft)
    line = SubElement(body, "p", {"data-titian-answer": "1"})
    SubElement(line, "qti-text-entry-interaction", {"response-identifier": RESPONSE}).tail = after


def _equal(tolerance: str) -> Element:
    """Give 1 point for a number within the tolerance."""
    processing = Element("qti-response-processing")
    condition = SubElement(processing, "qti-response-condition")
    hit = SubElement(condition, "qti-response-if")
    near = {"tolerance-mode": "absolute", "tolerance": f"{tolerance} {tolerance}"}
    equal = SubElement(hit, "qti-equal", near)
    SubElement(equal, "qti-variable", {"identifier": RESPONSE})
    SubElement(equal, "qti-correct", {"identifier": RESPONSE})
    outcome = SubElement(hit, "qti-set-outcome-value", {"identifier": "SCORE"})
    SubElement(outcome, "qti-base-value", {"base-type": "float"}).text = "1"
    return processing


BODIES: dict[str, Callable[[Element, Element, ItemDraft], Element | None]] = {
    "single": _single,
    "multiple": _multiple,
    "true_false": _single,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
    "sjt": _sjt,
    "scale": _scale,
}
