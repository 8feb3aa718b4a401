"""Home: one large next step, my path as steps, cards; and the page about me."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, make_response, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.utils import redirect

from lms.core.errors import NotFound
from lms.core.hooks.contracts import NextStep, PathStep
from lms.core.people.queries import person_card
from lms.web.access import ask_to_log_in, public, signed_in
from lms.web.context import reading, session, site, viewer
from lms.web.pages import page, render_part
from lms.web.translation import LANGUAGES
from lms.web.translation import gettext as _

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    """Show what to do now; a visitor is asked to log in."""
    if not current_user.is_authenticated:
        return ask_to_log_in()
    return _home()


@signed_in
def _home() -> ResponseReturnValue:
    steps = next_steps()
    path: list[PathStep] = sorted(_present("lms_path_steps"), key=lambda step: step.order)
    cards = sorted(_present("lms_home_cards"), key=lambda card: card.order)
    return page(
        "home/home.html",
        greeting=_greeting(site().local(site().clock())),
        next=steps[0] if steps else None,
        others=steps[1:4],
        path=path,
        cards=[render_part(card) for card in cards],
    )


def _present(hook: str) -> list[Any]:
    """Gather parts; after a plugin's failure the reading transaction starts afresh."""
    return site().registry.present(
        hook, on_failure=session().rollback, session=session(), viewer=viewer()
    )


def next_steps() -> list[NextStep]:
    """Give what the viewer could do now, the most pressing first."""
    return sorted(_present("lms_next_steps"), key=lambda step: step.order)


def _greeting(local: datetime) -> str:
    hours = ((4, "Selamat malam"), (11, "Selamat pagi"), (15, "Selamat siang"))  # i18n
    for until, words in hours:
        if local.hour < until:
            return _(words)
    return _("Selamat sore") if local.hour < 18 else _("Selamat malam")


@blueprint.get("/saya")
@signed_in
def me() -> ResponseReturnValue:
    """Show a person's own data, where to change the password, and how to log out."""
    person = person_card(session(), viewer().person_id)
    return page("home/me.html", person=person)


@blueprint.post("/bahasa/<code>")
@public
def set_language(code: str) -> ResponseReturnValue:
    """Choose the language of this browser, and go back."""
    if code not in LANGUAGES:
        raise NotFound("Bahasa ini belum ada.")
    back = request.form.get("back", "")
    root = request.script_root + "/"
    target = back if back.startswith(root) and not back.startswith("//") else root
    response: Response = make_response(redirect(target, 303))
    response.set_cookie("bahasa", code, max_age=31536000, path=root, samesite="Lax", httponly=True)
    return response


@blueprint.get("/bantuan")
@public
def help_page() -> ResponseReturnValue:
    """Show how to get help, and what Titian is."""
    return page("home/help.html")


@blueprint.get("/data-pribadi")
@public
def privacy() -> ResponseReturnValue:
    """Show what is stored of a person, why, and what rights there are."""
    return page("home/privacy.html")


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """Tell a monitor that the agency answers and its database too."""
    reading().connection()
    return {"status": "ok", "agency": site().slug}
