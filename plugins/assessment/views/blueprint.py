"""The blueprint that all pages share, and the words they show."""

from __future__ import annotations

from lms import NotFound
from lms.web import _, plugin_blueprint
from plugins.assessment.domain import TITLES, Purpose

blueprint = plugin_blueprint("assessment", "plugins.assessment", url_prefix="/tes")

KINDS: dict[str, Purpose] = {"awal": "pre", "ulang": "retest", "tambahan": "extra"}
"""The words in addresses for the purposes of a test."""
STATES = {"draft": "Belum dibuka", "open": "Dibuka", "closed": "Ditutup"}  # i18n


def purpose_of(kind: str) -> Purpose:
    """Give the purpose for a word in an address; raises NotFound for any other word."""
    if kind not in KINDS:
        raise NotFound("Tes ini tidak ditemukan.")
    return KINDS[kind]


@blueprint.app_template_filter("assessment_title")
def title(purpose: str) -> str:
    """Give the name of a kind of test in the reader's language."""
    return _(TITLES[purpose])


@blueprint.app_template_filter("assessment_kind")
def kind(purpose: str) -> str:
    """Give the word in addresses for a purpose, for templates."""
    return next(kind for kind, known in KINDS.items() if known == purpose)


@blueprint.app_template_filter("assessment_state")
def state(name: str) -> str:
    """Give the word for an instrument's state in the reader's language."""
    return _(STATES[name])
