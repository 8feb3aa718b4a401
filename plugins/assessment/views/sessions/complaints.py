"""A question that is broken: the candidate says so and goes on; a proctor decides."""

from __future__ import annotations

from secrets import SystemRandom
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from lms import Invalid, NotFound
from lms.web import (
    PAGE_SIZE,
    Paging,
    _,
    ngettext,
    notify,
    page,
    page_number,
    permission,
    redirect_to,
    session,
    signed_in,
    site,
    viewer,
)
from plugins.assessment.domain.types import shown
from plugins.assessment.permissions import SESSION_WRITE
from plugins.assessment.queries.sessions import complaints as reads
from plugins.assessment.queries.sessions.board import forget_board
from plugins.assessment.queries.sessions.watching import Watch
from plugins.assessment.queries.sitting import question
from plugins.assessment.services.adaptive import extend
from plugins.assessment.services.sessions import complaining
from plugins.assessment.services.types import question_type
from plugins.assessment.views.blueprint import blueprint
from plugins.assessment.views.sessions.access import (
    REFUSALS,
    officers_watch,
    own_watch,
    refuse,
    seen_person,
)

NO_COMPLAINT = "Laporan ini tidak ditemukan."


# -- the candidate -------------------------------------------------------------------------------


@blueprint.get("/<public>/soal/<int:number>/masalah")
@signed_in
def report_question(public: str, number: int) -> ResponseReturnValue:
    """Ask what is wrong with a question."""
    found = question(session(), viewer().person_id, public, number)
    if found.sheet.handed_in_at is not None:
        return redirect_to("assessment.show_receipt", public=public)
    return page("assessment/sessions/report.html", **_report_values(public, number))


@blueprint.post("/<public>/soal/<int:number>/masalah")
@signed_in
def report_question_now(public: str, number: int) -> ResponseReturnValue:
    """Tell the proctor, and go on with the next question at once."""
    person_id, form = viewer().person_id, request.form
    sheet = question(session(), person_id, public, number).sheet
    try:
        complaining.complain(
            session(), person_id, public, number, form.get("reason", ""), form.get("text", "")
        )
    except Invalid as error:
        values = _report_values(public, number, _(error.message))
        return page("assessment/sessions/report.html", status=422, **values)
    notify(_("Laporan Anda sampai kepada pengawas. Silakan lanjut."))
    following: int | None = number + 1
    if number >= sheet.total:
        adaptive = sheet.mode == "adaptive"
        following = extend(session(), person_id, public, SystemRandom()) if adaptive else None
    if following is None:
        return redirect_to("assessment.check", public=public)
    return redirect_to("assessment.show_question", public=public, number=following)


def _report_values(public: str, number: int, error: str = "") -> dict[str, Any]:
    return {
        "public": public,
        "number": number,
        "reasons": complaining.REASONS,
        "chosen": request.form.get("reason", ""),
        "text": request.form.get("text", ""),
        "error": error,
    }


# -- those who decide ----------------------------------------------------------------------------


@blueprint.get("/hari/<public>/laporan")
@signed_in
def session_complaints(public: str) -> ResponseReturnValue:
    """List the questions that were called broken in the viewer's rooms, waiting ones first."""
    found = own_watch(public)
    lines, total = reads.complaints(session(), found, number=page_number(), size=PAGE_SIZE)
    paging = Paging(items=lines, total=total, number=page_number())
    return page("assessment/sessions/complaints.html", watch=found, paging=paging)


@blueprint.get("/hari/<public>/laporan/<complaint>")
@signed_in
def session_complaint(public: str, complaint: str) -> ResponseReturnValue:
    """Show the question as the candidate saw it, and what can be decided."""
    found = own_watch(public)
    return _complaint_page(found, _own_complaint(found, complaint))


@blueprint.post("/hari/<public>/laporan/<complaint>")
@signed_in
def decide_session_complaint(public: str, complaint: str) -> ResponseReturnValue:
    """Decide: it counts, it does not count here, or (officers) for nobody in this session."""
    found = own_watch(public)
    line = _own_complaint(found, complaint)
    decision, reason = request.form.get("decision", ""), request.form.get("reason", "")
    try:
        notify(_decided(found, line, decision, reason))
    except REFUSALS as error:
        refuse(error)
        return redirect_to("assessment.session_complaint", public=public, complaint=complaint)
    return redirect_to("assessment.session_complaints", public=public)


def _own_complaint(found: Watch, public: str) -> reads.ComplaintLine:
    """Give a complaint of this session and of the viewer's rooms; raises NotFound."""
    line = reads.complaint(session(), public)
    if line.session_id != found.session_id or not found.sees(line.room_id):
        raise NotFound(NO_COMPLAINT)
    return line


def _complaint_page(found: Watch | None, line: reads.ComplaintLine) -> ResponseReturnValue:
    kind = question_type(site(), line.kind, line.content)
    return page(
        "assessment/sessions/complaint.html",
        watch=found,
        line=line,
        kind=kind,
        content=line.content,
        shown=shown(kind.response, line.content, None),
        read_only=True,
    )


def _decided(found: Watch | None, line: reads.ComplaintLine, decision: str, reason: str) -> str:
    actor = viewer().person_id
    if decision == "keep":
        complaining.keep_question(session(), actor, line.complaint_id, reason)
        return _("Soal tetap dihitung. Keputusan tercatat.")
    if decision == "void":
        if complaining.void_question(session(), actor, line.complaint_id, reason):
            return _("Soal ini tidak dihitung untuk orang ini.")
        return _("Keputusan tercatat. Hasil tes ini dihitung ulang sebentar lagi.")
    if decision == "void-all" and found is not None and found.officer:
        n = complaining.void_for_all(session(), actor, line.complaint_id, found.session_id, reason)
        return ngettext(
            "Soal ini tidak dihitung pada %(num)s tes.",
            "Soal ini tidak dihitung pada %(num)s tes.",
            n,
        )
    raise Invalid("Pilih keputusannya.")


@blueprint.get("/laporan-soal")
@permission(SESSION_WRITE)
def other_complaints() -> ResponseReturnValue:
    """List the questions that were called broken outside of sessions."""
    lines, total = reads.complaints_elsewhere(session(), number=page_number(), size=PAGE_SIZE)
    paging = Paging(items=lines, total=total, number=page_number())
    return page("assessment/sessions/complaints.html", watch=None, paging=paging)


@blueprint.get("/laporan-soal/<complaint>")
@permission(SESSION_WRITE)
def other_complaint(complaint: str) -> ResponseReturnValue:
    """Show a question that was called broken outside of sessions."""
    return _complaint_page(None, _complaint_elsewhere(complaint))


@blueprint.post("/laporan-soal/<complaint>")
@permission(SESSION_WRITE)
def decide_other_complaint(complaint: str) -> ResponseReturnValue:
    """Decide on a question of a test outside of sessions."""
    line = _complaint_elsewhere(complaint)
    decision, reason = request.form.get("decision", ""), request.form.get("reason", "")
    try:
        notify(_decided(None, line, decision, reason))
    except REFUSALS as error:
        refuse(error)
        return redirect_to("assessment.other_complaint", complaint=complaint)
    return redirect_to("assessment.other_complaints")


def _complaint_elsewhere(public: str) -> reads.ComplaintLine:
    line = reads.complaint(session(), public)
    if line.session_id is not None:
        raise NotFound(NO_COMPLAINT)
    return line


# -- a test that cannot be saved -----------------------------------------------------------------


@blueprint.get("/hari/<public>/peserta/<person>/batalkan")
@signed_in
def ask_cancel_attempt(public: str, person: str) -> ResponseReturnValue:
    """Ask before a test is cancelled: what stays and what does not."""
    found = officers_watch(public)
    return page("assessment/sessions/cancel.html", watch=found, person=seen_person(found, person))


@blueprint.post("/hari/<public>/peserta/<person>/batalkan")
@signed_in
def cancel_attempt_now(public: str, person: str) -> ResponseReturnValue:
    """Cancel a test that a fault spoiled; the answers are kept, nothing is scored."""
    found = officers_watch(public)
    there = seen_person(found, person)
    try:
        complaining.cancel_attempt(
            session(),
            viewer().person_id,
            found.session_id,
            there.attempt,
            request.form.get("reason", ""),
        )
        forget_board(session(), found.session_id)
        notify(_("Tes dibatalkan. Orang ini boleh mulai lagi."))
    except REFUSALS as error:
        refuse(error)
        return redirect_to("assessment.ask_cancel_attempt", public=public, person=person)
    return redirect_to("assessment.session_person", public=public, person=person)
