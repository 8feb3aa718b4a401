"""Pages of trainers and officers: the list of courses, a course, its preview, its state."""

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
from plugins.courses.domain.progress import Place, places
from plugins.courses.permissions import READ, WRITE
from plugins.courses.queries.catalogue import TaughtLine, taught_by
from plugins.courses.queries.desk import course_lines, course_totals
from plugins.courses.queries.learner import CoursePage, plain_course_page
from plugins.courses.queries.outline import course_outline
from plugins.courses.queries.waiting import count_waiting_for
from plugins.courses.services.publishing import archive, publish
from plugins.courses.views.study import step_values

blueprint = plugin_blueprint("courses_desk", "plugins.courses", url_prefix="/pelatihan/kelola")


def _course(slug: str) -> CoursePage:
    return require(plain_course_page(session(), slug))


def _teaches(course: CoursePage) -> list[TaughtLine]:
    return taught_by(session(), [course.course_version_id]).get(course.course_version_id, [])


@blueprint.get("/")
@permission(READ)
def courses() -> ResponseReturnValue:
    """List all courses with their state, version and how many people are in them."""
    search = request.args.get("q", "").strip()[:80]
    number = page_number()
    lines, total = course_lines(session(), search, number=number, size=PAGE_SIZE)
    paging = Paging(items=lines, total=total, number=number)
    return page("courses/desk_courses.html", paging=paging, search=search)


@blueprint.get("/<slug>")
@permission(READ)
def course(slug: str) -> ResponseReturnValue:
    """Show a course as it is now: contents, what it teaches, how many people are in it."""
    found = _course(slug)
    return page(
        "courses/desk_course.html",
        course=found,
        outline=course_outline(session(), found.course_version_id),
        teaches=_teaches(found),
        counts=course_totals(session(), found.course_id),
    )


@blueprint.get("/<slug>/pratinjau/<int:module>/<int:number>")
@permission(READ)
def preview(slug: str, module: int, number: int) -> ResponseReturnValue:
    """Show a step as a learner sees it, without recording anything."""
    found = _course(slug)
    outline = course_outline(session(), found.course_version_id)
    place = Place(module=module, step=number)
    require(place if place in places(outline.counts) else None)
    return page(
        "courses/step.html", course=found, done=set(), preview=True, **step_values(outline, place)
    )


@blueprint.get("/<slug>/terbitkan")
@permission(WRITE)
def ask_publish(slug: str) -> ResponseReturnValue:
    """Say what publishing will do, in numbers."""
    found = _course(slug)
    taught = _teaches(found)
    waiting = count_waiting_for(session(), [line.competency_id for line in taught])
    return page("courses/publish.html", course=found, teaches=taught, waiting=waiting)


@blueprint.post("/<slug>/terbitkan")
@permission(WRITE)
def publish_now(slug: str) -> ResponseReturnValue:
    """Publish a course."""
    publish(session(), viewer().person_id, slug)
    notify(_("Pelatihan ini sekarang ada di katalog."))
    return redirect_to("courses_desk.course", slug=slug)


@blueprint.get("/<slug>/arsipkan")
@permission(WRITE)
def ask_archive(slug: str) -> ResponseReturnValue:
    """Say what archiving will do, in numbers."""
    found = _course(slug)
    counts = course_totals(session(), found.course_id)
    return page("courses/archive.html", course=found, counts=counts)


@blueprint.post("/<slug>/arsipkan")
@permission(WRITE)
def archive_now(slug: str) -> ResponseReturnValue:
    """Archive a course."""
    archive(session(), viewer().person_id, slug)
    notify(_("Pelatihan ini sudah diarsipkan. Peserta yang ada tetap bisa menyelesaikannya."))
    return redirect_to("courses_desk.course", slug=slug)
