"""The sign of life between a test's page and the server, and what comes before every such page."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from lms import now
from lms.web import _, ngettext, reading, signed_in, site, viewer
from plugins.assessment.presence import ensure_sign, note_seen
from plugins.assessment.queries.signs import Sign, sign
from plugins.assessment.services.answers import CLOSED
from plugins.assessment.views.blueprint import blueprint
from plugins.assessment.views.devices import is_elsewhere

OF_A_TEST = frozenset(
    f"assessment.{name}"
    for name in (
        *("start_now", "start_in_session", "resume", "show_question", "answer", "go_on_here"),
        *("check", "hand_in_now", "give_sign"),
    )
)
"""The pages where time counts."""


@blueprint.before_request
def _ensure_sign() -> None:
    """Know of an outage before anything is judged by the clock; nearly always without work."""
    if request.endpoint in OF_A_TEST:
        ensure_sign(site())


@blueprint.post("/<public>/denyut")
@signed_in
def give_sign(public: str) -> ResponseReturnValue:
    """Tell a page how many seconds are left, and note that it is there."""
    found = sign(reading(), viewer().person_id, public)
    if found.handed_in_at is not None:
        url = url_for("assessment.show_receipt", public=public)
        return {"error": _(CLOSED), "code": "handed-in", "url": url, "left": 0}, 409
    note_seen(site(), found.attempt_id)
    return {"left": found.timing.left(now(reading())), "notice": _notice(found)}


def _notice(found: Sign) -> str:
    """Say what changed while the page was open; empty when nothing did."""
    if is_elsewhere(found.device):
        return _("Tes ini terbuka di perangkat lain")
    if found.timing.deadline is None or found.given <= 0:
        return ""
    if found.given < 60:
        return ngettext(
            "Waktu Anda ditambah %(num)s detik.", "Waktu Anda ditambah %(num)s detik.", found.given
        )
    minutes = -(-found.given // 60)
    return ngettext(
        "Waktu Anda ditambah %(num)s menit.", "Waktu Anda ditambah %(num)s menit.", minutes
    )
