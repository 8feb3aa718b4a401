"""Frameworks, standards and rules as Excel: download, upload with a preview, confirmation."""

from __future__ import annotations

from pathlib import PurePath

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer

from lms.core.audit import audit
from lms.core.errors import Invalid, NotFound
from lms.core.files import FileStore
from lms.core.learning.exchanging import (
    WorkbookPlan,
    apply_workbook,
    export_workbook,
    read_and_plan,
)
from lms.core.learning.workbook_effects import standard_effects
from lms.web.access import permission
from lms.web.competency.blueprint import blueprint
from lms.web.context import reading, site, viewer, writing
from lms.web.pages import notify, page, redirect_to
from lms.web.translation import gettext as _
from lms.web.translation import ngettext

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEPT_SECONDS = 2 * 24 * 3600
SHOWN = 50
GONE = "Berkas ini sudah tidak tersimpan. Unggah lagi."  # i18n


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
    given = request.files.get("file")
    if given is None or not given.filename:
        return page("competency/workbook.html", error=_("Pilih berkas dulu."), status=422)
    name = PurePath(given.filename.replace("\\", "/")).name[-100:]
    content = given.stream.read()
    try:
        read_and_plan(reading(), content, name)
    except Invalid as error:
        return page("competency/workbook.html", error=_(error.message), status=422)
    token = _signer().dumps([viewer().person_id, _store().put(content), name])
    return redirect_to("competency.review", token=token)


@blueprint.get("/excel/periksa/<token>")
@permission("core:standard:write")
def review(token: str) -> ResponseReturnValue:
    """Show what a workbook would change, or every problem with its sheet and row."""
    plan, name = _open(token)
    return page(
        "competency/review.html",
        plan=plan,
        filename=name,
        token=token,
        problems=plan.problems[:SHOWN],
        effects=standard_effects(reading(), plan),
        status=422 if plan.problems else 200,
    )


@blueprint.post("/excel/periksa/<token>")
@permission("core:standard:write")
def confirm(token: str) -> ResponseReturnValue:
    """Store what differs as new versions; a second click finds nothing left to store."""
    content, name = _content(token), _values(token)[2]
    with writing() as s:
        done = apply_workbook(s, read_and_plan(s, content, name), viewer().person_id)
        if done:
            audit(s, viewer().person_id, "core:standard:upload", name, stored=len(done))
    text = ngettext("%(num)s bagian tersimpan.", "%(num)s bagian tersimpan.", len(done))
    notify(text if done else _("Tidak ada yang berubah."))
    return redirect_to("competency.standards")


def _open(token: str) -> tuple[WorkbookPlan, str]:
    content, name = _content(token), _values(token)[2]
    return read_and_plan(reading(), content, name), name


def _content(token: str) -> bytes:
    try:
        return _store().get(_values(token)[1])
    except NotFound as error:
        raise NotFound(_(GONE)) from error


def _values(token: str) -> tuple[int, str, str]:
    """Read a token: the address opens the file for its uploader only."""
    try:
        person_id, digest, name = _signer().loads(token, max_age=KEPT_SECONDS)
    except BadSignature as error:
        raise NotFound(_(GONE)) from error
    if person_id != viewer().person_id:
        raise NotFound(_(GONE))
    return person_id, digest, name


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="competency-upload")


def _store() -> FileStore:
    """Give the place of files that wait for a confirmation; old ones are swept there."""
    return FileStore(site().files.folder / "uploads")
