"""Files come in: upload, a preview that stores nothing, confirmation, result."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue

from lms.core.errors import Invalid
from lms.core.hooks.outbox import deliver_pending
from lms.core.learning.importing import (
    EvidencePlan,
    apply_evidence,
    plan_evidence,
    read_evidence_file,
)
from lms.core.people.importing import ImportPlan, apply_import, plan_import, read_people_file
from lms.core.sheets import Problem, write_sheet
from lms.web.access import permission
from lms.web.context import reading, site, viewer
from lms.web.pages import page, redirect_to
from lms.web.people import uploads
from lms.web.people.blueprint import blueprint
from lms.web.people.uploads import Upload
from lms.web.translation import gettext as _
from lms.web.uploads import given_file

Plan = ImportPlan | EvidencePlan
SHOWN = 50
SECONDS_TO_DELIVER = 2.0
"""Longer than this the officer does not wait for consequences: the worker goes on."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADERS = ("Baris", "Nama", "Kolom", "Isi di Excel", "Apa yang salah, dan caranya")  # i18n


@blueprint.get("/masukkan-data")
@permission("core:people:import")
def import_file() -> ResponseReturnValue:
    """Ask for a file with people or with existing results."""
    return _form()


@blueprint.post("/masukkan-data")
@permission("core:people:import")
def upload_file() -> ResponseReturnValue:
    """Read the file; keep it when it can be used, else say what is wrong with it."""
    try:
        content, name = given_file()
        kind: uploads.Kind = "evidence" if request.form.get("kind") == "evidence" else "people"
        day = _day() if kind == "evidence" else None
        _plan(kind, content, name, day)
    except Invalid as error:
        return _form(error=_(error.message), status=422)
    upload = uploads.keep(content, name, kind, day)
    return redirect_to("people.preview", token=upload.token)


def _form(error: str = "", status: int = 200) -> ResponseReturnValue:
    kind = request.form.get("kind", request.args.get("kind", "people"))
    day = request.form.get("measured_on", "")
    return page("people/import.html", error=error, kind=kind, day=day, status=status)


def _day() -> date | None:
    text = request.form.get("measured_on", "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid(_("Tanggal tidak terbaca: %(text)s.", text=text[:30])) from error


def _plan(kind: uploads.Kind, content: bytes, name: str, day: date | None) -> Plan:
    """Read a file and compare it with what is stored; nothing is written."""
    if kind == "people":
        return plan_import(reading(), read_people_file(content, name))
    return plan_evidence(reading(), read_evidence_file(content, name, measured_on=day))


def _plan_of(upload: Upload) -> Plan:
    return _plan(upload.kind, upload.content(), upload.filename, upload.measured_on)


@blueprint.get("/masukkan-data/periksa/<token>")
@permission("core:people:import")
def preview(token: str) -> ResponseReturnValue:
    """Show what would happen: counts, the first findings, the columns."""
    upload = uploads.find(token)
    plan = _plan_of(upload)
    return page(
        f"people/preview_{upload.kind}.html",
        upload=upload,
        plan=plan,
        errors=_shown(plan.errors),
        warnings=_shown(plan.warnings),
        shown=SHOWN,
    )


def _shown(problems: Sequence[Problem]) -> list[tuple[Problem, str]]:
    """Give the first findings with their sentence in the reader's language."""
    return [(problem, _sentence(problem)) for problem in problems[:SHOWN]]


def _sentence(problem: Problem) -> str:
    return _(problem.message_id, **problem.values)


@blueprint.get("/masukkan-data/periksa/<token>/perbaiki.xlsx")
@permission("core:people:import")
def findings(token: str) -> ResponseReturnValue:
    """Give all findings as XLSX, the rows to mend first."""
    plan = _plan_of(uploads.find(token))
    rows = [
        (found.row, found.name, found.column, found.value, _sentence(found))
        for found in (*plan.errors, *plan.warnings)
    ]
    content = write_sheet([_(header) for header in HEADERS], rows, name="Perbaiki")
    headers = {"Content-Disposition": 'attachment; filename="perbaiki.xlsx"'}
    return Response(content, mimetype=XLSX, headers=headers)


@blueprint.post("/masukkan-data/periksa/<token>")
@permission("core:people:import")
def confirm(token: str) -> ResponseReturnValue:
    """Write the good rows in one transaction; a second click finds nothing to do."""
    upload = uploads.find(token)
    done = _apply(upload)
    upload.forget()
    _deliver_some()
    result = {
        "file": upload.filename,
        "kind": upload.kind,
        "created": done.created,
        "updated": done.updated if isinstance(done, ImportPlan) else 0,
        "unchanged": done.unchanged,
        "errors": len({found.row for found in done.errors}),
    }
    return redirect_to("people.imported", token=uploads.sign_result(result))


def _apply(upload: Upload) -> Plan:
    """Read outside, write inside: the lock is held for the writing only."""
    content, actor = upload.content(), viewer().person_id
    if upload.kind == "people":
        people = read_people_file(content, upload.filename)
        with site().database.writing(deliver=False) as own:
            return apply_import(own, people, actor)
    results = read_evidence_file(content, upload.filename, measured_on=upload.measured_on)
    with site().database.writing(deliver=False) as own:
        return apply_evidence(own, results, actor)


def _deliver_some() -> None:
    """Tell what follows, for a moment; a small file is done with it, a large one is not."""
    end = time.monotonic() + SECONDS_TO_DELIVER
    while deliver_pending(site(), 50) and time.monotonic() < end:
        pass


@blueprint.get("/masukkan-data/selesai/<token>")
@permission("core:people:import")
def imported(token: str) -> ResponseReturnValue:
    """Show what an import did, and what to do next."""
    result: dict[str, Any] = uploads.read_result(token)
    return page("people/imported.html", result=result)
