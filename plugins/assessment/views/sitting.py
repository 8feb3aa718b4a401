"""The test itself: start, one question a page, overview, hand-in, receipt."""

from __future__ import annotations

import re
import secrets

from flask import request, url_for
from flask.typing import ResponseReturnValue

from lms import Invalid
from lms.web import htmx, page, reading, redirect_to, session, signed_in, viewer, writing
from plugins.assessment.domain import Post
from plugins.assessment.queries.sitting import (
    Question,
    competency_names,
    overview,
    question,
    saved_answer,
)
from plugins.assessment.services.answers import Acknowledgement, HandedIn, Target, save_answer
from plugins.assessment.services.attempts import preview, start
from plugins.assessment.services.handing_in import hand_in
from plugins.assessment.views.blueprint import blueprint, purpose_of

DEVICE = re.compile(r"[A-Za-z0-9_-]{6,40}")


@blueprint.get("/mulai/<code>/<kind>")
@signed_in
def start_page(code: str, kind: str) -> ResponseReturnValue:
    """Say what comes and how long it is; nothing is started by looking."""
    purpose = purpose_of(kind)
    found = preview(session(), viewer().person_id, code, purpose)
    if found.running is not None:
        return redirect_to("assessment.resume", public=found.running)
    return page(
        "assessment/start.html",
        code=code,
        kind=kind,
        purpose=purpose,
        test=found,
        competencies=competency_names(session(), found.competency_ids),
    )


@blueprint.post("/mulai/<code>/<kind>")
@signed_in
def start_now(code: str, kind: str) -> ResponseReturnValue:
    """Draw the questions and go to the first; a second click goes to the same attempt."""
    public = start(session(), viewer().person_id, code, purpose_of(kind))
    return redirect_to("assessment.resume", public=public)


@blueprint.get("/<public>")
@signed_in
def resume(public: str) -> ResponseReturnValue:
    """Go on where the person stopped: the first question without an answer, or the receipt."""
    found = overview(session(), viewer().person_id, public)
    if found.handed_in_at is not None:
        return redirect_to("assessment.show_receipt", public=public)
    if found.answered and not found.open:
        return redirect_to("assessment.check", public=public)
    return redirect_to("assessment.show_question", public=public, number=found.next_open)


# -- one question --------------------------------------------------------------------------------


@blueprint.get("/<public>/soal/<int:number>")
@signed_in
def show_question(public: str, number: int) -> ResponseReturnValue:
    """Show one question with the stored answer; each page gets a key of its own for its posts."""
    found = question(reading(), viewer().person_id, public, number)
    if found.handed_in_at is not None:
        return redirect_to("assessment.show_receipt", public=public)
    return page(
        "assessment/question.html",
        question=found,
        saved=saved_answer(reading(), found.attempt_id, number),
        device=secrets.token_urlsafe(9),
    )


@blueprint.post("/<public>/soal/<int:number>")
@signed_in
def answer(public: str, number: int) -> ResponseReturnValue:
    """Store an answer; what is answered with 303 or "Tersimpan" is on the disk."""
    found = question(reading(), viewer().person_id, public, number)
    post = _post(found)
    target = Target(
        attempt_id=found.attempt_id, public_id=public, item_version_id=found.item_version_id
    )
    reading().rollback()  # give the reading connection back before the short writing one
    try:
        with writing() as short:
            saved = save_answer(short, target, post)
    except HandedIn as closed:
        return _closed(public, closed.message)
    return _after(found, saved)


def _post(found: Question) -> Post:
    """Parse an answer; raises Invalid for what no page of ours sends."""
    form = request.form
    value, device = form.get("answer", ""), form.get("device", "")
    seq = form.get("seq", 1, type=int)
    if value and value not in found.values:
        raise Invalid("Pilihan ini tidak ada pada soal. Muat ulang halaman, lalu pilih lagi.")
    if not DEVICE.fullmatch(device) or not 1 <= seq < 2**31:
        raise Invalid("Jawaban ini tidak lengkap. Muat ulang halaman, lalu pilih lagi.")
    return Post(
        sequence=found.number,
        device=device,
        seq=seq,
        value=value or None,
        flag="flag" in form,
        strict=form.get("strict") == "1",
    )


def _after(found: Question, saved: Acknowledgement) -> ResponseReturnValue:
    """Go where the button says; a script that stays gets only the mark "Tersimpan"."""
    go, number = request.form.get("go", "next"), found.number
    if go == "stay" and htmx:
        return page("assessment/_saved.html", saved_at=saved.saved_at)
    if go == "overview" or (go == "next" and number >= found.total):
        return redirect_to("assessment.check", public=found.public_id)
    step = {"next": 1, "back": -1}.get(go, 0)
    place = min(max(number + step, 1), found.total)
    return redirect_to("assessment.show_question", public=found.public_id, number=place)


def _closed(public: str, message: str) -> ResponseReturnValue:
    """Tell that the attempt is handed in and where the receipt is; nothing was stored."""
    receipt = url_for("assessment.show_receipt", public=public)
    body = page("assessment/closed.html", status=409, receipt=receipt, message=message)
    return (*body, {"HX-Redirect": receipt}) if isinstance(body, tuple) else body


# -- overview, hand-in, receipt ------------------------------------------------------------------


@blueprint.get("/<public>/periksa")
@signed_in
def check(public: str) -> ResponseReturnValue:
    """Show all questions at a glance and the button that hands in."""
    found = overview(session(), viewer().person_id, public)
    if found.handed_in_at is not None:
        return redirect_to("assessment.show_receipt", public=public)
    return page("assessment/check.html", test=found)


@blueprint.post("/<public>/kirim")
@signed_in
def hand_in_now(public: str) -> ResponseReturnValue:
    """Hand in once; with more questions open than the person was shown, show them first."""
    person_id = viewer().person_id
    found = overview(session(), person_id, public)
    shown = request.form.get("open", 0, type=int)
    if found.handed_in_at is None and len(found.open) > shown:
        return redirect_to("assessment.check", public=public)
    hand_in(session(), person_id, public)
    return redirect_to("assessment.show_receipt", public=public)


@blueprint.get("/<public>/tanda-terima")
@signed_in
def show_receipt(public: str) -> ResponseReturnValue:
    """Show what was received and when, with the code that proves it."""
    found = overview(session(), viewer().person_id, public)
    if found.handed_in_at is None:
        return redirect_to("assessment.check", public=public)
    return page("assessment/receipt.html", test=found)
