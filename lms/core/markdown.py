"""Author Markdown to safe HTML: an allow-list, no scripts, no frames, no forms, no htmx."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import markdown
import nh3

TAGS = {
    "a", "blockquote", "br", "code", "dd", "del", "dl", "dt", "em", "h2", "h3", "h4", "hr",
    "img", "li", "ol", "p", "pre", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead",
    "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
}
SCHEMES = {"https", "mailto", "tel"}


def render_markdown(
    source: str, media: Callable[[str], str | None], extensions: Sequence[Any] = ()
) -> str:
    """Turn Markdown into clean HTML.

    `media(name)` gives the address of an author's own image, or None for one that does not
    exist; images from elsewhere are dropped. Links keep only https, mailto and tel. The heading
    level 1 belongs to the page, so the author's first level becomes `h2`.
    """
    html = markdown.markdown(
        source, extensions=["tables", "sane_lists", "attr_list", *extensions], output_format="html"
    )

    def keep(tag: str, attribute: str, value: str) -> str | None:
        return media(value) if (tag, attribute) == ("img", "src") else value

    return nh3.clean(
        html.replace("<h1", "<h2").replace("</h1>", "</h2>"),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=keep,
        url_schemes=SCHEMES,
        link_rel="noopener",
    )
