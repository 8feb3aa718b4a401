"""Frameworks, standards and rules as Excel: download, upload with a preview, confirmation."""

from __future__ import annotations

from flask import Response
from flask.typing import ResponseReturnValue

from lms.core.audit import audit
from lms.core.errors import Invalid
from lms.core.learning.exchanging import (
    apply_workbook,
    export_workbook,
    read_and_plan,
)
from lms.core.learning.workbook_effects import standard_effects
from lms.web.access import permission
from lms.web.competency.blueprint import blueprint
from lms.web.context import reading, viewer, writing
from lms.web.pages import notify, page, redirect_to
from lms.web.translation import gettext as _
from lms.web.translation import ngettext
from lms.web.uploads import find_upload, given_file, keep_upload

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 50


@blueprint.get("/excel")
@permission("core:standard:read")
def workbook() -> ResponseReturnValue:
    """Offer the workbook, and ask for a changed one."""
    return page("competency/workbook.html", error="")


@blueprint.get("/excel/standar.xlsx")
@permission("core:standard:read")
def download() -> ResponseReturnValue:
    """Give frameworks, standards and rules in force as one workbook."""
    content = export_workbook(reading())
    headers = {"Content-Disposition": 'attachment; filename="standar.xlsx"'}
    return Response(content, mimetype=XLSX, headers=headers)


@blueprint.post("/excel")
@permission("core:standard:write")
def upload() -> ResponseReturnValue:
    """Read a workbook; keep it when it is one, else say what is wrong with it."""
    try:
        content, name = given_file()
        read_and_plan(reading(), content, name)
    except Invalid as error:
        return page("competency/workbook.html", error=_(error.message), status=422)
    kept = keep_upload("competency", content, name)
    return redirect_to("competency.review", token=kept.token)


@blueprint.get("/excel/periksa/<token>")
@permission("core:standard:write")
def review(token: str) -> ResponseReturnValue:
    """Show what a workbook would change, or every problem with its sheet and row."""
    kept = find_upload("competency", token)
    plan = read_and_plan(reading(), kept.content(), kept.filename)
    return page(
        "competency/review.html",
        plan=plan,
        filename=kept.filename,
        token=token,
        problems=plan.problems[:SHOWN],
        effects=standard_effects(reading(), plan),
        status=422 if plan.problems else 200,
    )


@blueprint.post("/excel/periksa/<token>")
@permission("core:standard:write")
def confirm(token: str) -> ResponseReturnValue:
    """Store what differs as new versions; a second click finds nothing left to store."""
    kept = find_upload("competency", token)
    content = kept.content()
    with writing() as s:
        done = apply_workbook(s, read_and_plan(s, content, kept.filename), viewer().person_id)
        if done:
            audit(s, viewer().person_id, "core:standard:upload", kept.filename, stored=len(done))
    text = ngettext("%(num)s bagian tersimpan.", "%(num)s bagian tersimpan.", len(done))
    notify(text if done else _("Tidak ada yang berubah."))
    return redirect_to("competency.standards")
