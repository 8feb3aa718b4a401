"""A person's messages: the list, one message, and noting them as read (never by looking)."""

from __future__ import annotations

from flask import Blueprint, Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.routing import BuildError

from lms.core.hooks.contracts import Link
from lms.core.messages import queries
from lms.web.access import signed_in
from lms.web.context import reading, session, viewer
from lms.web.navigation import link_url
from lms.web.pages import Paging, notify, page, page_number, redirect_to
from lms.web.translation import gettext as _

blueprint = Blueprint("messages", __name__, url_prefix="/pesan")


@blueprint.get("")
@signed_in
def inbox() -> ResponseReturnValue:
    """Show a person's messages, newest first."""
    me, number = viewer().person_id, page_number()
    paging = Paging(
        items=queries.list_messages(session(), me, number=number),
        total=queries.count_messages(session(), me),
        number=number,
    )
    return page("messages/inbox.html", paging=paging, unread=unread_messages())


@blueprint.get("/<public_id>")
@signed_in
def show(public_id: str) -> ResponseReturnValue:
    """Show one message, as the link in an e-mail opens it; looking leaves it unread."""
    message = queries.show_message(session(), viewer().person_id, public_id)
    return page("messages/message.html", message=message, leads=_address(message.link) != "")


@blueprint.post("/<public_id>/buka")
@signed_in
def open_message(public_id: str) -> ResponseReturnValue:
    """Note a message as read and go where it leads; from the list, to the message first."""
    message = queries.open_message(session(), viewer().person_id, public_id)
    straight = "show" not in request.form
    if straight and message.link is not None and _address(message.link):
        return redirect_to(message.link.endpoint, **message.link.values)
    return redirect_to("messages.show", public_id=public_id)


@blueprint.post("/dibaca")
@signed_in
def read_all() -> ResponseReturnValue:
    """Note all messages as read."""
    queries.read_all(session(), viewer().person_id)
    notify(_("Semua pesan ditandai sudah dibaca."))
    return redirect_to("messages.inbox")


def _address(link: Link | None) -> str:
    """Give where a message leads, nothing when that page is gone (its plugin is off)."""
    try:
        return link_url(link) if link is not None else ""
    except BuildError:
        return ""


def install(app: Flask) -> None:
    """Make the count of unread messages known to the layouts."""
    app.jinja_env.globals.update(unread_messages=unread_messages)


def unread_messages() -> int:
    """Count what the viewer has not opened; one statement."""
    return queries.count_unread(reading(), viewer().person_id)
