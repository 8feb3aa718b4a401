"""Pages of nominating many: by search, by unit, or from people who have this course to do."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from lms import Conflict, Invalid
from lms.web import _, notify, page, permission, redirect_to, session, viewer
from plugins.courses.permissions import CLASS_WRITE
from plugins.courses.queries.classes.nominees import (
    MOST_PEOPLE,
    PersonLine,
    people_to_nominate,
    units_to_choose,
)
from plugins.courses.services.classes.held import hold
from plugins.courses.services.classes.seating import Nominated, candidates, nominate, preview
from plugins.courses.views.classes.desk import blueprint, found_class, to_class


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the list of people was asked for."""

    search: str
    unit_id: int | None
    assigned: bool


def _wanted() -> Wanted:
    given = request.args
    return Wanted(
        search=given.get("q", "").strip()[:80],
        unit_id=given.get("unit", type=int),
        assigned=given.get("dari", "pelatihan") == "pelatihan",
    )


@blueprint.get("/<public_id>/usulkan")
@permission(CLASS_WRITE)
def choose(public_id: str) -> ResponseReturnValue:
    """List people who could come, to be ticked."""
    return _choose_page(public_id)


def _choose_page(public_id: str, *, status: int = 200, error: str = "") -> ResponseReturnValue:
    found, wanted = found_class(public_id), _wanted()
    people = people_to_nominate(
        session(),
        found.class_id,
        found.course_id,
        search=wanted.search,
        unit_id=wanted.unit_id,
        assigned=wanted.assigned,
    )
    return page(
        "courses/classes/nominate.html",
        status=status,
        line=found,
        people=people,
        most=MOST_PEOPLE,
        wanted=wanted,
        units=units_to_choose(session()),
        error=error,
    )


@blueprint.post("/<public_id>/usulkan")
@permission(CLASS_WRITE)
def check(public_id: str) -> ResponseReturnValue:
    """Show what the nomination would do, with counts and clashes; nothing is stored yet."""
    people = _ticked(public_id)
    if not people:
        return _choose_page(public_id, status=422, error=_("Pilih pesertanya dulu."))
    try:
        row = hold(session(), public_id)
        found = candidates(session(), row, [person.person_id for person in people])
        counts = preview(session(), viewer().person_id, row, found)
    except (Invalid, Conflict) as error:
        return _choose_page(public_id, status=422, error=_(error.message))
    clashes = {each.person_id: each.clash for each in found if each.clash and not each.live}
    return page(
        "courses/classes/nominate_check.html",
        line=found_class(public_id),
        people=people,
        counts=counts,
        clashing=[
            (person, clashes[person.person_id]) for person in people if person.person_id in clashes
        ],
    )


def _ticked(public_id: str) -> list[PersonLine]:
    """Give the people who were ticked, as they are in the list; those who left are left out."""
    found = found_class(public_id)
    only = request.form.getlist("person")[:MOST_PEOPLE]
    return people_to_nominate(session(), found.class_id, found.course_id, assigned=False, only=only)


@blueprint.post("/<public_id>/usulkan/simpan")
@permission(CLASS_WRITE)
def apply(public_id: str) -> ResponseReturnValue:
    """Nominate the people of the preview."""
    people = [person.person_id for person in _ticked(public_id)]
    try:
        done = nominate(session(), viewer().person_id, public_id, people)
    except (Invalid, Conflict) as error:
        notify(_(error.message), "unclear")
        return redirect_to("courses_class_desk.choose", public_id=public_id)
    _tell(done)
    return to_class(public_id)


def _tell(done: Nominated) -> None:
    said = (
        (done.nominated, _("%(n)s menunggu persetujuan atasan.", n=done.nominated)),
        (done.seated, _("%(n)s mendapat tempat.", n=done.seated)),
        (done.waiting, _("%(n)s masuk daftar tunggu.", n=done.waiting)),
    )
    notify(" ".join(text for count, text in said if count) or _("Tidak ada yang ditambahkan."))
    if done.clashing:
        notify(_("%(n)s tidak diusulkan karena jadwalnya bertabrakan.", n=done.clashing), "unclear")
