"""The life of an instrument: how it is delivered, try it out, freeze it, retire it."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms.web import _, notify, page, permission, redirect_to, session, viewer
from plugins.assessment.forms import DeliveryForm, translated
from plugins.assessment.permissions import INSTRUMENT_WRITE
from plugins.assessment.queries.instruments import instrument_page, newest_version
from plugins.assessment.services.stages import configure, move
from plugins.assessment.views.blueprint import blueprint


@blueprint.get("/alat/<code>/cara")
@permission(INSTRUMENT_WRITE)
def delivery_page(code: str) -> ResponseReturnValue:
    """Offer mode, time limit and length."""
    version = newest_version(session(), code)
    return _page(code, DeliveryForm(obj=version))


@blueprint.post("/alat/<code>/cara")
@permission(INSTRUMENT_WRITE)
def configure_now(code: str) -> ResponseReturnValue:
    """Store how the test is delivered."""
    form = DeliveryForm(request.form)
    if not form.validate():
        return _page(code, form, status=422)
    configure(session(), viewer().person_id, code, form.delivery())
    notify(_("Cara tes tersimpan."))
    return redirect_to("assessment.instrument", code=code)


def _page(code: str, form: DeliveryForm, status: int = 200) -> ResponseReturnValue:
    return page(
        "assessment/delivery.html",
        status=status,
        form=translated(form),
        instrument=instrument_page(session(), code),
    )


@blueprint.post("/alat/<code>/tahap")
@permission(INSTRUMENT_WRITE)
def move_now(code: str) -> ResponseReturnValue:
    """Move the instrument to another stage."""
    move(session(), viewer().person_id, code, request.form.get("to", ""))
    notify(_("Tahap alat tes sudah diubah."))
    return redirect_to("assessment.instrument", code=code)
