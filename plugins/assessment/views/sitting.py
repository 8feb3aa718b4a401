"""The test itself: start, go on, one question a page."""

from __future__ import annotations

import secrets
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from lms import Invalid, now
from lms.web import _, page, reading, redirect_to, session, signed_in, site, viewer
from plugins.assessment.domain import split_stem
from plugins.assessment.domain.types import shown
from plugins.assessment.presence import note_seen
from plugins.assessment.queries.overview import competency_names, overview
from plugins.assessment.queries.sitting import Question, question
from plugins.assessment.services.assistance import Assistance
from plugins.assessment.services.attempts import preview, start
from plugins.assessment.services.types import question_type
from plugins.assessment.views.blueprint import blueprint, purpose_of
from plugins.assessment.views.devices import elsewhere_page, is_elsewhere, new_device, remember


@blueprint.get("/mulai/<code>/<kind>")
@signed_in
def start_page(code: str, kind: str) -> ResponseReturnValue:
    """Say what comes and how long it is; nothing is started by looking."""
    return _start_page(code, kind, Assistance())


def _start_page(
    code: str, kind: str, assistance: Assistance, *, error: str = ""
) -> ResponseReturnValue:
    purpose = purpose_of(kind)
    found = preview(session(), viewer().person_id, code, purpose)
    if found.running is not None:
        return redirect_to("assessment.resume", public=found.running)
    return page(
        "assessment/start.html",
        status=422 if error else 200,
        code=code,
        kind=kind,
        purpose=purpose,
        test=found,
        competencies=competency_names(session(), found.competency_ids),
        assistance=assistance,
        error=_(error) if error else "",
    )


def told_assistance() -> Assistance:
    """Give what the form of a start says of a helper."""
    form = request.form
    return Assistance(helper=form.get("helper", ""), consent=form.get("consent") == "1")


@blueprint.post("/mulai/<code>/<kind>")
@signed_in
def start_now(code: str, kind: str) -> ResponseReturnValue:
    """Draw the questions and go to the first; a second click goes to the same attempt."""
    name, assistance = new_device(), told_assistance()
    try:
        helper = assistance.name
    except Invalid as error:
        return _start_page(code, kind, assistance, error=error.message)
    person_id, purpose = viewer().person_id, purpose_of(kind)
    public = start(session(), person_id, code, purpose, device=name, assisted_by=helper)
    return remember(redirect_to("assessment.resume", public=public), name)


@blueprint.get("/<public>")
@signed_in
def resume(public: str) -> ResponseReturnValue:
    """Go on where the person stopped: the first question without an answer, or the receipt."""
    found = overview(session(), viewer().person_id, public)
    if found.handed_in_at is not None:
        return redirect_to("assessment.show_receipt", public=public)
    over = found.timing.phase(now(session())) != "running"
    if found.mode == "adaptive" and not over:
        return redirect_to("assessment.show_question", public=public, number=found.total)
    if over or (found.answered and not found.open):
        return redirect_to("assessment.check", public=public)
    return redirect_to("assessment.show_question", public=public, number=found.next_open)


@blueprint.get("/<public>/soal/<int:number>")
@signed_in
def show_question(public: str, number: int) -> ResponseReturnValue:
    """Show one question with the stored answer."""
    found = question(reading(), viewer().person_id, public, number)
    if found.sheet.handed_in_at is not None:
        return redirect_to("assessment.show_receipt", public=public)
    if is_elsewhere(found.sheet.device):
        return elsewhere_page(public, number)
    if found.sheet.timing.phase(now(reading())) != "running":
        return redirect_to("assessment.check", public=public)
    note_seen(site(), found.sheet.attempt_id)
    return page("assessment/question.html", **question_values(found))


def heading(found: Question) -> str:
    """Name a question by its place; an adaptive test does not know its length."""
    if found.sheet.mode == "adaptive":
        return _("Soal %(n)s", n=found.number)
    return _("Soal %(n)s dari %(total)s", n=found.number, total=found.sheet.total)


def test_url(public: str) -> str:
    """Give the address of a test, below which its questions lie."""
    return url_for("assessment.resume", public=public)


def question_values(found: Question) -> dict[str, Any]:
    """Give what the templates of a question need; each page gets a key of its own for its posts."""
    kind = question_type(site(), found.kind, found.content)
    moment = now(reading())
    return {
        "question": found,
        "base": test_url(found.sheet.public_id),
        "heading": heading(found),
        "stem": split_stem(found.stem),
        "sheet": found.sheet,
        "kind": kind,
        "content": found.content,
        "shown": shown(kind.response, found.content, found.answer.value),
        "page_device": secrets.token_urlsafe(9),
        "moment": moment,
        "left": found.sheet.timing.left(moment),
    }
