"""Answers as they arrive: by a plain form, or by the outbox of the browser, which wants JSON."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import Invalid, NotFound, now
from lms.web import (
    Claim,
    _,
    checks_login,
    claimed_login,
    glancing,
    page,
    reading,
    redirect_to,
    refuse_login,
    site,
    speak,
    viewer,
    wants_json,
    writing,
)
from plugins.assessment.domain import Post
from plugins.assessment.domain.types import WrongResponse, parse_response
from plugins.assessment.domain.types.uploads import file_value
from plugins.assessment.presence import note_saved, note_seen
from plugins.assessment.queries.sitting import NO_TEST, Question, Sought, checked_questions
from plugins.assessment.services.adaptive import extend
from plugins.assessment.services.answers import Acknowledgement, HandedIn, TimeOver, save_answer
from plugins.assessment.services.types import question_type
from plugins.assessment.views.blueprint import blueprint
from plugins.assessment.views.devices import DEVICE, is_elsewhere
from plugins.assessment.views.sitting import heading, question_values, test_url

INCOMPLETE = "Jawaban ini tidak lengkap. Muat ulang halaman, lalu pilih lagi."


@blueprint.post("/<public>/soal/<int:number>")
@checks_login
def answer(public: str, number: int) -> ResponseReturnValue:
    """Store an answer; what is answered with 303 or with an acknowledgement is on the disk."""
    claim = claimed_login()
    found = _read(claim, public, number)
    if not found:
        return _refuse()
    post = _post(found[number])
    try:
        with writing() as short:
            saved = save_answer(short, claim.person_id, found[number], post)
    except HandedIn as closed:
        return _refused(public, closed.message, "assessment.show_receipt", "handed-in")
    except TimeOver as over:
        return _refused(public, over.message, "assessment.check", "time-over")
    note = note_saved if saved.stored else note_seen
    note(site(), found[number].sheet.attempt_id)
    if wants_json():
        return _acknowledged(found, number, post, saved)
    return _after(found[number], saved)


def _read(claim: Claim, public: str, number: int) -> dict[int, Question]:
    """Give the question and the one that comes next, the log-in checked, in one statement.

    Empty when there is no such question, or the log-in does not hold.
    """
    form = request.form
    sought = Sought(
        person_id=claim.person_id,
        epoch=claim.epoch,
        public_id=public,
        numbers=frozenset({number, number + _step(form.get("go", "next"))}),
        key=(form.get("device", ""), _seq()),
    )
    with glancing() as link:
        found, language = checked_questions(link, sought)
    speak(language)
    return found if number in found else {}


def _refuse() -> ResponseReturnValue:
    """Ask to log in when that is missing; else there is no such question."""
    refused = refuse_login()
    if refused is None:
        raise NotFound(NO_TEST)
    return refused


def _step(go: str) -> int:
    return {"next": 1, "back": -1}.get(go, 0)


def _post(found: Question) -> Post:
    """Parse an answer; raises Invalid for what no page of ours sends."""
    form = request.form
    try:
        kind = question_type(site(), found.kind, found.content)
        value = parse_response(kind.response, found.content, form)
        if kind.response == "file" and value is None:
            value = _uploaded(found.content)
    except WrongResponse as error:
        raise Invalid(str(error)) from error
    device, seq = form.get("device", ""), _seq()
    if not DEVICE.fullmatch(device) or seq < 1:
        raise Invalid(INCOMPLETE)
    return Post(
        sequence=found.number,
        device=device,
        seq=seq,
        value=value,
        flag="flag" in form,
        strict=form.get("strict") == "1",
        epoch=_epoch(found.sheet.epoch),
        client_time=_client_time(form.get("at", type=int)),
    )


def _seq() -> int:
    """Read the number of a message; 0 for one that no page of ours sends."""
    seq = request.form.get("seq", 1, type=int)
    return seq if 1 <= seq < 2**31 else 0


def _epoch(newest: int) -> int:
    """Read the epoch of a page; none is newer than the server's own, and any other is older."""
    return min(max(request.form.get("epoch", newest, type=int), 0), newest)


def _uploaded(content: dict[str, Any]) -> str | None:
    """Store a file that came with the form; without one the answer stays as it is."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return None
    data = upload.read()
    value = file_value(content, upload.filename, data)
    site().files.put(data)
    return value


def _client_time(milliseconds: int | None) -> datetime | None:
    """Read what the device says of its own clock; nonsense is no time at all."""
    if milliseconds is None or not 0 < milliseconds < 4_102_444_800_000:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


# -- what comes back -----------------------------------------------------------------------------


def _after(found: Question, saved: Acknowledgement) -> ResponseReturnValue:
    """Go where the button says; a stale answer first tells what became of it."""
    public, number = found.sheet.public_id, found.number
    if saved.stale:
        return page("assessment/elsewhere.html", public=public, number=number, kept=True)
    target = _target(found)
    if target is None:
        return redirect_to("assessment.check", public=public)
    return redirect_to("assessment.show_question", public=public, number=target, _anchor=_row())


def _row() -> str | None:
    """Give the row that was moved, so that the next Tab starts at its buttons."""
    command, _, row = request.form.get("go", "").partition("-")
    return f"urutan-{row}" if command in ("up", "down") else None


def _target(found: Question) -> int | None:
    """Give the question to show next; None for the overview."""
    go, number = request.form.get("go", "next"), found.number
    if go == "next" and found.sheet.mode == "adaptive" and number >= found.sheet.total:
        with writing() as short:
            return extend(short, viewer().person_id, found.sheet.public_id, secrets.SystemRandom())
    if go == "overview" or (go == "next" and number >= found.sheet.total):
        return None
    return min(max(number + _step(go), 1), found.sheet.total)


def _acknowledged(
    found: dict[int, Question], number: int, post: Post, saved: Acknowledgement
) -> ResponseReturnValue:
    """Name exactly what is stored, and bring the next question along: one round trip, not two."""
    here = found[number]
    ack = {
        "attempt": here.sheet.public_id,
        "number": number,
        "device": post.device,
        "seq": post.seq,
        "stale": saved.stale,
        "late": saved.late,
    }
    body: dict[str, Any] = {"ack": ack, "left": here.sheet.timing.left(now(reading()))}
    following = _page_for(found, number, saved)
    if "page" not in following:  # the page brings its own mark
        body["saved"] = render_template("assessment/_saved.html", saved=saved)
    return body | following


def _page_for(
    found: dict[int, Question], number: int, saved: Acknowledgement
) -> dict[str, str | None]:
    here = found[number]
    if request.form.get("go") == "stay":
        return {}
    public, target = here.sheet.public_id, _target(here)
    if saved.stale or is_elsewhere(here.sheet.device):
        return {"url": url_for("assessment.show_question", public=public, number=number)}
    if target is None:
        return {"url": url_for("assessment.check", public=public)}
    url = f"{test_url(public)}/soal/{target}"
    if target == number or target not in found:
        return {"url": url}
    values = question_values(found[target])
    return {
        "url": url,
        "title": heading(found[target]),
        "page": render_template("assessment/_question.html", **values),
    }


def _refused(public: str, message: str, endpoint: str, code: str) -> ResponseReturnValue:
    """Tell why nothing was stored and where to go on; never a silent redirect."""
    url = url_for(endpoint, public=public)
    if wants_json():
        label = "Kirim jawaban yang tersimpan" if code == "time-over" else "Lihat tanda terima"
        return {"error": _(message), "code": code, "url": url, "label": _(label)}, 409
    return page("assessment/closed.html", status=409, url=url, message=message, code=code)
