"""The words of a piece of QTI, as plain text with the line breaks that one sees."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from plugins.assessment.domain.formats.texts import (
    BETWEEN,
    BLANK,
    BLOCK,
    BLOCKS,
    PICTURES,
    SECRET,
    joined,
)
from plugins.assessment.domain.formats.values import modest

INLINE_PLACES = frozenset({"textentryinteraction", "inlinechoiceinteraction"})
HIDDEN = SECRET | {"rubricblock", "stylesheet", "feedbackinline", "feedbackblock"}
SEEN_BLOCKS = BLOCKS | {"prompt", "simplechoice", "contentbody", "itembody"}


def words(element: Element, place: Element | None = None) -> str:
    """Give the text of an element; of the interaction `place` only its prompt is read."""
    return joined([modest("".join(_pieces(element, place)))])


def _pieces(element: Element, place: Element | None) -> Iterator[str]:
    if element.tag in HIDDEN or "datatitiananswer" in element.attrib:
        return
    if element is place:
        yield from _of_place(element)
        return
    block = element.tag in SEEN_BLOCKS
    if block:
        yield f"{BLOCK}- " if element.tag == "li" else BLOCK
    elif element.tag == "br":
        yield "\n"
    elif element.tag in BETWEEN:
        yield BETWEEN[str(element.tag)]
    yield _flat(element.text)
    for child in element:
        if isinstance(child.tag, str):
            yield from _pieces(child, place)
        yield _flat(child.tail)
    if block:
        yield BLOCK


def _of_place(element: Element) -> Iterator[str]:
    if element.tag in INLINE_PLACES:
        yield f" {BLANK} "
        return
    for prompt in element.iterfind("prompt"):
        yield from _pieces(prompt, None)


def _flat(text: str | None) -> str:
    """Line ends of the file are blanks; our own breaks are given by elements."""
    return (text or "").replace("\n", " ").replace("\t", " ")


def picture_in(element: Element) -> bool:
    """Tell whether something is shown or played beside text."""
    return any(child.tag in PICTURES for child in element.iter())
