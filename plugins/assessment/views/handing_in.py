"""Overview, hand-in, receipt."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms import now
from lms.web import page, redirect_to, session, signed_in, viewer, whole_number
from plugins.assessment.queries.overview import overview
from plugins.assessment.services.handing_in import hand_in
from plugins.assessment.views.blueprint import blueprint


@blueprint.get("/<public>/periksa")
@signed_in
def check(public: str) -> ResponseReturnValue:
    """Show all questions at a glance and the button that hands in."""
    found = overview(session(), viewer().person_id, public)
    if found.handed_in_at is not None:
        return redirect_to("assessment.show_receipt", public=public)
    moment = now(session())
    over = found.timing.phase(moment) != "running"
    left = None if over else found.timing.left(moment)
    return page("assessment/check.html", test=found, over=over, left=left, moment=moment)


@blueprint.post("/<public>/kirim")
@signed_in
def hand_in_now(public: str) -> ResponseReturnValue:
    """Hand in once; with more questions open than the person was shown, show them first."""
    person_id = viewer().person_id
    found = overview(session(), person_id, public)
    shown = request.form.get("open", 0, type=whole_number)
    over = found.timing.phase(now(session())) != "running"
    if found.handed_in_at is None and len(found.open) > shown and not over:
        return redirect_to("assessment.check", public=public)
    hand_in(session(), person_id, public)
    return redirect_to("assessment.show_receipt", public=public)


@blueprint.get("/<public>/tanda-terima")
@signed_in
def show_receipt(public: str) -> ResponseReturnValue:
    """Show what was received and when, with the code that proves it."""
    found = overview(session(), viewer().person_id, public)
    if found.handed_in_at is None:
        return redirect_to("assessment.check", public=public)
    return page("assessment/receipt.html", test=found)
