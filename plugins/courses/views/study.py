"""Pages of studying: one step at a time, the end of a course, leaving it, objecting to it."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from lms.web import (
    _,
    notify,
    page,
    plugin_blueprint,
    redirect_to,
    require,
    session,
    signed_in,
    site,
    viewer,
)
from plugins.courses.domain.progress import Place, first_open, neighbours, places
from plugins.courses.forms import WordsForm
from plugins.courses.queries.learner import CoursePage, enrolment_page
from plugins.courses.queries.outline import (
    Outline,
    course_outline,
    done_places,
    module_steps,
    step_html,
)
from plugins.courses.services.enrolling import begin, own_enrolment, withdraw
from plugins.courses.services.objecting import object_to
from plugins.courses.services.studying import complete_step
from plugins.courses.views.media import with_pictures

blueprint = plugin_blueprint("courses_study", "plugins.courses", url_prefix="/pelatihan/belajar")
FIRST = Place(module=1, step=1)


def _own(public_id: str) -> CoursePage:
    return require(enrolment_page(session(), viewer().person_id, public_id))


def _to_step(public_id: str, place: Place) -> ResponseReturnValue:
    return redirect_to(
        "courses_study.step", public_id=public_id, module=place.module, number=place.step
    )


@blueprint.get("/<public_id>")
@signed_in
def resume(public_id: str) -> ResponseReturnValue:
    """Lead to the first step that is not done."""
    course = _own(public_id)
    if course.state == "withdrawn":
        return redirect_to("courses.course", slug=course.slug)
    outline = course_outline(session(), course.course_version_id)
    done = done_places(session(), course.enrolment_id or 0)
    return _to_step(public_id, first_open(outline.counts, done) or FIRST)


@blueprint.post("/<public_id>/mulai")
@signed_in
def start(public_id: str) -> ResponseReturnValue:
    """Begin a course."""
    begin(session(), own_enrolment(session(), viewer().person_id, public_id))
    return redirect_to("courses_study.resume", public_id=public_id)


@blueprint.get("/<public_id>/<int:module>/<int:number>")
@signed_in
def step(public_id: str, module: int, number: int) -> ResponseReturnValue:
    """Show one step of a module."""
    course = _own(public_id)
    if course.state == "withdrawn":
        return redirect_to("courses.course", slug=course.slug)
    outline = course_outline(session(), course.course_version_id)
    done = done_places(session(), course.enrolment_id or 0)
    return page(
        "courses/step.html",
        course=course,
        done=done,
        **step_values(outline, _place(outline, module, number)),
    )


def _place(outline: Outline, module: int, number: int) -> Place:
    place = Place(module=module, step=number)
    return require(place if place in places(outline.counts) else None)


def step_values(outline: Outline, place: Place) -> dict[str, Any]:
    """Give what the page of a step shows, for a learner as for a preview."""
    module = outline.module_at(place)
    before, after = neighbours(outline.counts, place)
    return {
        "outline": outline,
        "module": module,
        "place": place,
        "title": outline.title_at(place),
        "html": with_pictures(step_html(session(), module.module_id, place.step)),
        "before": before,
        "after": after,
    }


@blueprint.post("/<public_id>/<int:module>/<int:number>")
@signed_in
def complete(public_id: str, module: int, number: int) -> ResponseReturnValue:
    """Record a step as done and lead on."""
    here = Place(module=module, step=number)
    onward = complete_step(session(), viewer().person_id, public_id, here)
    if onward.place is None:
        return redirect_to("courses_study.finished", public_id=public_id)
    if onward.left_out:
        notify(_("Masih ada langkah yang belum dibaca. Ini yang pertama."), "unclear")
    return _to_step(public_id, onward.place)


@blueprint.get("/<public_id>/<int:module>/cetak")
@signed_in
def print_module(public_id: str, module: int) -> ResponseReturnValue:
    """Show a whole module on one page, to print or to read at once."""
    course = _own(public_id)
    outline = course_outline(session(), course.course_version_id)
    found = outline.module_at(_place(outline, module, 1))
    steps = [
        (title, with_pictures(html.replace("<h2", "<h3").replace("</h2>", "</h3>")))
        for title, html in module_steps(session(), found.module_id)
    ]
    return page("courses/print.html", course=course, module=found, steps=steps)


@blueprint.get("/<public_id>/selesai")
@signed_in
def finished(public_id: str) -> ResponseReturnValue:
    """Say that the course is done, what it earned and what comes next."""
    course = _own(public_id)
    if course.state != "completed":
        return redirect_to("courses_study.resume", public_id=public_id)
    steps = site().registry.present(
        "lms_next_steps", on_failure=session().rollback, session=session(), viewer=viewer()
    )
    after = sorted(steps, key=lambda step: step.order)
    return page("courses/finished.html", course=course, next=after[0] if after else None)


@blueprint.get("/<public_id>/mundur")
@signed_in
def leave(public_id: str) -> ResponseReturnValue:
    """Ask whether to leave a course that one chose oneself."""
    return page("courses/leave.html", course=_own(public_id))


@blueprint.post("/<public_id>/mundur")
@signed_in
def leave_now(public_id: str) -> ResponseReturnValue:
    """Leave a course that one chose oneself."""
    withdraw(session(), viewer().person_id, public_id)
    notify(_("Pelatihan ini sudah dibatalkan."))
    return redirect_to("courses.mine")


@blueprint.route("/<public_id>/keberatan", methods=["GET", "POST"])
@signed_in
def objection(public_id: str) -> ResponseReturnValue:
    """Object to an assignment, with a reason."""
    form = WordsForm(request.form)
    form.label_words(_("Mengapa pelatihan ini tidak sesuai?"), _("Tulis alasannya dulu."))
    if request.method == "POST" and form.validate():
        object_to(session(), viewer().person_id, public_id, form.words.data or "")
        notify(_("Alasan Anda sudah kami terima. Petugas akan menjawab."))
        return redirect_to("courses.mine")
    status = 422 if form.errors else 200
    return page("courses/objection.html", course=_own(public_id), form=form, status=status)
