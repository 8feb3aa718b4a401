"""Reads the interactions of QTI that are our kinds of questions, with their keys."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element

from plugins.assessment.domain.formats import drafts
from plugins.assessment.domain.formats.drafts import Choice, Frame
from plugins.assessment.domain.formats.qti.words import words
from plugins.assessment.domain.formats.texts import clean
from plugins.assessment.domain.formats.values import Unusable
from plugins.assessment.domain.questions import ItemDraft

TRUTH = {"true", "false"}
NUMBERS = {"integer", "float"}

NO_DECLARATION = "Jawaban yang benar belum disebut."
TWO_GROUPS = "Soal menjodohkan ini tidak punya dua kelompok."
UNKNOWN_OPTION = "Jawaban yang benar menyebut pilihan yang tidak ada."


class Response:
    """What an item says of the right answer: key values, weights, base type, tolerance."""

    def __init__(self, root: Element, inner: Element) -> None:
        wanted = inner.get("responseidentifier", "RESPONSE")
        declared = [
            each
            for each in root.iterfind("responsedeclaration")
            if each.get("identifier", "RESPONSE") == wanted
        ]
        if not declared:
            raise Unusable(NO_DECLARATION)
        self.declaration = declared[0]
        self.root = root

    @property
    def base(self) -> str:
        """Give the type of a value, in small letters."""
        return self.declaration.get("basetype", "").lower()

    @property
    def cardinality(self) -> str:
        """Give single, multiple, ordered or record."""
        return self.declaration.get("cardinality", "single").lower()

    @property
    def keys(self) -> list[str]:
        """Give the right values in their order."""
        return [
            " ".join((value.text or "").split())
            for value in self.declaration.iterfind("correctresponse/value")
        ]

    @property
    def weights(self) -> dict[str, float]:
        """Give value → points of the mapping, empty when there is none."""
        return {
            " ".join(entry.get("mapkey", "").split()): drafts.number(entry.get("mappedvalue", "0"))
            for entry in self.declaration.iterfind("mapping/mapentry")
        }

    @property
    def maps(self) -> bool:
        """Tell whether points come from the mapping: the template says so, or there is no other."""
        processing = self.root.find("responseprocessing")
        template = processing.get("template", "") if processing is not None else ""
        if "match_correct" in template:
            return False
        mapped = any(element.tag == "mapresponse" for element in self.root.iter())
        return mapped or "map_response" in template or not self.keys

    @property
    def needs_all(self) -> bool:
        """Tell whether only the whole key earns: no mapping, as the template match_correct says."""
        return not self.weights or not self.maps


def interaction(element: Element) -> str:
    """Give the name of an interaction, empty for any other element."""
    return element.tag if element.tag.endswith("interaction") else ""


# -- kinds ---------------------------------------------------------------------------------------


def _choice(frame: Frame, inner: Element, response: Response, body: Element) -> ItemDraft:
    found = [e for e in inner.iter() if e.tag in {"simplechoice", "inlinechoice"}]
    texts = {element.get("identifier", ""): words(element) for element in found}
    if body.get("datatitiankind") == "scale":
        return drafts.scale(frame, list(texts.values()))
    if not set(response.keys) <= set(texts):
        raise Unusable(UNKNOWN_OPTION)
    if set(texts) == TRUTH and len(response.keys) == 1:
        return drafts.true_false(frame, key=response.keys[0] == "true")
    weights = _option_weights(response, texts)
    choices = [Choice(text=text, weight=weights.get(id_, 0)) for id_, text in texts.items()]
    if response.cardinality == "multiple" and inner.get("maxchoices", "0") != "1":
        return drafts.several_right(frame, choices, "all" if response.needs_all else "partial")
    weighted = body.get("datatitiankind") == "sjt"
    return drafts.one_right(frame, choices, weighted=weighted)


def _option_weights(response: Response, texts: dict[str, str]) -> dict[str, float]:
    """Give each option's share: from the mapping if it counts, else 1 for each key."""
    weights = response.weights
    if not response.maps or not any(weights.get(id_, 0) > 0 for id_ in texts):
        return dict.fromkeys(response.keys, 1.0)
    best = max(weights.values())
    return {id_: points / best for id_, points in weights.items()}


def _order(frame: Frame, inner: Element, response: Response, _body: Element) -> ItemDraft:
    texts = {e.get("identifier", ""): words(e) for e in inner.iterfind("simplechoice")}
    keys = response.keys
    if sorted(keys) != sorted(texts):
        raise Unusable(UNKNOWN_OPTION if keys else drafts.NO_KEY)
    return drafts.ordering(frame, [texts[key] for key in keys], list(texts.values()))


def _match(frame: Frame, inner: Element, response: Response, _body: Element) -> ItemDraft:
    sets = inner.findall("simplematchset")
    if len(sets) != 2:
        raise Unusable(TWO_GROUPS)
    first, second = (
        {e.get("identifier", ""): words(e) for e in each.iterfind("simpleassociablechoice")}
        for each in sets
    )
    pairs = [(a, b) for a, _, b in (pair.partition(" ") for pair in _pairs(response))]
    if len({a for a, _ in pairs}) < len(pairs):  # groups come first: what is sorted is asked
        first, second, pairs = second, first, [(b, a) for a, b in pairs]
    if not all(a in first and b in second for a, b in pairs):
        raise Unusable(UNKNOWN_OPTION)
    places = {id_: place for place, id_ in enumerate(first)}
    pairs.sort(key=lambda pair: places[pair[0]])
    return drafts.matching(frame, [(first[a], second[b]) for a, b in pairs], list(second.values()))


def _pairs(response: Response) -> list[str]:
    earning = [pair for pair, points in response.weights.items() if points > 0]
    return response.keys or earning


def _text_entry(frame: Frame, _inner: Element, response: Response, body: Element) -> ItemDraft:
    if response.base in NUMBERS:
        return _number(frame, response, body)
    weights = response.weights
    best = max(weights.values(), default=0)
    full = [text for text, points in weights.items() if 0 < best <= points]
    entries = response.declaration.iterfind("mapping/mapentry")
    case = any(entry.get("casesensitive", "false").lower() == "true" for entry in entries)
    accepted = [clean(text) for text in (*response.keys, *full)]
    return drafts.short_text(frame, accepted, case=case)


def _number(frame: Frame, response: Response, body: Element) -> ItemDraft:
    values = response.keys or [text for text, points in response.weights.items() if points > 0]
    if not values:
        raise Unusable(drafts.NO_KEY)
    value = drafts.number(values[0])
    tolerance = _tolerance(response.root, value)
    return drafts.numeric(frame, value, tolerance, clean(body.get("datatitianunit", "")))


def _tolerance(root: Element, value: float) -> float:
    """Read the tolerance of an `equal` rule, absolute or in percent; 0 without one."""
    for rule in root.iter("equal"):
        sides = rule.get("tolerance", "").split()
        if sides and rule.get("tolerancemode", "").lower() in {"absolute", "relative"}:
            widest = max(abs(drafts.number(side)) for side in sides[:2])
            relative = rule.get("tolerancemode", "").lower() == "relative"
            return round(abs(value) * widest / 100, 9) if relative else widest
    return 0


INTERACTIONS: dict[str, Callable[[Frame, Element, Response, Element], ItemDraft]] = {
    "choiceinteraction": _choice,
    "inlinechoiceinteraction": _choice,
    "orderinteraction": _order,
    "matchinteraction": _match,
    "textentryinteraction": _text_entry,
}
