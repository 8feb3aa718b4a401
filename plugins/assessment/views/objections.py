"""Objections: the person's form on an own result, the officer's list and answer."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms import Conflict, Invalid, NotAllowed, NotFound
from lms.web import (
    PAGE_SIZE,
    Paging,
    _,
    notify,
    page,
    page_number,
    permission,
    redirect_to,
    session,
    signed_in,
    viewer,
)
from plugins.assessment.permissions import OBJECTION_ANSWER
from plugins.assessment.queries import objections as reads
from plugins.assessment.services.objections import answer_objection, object_to
from plugins.assessment.views.blueprint import blueprint


@blueprint.app_template_filter("objection_state")
def state_name(state: str) -> str:
    """Give the name of an objection's state in the reader's language."""
    return _(reads.STATES[state])


# -- the person ----------------------------------------------------------------------------------


@blueprint.get("/<public>/hasil/<int:competency>/keberatan")
@signed_in
def objection_form(public: str, competency: int) -> ResponseReturnValue:
    """Ask what is not right, or show the objection and its answer."""
    return _own_page(public, competency)


@blueprint.post("/<public>/hasil/<int:competency>/keberatan")
@signed_in
def object_now(public: str, competency: int) -> ResponseReturnValue:
    """Store the objection once; the same page then shows it."""
    try:
        object_to(session(), viewer().person_id, public, competency, request.form.get("text", ""))
    except Invalid as error:
        return _own_page(public, competency, _(error.message), status=422)
    notify(_("Keberatan Anda tercatat."))
    return redirect_to("assessment.objection_form", public=public, competency=competency)


def _own_page(
    public: str, competency: int, error: str = "", *, status: int = 200
) -> ResponseReturnValue:
    found = reads.subject(session(), viewer().person_id, public, competency)
    template = "said" if found.state else "form"
    return page(
        f"assessment/objections/{template}.html",
        status=status,
        subject=found,
        error=error,
        text=request.form.get("text", ""),
    )


# -- the officer ---------------------------------------------------------------------------------


@blueprint.get("/keberatan")
@permission(OBJECTION_ANSWER)
def objections() -> ResponseReturnValue:
    """List objections, those that wait first."""
    state = request.args.get("keadaan", "")
    if state and state not in reads.STATES:
        raise NotFound("Halaman ini tidak ditemukan.")
    lines, total = reads.objections(session(), state, number=page_number(), size=PAGE_SIZE)
    return page(
        "assessment/objections/list.html",
        paging=Paging(items=lines, total=total, number=page_number()),
        states=reads.STATES,
        state=state,
    )


@blueprint.get("/keberatan/<objection>")
@permission(OBJECTION_ANSWER)
def show_objection(objection: str) -> ResponseReturnValue:
    """Show one objection with its result, and the form for the answer."""
    return _officers_page(objection)


@blueprint.post("/keberatan/<objection>")
@permission(OBJECTION_ANSWER)
def answer_objection_now(objection: str) -> ResponseReturnValue:
    """Accept it, or keep the result, with a reason."""
    decision, reason = request.form.get("decision", ""), request.form.get("reason", "")
    try:
        invited = answer_objection(session(), viewer().person_id, objection, decision, reason)
    except Invalid as error:
        return _officers_page(objection, _(error.message), status=422)
    except (Conflict, NotAllowed) as error:
        notify(_(error.message), "alert")
        return redirect_to("assessment.show_objection", objection=objection)
    if decision == "kept":
        notify(_("Jawaban terkirim. Hasil tetap."))
    elif invited:
        notify(_("Jawaban terkirim. Orang ini diundang ke tes ulang."))
    else:
        notify(_("Jawaban terkirim. Belum ada tes yang dibuka; undangan menyusul."), "unclear")
    return redirect_to("assessment.objections")


def _officers_page(objection: str, error: str = "", *, status: int = 200) -> ResponseReturnValue:
    found = reads.objection(session(), objection)
    return page(
        "assessment/objections/answer.html",
        status=status,
        line=found,
        own=found.person_id == viewer().person_id,
        error=error,
        decision=request.form.get("decision", ""),
        reason=request.form.get("reason", ""),
    )
