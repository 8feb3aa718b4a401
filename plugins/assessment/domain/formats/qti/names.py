"""One set of names for three versions of QTI: `qti-simple-choice` and `simpleChoice` are one."""

from __future__ import annotations

from functools import lru_cache
from xml.etree.ElementTree import Element

from plugins.assessment.domain.formats.safe_xml import local_name


def canonical(root: Element) -> Element:
    """Rename all elements and attributes in place: no namespace, no prefix, small letters."""
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = plain_name(element.tag)
        if element.attrib:
            values = {plain_name(name): value for name, value in element.attrib.items()}
            element.attrib.clear()
            element.attrib.update(values)
    return root


@lru_cache(maxsize=2048)
def _known(name: str) -> str:
    local = local_name(name).lower()
    return local.removeprefix("qti-").replace("-", "")


def plain_name(name: str) -> str:
    """Give the common form of a name; a hostile file's long names are not remembered."""
    return _known(name) if len(name) < 80 else _known.__wrapped__(name)
