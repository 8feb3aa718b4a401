"""Assessors: file answers that wait, their files, and the points by the rubric."""

from __future__ import annotations

import io

from flask import request, send_file
from flask.typing import ResponseReturnValue

from lms import Invalid, NotAllowed
from lms.web import (
    PAGE_SIZE,
    Paging,
    _,
    notify,
    page,
    page_number,
    permission,
    redirect_to,
    session,
    site,
    viewer,
)
from plugins.assessment.domain.types.uploads import split_file
from plugins.assessment.permissions import ANSWER_RATE
from plugins.assessment.queries.rating import answers_to_rate as read_answers
from plugins.assessment.queries.rating import rating_page
from plugins.assessment.services.rating import rate
from plugins.assessment.views.blueprint import blueprint


@blueprint.get("/penilaian")
@permission(ANSWER_RATE)
def answers_to_rate() -> ResponseReturnValue:
    """List file answers that wait, oldest first, or those that were rated."""
    rated = request.args.get("keadaan") == "dinilai"
    lines, total = read_answers(session(), rated=rated, number=page_number(), size=PAGE_SIZE)
    paging = Paging(items=lines, total=total, number=page_number())
    return page("assessment/rating/list.html", paging=paging, rated=rated)


@blueprint.get("/penilaian/<public>/<int:sequence>")
@permission(ANSWER_RATE)
def rate_answer(public: str, sequence: int) -> ResponseReturnValue:
    """Show a file answer without a name, and the rubric."""
    return _rating_page(public, sequence)


@blueprint.post("/penilaian/<public>/<int:sequence>")
@permission(ANSWER_RATE)
def rate_answer_now(public: str, sequence: int) -> ResponseReturnValue:
    """Store the points; the newest rating counts."""
    prefix = "points_"
    points = {
        name.removeprefix(prefix): value
        for name, value in request.form.items()
        if name.startswith(prefix)
    }
    try:
        complete = rate(
            session(), viewer().person_id, public, sequence, points, request.form.get("note", "")
        )
    except Invalid as error:
        return _rating_page(public, sequence, _(error.message), status=422)
    except NotAllowed as error:
        notify(_(error.message), "alert")
        return redirect_to("assessment.answers_to_rate")
    if complete:
        notify(_("Nilai tersimpan. Hasil tes sudah dihitung lagi."))
    else:
        notify(_("Nilai tersimpan. Masih ada jawaban lain yang menunggu."))
    return redirect_to("assessment.answers_to_rate")


@blueprint.get("/penilaian/<public>/<int:sequence>/berkas")
@permission(ANSWER_RATE)
def answer_file(public: str, sequence: int) -> ResponseReturnValue:
    """Give the file, always as a download and never under a name that tells whose it is."""
    digest, name = split_file(rating_page(session(), public, sequence).value)
    kind = name.rpartition(".")[2]
    return send_file(
        io.BytesIO(site().files.get(digest)),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=f"jawaban-soal-{sequence}.{kind}",
    )


def _rating_page(
    public: str, sequence: int, error: str = "", *, status: int = 200
) -> ResponseReturnValue:
    found = rating_page(session(), public, sequence)
    return page(
        "assessment/rating/rate.html",
        status=status,
        answer=found,
        own=found.person_id == viewer().person_id,
        kind=found.value.rpartition(".")[2].upper(),
        error=error,
        typed=request.form,
    )
