"""What stands inside a line of a Word document, as Markdown: emphasis, links, pictures, text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal
from xml.etree.ElementTree import Element

Place = Literal["text", "cell"]
"""Where text stands: in a paragraph or heading, or in a table's cell."""
SPECIAL = re.compile(r"[\\`*\[\]{}]|(?<![^\W_])_|_(?![^\W_])")
ENTITY = re.compile(r"&(?=#?\w+;)")
LINE_START = re.compile(r"^(\d+)([.)])(?=\s|$)|^([-+#>|=~:])")
SPACE = re.compile(r"[ \t\r\n\f\v]+")
SAFE_LINK = re.compile(r"(https://|mailto:|tel:)\S+$")
NOTE_BACK = re.compile(r"#(?:foot|end)note-ref-\d+$")
EMPHASIS = {"strong": "**", "em": "*"}
RAW = {"sup", "sub", "del"}
MARKUP = re.compile(r"<[^>]*>")
NOTE_REF = re.compile(r"#((?:foot|end)note-\d+)$")


def inline(
    element: Element, place: Place = "text", *, without: tuple[str, ...] = (), plain: bool = False
) -> str:
    """Give the Markdown of what an element contains, on one line."""
    parts = [escaped(element.text or "", place)]
    for child in element:
        if child.tag not in without:
            parts.append(inline_element(child, place, plain=plain))
        parts.append(escaped(child.tail or "", place))
    return SPACE.sub(" ", "".join(parts)).strip(" ")


# long: one case for each kind of element, in the order of how often they come
def inline_element(child: Element, place: Place, *, plain: bool = False, inside: str = "") -> str:
    """Give the Markdown of one element; `plain` leaves emphasis out, `inside` is that around it."""
    if child.tag == "br":
        return "<br>"
    if child.tag == "img":
        return _image(child)
    if child.tag == "input":
        return "☑" if child.get("checked") else "☐"
    href = child.get("href", "") if child.tag == "a" else ""
    if NOTE_BACK.match(href):
        return ""
    content = "".join(_contents(child, place, plain, inside))
    if child.tag in EMPHASIS and not plain:
        return _emphasised(child, content, inside)
    if child.tag in RAW and content.strip():
        return f"<{child.tag}>{content}</{child.tag}>"
    if href and content.strip():
        return _link(href, content)
    return f"{content} " if child.tag == "p" else content


def _contents(child: Element, place: Place, plain: bool, inside: str) -> Iterator[str]:
    around = child.tag if child.tag in EMPHASIS else inside
    yield escaped(child.text or "", place)
    for part in child:
        yield inline_element(part, place, plain=plain, inside=around)
        yield escaped(part.tail or "", place)


def _emphasised(child: Element, content: str, inside: str) -> str:
    """Put marks around words, never around the spaces beside them; inside others use tags."""
    bare = content.strip()
    if not MARKUP.sub("", bare).strip() or child.tag == inside:
        return content
    before = content[: len(content) - len(content.lstrip())]
    after = content[len(content.rstrip()) :]
    nested = inside or any(part.tag in EMPHASIS for part in child.iter() if part is not child)
    mark = EMPHASIS[child.tag]
    words = f"<{child.tag}>{bare}</{child.tag}>" if nested else f"{mark}{bare}{mark}"
    return f"{before}{words}{after}"


def _link(href: str, content: str) -> str:
    if NOTE_REF.match(href) or href.startswith("#"):
        return content
    if SAFE_LINK.match(href):
        return (
            f"[{content.strip()}](<{href}>)"
            if re.search(r"[()]", href)
            else (f"[{content.strip()}]({href})")
        )
    if href.startswith("http://") and href not in content:
        return f"{content} ({escaped(href, 'text')})"  # the address stays readable
    return content


def _image(image: Element) -> str:
    alt = SPACE.sub(" ", image.get("alt", "")).strip()
    alt = alt.replace("[", "(").replace("]", ")").replace("\\", "/")
    name = image.get("src", "")
    return f"![{alt}]({name})" if name else f"*(gambar belum masuk{': ' + alt if alt else ''})*"


def text_of(element: Element) -> str:
    """Give the bare words of an element on one line."""
    return SPACE.sub(" ", "".join(element.itertext())).strip()


def escaped(text: str, place: Place) -> str:
    """Keep marks in a text from being read as Markdown or HTML."""
    text = SPECIAL.sub(lambda found: f"\\{found[0]}", text)
    text = ENTITY.sub("&amp;", text).replace("<", "&lt;")
    return text.replace("|", "\\|") if place == "cell" else text


def line_start(text: str) -> str:
    """Keep a line from becoming a list, a heading, a quotation or a block of its own."""
    found = LINE_START.match(text)
    if found is None:
        return text
    if found[1]:
        return f"{found[1]}\\{found[2]}{text[found.end() :]}"
    if found[3] in "=~:":
        return f"&#{ord(found[3])};{text[1:]}"
    return f"\\{text}"
