"""Pages of an officer: the queue of certificates, one with its proof, accept or give back."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms import Conflict, Invalid, NotAllowed
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
from plugins.courses.models import LearningForm, OutsideLearning
from plugins.courses.permissions import OUTSIDE_VERIFY
from plugins.courses.queries.classes.nominees import units_to_choose
from plugins.courses.queries.hours import jp_of_year
from plugins.courses.queries.ways.outside import (
    STATES,
    OutsideLine,
    find_outside,
    form_lines,
    look_alikes,
    queue,
)
from plugins.courses.services.outside import give_back, proposal, verify
from plugins.courses.views.ways.asked import asked_number
from plugins.courses.views.ways.files import note_opening, send_certificate
from plugins.courses.views.ways.forms import UNIT_WORDS

blueprint = plugin_blueprint(
    "courses_outside_desk", "plugins.courses", url_prefix="/pelatihan/periksa-luar"
)


@blueprint.get("/")
@permission(OUTSIDE_VERIFY)
def waiting() -> ResponseReturnValue:
    """List what waits, the oldest first; filters show the rest."""
    state = request.args.get("keadaan", "submitted")
    state = state if state in (*STATES, "") else "submitted"
    search = request.args.get("q", "").strip()[:80]
    form = asked_number("bentuk")
    unit = asked_number("unit")
    number = page_number()
    lines, total = queue(session(), search, state, form, unit, number=number, size=PAGE_SIZE)
    return page(
        "courses/ways/queue.html",
        paging=Paging(items=lines, total=total, number=number),
        search=search,
        state=state,
        form=form,
        unit=unit,
        forms=form_lines(session()),
        units=units_to_choose(session()),
    )


@blueprint.get("/<public_id>")
@permission(OUTSIDE_VERIFY)
def show(public_id: str) -> ResponseReturnValue:
    """Show one with its proof, what looks like it, and the JP that the table gives."""
    return _page(public_id)


def _found(public_id: str) -> OutsideLine:
    return require(find_outside(session(), public_id))


def _page(
    public_id: str, *, status: int = 200, error: str = "", reason: str = "", jp: str = ""
) -> ResponseReturnValue:
    line = _found(public_id)
    row = session().query(OutsideLearning).filter_by(public_id=public_id).one()
    form = session().get_one(LearningForm, line.form_code)
    proposed = proposal(row, form)
    year = line.ends_on.year
    return page(
        "courses/ways/queue_one.html",
        status=status,
        line=line,
        form=form,
        units=UNIT_WORDS,
        proposed=proposed,
        jp=jp or ("" if proposed is None else str(proposed)),
        year=year,
        year_jp=jp_of_year(session(), line.person_id, year),
        same=look_alikes(session(), line.person_id, line.facts, line.digest, but=public_id),
        own=line.person_id == viewer().person_id,
        error=error,
        reason=reason,
    )


@blueprint.get("/<public_id>/berkas")
@permission(OUTSIDE_VERIFY)
def file(public_id: str) -> ResponseReturnValue:
    """Send the certificate, and note who opened it."""
    found = _found(public_id)
    note_opening(public_id)
    return send_certificate(found)


@blueprint.post("/<public_id>")
@permission(OUTSIDE_VERIFY)
def decide(public_id: str) -> ResponseReturnValue:
    """Accept with the JP, or give back with what is to be corrected."""
    _found(public_id)
    back = request.form.get("decision") == "return"
    try:
        if back:
            _give_back(public_id)
        else:
            _accept(public_id)
    except (Invalid, Conflict, NotAllowed) as error:
        return _page(
            public_id,
            status=422,
            error=_(error.message),
            reason=request.form.get("reason", "")[:1000],
            jp=request.form.get("jp", "")[:8],
        )
    return redirect_to("courses_outside_desk.waiting")


def _revision() -> int:
    return request.form.get("revision", 0, type=int)


def _accept(public_id: str) -> None:
    jp = request.form.get("jp", None, type=int)
    if jp is None:
        raise Invalid(WHOLE)
    verify(session(), viewer().person_id, public_id, revision=_revision(), jp=jp)
    notify(_("Diterima. %(jp)s JP tercatat.", jp=jp))


def _give_back(public_id: str) -> None:
    reason = request.form.get("reason", "")
    give_back(session(), viewer().person_id, public_id, revision=_revision(), reason=reason)
    notify(_("Dikembalikan. Pegawai sudah diberi tahu."))


WHOLE = "Isi JP dengan angka bulat."  # i18n
