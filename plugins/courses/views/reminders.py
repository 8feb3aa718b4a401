"""Pages of reminders: what is due, sending in bulk after a look at the numbers, one by hand."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from lms import Conflict, Invalid, acts_for, awaited, whatsapp_link
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
from plugins.courses.domain.reminding import KINDS, WORDINGS, personal
from plugins.courses.permissions import REMIND, REMIND_TEAM
from plugins.courses.queries.reminders import count_due, due_one, due_page
from plugins.courses.services.reminders import WORK_KEY, link_of, start_reminding, words_for

blueprint = plugin_blueprint(
    "courses_reminders", "plugins.courses", url_prefix="/pelatihan/pengingat"
)
team_blueprint = plugin_blueprint(
    "courses_team_reminders", "plugins.courses", url_prefix="/pelatihan/pengingat-tim"
)


@blueprint.get("/")
@permission(REMIND)
def overview() -> ResponseReturnValue:
    """Show how many people would be reminded of what; nothing is sent."""
    return page(
        "courses/reminders/overview.html",
        counts=count_due(session()),
        wordings=WORDINGS,
        progress=awaited(session(), WORK_KEY),
    )


@blueprint.get("/kirim")
@permission(REMIND)
def ask_send() -> ResponseReturnValue:
    """Say in numbers what sending does."""
    return _confirm(request.args.getlist("kind"))


@blueprint.post("/kirim")
@permission(REMIND)
def send() -> ResponseReturnValue:
    """Have the reminders sent that were counted."""
    kinds, seen = request.form.getlist("kind"), request.form.get("seen", type=int)
    try:
        start_reminding(session(), viewer().person_id, kinds, -1 if seen is None else seen)
    except (Conflict, Invalid) as error:
        return _confirm(kinds, error.message)
    notify(_("Pengingat sedang dikirim."))
    return redirect_to("courses_reminders.overview")


def _confirm(kinds: list[str], error: str = "") -> ResponseReturnValue:
    counts = count_due(session())
    chosen = [kind for kind in KINDS if kind in kinds]
    return page(
        "courses/reminders/send.html",
        status=409 if error else 200,
        chosen=chosen,
        counts=counts,
        total=sum(counts[kind] for kind in chosen),
        wordings=WORDINGS,
        error=_(error) if error else "",
    )


@blueprint.get("/daftar/<kind>")
@permission(REMIND)
def due(kind: str) -> ResponseReturnValue:
    """List whom a reminder would reach."""
    return _list(kind, None)


@team_blueprint.get("/", endpoint="due")
@permission(REMIND_TEAM)
def team_due() -> ResponseReturnValue:
    """List my people, or those whom I stand in for, who could be reminded."""
    return _list(request.args.get("jenis", KINDS[0]), _team())


def _team() -> frozenset[int]:
    return acts_for(session(), viewer().person_id)


def _list(kind: str, team: frozenset[int] | None) -> ResponseReturnValue:
    require(kind if kind in KINDS else None)
    number = page_number()
    lines, total = due_page(
        session(), [kind], number=number, size=PAGE_SIZE, team=team, rest=team is None
    )
    return page(
        "courses/reminders/due.html",
        kind=kind,
        wordings=WORDINGS,
        team=team is not None,
        paging=Paging(items=lines, total=total, number=number),
    )


@blueprint.get("/pesan/<kind>/<ref>")
@permission(REMIND)
def message(kind: str, ref: str) -> ResponseReturnValue:
    """Show a message to copy, and a link that opens WhatsApp with it."""
    return _message(kind, ref, None)


@team_blueprint.get("/<kind>/<ref>", endpoint="message")
@permission(REMIND_TEAM)
def team_message(kind: str, ref: str) -> ResponseReturnValue:
    """Show a message to one of my people, to be sent by hand."""
    return _message(kind, ref, _team())


def _message(kind: str, ref: str, team: frozenset[int] | None) -> ResponseReturnValue:
    line = require(due_one(session(), kind, ref, team) if kind in KINDS else None)
    link = link_of(line)
    values: dict[str, Any] = {**link.values, "_external": True}
    address = url_for(link.endpoint, **values)
    text = personal(line.person, words_for(session(), line)[1], address, viewer().name)
    return page(
        "courses/reminders/message.html",
        line=line,
        kind=kind,
        team=team is not None,
        text=text,
        link=whatsapp_link(line.phone, text),
    )
