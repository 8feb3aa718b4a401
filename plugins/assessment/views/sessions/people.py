"""Pages for who is expected: by units, by name; rooms, seats, extra minutes."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms import NotFound
from lms.web import (
    PAGE_SIZE,
    Paging,
    _,
    ngettext,
    notify,
    page,
    page_number,
    permission,
    redirect_to,
    session,
    viewer,
    whole_number,
)
from plugins.assessment.permissions import SESSION_WRITE
from plugins.assessment.queries.sessions.board import forget_board
from plugins.assessment.queries.sessions.people import MemberFilter, find_people, member_lines
from plugins.assessment.queries.sessions.planning import RoomLine, room_lines, session_page
from plugins.assessment.queries.sessions.units import unit_tree
from plugins.assessment.queries.sessions.visiting import present
from plugins.assessment.services.sessions import roster, seating
from plugins.assessment.services.sessions.rooms import room_of
from plugins.assessment.views.blueprint import blueprint
from plugins.assessment.views.sessions.access import REFUSALS, refuse

NOWHERE = "tanpa"
"""The word in addresses for people without a room."""


@blueprint.get("/hari/<public>/unit")
@permission(SESSION_WRITE)
def session_units(public: str) -> ResponseReturnValue:
    """Show the tree of units with their people."""
    found = session_page(session(), public)
    return page(
        "assessment/sessions/units.html", plan=found, units=unit_tree(session(), found.session_id)
    )


@blueprint.post("/hari/<public>/unit")
@permission(SESSION_WRITE)
def choose_session_units(public: str) -> ResponseReturnValue:
    """Expect the people of the chosen units."""
    chosen = request.form.getlist("unit", type=whole_number)
    try:
        total = roster.choose_units(session(), viewer().person_id, public, chosen)
        notify(ngettext("%(num)s peserta tercatat.", "%(num)s peserta tercatat.", total))
    except REFUSALS as error:
        refuse(error)
    return redirect_to("assessment.session_rooms", public=public)


# -- the list ------------------------------------------------------------------------------------


@blueprint.get("/hari/<public>/peserta")
@permission(SESSION_WRITE)
def session_people(public: str) -> ResponseReturnValue:
    """List who is expected, by name, room or without one; find more people by name."""
    found = session_page(session(), public)
    rooms = room_lines(session(), found.session_id)
    kept = {name: request.args.get(name, "").strip() for name in ("q", "ruang")}
    wanted = MemberFilter(search=kept["q"], room_id=_wanted_room(rooms, kept["ruang"]))
    lines, total = member_lines(
        session(), found.session_id, wanted, number=page_number(), size=PAGE_SIZE
    )
    more = request.args.get("tambah", "").strip()
    return page(
        "assessment/sessions/people.html",
        plan=found,
        rooms=rooms,
        paging=Paging(items=lines, total=total, number=page_number()),
        kept={name: value for name, value in kept.items() if value},
        more=more,
        found=find_people(session(), more),
        nowhere=NOWHERE,
    )


def _wanted_room(rooms: list[RoomLine], word: str) -> int | None:
    if not word:
        return None
    if word == NOWHERE:
        return 0
    for room in rooms:
        if room.public_id == word:
            return room.room_id
    raise NotFound(seating.NO_ROOM)


@blueprint.post("/hari/<public>/peserta")
@permission(SESSION_WRITE)
def add_session_person(public: str) -> ResponseReturnValue:
    """Expect one more person, found by name."""
    people = [roster.person_of(session(), each) for each in request.form.getlist("person")]
    try:
        for person_id in people:
            roster.add_member(session(), viewer().person_id, public, person_id)
        notify(_("Peserta ditambahkan."))
    except REFUSALS as error:
        refuse(error)
    return _back_to_people(public)


@blueprint.post("/hari/<public>/pindah")
@permission(SESSION_WRITE)
def move_session_people(public: str) -> ResponseReturnValue:
    """Move the ticked people to another room."""
    found = session_page(session(), public)
    target = request.form.get("ruang", "")
    room_id = room_of(session(), found.session_id, target).id if target != NOWHERE else None
    people = roster.people_of(session(), request.form.getlist("person"))
    try:
        n = seating.move_people(session(), viewer().person_id, public, people, room_id)
        notify(ngettext("%(num)s orang dipindah.", "%(num)s orang dipindah.", n))
        forget_board(session(), found.session_id)
    except REFUSALS as error:
        refuse(error)
    return _back_to_people(public)


def _back_to_people(public: str) -> ResponseReturnValue:
    kept = {name: value for name in ("q", "ruang_lama") if (value := request.form.get(name))}
    kept = {("ruang" if name == "ruang_lama" else name): value for name, value in kept.items()}
    return redirect_to("assessment.session_people", public=public, **kept)


@blueprint.post("/hari/<public>/isi")
@permission(SESSION_WRITE)
def fill_session_rooms(public: str) -> ResponseReturnValue:
    """Seat everyone who has no room, units together."""
    try:
        seated, left = seating.fill_rooms(session(), viewer().person_id, public)
    except REFUSALS as error:
        refuse(error)
        return redirect_to("assessment.session_rooms", public=public)
    notify(ngettext("%(num)s orang mendapat meja.", "%(num)s orang mendapat meja.", seated))
    if left:
        text = ngettext(
            "%(num)s orang belum mendapat meja. Tambah ruang atau meja.",
            "%(num)s orang belum mendapat meja. Tambah ruang atau meja.",
            left,
        )
        notify(text, "below")
    return redirect_to("assessment.session_rooms", public=public)


# -- one person ----------------------------------------------------------------------------------


@blueprint.get("/hari/<public>/peserta/<person>/atur")
@permission(SESSION_WRITE)
def session_person_plan(public: str, person: str) -> ResponseReturnValue:
    """Show where a person sits and how many extra minutes are allowed."""
    found = session_page(session(), public)
    return page(
        "assessment/sessions/person_plan.html",
        plan=found,
        person=present(session(), found.session_id, person),
        most=roster.MOST_EXTRA,
    )


@blueprint.post("/hari/<public>/peserta/<person>/atur")
@permission(SESSION_WRITE)
def set_session_person(public: str, person: str) -> ResponseReturnValue:
    """Store the extra minutes of a person."""
    found = session_page(session(), public)
    there = present(session(), found.session_id, person)
    minutes = request.form.get("minutes", -1, type=whole_number)
    try:
        roster.set_extra_minutes(session(), viewer().person_id, public, there.person_id, minutes)
        notify(_("Perubahan tersimpan."))
    except REFUSALS as error:
        refuse(error)
    return redirect_to("assessment.session_person_plan", public=public, person=person)


@blueprint.post("/hari/<public>/peserta/<person>/keluarkan")
@permission(SESSION_WRITE)
def remove_session_person(public: str, person: str) -> ResponseReturnValue:
    """Do not expect a person any more."""
    found = session_page(session(), public)
    there = present(session(), found.session_id, person)
    try:
        roster.remove_member(session(), viewer().person_id, public, there.person_id)
        notify(_("%(name)s tidak lagi menjadi peserta sesi ini.", name=there.name))
    except REFUSALS as error:
        refuse(error)
    return redirect_to("assessment.session_people", public=public)
