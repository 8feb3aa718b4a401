"""Pages of moving to a newer version of a course: what changes, then the move."""

from __future__ import annotations

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
    viewer,
)
from plugins.courses.queries.learner import CoursePage, enrolment_page
from plugins.courses.services.moving import move, offer_for

blueprint = plugin_blueprint("courses_moving", "plugins.courses", url_prefix="/pelatihan/belajar")


def _own(public_id: str) -> CoursePage:
    return require(enrolment_page(session(), viewer().person_id, public_id))


@blueprint.get("/<public_id>/pindah")
@signed_in
def ask(public_id: str) -> ResponseReturnValue:
    """Say what the newer version changes, in numbers."""
    course = _own(public_id)
    offer = offer_for(session(), course.enrolment_id or 0)
    if offer is None:
        notify(_("Anda sudah memakai versi terbaru."))
        return redirect_to("courses.course", slug=course.slug)
    return page("courses/move.html", course=course, offer=offer)


@blueprint.post("/<public_id>/pindah")
@signed_in
def move_now(public_id: str) -> ResponseReturnValue:
    """Move to the newer version that was shown."""
    version_id = request.form.get("version", 0, type=int)
    offer = move(session(), viewer().person_id, public_id, version_id)
    notify(_("Anda sekarang memakai versi %(n)s.", n=offer.version))
    return redirect_to("courses.course", slug=_own(public_id).slug)
