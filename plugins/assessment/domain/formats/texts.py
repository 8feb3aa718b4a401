"""Turns foreign bytes, HTML and Markdown into the plain text that our questions are made of.

Every pass is linear in the length of its input: hostile text costs no more than any other.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator

from lms.errors import Invalid

NOT_TEXT = "Berkas ini bukan teks. Simpan ulang sebagai teks UTF-8, lalu coba lagi."
TOO_MANY_LINES = "Berkas ini lebih dari 100.000 baris. Bagi menjadi beberapa berkas."
MAX_LINES = 100_000
BLANK = "_____"
"""Stands in a stem for the place where an answer is filled in."""

TAG = re.compile(r"(<[/!?]?[a-zA-Z][^<>]*>|<![^<>]*>)")
TAG_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)")
BLOCK_NAMES = """address article aside blockquote caption center dd div dl dt fieldset figure
footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot thead tr
ul"""
INLINE_NAMES = """a abbr acronym audio b base bdi bdo big body button cite code col colgroup data
datalist del details dfn dialog em embed font frame frameset head html i iframe img input ins kbd
label legend link map mark math meta meter nolink noscript object optgroup option output param
picture progress q rp rt ruby s samp script select small source span strike strong style sub summary
sup svg td template textarea th time title track tt u var video wbr"""
BLOCKS = frozenset(BLOCK_NAMES.split())
INLINE = frozenset(INLINE_NAMES.split())
SECRET = frozenset({"script", "style", "head", "title", "template"})
PICTURES = frozenset({"img", "object", "svg", "audio", "video", "embed", "iframe", "picture"})
BETWEEN = {"sup": "^", "sub": "_", "td": " ", "th": " ", "option": " "}
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ue000-\uf8ff]"
)
BLOCK = "\x1e"
"""Stands for the edge of a block until the pieces are put together."""
BLOCK_ENDS = re.compile(f"{BLOCK}[{BLOCK} \t]*")
MARKDOWN_LINK = re.compile(r"(!?)\[([^\[\]\n]{0,300})\]\(([^()\n]{0,500})\)")
MARKDOWN_STRONG = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,500})(?<=\S)\1")
MARKDOWN_EM = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_\n]{1,500})(?<=\S)\1(?![\w*])")


def decode(content: bytes) -> str:
    """Decode UTF-8, UTF-16 with its mark or Windows' cp1252; refuse what is not text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    else:
        if b"\x00" in content or content.startswith((b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11")):
            raise Invalid(NOT_TEXT)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def lines_of(text: str) -> list[str]:
    """Cut a file into lines; raises Invalid when there are more than any questions need."""
    if text.count("\n") > MAX_LINES:
        raise Invalid(TOO_MANY_LINES)
    return text.split("\n")


def clean(text: str) -> str:
    """Keep what is seen: no control or direction signs, single spaces, single blank lines."""
    lines = [" ".join(line.split()) for line in UNSEEN.sub("", text).split("\n")]
    whole = unicodedata.normalize("NFC", "\n".join(lines))
    return re.sub(r"\n{3,}", "\n\n", whole).strip()


def joined(pieces: Iterable[str]) -> str:
    """Put pieces together; several block ends in a row are one line break."""
    return clean(BLOCK_ENDS.sub("\n", "".join(pieces)))


def plain_text(source: str, *, line_breaks: bool = False) -> str:
    """Give the text of a piece of HTML; with `line_breaks` its own line ends count too."""
    without_comments = _without_comments(source)
    if not line_breaks:
        without_comments = without_comments.replace("\n", " ")
    return joined(_pieces(without_comments))


def _without_comments(source: str) -> str:
    first, *parts = source.split("<!--")
    return first + "".join(part.partition("-->")[2] for part in parts)


def _pieces(source: str) -> Iterator[str]:
    """Give text and what stands for tags; the content of scripts and styles is left out."""
    hidden = ""
    for number, piece in enumerate(TAG.split(source)):
        name = _tag_name(piece) if number % 2 else ""
        if hidden:
            hidden = "" if piece.startswith("</") and name == hidden else hidden
        elif name in SECRET:
            hidden = "" if piece.startswith("</") or piece.endswith("/>") else name
        elif number % 2:
            yield _stand_in(piece, name)
        else:
            yield html.unescape(piece)


def _stand_in(tag: str, name: str) -> str:
    if name in BLOCKS:
        return f"{BLOCK}- " if name == "li" and not tag.startswith("</") else BLOCK
    if name == "br":
        return "\n"
    if name in BETWEEN:
        return "" if tag.startswith("</") else BETWEEN[name]
    if name in INLINE or ":" in tag.split()[0] or tag.startswith(("<!", "<?")):
        return ""
    return html.unescape(tag)  # "<b dan c>" of a sum is no tag, and no loss


def _tag_name(tag: str) -> str:
    match = TAG_NAME.match(tag)
    return match[1].lower() if match else ""


def has_picture(source: str) -> bool:
    """Tell whether HTML shows a picture, plays something or embeds another page."""
    return any(_tag_name(tag) in PICTURES for tag in TAG.findall(source))


def from_markdown(source: str) -> str:
    """Give the text of simple Markdown: no emphasis signs, links by their words."""
    text = MARKDOWN_LINK.sub(r"\2", source)
    text = MARKDOWN_EM.sub(r"\2", MARKDOWN_STRONG.sub(r"\2", text))
    return plain_text(text, line_breaks=True)


def markdown_picture(source: str) -> bool:
    """Tell whether Markdown shows a picture."""
    return any(mark for mark, _, _ in MARKDOWN_LINK.findall(source)) or has_picture(source)
