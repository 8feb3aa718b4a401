"""Pages of studying: one step at a time, the end of a course, leaving it, objecting to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms import get_setting
from lms.web import (
    _,
    notify,
    page,
    plugin_blueprint,
    reading,
    redirect_to,
    require,
    session,
    signed_in,
    site,
    viewer,
)
from plugins.courses.domain.progress import Place, continue_at, left_out, neighbours, places
from plugins.courses.forms import WordsForm
from plugins.courses.queries.catalogue import taught_by
from plugins.courses.queries.learner import CoursePage, enrolment_page
from plugins.courses.queries.outline import (
    Outline,
    course_outline,
    done_places,
    last_done,
    module_steps,
    step_html,
)
from plugins.courses.services.enrolling import begin, own_enrolment, withdraw
from plugins.courses.services.objecting import object_to, promised_day
from plugins.courses.services.rendering import ACTIVITY
from plugins.courses.services.studying import complete_step
from plugins.courses.settings import OFFLINE
from plugins.courses.views.activities import Answered, activity_blocks, with_activities
from plugins.courses.views.media import with_pictures
from plugins.courses.views.opened import opened_at, opened_token

blueprint = plugin_blueprint("courses_study", "plugins.courses", url_prefix="/pelatihan/belajar")
FIRST = Place(module=1, step=1)


def _own(public_id: str) -> CoursePage:
    return require(enrolment_page(reading(), viewer().person_id, public_id))


def _to_step(public_id: str, place: Place) -> ResponseReturnValue:
    return redirect_to(
        "courses_study.step", public_id=public_id, module=place.module, number=place.step
    )


@blueprint.get("/<public_id>")
@signed_in
def resume(public_id: str) -> ResponseReturnValue:
    """Lead to where the person stopped: the step after the one done last."""
    course = _own(public_id)
    if course.state == "withdrawn":
        return redirect_to("courses.course", slug=course.slug)
    counts = course_outline(session(), course.course_version_id).counts
    enrolment_id = course.enrolment_id or 0
    done = done_places(session(), enrolment_id)
    place = continue_at(counts, done, last_done(session(), enrolment_id))
    # Only a move to a shorter version leaves all done in a course that is not completed.
    at_end = places(counts)[-1] if course.state == "started" else FIRST
    return _to_step(public_id, place or at_end)


@blueprint.post("/<public_id>/mulai")
@signed_in
def start(public_id: str) -> ResponseReturnValue:
    """Begin a course."""
    begin(session(), own_enrolment(session(), viewer().person_id, public_id))
    return redirect_to("courses_study.resume", public_id=public_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRequest:
    """Which step of whose course is asked for, with the activity that came back, if one did."""

    public_id: str
    module: int
    number: int
    answered: Answered | None = None

    @property
    def place(self) -> Place:
        """Give the place."""
        return Place(module=self.module, step=self.number)


@blueprint.get("/<public_id>/<int:module>/<int:number>")
@signed_in
def step(public_id: str, module: int, number: int) -> ResponseReturnValue:
    """Show one step of a module."""
    return step_page(StepRequest(public_id=public_id, module=module, number=number))


def step_page(asked: StepRequest) -> ResponseReturnValue:
    """Show one step, with what was said to an answer; nothing is stored."""
    course = _own(asked.public_id)
    if course.state == "withdrawn":
        return redirect_to("courses.course", slug=course.slug)
    outline = course_outline(reading(), course.course_version_id)
    place = _place(outline, asked.module, asked.number)
    done = done_places(reading(), course.enrolment_id or 0)
    html = step_html(reading(), outline.module_at(place).module_id, place.step)
    opened = opened_token(asked.public_id, place, request.form.get("opened", ""))
    blocks = _blocks(asked, html, opened)
    return page(
        "courses/step.html",
        course=course,
        done=done,
        opened=opened,
        left=outline.minutes_left(done),
        missing=left_out(outline.counts, done, place),
        last_open=all(other in done for other in places(outline.counts) if other != place),
        offline=get_setting(reading(), OFFLINE),
        practice=bool(blocks),
        **step_values(outline, place, with_activities(html, blocks)),
    )


def step_blocks(asked: StepRequest) -> dict[int, Markup]:
    """Give the activities of a step by number."""
    course = _own(asked.public_id)
    outline = course_outline(reading(), course.course_version_id)
    place = _place(outline, asked.module, asked.number)
    html = step_html(reading(), outline.module_at(place).module_id, place.step)
    opened = opened_token(asked.public_id, place, request.form.get("opened", ""))
    return _blocks(asked, html, opened)


def _blocks(asked: StepRequest, html: str, opened: str) -> dict[int, Markup]:
    def check(number: int) -> str:
        return url_for(
            "courses_practice.check",
            public_id=asked.public_id,
            module=asked.module,
            number=asked.number,
            which=number,
        )

    return activity_blocks([html], check, asked.answered, opened=opened)


def _place(outline: Outline, module: int, number: int) -> Place:
    place = Place(module=module, step=number)
    return require(place if place in places(outline.counts) else None)


def step_values(outline: Outline, place: Place, html: str | None = None) -> dict[str, Any]:
    """Give what the page of a step shows, for a learner as for a preview.

    Without `html` the kept one is read, and its activities have nothing to press.
    """
    module = outline.module_at(place)
    before, after = neighbours(outline.counts, place)
    if html is None:
        kept = step_html(reading(), module.module_id, place.step)
        html = with_activities(kept, activity_blocks([kept]))
    return {
        "outline": outline,
        "module": module,
        "place": place,
        "title": outline.title_at(place),
        "html": with_pictures(html),
        "before": before,
        "after": after,
        "teaches": taught_by(reading(), [outline.course_version_id]).get(
            outline.course_version_id, []
        )
        if place.step == 1
        else [],
    }


@blueprint.post("/<public_id>/<int:module>/<int:number>")
@signed_in
def complete(public_id: str, module: int, number: int) -> ResponseReturnValue:
    """Record a step as done, with the time that its page was open, and lead on."""
    here = Place(module=module, step=number)
    opened = opened_at(public_id, here, request.form.get("opened", ""))
    onward = complete_step(session(), viewer().person_id, public_id, here, opened)
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
    rows = module_steps(session(), found.module_id)
    teaches = taught_by(session(), [course.course_version_id]).get(course.course_version_id, [])
    return page(
        "courses/print.html",
        course=course,
        module=found,
        steps=_printed(rows),
        teaches=teaches,
        offline=get_setting(session(), OFFLINE),
    )


def _printed(rows: list[tuple[str, str]]) -> list[tuple[str, Markup]]:
    """Give the steps with activities that have nothing to press, and pictures that load at once."""
    blocks = activity_blocks([html for _, html in rows])
    printed, first = [], 1
    for title, html in rows:
        lower = html.replace("<h2", "<h3").replace("</h2>", "</h3>")
        filled = with_activities(lower, blocks, first)
        first += len(ACTIVITY.findall(html))
        printed.append((title, with_pictures(filled, lazy=False)))
    return printed


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
        notify(_("Alasan Anda sudah kami terima. Atasan atau petugas akan menjawab."))
        return redirect_to("courses.mine")
    status = 422 if form.errors else 200
    return page(
        "courses/objection.html",
        course=_own(public_id),
        form=form,
        due=promised_day(session()),
        status=status,
    )
