"""From a step's Markdown to the HTML that is kept beside it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from itertools import count
from typing import Any, Protocol

from lms import render_markdown
from plugins.courses.domain.steps import notes_as_quotations, plain_lines

RENDERING = 3
"""Raise it when the same Markdown gives other HTML: then kept HTML is made anew."""

TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
IMAGE = re.compile(r'<img\b[^>]*?\bsrc="media/([0-9a-f]{64})"[^>]*>')
ALT = re.compile(r'\balt="([^"]*)"')
ACTIVITY_LINE = re.compile(r'<p>::: (?P<kind>[\w-]+) (?P<ref>[^<\s"]+)\s*</p>')
ACTIVITY = re.compile(r'<div data-activity="(?P<kind>[\w-]+)" data-ref="(?P<ref>[^"]+)"></div>')
"""An activity in kept HTML: an empty place that nobody sees until a view fills it."""
LINK = re.compile(r'<a href="(media/[^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)


class Stored(Protocol):
    """What rendering asks of a file: a picture, a recording or an attachment."""

    @property
    def digest(self) -> str:
        """Give the SHA-256 of its content in hex."""

    @property
    def media_type(self) -> str:
        """Give its media type."""


def source_digest(markdown: str) -> str:
    """Give the key of kept HTML: of the source and of the way it was rendered."""
    return hashlib.sha256(f"{RENDERING}\n{plain_lines(markdown)}".encode()).hexdigest()


def render_step(
    markdown: str, pictures: Mapping[str, Stored], extensions: Sequence[Any] = ()
) -> str:
    """Give clean HTML of one step; files get `media/<digest>` as address.

    The view puts the agency's own path before it. Quotations become notes, recordings get
    controls, each table gets a region that scrolls by itself on a phone, and a line such as
    `::: soal REF` becomes an empty place; this happens after the cleaning, to our own tags.
    """
    html = render_markdown(
        notes_as_quotations(markdown),
        lambda name: f"media/{pictures[name].digest}" if name in pictures else None,
        extensions,
    )
    html = html.replace("<blockquote>", '<div class="note">').replace("</blockquote>", "</div>")
    kinds = {file.digest: file.media_type for file in pictures.values()}
    html = IMAGE.sub(lambda match: _player(match, kinds), html)
    html = ACTIVITY_LINE.sub(r'<div data-activity="\g<kind>" data-ref="\g<ref>"></div>', html)
    html = LINK.sub(lambda match: _attachment(match, pictures), html)
    numbers = count(1)
    return TABLE.sub(lambda match: _region(match.group(), numbers), html)


def activity_name(place: re.Match[str]) -> tuple[str, str]:
    """Give kind and ref of an activity's place."""
    return place["kind"], unescape(place["ref"])


def activity_names(html: str) -> list[tuple[str, str]]:
    """Give kind and ref of the activities in kept HTML, in order, each once."""
    return list(dict.fromkeys(activity_name(place) for place in ACTIVITY.finditer(html)))


def _region(table: str, numbers: Iterator[int]) -> str:
    label = f'class="scroll" tabindex="0" role="region" aria-label="Tabel {next(numbers)}"'
    return f"<div {label}>{table}</div>"


def _player(image: re.Match[str], kinds: Mapping[str, str]) -> str:
    """Give controls for a recording instead of a picture; it loads when a person starts it."""
    kind = kinds.get(image[1], "").partition("/")[0]
    if kind not in ("video", "audio"):
        return image[0]
    alt = ALT.search(image[0])
    title = alt[1] if alt else ""
    address = f"media/{image[1]}"
    return (
        f'<{kind} controls preload="none" src="{address}" aria-label="{title}">'
        f'<a href="{address}">{title}</a></{kind}>'
    )


def _attachment(link: re.Match[str], files: Mapping[str, Stored]) -> str:
    """Give a link to a file its stored address; of one that does not exist the words stay."""
    file = files.get(unescape(link[1]))
    return f'<a href="media/{file.digest}"{link[2]}>{link[3]}</a>' if file else link[3]
