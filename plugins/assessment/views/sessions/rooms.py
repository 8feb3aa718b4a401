"""Pages for the rooms of a session and who watches over them."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms.web import _, notify, page, permission, redirect_to, session, viewer, whole_number
from plugins.assessment.permissions import SESSION_WRITE
from plugins.assessment.queries.sessions.people import find_people
from plugins.assessment.queries.sessions.planning import (
    proctor_lines,
    room_lines,
    session_page,
)
from plugins.assessment.services.sessions import rooms
from plugins.assessment.views.blueprint import blueprint
from plugins.assessment.views.sessions.access import REFUSALS, refuse


@blueprint.get("/hari/<public>/ruang")
@permission(SESSION_WRITE)
def session_rooms(public: str) -> ResponseReturnValue:
    """Show the rooms with their seats, and whether all people have one."""
    found = session_page(session(), public)
    return page(
        "assessment/sessions/rooms.html",
        plan=found,
        rooms=room_lines(session(), found.session_id),
        change=request.args.get("ubah", ""),
    )


@blueprint.post("/hari/<public>/ruang")
@permission(SESSION_WRITE)
def save_session_room(public: str) -> ResponseReturnValue:
    """Add a room, or change its name and seats."""
    name, seats = request.form.get("name", ""), request.form.get("seats", 0, type=whole_number)
    try:
        rooms.save_room(
            session(), viewer().person_id, public, name, seats, request.form.get("room") or None
        )
        notify(_("Ruang tersimpan."))
    except REFUSALS as error:
        refuse(error)
    return redirect_to("assessment.session_rooms", public=public)


@blueprint.post("/hari/<public>/ruang/<room>/hapus")
@permission(SESSION_WRITE)
def remove_session_room(public: str, room: str) -> ResponseReturnValue:
    """Remove a room; its people wait for another."""
    try:
        rooms.remove_room(session(), viewer().person_id, public, room)
        notify(_("Ruang dihapus. Pesertanya menunggu ruang lain."))
    except REFUSALS as error:
        refuse(error)
    return redirect_to("assessment.session_rooms", public=public)


# -- proctors ------------------------------------------------------------------------------------


@blueprint.get("/hari/<public>/pengawas")
@permission(SESSION_WRITE)
def session_proctors(public: str) -> ResponseReturnValue:
    """Show who watches, and find people by name to add."""
    found = session_page(session(), public)
    words = request.args.get("q", "").strip()
    return page(
        "assessment/sessions/proctors.html",
        plan=found,
        proctors=proctor_lines(session(), found.session_id),
        rooms=room_lines(session(), found.session_id),
        words=words,
        found=find_people(session(), words),
    )


@blueprint.post("/hari/<public>/pengawas")
@permission(SESSION_WRITE)
def add_session_proctor(public: str) -> ResponseReturnValue:
    """Let a person watch over a room, or over all."""
    form = request.form
    rooms.add_proctor(
        session(), viewer().person_id, public, form.get("person", ""), form.get("ruang") or None
    )
    notify(_("Pengawas ditambahkan."))
    return redirect_to("assessment.session_proctors", public=public)


@blueprint.post("/hari/<public>/pengawas/<int:proctor>/hapus")
@permission(SESSION_WRITE)
def remove_session_proctor(public: str, proctor: int) -> ResponseReturnValue:
    """Let a person watch no longer."""
    rooms.remove_proctor(session(), viewer().person_id, public, proctor)
    notify(_("Pengawas dihapus dari sesi ini."))
    return redirect_to("assessment.session_proctors", public=public)
