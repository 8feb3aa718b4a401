"""From a step's Markdown to the HTML that is kept beside it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from lms import render_markdown
from plugins.courses.services.media import Picture

RENDERING = 1
"""Raise it when the same Markdown gives other HTML: then kept HTML is made anew."""

TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)


def source_digest(markdown: str) -> str:
    """Give the key of kept HTML: of the source and of the way it was rendered."""
    return hashlib.sha256(f"{RENDERING}\n{markdown}".encode()).hexdigest()


def render_step(
    markdown: str, pictures: Mapping[str, Picture], extensions: Sequence[Any] = ()
) -> str:
    """Give clean HTML of one step; pictures get `media/<digest>` as address.

    The view puts the agency's own path before it. Quotations become notes, and each table gets a
    region that scrolls by itself on a phone; this happens after the cleaning, to our own tags.
    """
    html = render_markdown(
        markdown,
        lambda name: f"media/{pictures[name].digest}" if name in pictures else None,
        extensions,
    )
    html = html.replace("<blockquote>", '<div class="note">').replace("</blockquote>", "</div>")
    numbers = count(1)
    return TABLE.sub(lambda match: _region(match.group(), numbers), html)


def _region(table: str, numbers: Iterator[int]) -> str:
    label = f'class="scroll" tabindex="0" role="region" aria-label="Tabel {next(numbers)}"'
    return f"<div {label}>{table}</div>"
