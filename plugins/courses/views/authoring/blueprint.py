"""The blueprint of the trainer's pages, and what all of them begin with."""

from __future__ import annotations

from flask import url_for

from lms.web import plugin_blueprint, reading, require
from plugins.courses.queries.authoring import DraftPage, draft_page

blueprint = plugin_blueprint("courses_authoring", "plugins.courses", url_prefix="/pelatihan/tulis")


def own_draft(slug: str) -> DraftPage:
    """Give the draft of an address; raises NotFound."""
    return require(draft_page(reading(), slug))


def editor_address(slug: str, public_id: str) -> str:
    """Give where a module is written."""
    return url_for("courses_authoring.edit", slug=slug, public_id=public_id)
