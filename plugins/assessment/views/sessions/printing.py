"""What is printed before the day: the entry sheet with its QR code, attendance lists."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.web import page, session, signed_in
from plugins.assessment.domain.entry_codes import shown_code
from plugins.assessment.queries.sessions.people import room_members
from plugins.assessment.queries.sessions.watching import watched_room
from plugins.assessment.views.blueprint import blueprint
from plugins.assessment.views.sessions.access import own_watch


def qr_drawing(address: str, title: str) -> Markup:
    """Draw a QR code as SVG for a page; segno is imported when the first one is drawn."""
    import segno

    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None, title=title)
    return Markup(drawn.replace("<svg ", '<svg role="img" ', 1))


@blueprint.get("/hari/<public>/lembar-masuk")
@signed_in
def session_entry_sheet(public: str) -> ResponseReturnValue:
    """Show the sheet to hang up in a room: code, QR code, where to type it."""
    found = own_watch(public)
    address = url_for("assessment.session_entry", code=found.entry_code, _external=True)
    return page(
        "assessment/sessions/entry_sheet.html",
        watch=found,
        code=shown_code(found.entry_code),
        typed=url_for("assessment.ask_entry_code", _external=True).partition("://")[2],
        qr=qr_drawing(address, f"QR: {address}"),
    )


@blueprint.get("/hari/<public>/daftar-hadir/<room>")
@signed_in
def session_attendance(public: str, room: str) -> ResponseReturnValue:
    """Show a room's people by seat, with space to sign."""
    found = own_watch(public)
    where = watched_room(session(), found, room)
    people = room_members(session(), found.session_id, where.room_id)
    return page("assessment/sessions/attendance.html", watch=found, room=where, people=people)
