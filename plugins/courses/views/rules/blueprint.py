"""The blueprint of the rules' pages, and what they share."""

from __future__ import annotations

from lms.web import _, plugin_blueprint, require, session
from plugins.courses.domain.rules import explain, from_data
from plugins.courses.queries.rules.listing import RuleLine, RunLine, find_rule, find_run
from plugins.courses.queries.rules.matching import names_of

blueprint = plugin_blueprint("courses_rules", "plugins.courses", url_prefix="/pelatihan/aturan")

STANDINGS = {  # i18n
    "new": "Akan ditugaskan",
    "enrolled": "Sudah terdaftar",
    "done": "Sudah selesai tahun ini",
    "taken_back": "Pernah dibatalkan petugas",
}
RUN_STATES = {  # i18n
    "waiting": "Menunggu giliran",
    "running": "Sedang ditugaskan",
    "applied": "Sudah ditugaskan",
    "undoing": "Sedang dibatalkan",
    "undone": "Sudah dibatalkan",
}


@blueprint.app_template_filter("rule_standing")
def standing_word(standing: str) -> str:
    """Give the words for how a person stands to a rule, in the reader's language."""
    return _(STANDINGS[standing])


@blueprint.app_template_filter("run_state")
def run_word(state: str) -> str:
    """Give the words for the state of a run, in the reader's language."""
    return _(RUN_STATES[state])


def found_rule(public_id: str) -> RuleLine:
    """Give a rule, or raise NotFound."""
    return require(find_rule(session(), public_id))


def found_run(public_id: str) -> RunLine:
    """Give a use of a rule, or raise NotFound."""
    return require(find_run(session(), public_id))


def sentence(line: RuleLine | RunLine) -> str:
    """Say whom a rule means."""
    return explain(from_data(line.condition), names_of(session()))
