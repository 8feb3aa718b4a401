"""The live board: a session by room or OPD, one room, one person.

It is asked for every ten seconds by htmx, which swaps the figures and the table; without script a
link does the same. The counts come from one shared picture (queries/sessions/board.py).
"""

from __future__ import annotations

import hashlib
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from lms import now
from lms.web import PAGE_SIZE, Paging, page, page_number, session, signed_in
from plugins.assessment.domain import Timing
from plugins.assessment.queries.sessions.board import Board, board
from plugins.assessment.queries.sessions.complaints import waiting_complaints
from plugins.assessment.queries.sessions.counting import Counts
from plugins.assessment.queries.sessions.visiting import people_of, to_visit
from plugins.assessment.queries.sessions.watching import (
    Watch,
    grant_lines,
    watched_room,
    watched_rooms,
)
from plugins.assessment.views.blueprint import blueprint
from plugins.assessment.views.sessions.access import own_watch, seen_person

LIVE = "assessment/sessions/_live.html"
VISITS = 10
"""People to visit on one page of the board."""


@blueprint.get("/hari/<public>/papan")
@signed_in
def session_board(public: str) -> ResponseReturnValue:
    """Show how the session goes, by room or by OPD, and who needs a visit."""
    found = own_watch(public)
    seen = board(session(), found.session_id).only(found.room_ids)
    by_unit = request.args.get("per") == "unit" and found.room_ids is None
    values: dict[str, Any] = {
        "watch": found,
        "board": seen,
        "by_unit": by_unit,
        "groups": seen.by_unit() if by_unit else seen.by_room(),
        "room": None,
    } | _live(found, seen, seen.total)
    if request.headers.get("HX-Request"):
        return page(LIVE, **values)
    absent = now(session()) >= found.opens_at
    visits, total = to_visit(
        session(),
        found.session_id,
        found.room_ids,
        absent=absent,
        number=page_number(),
        size=VISITS,
    )
    return page(
        "assessment/sessions/board.html",
        visits=Paging(items=visits, total=total, number=page_number(), size=VISITS),
        grants=grant_lines(session(), found),
        complaints=waiting_complaints(session(), found),
        **values,
    )


@blueprint.get("/hari/<public>/papan/<room>")
@signed_in
def room_board(public: str, room: str) -> ResponseReturnValue:
    """Show one room: its figures, everyone in it by seat, and what can be done for all of them."""
    found = own_watch(public)
    where = watched_room(session(), found, room)
    seen = board(session(), found.session_id).only({where.room_id})
    values: dict[str, Any] = {"watch": found, "board": seen, "groups": (), "room": where}
    values |= {"by_unit": False} | _live(found, seen, seen.total)
    if request.headers.get("HX-Request"):
        return page(LIVE, **values)
    people, total = people_of(
        session(), found.session_id, {where.room_id}, number=page_number(), size=PAGE_SIZE
    )
    return page(
        "assessment/sessions/room.html",
        people=Paging(items=people, total=total, number=page_number()),
        **values,
    )


def _live(found: Watch, seen: Board, total: Counts) -> dict[str, Any]:
    """Give the figures, and whether they changed since the page that asks was filled.

    What is swapped into a status is read out, so that only a change is worth it.
    """
    digest = hashlib.sha256(repr(total).encode()).hexdigest()[:12]
    return {
        "total": total,
        "digest": digest,
        "changed": request.args.get("angka") != digest,
        "left": Timing(started_at=found.opens_at, window_end=found.closes_at).left(seen.at),
        "begun": seen.at >= found.opens_at,
    }


# -- one person ----------------------------------------------------------------------------------


@blueprint.get("/hari/<public>/peserta/<person>")
@signed_in
def session_person(public: str, person: str) -> ResponseReturnValue:
    """Show one person of the viewer's rooms, and what can be done for this person."""
    found = own_watch(public)
    return page(
        "assessment/sessions/person.html",
        watch=found,
        person=seen_person(found, person),
        rooms=watched_rooms(session(), found),
    )
