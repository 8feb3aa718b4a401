"""Pages of a learner: a class, my seat, my classes, my calendar, being there by QR."""

from __future__ import annotations

from flask import Response, request
from flask.typing import ResponseReturnValue

from lms import Conflict, NotAllowed, now
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
from plugins.courses.queries.classes.calendar import calendar_entries
from plugins.courses.queries.classes.lines import (
    ClassLine,
    find_class,
    meeting_lines,
    my_classes,
    trainer_names,
)
from plugins.courses.queries.classes.scanning import scanned_meeting
from plugins.courses.services.classes.attending import grace, scan
from plugins.courses.services.classes.seating import enrol_oneself, give_up
from plugins.courses.views.classes.ics import calendar_file

blueprint = plugin_blueprint("courses_classes", "plugins.courses", url_prefix="/pelatihan/angkatan")
GIVEN = {  # i18n
    "nominated": "Permintaan Anda terkirim. Tunggu persetujuan atasan.",
    "waiting": "Tempat sudah penuh. Anda masuk daftar tunggu.",
    "seated": "Anda mendapat tempat.",
}


def _own(public_id: str) -> ClassLine:
    """Give a class that a learner may see: not one that is only planned."""
    found = require(find_class(session(), public_id, viewer().person_id))
    return require(None if found.state == "planned" and not found.seat else found)


@blueprint.get("/")
@signed_in
def mine() -> ResponseReturnValue:
    """Show my classes and the way to my calendar."""
    found = my_classes(session(), viewer().person_id)
    return page(
        "courses/classes/mine.html",
        live=[line for line in found if line.has_live_seat],
        past=[line for line in found if not line.has_live_seat],
    )


@blueprint.get("/<public_id>")
@signed_in
def show(public_id: str) -> ResponseReturnValue:
    """Show a class: when, where, who teaches, free seats, my own seat."""
    found = _own(public_id)
    return page(
        "courses/classes/class.html",
        line=found,
        meetings=meeting_lines(session(), found.class_id),
        trainers=trainer_names(session(), found.class_id),
    )


@blueprint.post("/<public_id>/daftar")
@signed_in
def enrol(public_id: str) -> ResponseReturnValue:
    """Ask for a seat."""
    _own(public_id)
    try:
        state = enrol_oneself(session(), viewer().person_id, public_id)
        notify(_(GIVEN[state]), "meets" if state == "seated" else "unclear")
    except (Conflict, NotAllowed) as error:
        notify(_(error.message), "unclear")
    return redirect_to("courses_classes.show", public_id=public_id)


@blueprint.route("/<public_id>/mundur", methods=["GET", "POST"])
@signed_in
def leave(public_id: str) -> ResponseReturnValue:
    """Ask before a seat is given up; give it up."""
    found = _own(public_id)
    if request.method == "GET" and found.may_leave:
        return page("courses/classes/leave.html", line=found)
    if request.method == "POST":
        try:
            give_up(session(), viewer().person_id, public_id)
            notify(_("Anda sudah tidak terdaftar di angkatan ini."))
        except Conflict as error:
            notify(_(error.message), "unclear")
    return redirect_to("courses_classes.show", public_id=public_id)


# -- calendar ------------------------------------------------------------------------------------


@blueprint.get("/kalender.ics")
@signed_in
def calendar() -> ResponseReturnValue:
    """Give all my meetings as a calendar file."""
    return _calendar(None, "angkatan.ics")


@blueprint.get("/<public_id>/kalender.ics")
@signed_in
def class_calendar(public_id: str) -> ResponseReturnValue:
    """Give my meetings of one class as a calendar file."""
    return _calendar(require(find_class(session(), public_id)).public_id, "angkatan.ics")


def _calendar(public_id: str | None, name: str) -> Response:
    made = calendar_file(
        calendar_entries(session(), viewer().person_id, public_id=public_id),
        name=_("Pelatihan %(agency)s", agency=site().config.name),
        host=f"{site().slug}.titian",
        zone=site().zone,
        moment=now(session()),
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private"}
    return Response(made, mimetype="text/calendar", headers=headers)


# -- being there ---------------------------------------------------------------------------------


@blueprint.get("/hadir/<code>")
@signed_in
def ask_scan(code: str) -> ResponseReturnValue:
    """Show the meeting of the code in the room, and the button that says: I am here."""
    return _scan_page(code)


@blueprint.post("/hadir/<code>")
@signed_in
def scan_now(code: str) -> ResponseReturnValue:
    """Note that I am here; once more changes nothing."""
    try:
        scan(session(), viewer().person_id, code)
    except (Conflict, NotAllowed) as error:
        return _scan_page(code, status=422, error=error.message)
    return redirect_to("courses_classes.ask_scan", code=code)


def _scan_page(code: str, *, status: int = 200, error: str = "") -> ResponseReturnValue:
    found = require(scanned_meeting(session(), viewer().person_id, code))
    around = grace(session())
    return page(
        "courses/classes/scan.html",
        status=status,
        meeting=found,
        opens_at=found.starts_at - around,
        closes_at=found.ends_at + around,
        now=now(session()),
        error=_(error) if error else "",
    )
