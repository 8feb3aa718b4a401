"""Which browser a person uses for a test, and going on with another one."""

from __future__ import annotations

import re
import secrets

from flask import current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from lms.web import page, redirect_to, session, signed_in, viewer, whole_number
from plugins.assessment.queries.overview import overview
from plugins.assessment.services.devices import take_over
from plugins.assessment.views.blueprint import blueprint

COOKIE = "lms_device"
KEPT = 400 * 24 * 3600
"""How long a browser keeps its name, in seconds; no browser allows more."""
DEVICE = re.compile(r"[A-Za-z0-9_-]{6,40}")


def device() -> str:
    """Give the name of this browser, empty when it has none yet."""
    name = request.cookies.get(COOKIE, "")
    return name if DEVICE.fullmatch(name) else ""


def new_device() -> str:
    """Give the name of this browser, a new one when it has none."""
    return device() or secrets.token_urlsafe(12)


def remember(response: Response, name: str) -> Response:
    """Let the browser keep its name, for this agency alone."""
    config = current_app.config
    response.set_cookie(
        COOKIE,
        name,
        max_age=KEPT,
        path=config["SESSION_COOKIE_PATH"] or request.script_root or "/",
        secure=config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def is_elsewhere(name: str) -> bool:
    """Tell whether an attempt that runs on device `name` is open on another one than this."""
    return bool(name) and name != device()


def elsewhere_page(public: str, number: int) -> ResponseReturnValue:
    """Say that the test is open on another device, and offer to go on here."""
    kept = request.args.get("kept") == "1"  # the script kept an answer of this device just now
    return page("assessment/elsewhere.html", public=public, number=number, kept=kept)


@blueprint.post("/<public>/di-sini")
@signed_in
def go_on_here(public: str) -> ResponseReturnValue:
    """Go on with this device; what another one still sends is kept, but replaces nothing."""
    name = new_device()
    take_over(session(), viewer().person_id, public, name)
    number = request.form.get("number", type=whole_number)
    found = overview(session(), viewer().person_id, public)
    if number is None or not 1 <= number <= found.total:
        return remember(redirect_to("assessment.resume", public=public), name)
    return remember(redirect_to("assessment.show_question", public=public, number=number), name)
