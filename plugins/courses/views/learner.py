"""Pages of a learner: my courses, the catalogue, a course, learning hours."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms import today
from lms.web import (
    PAGE_SIZE,
    Paging,
    _,
    notify,
    page,
    page_number,
    plugin_blueprint,
    redirect_to,
    require,
    session,
    signed_in,
    site,
    viewer,
    whole_number,
)
from plugins.courses.domain.credits import jp_message
from plugins.courses.domain.progress import module_states
from plugins.courses.models import LIVE
from plugins.courses.queries.catalogue import catalogue as catalogue_lines
from plugins.courses.queries.catalogue import taught_by, taught_competencies
from plugins.courses.queries.classes.lines import classes_of_course
from plugins.courses.queries.hours import credit_lines
from plugins.courses.queries.learner import CoursePage, course_page, my_courses, reasons_of
from plugins.courses.queries.outline import course_outline, done_places
from plugins.courses.queries.ways.coachings import coaching_ids
from plugins.courses.queries.ways.outside import count_own
from plugins.courses.services.enrolling import enrol_by_choice
from plugins.courses.services.moving import offer_for

blueprint = plugin_blueprint("courses", "plugins.courses", url_prefix="/pelatihan")


@blueprint.get("/")
@signed_in
def mine() -> ResponseReturnValue:
    """Show my courses: those under way with their reason, and those completed."""
    courses = my_courses(session(), viewer().person_id)
    return page(
        "courses/mine.html",
        live=[course for course in courses if course.state != "completed"],
        completed=[course for course in courses if course.state == "completed"],
    )


@blueprint.get("/katalog")
@signed_in
def catalogue() -> ResponseReturnValue:
    """Show published courses with a search and a filter by competency."""
    search = request.args.get("q", "").strip()[:80]
    competency = request.args.get("kemampuan", "")[:200]
    number = page_number()
    lines, total = catalogue_lines(
        session(), viewer().person_id, search, competency, number=number, size=PAGE_SIZE
    )
    return page(
        "courses/catalogue.html",
        paging=Paging(items=lines, total=total, number=number),
        search=search,
        competency=competency,
        competencies=taught_competencies(session()),
    )


@blueprint.get("/katalog/<slug>")
@signed_in
def course(slug: str) -> ResponseReturnValue:
    """Show a course: what it is about, why I have it, how far I am."""
    found = require(course_page(session(), viewer().person_id, slug))
    outline = course_outline(session(), found.course_version_id)
    done = done_places(session(), found.enrolment_id) if found.enrolment_id else set()
    assigned = found.enrolment_id is not None and found.origin == "assigned"
    return page(
        "courses/course.html",
        course=found,
        outline=outline,
        states=module_states(outline.counts, done) if found.enrolment_id else [],
        left=outline.minutes_left(done),
        waits=outline.waiting(done),
        offer=offer_for(session(), found.enrolment_id or 0) if found.state in LIVE else None,
        reasons=reasons_of(session(), found.enrolment_id or 0) if assigned else [],
        teaches=taught_by(session(), [found.course_version_id]).get(found.course_version_id, []),
        may_repeat=_may_repeat(found),
        classes=classes_of_course(session(), viewer().person_id, found.course_id),
    )


def _may_repeat(found: CoursePage) -> bool:
    """Tell whether doing a completed course again would count: in another year."""
    if found.completed_at is None or found.course_state != "published":
        return False
    return site().local(found.completed_at).year < today(session()).year


@blueprint.post("/katalog/<slug>/daftar")
@signed_in
def enrol(slug: str) -> ResponseReturnValue:
    """Enrol in a course by choice."""
    enrolment = enrol_by_choice(session(), viewer().person_id, slug)
    if enrolment.state == "assigned":
        notify(_("Anda sudah terdaftar. Boleh mulai kapan saja."))
    return redirect_to("courses.course", slug=slug)


@blueprint.get("/jp")
@signed_in
def hours() -> ResponseReturnValue:
    """Show my learning hours (JP) of a year."""
    day = today(session())
    credits = credit_lines(session(), viewer().person_id)
    year = request.args.get("tahun", day.year, type=whole_number)
    shown = [credit for credit in credits if credit.year == year]
    jp = sum(credit.jp for credit in shown)
    return page(
        "courses/hours.html",
        credits=shown,
        year=year,
        years=sorted({day.year, *(credit.year for credit in credits)}, reverse=True),
        message=jp_message(viewer().employment, jp, year, day),
        coachings=coaching_ids(session(), viewer().person_id),
        waiting=count_own(session(), viewer().person_id).get("submitted", 0),
    )
