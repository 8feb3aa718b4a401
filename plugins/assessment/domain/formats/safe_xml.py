"""Reads XML from strangers: no entities, no outside files, no depth or number without end."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from lms.errors import Invalid

MAX_DEPTH = 60
MAX_TAGS = 250_000
UTF8_MARK = b"\xef\xbb\xbf"
HUGE_TAG = re.compile(rb"<[A-Za-z_][^<>]{20000}")

BROKEN = "Berkas XML ini rusak: %(reason)s."
FORBIDDEN = "Berkas XML ini memakai DTD atau entitas. Demi keamanan, kami tidak membacanya."
TOO_DEEP = "Susunan berkas XML ini terlalu dalam."
TOO_MANY_PARTS = "Berkas XML ini terlalu rumit. Bagi menjadi beberapa berkas."


def read_xml(content: bytes) -> Element:
    """Give the root element; raises Invalid for anything that is not plain, modest XML."""
    if content.count(b"<") > MAX_TAGS or HUGE_TAG.search(content):
        raise Invalid(TOO_MANY_PARTS)
    try:
        root: Element = fromstring(_from_its_start(content), forbid_dtd=True)
    except DefusedXmlException as error:
        raise Invalid(FORBIDDEN) from error
    except (ParseError, ValueError, LookupError) as error:
        raise Invalid(BROKEN % {"reason": _reason(error)}) from error
    _check_depth(root)
    return root


def _from_its_start(content: bytes) -> bytes:
    """Leave out blank lines before the first sign, which people paste and parsers refuse."""
    start = content.removeprefix(UTF8_MARK).lstrip()
    return start if start.startswith(b"<") else content


def _check_depth(root: Element) -> None:
    """Go down level by level: what reads the tree later may call itself for each level."""
    level = [root]
    for _ in range(MAX_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return
    raise Invalid(TOO_DEEP)


def _reason(error: Exception) -> str:
    if isinstance(error, ParseError):
        line, column = error.position
        return f"baris {line}, huruf ke-{column + 1}"
    return "tulisannya tidak dikenal"


def local_name(tag: object) -> str:
    """Give a tag or attribute name without its namespace; empty for comments and the like."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child_text(element: Element, path: str) -> str:
    """Give the text at a path below an element, empty when there is none."""
    return (element.findtext(path) or "").strip()
