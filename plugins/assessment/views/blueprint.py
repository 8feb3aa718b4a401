"""The blueprint that all pages share, and the words they show."""

from __future__ import annotations

from lms import NotFound
from lms.web import _, plugin_blueprint
from plugins.assessment.domain import TITLES, Purpose
from plugins.assessment.domain.stages import MODES, STAGES, may_move

blueprint = plugin_blueprint("assessment", "plugins.assessment", url_prefix="/tes")

KINDS: dict[str, Purpose] = {"awal": "pre", "ulang": "retest", "tambahan": "extra"}
"""The words in addresses for the purposes of a test."""
STATES = {"draft": "Belum dibuka", "open": "Dibuka", "closed": "Ditutup"}  # i18n
MOVE_WORDS = {  # i18n
    "trial": "Mulai uji coba",
    "draft": "Kembalikan ke rancangan",
    "frozen": "Bekukan",
    "retired": "Pensiunkan",
}


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


@blueprint.app_template_filter("assessment_stage")
def stage(name: str) -> str:
    """Give the word for an instrument's stage in the reader's language."""
    return _(STAGES[name])


@blueprint.app_template_filter("assessment_mode")
def mode(name: str) -> str:
    """Give the words for how questions are chosen in the reader's language."""
    return _(MODES[name])


@blueprint.app_template_filter("assessment_moves")
def moves(name: str) -> list[tuple[str, str]]:
    """Give (stage, words of the button) of what an officer may do at a stage."""
    return [(to, _(words)) for to, words in MOVE_WORDS.items() if may_move(name, to)]
