"""Planning pages of officers: the list, a session, its form, open, close, plan again."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import request
from flask.typing import ResponseReturnValue

from lms import Invalid, now
from lms.web import (
    PAGE_SIZE,
    Paging,
    _,
    choice,
    notify,
    page,
    page_number,
    permission,
    redirect_to,
    session,
    site,
    viewer,
)
from plugins.assessment.forms import translated
from plugins.assessment.permissions import SESSION_WRITE
from plugins.assessment.queries.sessions.board import board
from plugins.assessment.queries.sessions.planning import (
    SessionPage,
    instrument_choices,
    proctor_lines,
    room_lines,
    session_lines,
    session_page,
)
from plugins.assessment.services.sessions.planning import (
    SessionSpec,
    close_session,
    create_session,
    duplicate_session,
    edit_session,
    open_session,
)
from plugins.assessment.views.blueprint import blueprint
from plugins.assessment.views.sessions.access import REFUSALS, refuse
from plugins.assessment.views.sessions.forms import SessionForm

STATES = {"planned": "Direncanakan", "open": "Dibuka", "closed": "Ditutup"}  # i18n


@blueprint.app_template_filter("assessment_session_state")
def state_word(state: str) -> str:
    """Give the word for a session's state in the reader's language."""
    return _(STATES[state])


@blueprint.get("/hari")
@permission(SESSION_WRITE)
def sessions() -> ResponseReturnValue:
    """List the sessions, newest first."""
    lines, total = session_lines(session(), number=page_number(), size=PAGE_SIZE)
    paging = Paging(items=lines, total=total, number=page_number())
    return page("assessment/sessions/list.html", paging=paging)


@blueprint.get("/hari/<public>")
@permission(SESSION_WRITE)
def session_plan(public: str) -> ResponseReturnValue:
    """Show what is planned, what is missing, and the next thing to do."""
    found = session_page(session(), public)
    return page(
        "assessment/sessions/plan.html",
        plan=found,
        rooms=room_lines(session(), found.session_id),
        proctors=proctor_lines(session(), found.session_id),
        late=now(session()) >= found.closes_at,
    )


# -- the form ------------------------------------------------------------------------------------


@blueprint.get("/hari/baru")
@permission(SESSION_WRITE)
def new_session() -> ResponseReturnValue:
    """Ask what the new session is."""
    return _form_page(SessionForm(), None)


@blueprint.post("/hari/baru")
@permission(SESSION_WRITE)
def create_new_session() -> ResponseReturnValue:
    """Plan a session and go on with its people."""
    form = _offered(SessionForm(request.form))
    if not form.validate():
        return _form_page(form, None, status=422)
    try:
        public = create_session(session(), viewer().person_id, _spec(form))
    except Invalid as error:
        return _form_page(form, None, status=422, error=error.message)
    notify(_("Sesi sudah direncanakan. Sekarang pilih pesertanya."))
    return redirect_to("assessment.session_units", public=public)


@blueprint.get("/hari/<public>/ubah")
@permission(SESSION_WRITE)
def change_session(public: str) -> ResponseReturnValue:
    """Show the form with what is planned."""
    found = session_page(session(), public)
    form = SessionForm(
        name=found.name,
        instrument=found.instrument_version_id,
        opens_at=site().local(found.opens_at),
        closes_at=site().local(found.closes_at),
        limit_minutes=found.limit_minutes,
        spread_seconds=found.spread_seconds,
        grace_seconds=found.grace_seconds,
        outage_cap_minutes=found.outage_cap_minutes,
    )
    return _form_page(form, found)


@blueprint.post("/hari/<public>/ubah")
@permission(SESSION_WRITE)
def change_session_now(public: str) -> ResponseReturnValue:
    """Store what was changed."""
    found = session_page(session(), public)
    form = _offered(SessionForm(request.form))
    if not form.validate():
        return _form_page(form, found, status=422)
    try:
        edit_session(session(), viewer().person_id, public, _spec(form))
    except REFUSALS as error:
        return _form_page(form, found, status=422, error=error.message)
    notify(_("Perubahan tersimpan."))
    return redirect_to("assessment.session_plan", public=public)


def _offered(form: SessionForm) -> SessionForm:
    form.instrument.choices = [
        choice(each.version_id, _("%(name)s, versi %(n)s", name=each.name, n=each.version))
        for each in instrument_choices(session())
    ]
    return form


def _form_page(
    form: SessionForm, found: SessionPage | None, *, status: int = 200, error: str = ""
) -> ResponseReturnValue:
    return page(
        "assessment/sessions/form.html",
        status=status,
        form=translated(_offered(form)),
        plan=found,
        error=_(error) if error else "",
    )


def _spec(form: SessionForm) -> SessionSpec:
    return SessionSpec(
        name=str(form.name.data).strip(),
        instrument_version_id=form.instrument.data,
        opens_at=_utc(form.opens_at.data),
        closes_at=_utc(form.closes_at.data),
        limit_minutes=form.limit_minutes.data,
        spread_seconds=form.spread_seconds.data or 0,
        grace_seconds=form.grace_seconds.data or 0,
        outage_cap_minutes=form.outage_cap_minutes.data or 0,
    )


def _utc(local: datetime | None) -> datetime:
    assert local is not None  # the form asks for it
    return local.replace(tzinfo=site().zone).astimezone(UTC)


# -- open, close, again --------------------------------------------------------------------------


@blueprint.get("/hari/<public>/buka")
@permission(SESSION_WRITE)
def ask_open_session(public: str) -> ResponseReturnValue:
    """Ask before opening, with what is still missing."""
    found = session_page(session(), public)
    rooms = room_lines(session(), found.session_id)
    return page("assessment/sessions/open.html", plan=found, rooms=rooms)


@blueprint.post("/hari/<public>/buka")
@permission(SESSION_WRITE)
def open_session_now(public: str) -> ResponseReturnValue:
    """Open the doors and go to the board."""
    try:
        open_session(session(), viewer().person_id, public)
    except REFUSALS as error:
        refuse(error)
        return redirect_to("assessment.session_plan", public=public)
    notify(_("Sesi dibuka. Peserta bisa masuk."))
    return redirect_to("assessment.session_board", public=public)


@blueprint.get("/hari/<public>/tutup")
@permission(SESSION_WRITE)
def ask_close_session(public: str) -> ResponseReturnValue:
    """Ask before closing: who is in the middle of it."""
    found = session_page(session(), public)
    counts = board(session(), found.session_id).total
    return page("assessment/sessions/close.html", plan=found, counts=counts)


@blueprint.post("/hari/<public>/tutup")
@permission(SESSION_WRITE)
def close_session_now(public: str) -> ResponseReturnValue:
    """Close: nobody starts any more."""
    try:
        close_session(session(), viewer().person_id, public)
        notify(_("Sesi ditutup. Yang sedang mengerjakan boleh menyelesaikan."))
    except REFUSALS as error:
        refuse(error)
    return redirect_to("assessment.session_plan", public=public)


@blueprint.post("/hari/<public>/salin")
@permission(SESSION_WRITE)
def copy_session(public: str) -> ResponseReturnValue:
    """Plan the same a week later, and let the officer set the date."""
    name = _("%(name)s (salinan)", name=session_page(session(), public).name)
    copy = duplicate_session(session(), viewer().person_id, public, name)
    notify(_("Salinan dibuat: ruang dan pengawas sama, peserta belum ada. Periksa tanggalnya."))
    return redirect_to("assessment.change_session", public=copy)
