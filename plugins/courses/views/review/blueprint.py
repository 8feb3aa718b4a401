"""The blueprint of the reviewers' pages, and what all of them begin with."""

from __future__ import annotations

from typing import Any

from lms.web import _, plugin_blueprint, require, session
from plugins.courses.forms import WordsForm
from plugins.courses.models import Draft
from plugins.courses.queries.authoring import DraftPage, draft_page
from plugins.courses.services.authoring.drafts import find_draft

blueprint = plugin_blueprint("courses_review", "plugins.courses", url_prefix="/pelatihan/periksa")


def reviewed(slug: str) -> tuple[DraftPage, Draft]:
    """Give the draft of an address, to show and to ask; raises NotFound."""
    return require(draft_page(session(), slug)), find_draft(session(), slug)[1]


def remark_form(values: Any = None) -> WordsForm:
    """Give the form for a remark, with what was typed."""
    form = WordsForm(values)
    form.label_words(_("Catatan untuk penulis"), _("Tulis catatannya dulu."))
    return form
