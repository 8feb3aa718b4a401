"""Pages of officers about objections: the list, and the answer to one."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

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
from plugins.courses.permissions import ANSWER
from plugins.courses.queries.desk import objection_line, objection_lines
from plugins.courses.services.objecting import answer as answer_objection

blueprint = plugin_blueprint(
    "courses_objections", "plugins.courses", url_prefix="/pelatihan/keberatan"
)


@blueprint.get("/")
@permission(ANSWER)
def objections() -> ResponseReturnValue:
    """List objections, open ones first."""
    number = page_number()
    lines, total = objection_lines(session(), number=number, size=PAGE_SIZE)
    paging = Paging(items=lines, total=total, number=number)
    return page("courses/objections.html", paging=paging)


@blueprint.route("/<public_id>", methods=["GET", "POST"])
@permission(ANSWER)
def answer(public_id: str) -> ResponseReturnValue:
    """Answer an objection: keep the assignment or take it back."""
    line = require(objection_line(session(), public_id))
    form = AnswerForm(request.form)
    form.label_words(_("Jawaban yang dibaca pegawai"), _("Tulis jawabannya dulu."))
    form.label_decision()
    if request.method == "POST" and form.validate():
        answer_objection(
            session(),
            viewer().person_id,
            public_id,
            form.words.data or "",
            take_back=form.decision.data == "withdraw",
        )
        notify(_("Jawaban sudah tersimpan."))
        return redirect_to("courses_objections.objections")
    status = 422 if form.errors else 200
    return page("courses/answer.html", line=line, form=form, status=status)
