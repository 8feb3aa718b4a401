"""Instruments: the blueprint, what the bank has for it, open and close, how far people are."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import request
from flask.typing import ResponseReturnValue

from lms.web import _, notify, page, permission, redirect_to, session, site, viewer
from plugins.assessment.forms import OpenForm, translated
from plugins.assessment.permissions import INSTRUMENT_WRITE, ITEM_READ, RESULT_READ
from plugins.assessment.queries.instruments import instrument_page, list_instruments, progress
from plugins.assessment.services.instruments import close_instrument, open_instrument
from plugins.assessment.views.blueprint import blueprint


@blueprint.get("/alat")
@permission(ITEM_READ)
def instruments() -> ResponseReturnValue:
    """List the instruments in their newest version."""
    return page("assessment/instruments.html", instruments=list_instruments(session()))


@blueprint.get("/alat/<code>")
@permission(ITEM_READ)
def instrument(code: str) -> ResponseReturnValue:
    """Show a blueprint, and counts of people to who may see results."""
    counts = progress(session(), code) if viewer().can(RESULT_READ) else None
    return page(
        "assessment/instrument.html", instrument=instrument_page(session(), code), counts=counts
    )


@blueprint.get("/alat/<code>/buka")
@permission(INSTRUMENT_WRITE)
def open_page(code: str) -> ResponseReturnValue:
    """Ask before opening: who will see it, and from when to when."""
    return _open_page(code, OpenForm())


@blueprint.post("/alat/<code>/buka")
@permission(INSTRUMENT_WRITE)
def open_now(code: str) -> ResponseReturnValue:
    """Open the newest version; older ones are closed."""
    form = OpenForm(request.form)
    if not form.validate():
        return _open_page(code, form, status=422)
    open_instrument(
        session(),
        viewer().person_id,
        code,
        opens_at=_utc(form.opens_at.data),
        closes_at=_utc(form.closes_at.data),
    )
    notify(_("Tes sudah dibuka."))
    return redirect_to("assessment.instrument", code=code)


def _open_page(code: str, form: OpenForm, status: int = 200) -> ResponseReturnValue:
    return page(
        "assessment/open.html",
        status=status,
        form=translated(form),
        instrument=instrument_page(session(), code),
        counts=progress(session(), code),
    )


def _utc(local: datetime | None) -> datetime | None:
    return None if local is None else local.replace(tzinfo=site().zone).astimezone(UTC)


@blueprint.get("/alat/<code>/tutup")
@permission(INSTRUMENT_WRITE)
def close_page(code: str) -> ResponseReturnValue:
    """Ask before closing: who is in the middle of it."""
    return page(
        "assessment/close.html",
        instrument=instrument_page(session(), code),
        counts=progress(session(), code),
    )


@blueprint.post("/alat/<code>/tutup")
@permission(INSTRUMENT_WRITE)
def close_now(code: str) -> ResponseReturnValue:
    """Close: nobody starts any more, who has started may finish."""
    close_instrument(session(), viewer().person_id, code)
    notify(_("Tes sudah ditutup."))
    return redirect_to("assessment.instrument", code=code)
