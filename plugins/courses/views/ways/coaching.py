"""Pages of coaching between colleagues: mine, find someone, one with its meetings, my offer."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms import Conflict, Invalid, NotFound, today
from lms.web import (
    PAGE_SIZE,
    Paging,
    _,
    notify,
    page,
    page_number,
    plugin_blueprint,
    redirect_to,
    require,
    session,
    signed_in,
    viewer,
)
from plugins.courses.domain.coaching import KINDS
from plugins.courses.queries.ways.coachings import (
    confirmed,
    find_coaching,
    meetings_of,
    my_coachings,
)
from plugins.courses.queries.ways.colleagues import colleagues, competency_choices, own_offer
from plugins.courses.services.coaching.asking import answer, ask, take_back
from plugins.courses.services.coaching.meeting import (
    coaching_jp,
    confirm_meeting,
    end,
    note_meeting,
    remove_meeting,
)
from plugins.courses.services.coaching.offering import offer, take_back_offer
from plugins.courses.views.ways.asked import asked_number
from plugins.courses.views.ways.forms import CoachingMeetingForm

blueprint = plugin_blueprint(
    "courses_coaching", "plugins.courses", url_prefix="/pelatihan/coaching"
)


def _kind() -> str:
    kind = request.values.get("cara", "")
    return kind if kind in KINDS else "coaching"


def _to(public_id: str) -> ResponseReturnValue:
    return redirect_to("courses_coaching.show", public_id=public_id)


@blueprint.get("/")
@signed_in
def mine() -> ResponseReturnValue:
    """List my coachings, those under way first."""
    number = page_number()
    lines, total = my_coachings(session(), viewer().person_id, number=number, size=PAGE_SIZE)
    return page(
        "courses/ways/coaching_mine.html",
        paging=Paging(items=lines, total=total, number=number),
    )


@blueprint.get("/cari")
@signed_in
def find() -> ResponseReturnValue:
    """Find a colleague who may be asked for a competency."""
    return _find_page()


def _find_page(*, status: int = 200, error: str = "") -> ResponseReturnValue:
    me, kind, number = viewer().person_id, _kind(), page_number()
    choices = competency_choices(session(), me)
    wanted = asked_number("kemampuan") or 0
    chosen = next((each for each in choices if each.competency_id == wanted), None)
    lines, total = (
        colleagues(session(), me, wanted, kind, number=number, size=PAGE_SIZE)
        if chosen
        else ([], 0)
    )
    return page(
        "courses/ways/coaching_find.html",
        status=status,
        choices=choices,
        chosen=chosen,
        kind=kind,
        paging=Paging(items=lines, total=total, number=number),
        words=request.form.get("words", "")[:500],
        error=error,
    )


@blueprint.post("/cari")
@signed_in
def ask_now() -> ResponseReturnValue:
    """Ask a colleague."""
    try:
        made = ask(
            session(),
            viewer().person_id,
            request.form.get("rekan", ""),
            asked_number("kemampuan") or 0,
            _kind(),
            request.form.get("words", ""),
        )
    except (Conflict, NotFound) as error:
        return _find_page(status=422, error=_(error.message))
    notify(_("Permintaan terkirim. Tunggu jawaban rekan Anda."))
    return _to(made.public_id)


@blueprint.route("/tawaran", methods=["GET", "POST"])
@signed_in
def offering() -> ResponseReturnValue:
    """Say that colleagues may ask me, for what; or that they may not any more."""
    me, kind, error = viewer().person_id, _kind(), ""
    if request.method == "POST":
        try:
            return _offer(me, kind)
        except Invalid as refused:
            error = _(refused.message)
    return page(
        "courses/ways/coaching_offer.html",
        status=422 if error else 200,
        kind=kind,
        offer=own_offer(session(), me, kind),
        choices=competency_choices(session(), me),
        error=error,
    )


def _offer(me: int, kind: str) -> ResponseReturnValue:
    if request.form.get("go") == "stop":
        take_back_offer(session(), me, kind)
        notify(_("Nama Anda tidak tampil lagi."))
    else:
        everything = request.form.get("semua") == "ya"
        ids = None if everything else request.form.getlist("kemampuan", type=int)
        offer(session(), me, kind, ids)
        notify(_("Tersimpan. Terima kasih atas kesediaan Anda."))
    return redirect_to("courses_coaching.offering", cara=kind)


@blueprint.get("/<public_id>")
@signed_in
def show(public_id: str) -> ResponseReturnValue:
    """Show a coaching with its meetings and what comes next."""
    return _page(public_id, CoachingMeetingForm())


def _page(
    public_id: str, form: CoachingMeetingForm, *, status: int = 200, error: str = ""
) -> ResponseReturnValue:
    me = viewer().person_id
    line = require(find_coaching(session(), me, public_id))
    meetings = meetings_of(session(), line.coaching_id, me)
    return page(
        "courses/ways/coaching_show.html",
        status=status,
        line=line,
        meetings=meetings,
        jp=coaching_jp(session(), confirmed(meetings)),
        open_meetings=sum(not each.confirmed for each in meetings),
        form=form,
        today=today(session()),
        error=error,
    )


@blueprint.post("/<public_id>/jawab")
@signed_in
def reply(public_id: str) -> ResponseReturnValue:
    """Agree, decline, or take my request back."""
    decision, words = request.form.get("decision", ""), request.form.get("words", "")
    try:
        if decision == "withdraw":
            take_back(session(), viewer().person_id, public_id)
        else:
            agree = decision == "agree"
            answer(session(), viewer().person_id, public_id, agree=agree, words=words)
        notify(_("Sudah tersimpan."))
    except Conflict as refused:
        notify(_(refused.message), "unclear")
    return _to(public_id)


@blueprint.post("/<public_id>/pertemuan")
@signed_in
def note(public_id: str) -> ResponseReturnValue:
    """Note a meeting for the other one to confirm."""
    me, form = viewer().person_id, CoachingMeetingForm(request.form)
    require(find_coaching(session(), me, public_id))
    if not form.validate() or form.held_on.data is None:
        return _page(public_id, form, status=422)
    try:
        notes = form.notes.data or ""
        note_meeting(session(), me, public_id, form.held_on.data, form.minutes.data or 0, notes)
    except (Invalid, Conflict) as error:
        return _page(public_id, form, status=422, error=_(error.message))
    notify(_("Tercatat. Rekan Anda diminta mengonfirmasi."))
    return _to(public_id)


@blueprint.post("/<public_id>/pertemuan/<meeting_id>")
@signed_in
def decide_meeting(public_id: str, meeting_id: str) -> ResponseReturnValue:
    """Confirm a meeting, or remove one that is not confirmed."""
    me = viewer().person_id
    try:
        if request.form.get("go") == "remove":
            remove_meeting(session(), me, public_id, meeting_id)
            notify(_("Catatan pertemuan dihapus."))
        else:
            confirm_meeting(session(), me, public_id, meeting_id)
            notify(_("Pertemuan dikonfirmasi."))
    except Conflict as refused:
        notify(_(refused.message), "unclear")
    return _to(public_id)


@blueprint.route("/<public_id>/selesai", methods=["GET", "POST"])
@signed_in
def finish(public_id: str) -> ResponseReturnValue:
    """Ask before ending, with the JP that both get; end."""
    me = viewer().person_id
    line = require(find_coaching(session(), me, public_id))
    if request.method == "POST":
        try:
            jp = end(session(), me, public_id)
            text = _("Selesai. Tercatat %(jp)s JP untuk Anda berdua.", jp=jp)
            notify(text if jp else _("Selesai tanpa JP."))
        except Conflict as refused:
            notify(_(refused.message), "unclear")
        return _to(public_id)
    meetings = meetings_of(session(), line.coaching_id, me)
    return page(
        "courses/ways/coaching_end.html",
        line=line,
        counted=len(confirmed(meetings)),
        minutes=sum(minutes for _day, minutes in confirmed(meetings)),
        open_meetings=sum(not each.confirmed for each in meetings),
        jp=coaching_jp(session(), confirmed(meetings)),
    )
