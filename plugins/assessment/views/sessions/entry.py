"""Entry of a candidate: the code, the room, the wait until one's own moment, the start."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import make_response, request
from flask.typing import ResponseReturnValue

from lms import Invalid, NotAllowed, NotFound, now
from lms.web import _, notify, page, redirect_to, session, signed_in, site, viewer
from plugins.assessment.domain.entry_codes import clean_code
from plugins.assessment.guessing import guesses
from plugins.assessment.queries.sessions.entry import Entry, entry
from plugins.assessment.services.assistance import Assistance
from plugins.assessment.services.sessions.entering import begin, enter
from plugins.assessment.views.blueprint import blueprint
from plugins.assessment.views.devices import new_device, remember
from plugins.assessment.views.sitting import told_assistance

P = ParamSpec("P")
AGAIN = 20
"""Seconds until the page looks again whether the session was opened."""


def against_guessing(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Count wrong codes, and let whoever tries many of them wait between two."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        moment, person_id = site().clock(), viewer().person_id
        seconds = guesses(site()).wait(person_id, moment)
        if seconds:
            return _code_page(_("Tunggu %(seconds)s detik, lalu coba lagi.", seconds=seconds), 429)
        try:
            return view(*args, **kwargs)
        except NotFound:
            guesses(site()).note(person_id, moment)
            raise

    return guarded


def _code_page(error: str = "", status: int = 200) -> ResponseReturnValue:
    typed = request.form.get("code", "")
    return page("assessment/sessions/code.html", status=status, typed=typed, error=error)


@blueprint.get("/sesi")
@signed_in
def ask_entry_code() -> ResponseReturnValue:
    """Ask for the code that hangs in the room."""
    return _code_page()


@blueprint.post("/sesi")
@signed_in
@against_guessing
def take_entry_code() -> ResponseReturnValue:
    """Go to the session of a code; a wrong one is asked for again."""
    try:
        found = entry(session(), viewer().person_id, request.form.get("code", ""))
    except NotFound as error:
        guesses(site()).note(viewer().person_id, site().clock())
        return _code_page(_(error.message), 422)
    return redirect_to("assessment.session_entry", code=found.code)


@blueprint.get("/sesi/<code>")
@signed_in
@against_guessing
def session_entry(code: str) -> ResponseReturnValue:
    """Show the room, the time and the rules; wait here for one's own moment."""
    found = entry(session(), viewer().person_id, clean_code(code))
    if found.attempt:
        return redirect_to("assessment.resume", public=found.attempt)
    return _entry_page(found)


def _entry_page(
    found: Entry, *, status: int = 200, error: str = "", assistance: Assistance | None = None
) -> ResponseReturnValue:
    moment = now(session())
    phase = found.phase(moment)
    answer = make_response(
        page(
            "assessment/sessions/entry.html",
            status=status,
            entry=found,
            phase=phase,
            error=_(error) if error else "",
            assistance=assistance or Assistance(),
        )
    )
    if found.expected and found.entered and phase in ("early", "closed") and not error:
        # The page comes again by itself at the moment that the server gave: no script, no clock
        # of the phone.
        again = found.seconds_left(moment) if phase == "early" else AGAIN
        answer.headers["Refresh"] = str(again)
    return answer


@blueprint.post("/sesi/<code>/masuk")
@signed_in
@against_guessing
def come_in(code: str) -> ResponseReturnValue:
    """Note that an expected person is in the room."""
    enter(session(), viewer().person_id, code)
    return redirect_to("assessment.session_entry", code=clean_code(code))


@blueprint.post("/sesi/<code>/mulai")
@signed_in
@against_guessing
def start_in_session(code: str) -> ResponseReturnValue:
    """Start the test of the session on this device; a second click goes on with it."""
    name = new_device()
    assistance = told_assistance()
    person_id = viewer().person_id
    try:
        public = begin(session(), person_id, code, name, assistance)
    except Invalid as error:
        found = entry(session(), person_id, code)
        return _entry_page(found, status=422, error=error.message, assistance=assistance)
    except NotAllowed as error:
        notify(_(error.message), "unclear")
        return redirect_to("assessment.session_entry", code=clean_code(code))
    return remember(redirect_to("assessment.resume", public=public), name)
