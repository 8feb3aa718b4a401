"""Pages about objections: the list and the answer, for officers and for supervisors."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms import acts_for
from lms.web import (
    PAGE_SIZE,
    Paging,
    _,
    notify,
    page,
    page_number,
    permission,
    plugin_blueprint,
    redirect_to,
    require,
    session,
    viewer,
)
from plugins.courses.forms import AnswerForm
from plugins.courses.permissions import ANSWER, ANSWER_TEAM
from plugins.courses.queries.desk import objection_line, objection_lines
from plugins.courses.services.objecting import answer as answer_objection
from plugins.courses.services.objecting import answer_as_supervisor

blueprint = plugin_blueprint(
    "courses_objections", "plugins.courses", url_prefix="/pelatihan/keberatan"
)
team_blueprint = plugin_blueprint(
    "courses_team_objections", "plugins.courses", url_prefix="/pelatihan/keberatan-tim"
)


@blueprint.get("/")
@permission(ANSWER)
def objections() -> ResponseReturnValue:
    """List objections, open ones first and those over their day on top."""
    return _list(None)


@team_blueprint.get("/", endpoint="objections")
@permission(ANSWER_TEAM)
def team_objections() -> ResponseReturnValue:
    """List the objections of my people, or of those whom I stand in for."""
    return _list(_team())


def _team() -> frozenset[int]:
    return acts_for(session(), viewer().person_id)


def _list(team: frozenset[int] | None) -> ResponseReturnValue:
    number = page_number()
    lines, total = objection_lines(session(), number=number, size=PAGE_SIZE, team=team)
    paging = Paging(items=lines, total=total, number=number)
    return page("courses/objections.html", paging=paging, pages=_pages(team))


def _pages(team: frozenset[int] | None) -> str:
    return blueprint.name if team is None else team_blueprint.name


@blueprint.route("/<public_id>", methods=["GET", "POST"])
@permission(ANSWER)
def answer(public_id: str) -> ResponseReturnValue:
    """Answer an objection: keep the assignment or take it back."""
    return _answer(public_id, None)


@team_blueprint.route("/<public_id>", methods=["GET", "POST"], endpoint="answer")
@permission(ANSWER_TEAM)
def team_answer(public_id: str) -> ResponseReturnValue:
    """Answer an objection of one of my people."""
    return _answer(public_id, _team())


def _answer(public_id: str, team: frozenset[int] | None) -> ResponseReturnValue:
    line = require(objection_line(session(), public_id, team))
    form = AnswerForm(request.form)
    form.label_words(_("Jawaban yang dibaca pegawai"), _("Tulis jawabannya dulu."))
    form.label_decision()
    if request.method == "POST" and form.validate():
        decide = answer_objection if team is None else answer_as_supervisor
        decide(
            session(),
            viewer().person_id,
            public_id,
            form.words.data or "",
            take_back=form.decision.data == "withdraw",
        )
        notify(_("Jawaban sudah tersimpan."))
        return redirect_to(f"{_pages(team)}.objections")
    status = 422 if form.errors else 200
    return page("courses/answer.html", line=line, form=form, pages=_pages(team), status=status)
