"""What every template may use: icons, pills, back links, pagers, form fields."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Flask, g, get_flashed_messages, request, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from lms.core.settings import get_setting
from lms.web.context import reading, site, viewer_or_none
from lms.web.formatting import STATE_ICONS, state_word, zone_name
from lms.web.icons import ICONS
from lms.web.pages import Paging
from lms.web.translation import LANGUAGES, language


@cache
def icon(name: str) -> Markup:
    """Draw a line icon, hidden from screen readers: it always stands beside a word."""
    return Markup('<svg class="ico" viewBox="0 0 24 24" aria-hidden="true">{}</svg>').format(
        Markup(ICONS[name])
    )


def state_pill(state: str) -> Markup:
    """Draw the pill of a gap state: colour, shape and word."""
    return Markup('<span class="state is-{}">{}{}</span>').format(
        state, icon(STATE_ICONS[state]), state_word(state)
    )


def back(url: str, text: str) -> Markup:
    """Draw the link one step up."""
    return Markup('<a class="back" href="{}">{}{}</a>').format(url, icon("left"), text)


def csrf() -> Markup:
    """Draw the hidden token that every form carries."""
    # The token that came with this request was found valid: it serves the next form as well.
    sent = request.form.get("csrf_token") if g.get("csrf_valid") else None
    token = sent or generate_csrf()
    # A signed token holds letters, digits, dots, dashes and underscores only.
    return Markup(f'<input type="hidden" name="csrf_token" value="{token}">')


def page_url(number: int, endpoint: str, **values: Any) -> str:
    """Give the address of a page of a list, keeping its filters."""
    kept = {key: value for key, value in values.items() if value not in ("", None)}
    if number > 1:
        kept["page"] = number
    return url_for(endpoint, **kept)


def help_line() -> dict[str, str]:
    """Give the help number and hours that stand on every page."""
    phone = str(get_setting(reading(), "core.help_phone"))
    digits = "".join(c for c in phone if c.isdigit())
    international = f"62{digits[1:]}" if digits.startswith("0") else digits
    return {
        "phone": phone,
        "tel": f"+{international}" if digits else "",
        "hours": str(get_setting(reading(), "core.help_hours")),
        "zone": zone_name(site().zone),
    }


def install(app: Flask) -> None:
    """Make all of it known to templates."""
    app.jinja_env.globals.update(
        icon=icon,
        state_pill=state_pill,
        back=back,
        csrf=csrf,
        page_url=page_url,
        help_line=help_line,
        languages=LANGUAGES,
        Paging=Paging,
        messages=lambda: get_flashed_messages(with_categories=True),
        site=site,
        viewer=viewer_or_none,
        here=lambda: request.script_root + request.full_path.rstrip("?"),
        html_language=language,
    )
