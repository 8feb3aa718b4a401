"""Pages of officers about assignments: counts, people in a course, people without one, undo."""

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
from plugins.courses.forms import WordsForm
from plugins.courses.permissions import ASSIGN, READ
from plugins.courses.queries.desk import (
    course_lines,
    enrolment_line,
    enrolment_lines,
    totals,
)
from plugins.courses.queries.learner import plain_course_page
from plugins.courses.queries.waiting import (
    count_unexplained,
    count_without_course,
    list_unexplained,
    list_without_course,
)
from plugins.courses.services.objecting import take_back

blueprint = plugin_blueprint(
    "courses_assignments", "plugins.courses", url_prefix="/pelatihan/penugasan"
)
STATES = ("assigned", "started", "completed", "withdrawn")


@blueprint.get("/")
@permission(READ)
def overview() -> ResponseReturnValue:
    """Show how many people are assigned, studying, done, and without a course."""
    number = page_number()
    lines, total = course_lines(session(), "", number=number, size=PAGE_SIZE)
    people, gaps = count_without_course(session())
    return page(
        "courses/assignments.html",
        paging=Paging(items=lines, total=total, number=number),
        totals=totals(session()),
        people=people,
        gaps=gaps,
    )


@blueprint.get("/tanpa-pelatihan")
@permission(ASSIGN)
def without_course() -> ResponseReturnValue:
    """List gaps without a course, each with the reason that the person reads.

    The other list, of gaps for which nothing is planned and nothing is said, should be empty.
    """
    search = request.args.get("q", "").strip()[:80]
    unexplained, number = request.args.get("lihat") == "tanpa-alasan", page_number()
    find = list_unexplained if unexplained else list_without_course
    lines, total = find(session(), search, number=number, size=PAGE_SIZE)
    return page(
        "courses/without_course.html",
        paging=Paging(items=lines, total=total, number=number),
        search=search,
        unexplained=unexplained,
        forgotten=count_unexplained(session()),
        explained=count_without_course(session())[0],
    )


@blueprint.get("/pelatihan/<slug>")
@permission(ASSIGN)
def people(slug: str) -> ResponseReturnValue:
    """List the people in a course."""
    search = request.args.get("q", "").strip()[:80]
    state = request.args.get("keadaan", "")
    number = page_number()
    lines, total = enrolment_lines(
        session(),
        slug,
        state if state in STATES else "",
        search,
        number=number,
        size=PAGE_SIZE,
    )
    return page(
        "courses/people.html",
        course=require(plain_course_page(session(), slug)),
        paging=Paging(items=lines, total=total, number=number),
        search=search,
        state=state,
    )


@blueprint.route("/<public_id>/batalkan", methods=["GET", "POST"])
@permission(ASSIGN)
def undo(public_id: str) -> ResponseReturnValue:
    """Take an assignment back, with a reason that the person reads."""
    line = require(enrolment_line(session(), public_id))
    form = WordsForm(request.form)
    form.label_words(_("Alasan yang dibaca pegawai"), _("Tulis alasannya dulu."))
    if request.method == "POST" and form.validate():
        take_back(session(), viewer().person_id, public_id, form.words.data or "")
        notify(_("Penugasan sudah dibatalkan."))
        return redirect_to("courses_assignments.people", slug=line.slug)
    status = 422 if form.errors else 200
    return page("courses/undo.html", line=line, form=form, status=status)
