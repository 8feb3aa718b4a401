"""Pages that use a rule, show how far that is, and undo it."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms import Conflict, Invalid, awaited
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
    viewer,
)
from plugins.courses.forms import WordsForm
from plugins.courses.permissions import RULE
from plugins.courses.queries.rules.listing import effect_lines, outcome
from plugins.courses.queries.rules.preview import count_matches
from plugins.courses.services.rules.asking import start_run, start_undo, work_key
from plugins.courses.services.rules.keeping import aim_of
from plugins.courses.views.rules.blueprint import blueprint, found_rule, found_run, sentence


@blueprint.get("/<public_id>/tugaskan")
@permission(RULE)
def ask_apply(public_id: str) -> ResponseReturnValue:
    """Say in numbers what using a rule does."""
    return _confirm(public_id)


@blueprint.post("/<public_id>/tugaskan")
@permission(RULE)
def apply_now(public_id: str) -> ResponseReturnValue:
    """Have the course assigned to the people who were counted."""
    seen = request.form.get("seen", type=int)
    try:
        run = start_run(session(), viewer().person_id, public_id, -1 if seen is None else seen)
    except (Conflict, Invalid) as error:
        return _confirm(public_id, error.message)
    return redirect_to("courses_rules.run", public_id=run)


def _confirm(public_id: str, error: str = "") -> ResponseReturnValue:
    line = found_rule(public_id)
    return page(
        "courses/rules/apply.html",
        status=409 if error else 200,
        line=line,
        explained=sentence(line),
        counts=count_matches(session(), aim_of(line)),
        error=_(error) if error else "",
    )


@blueprint.get("/jalan/<public_id>")
@permission(RULE)
def run(public_id: str) -> ResponseReturnValue:
    """Show how far a use of a rule is, who got the course, and what has become of it."""
    line, number = found_run(public_id), page_number()
    people, total = effect_lines(session(), line.run_id, number=number, size=PAGE_SIZE)
    return page(
        "courses/rules/run.html",
        fragment="courses/rules/_run.html",
        line=line,
        explained=sentence(line),
        progress=awaited(session(), work_key(public_id)),
        outcome=outcome(session(), line.run_id),
        paging=Paging(items=people, total=total, number=number),
    )


@blueprint.route("/jalan/<public_id>/batalkan", methods=["GET", "POST"])
@permission(RULE)
def undo(public_id: str) -> ResponseReturnValue:
    """Take back what a use of a rule assigned, with a reason that the people read."""
    line, form = found_run(public_id), WordsForm(request.form)
    form.label_words(_("Alasan yang dibaca pegawai"), _("Tulis alasannya dulu."))
    if request.method == "POST" and form.validate():
        start_undo(session(), viewer().person_id, public_id, form.words.data or "")
        notify(_("Penugasan sedang dibatalkan."))
        return redirect_to("courses_rules.run", public_id=public_id)
    return page(
        "courses/rules/undo.html",
        status=422 if form.errors else 200,
        line=line,
        form=form,
        outcome=outcome(session(), line.run_id),
    )
