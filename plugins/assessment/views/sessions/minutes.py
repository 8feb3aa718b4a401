"""One tap on the board: minutes for a person, a room or all, and taking them back."""

from __future__ import annotations

import re

from flask import request
from flask.typing import ResponseReturnValue

from lms import Conflict, Invalid, NotFound, public_id
from lms.web import _, ngettext, notify, redirect_to, session, signed_in, viewer, whole_number
from plugins.assessment.queries.sessions.board import forget_board
from plugins.assessment.queries.sessions.watching import Watch, watched_room
from plugins.assessment.services.sessions import roster
from plugins.assessment.services.sessions.granting import NOBODY, Target, grant, undo
from plugins.assessment.views.blueprint import blueprint
from plugins.assessment.views.sessions.access import (
    officers_watch,
    own_watch,
    refuse,
    seen_person,
)

TAP = re.compile(r"[A-Za-z0-9_-]{16,24}")


@blueprint.post("/hari/<public>/menit")
@signed_in
def give_minutes_to_all(public: str) -> ResponseReturnValue:
    """Give minutes to everyone who is at work in the session."""
    found = officers_watch(public)
    _give(found, Target(session_id=found.session_id, public_id=public))
    return redirect_to("assessment.session_board", public=public)


@blueprint.post("/hari/<public>/papan/<room>/menit")
@signed_in
def give_minutes_to_room(public: str, room: str) -> ResponseReturnValue:
    """Give minutes to everyone who is at work in a room of the viewer's."""
    found = own_watch(public)
    where = watched_room(session(), found, room)
    own = frozenset({where.room_id})
    _give(found, Target(session_id=found.session_id, public_id=public, room_ids=own))
    if request.form.get("back") == "board":
        return redirect_to("assessment.session_board", public=public)
    return redirect_to("assessment.room_board", public=public, room=room)


@blueprint.post("/hari/<public>/peserta/<person>/menit")
@signed_in
def give_minutes_to_person(public: str, person: str) -> ResponseReturnValue:
    """Give minutes to one person in a room of the viewer's."""
    found = own_watch(public)
    there = seen_person(found, person)
    try:
        if there.attempt_id is None:
            raise Conflict(NOBODY)
        target = Target(session_id=found.session_id, public_id=public, attempt_id=there.attempt_id)
        _give(found, target)
    except Conflict as error:
        refuse(error)
    if request.form.get("back") == "board":
        return redirect_to("assessment.session_board", public=public)
    return redirect_to("assessment.session_person", public=public, person=person)


def _give(found: Watch, target: Target) -> None:
    minutes = request.form.get("minutes", 0, type=whole_number)
    reason = request.form.get("reason", "").strip()
    try:
        given = grant(session(), viewer().person_id, target, minutes, reason, _tap())
    except (Conflict, Invalid) as error:
        refuse(error)
        return
    forget_board(session(), found.session_id)
    text = _("%(n)s menit ditambahkan", n=minutes)
    people = ngettext("untuk %(num)s orang.", "untuk %(num)s orang.", given.people)
    notify(f"{text} {people}")


def _tap() -> str:
    """Give the key of the button that was tapped; one that no page of ours made is none."""
    key = request.form.get("tap", "")
    return key if TAP.fullmatch(key) else ""


@blueprint.app_template_global("assessment_tap")
def new_tap() -> str:
    """Give a button a key of its own, so that a double tap counts once."""
    return public_id()


@blueprint.post("/hari/<public>/urungkan/<batch>")
@signed_in
def take_minutes_back(public: str, batch: str) -> ResponseReturnValue:
    """Undo what was given with one tap, if all of it is in the viewer's rooms."""
    found = own_watch(public)
    target = Target(session_id=found.session_id, public_id=public, room_ids=found.room_ids)
    try:
        n = undo(session(), viewer().person_id, target, batch)
        notify(
            ngettext(
                "Tambahan waktu %(num)s orang diurungkan.",
                "Tambahan waktu %(num)s orang diurungkan.",
                n,
            )
        )
    except Conflict as error:
        refuse(error)
    return redirect_to("assessment.session_board", public=public)


@blueprint.post("/hari/<public>/papan/<room>/tambah")
@signed_in
def add_person_here(public: str, room: str) -> ResponseReturnValue:
    """Let somebody who is not on the list take part, named by the NIP on the staff card."""
    found = own_watch(public)
    where = watched_room(session(), found, room)
    try:
        person_id = roster.person_by_nip(session(), request.form.get("nip", ""))
        roster.add_member(session(), viewer().person_id, public, person_id, where.room_id)
        forget_board(session(), found.session_id)
        notify(_("Peserta ditambahkan. Ia bisa masuk dengan kode sesi ini."))
    except (Conflict, Invalid, NotFound) as error:
        refuse(error)
    return redirect_to("assessment.room_board", public=public, room=room)
