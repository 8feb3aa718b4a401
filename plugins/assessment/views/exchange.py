"""Questions come in from files and go out: upload, preview, confirmation, result; export."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, request
from flask.typing import ResponseReturnValue

from lms import Invalid, audit, today
from lms.sheets import write_sheet
from lms.web import (
    Upload,
    _,
    find_upload,
    given_file,
    keep_upload,
    page,
    permission,
    read_values,
    reading,
    redirect_to,
    sign_values,
    site,
    viewer,
    writing,
)
from plugins.assessment.domain.formats import FORMATS, Format, Parsed, Problem, read_questions
from plugins.assessment.domain.formats.samples import template_workbook
from plugins.assessment.domain.questions import STATES
from plugins.assessment.permissions import ITEM_WRITE
from plugins.assessment.queries.bank import bank_competencies, bank_tags, count_items
from plugins.assessment.services.exporting import WRITERS, Export, OutFormat, export_items
from plugins.assessment.services.importing import ImportPlan, apply_import, plan_import
from plugins.assessment.services.places import read_places
from plugins.assessment.services.types import question_types
from plugins.assessment.views.bank import wanted_of
from plugins.assessment.views.blueprint import blueprint

PURPOSE = "assessment-questions"
RESULT = "assessment-imported"
SHOWN = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADERS = ("Tempat", "Apa yang salah, dan caranya")  # i18n
OUT_TITLES: dict[OutFormat, str] = {  # i18n
    "xlsx": "Excel (.xlsx), bisa dibaca kembali",
    "gift": "GIFT, untuk Moodle",
    "qti": "QTI 3.0 (ZIP), untuk sistem lain",
}


@blueprint.get("/bank/impor")
@permission(ITEM_WRITE)
def import_questions() -> ResponseReturnValue:
    """Ask for a file with questions."""
    return _import_form()


@blueprint.get("/bank/impor/contoh.xlsx")
@permission(ITEM_WRITE)
def import_template() -> ResponseReturnValue:
    """Give a workbook with an example of each kind."""
    competency = read_places(reading()).default().code
    return _file(template_workbook(competency), XLSX, "contoh-soal.xlsx")


@blueprint.post("/bank/impor")
@permission(ITEM_WRITE)
def upload_questions() -> ResponseReturnValue:
    """Read the file; keep it when it can be used, else say what is wrong with it."""
    form, competency = request.form.get("format", ""), request.form.get("competency", "")[:100]
    try:
        content, name = given_file()
        parsed = _parse(content, name, form)
        plan_import(reading(), parsed, competency=competency)
    except Invalid as error:
        return _import_form(_(error.message), status=422)
    kept = keep_upload(PURPOSE, content, name, form=form, competency=competency)
    return redirect_to("assessment.review_import", token=kept.token)


def _import_form(error: str = "", status: int = 200) -> ResponseReturnValue:
    return page(
        "assessment/exchange_import.html",
        status=status,
        error=error,
        formats=FORMATS,
        form=request.form.get("format", ""),
        competencies=read_places(reading()).all,
        competency=request.form.get("competency", ""),
    )


def _parse(content: bytes, name: str, form: str) -> Parsed:
    known: dict[str, Format] = {each: each for each in FORMATS}
    return read_questions(content, name, known.get(form))


def _parse_upload(upload: Upload) -> Parsed:
    return _parse(upload.content(), upload.filename, upload.values["form"])


def _plan(upload: Upload) -> ImportPlan:
    parsed = _parse_upload(upload)
    return plan_import(reading(), parsed, competency=upload.values["competency"])


@blueprint.get("/bank/impor/periksa/<token>")
@permission(ITEM_WRITE)
def review_import(token: str) -> ResponseReturnValue:
    """Show what would happen: counts, problems, and the first questions as they would be stored."""
    upload = find_upload(PURPOSE, token)
    plan = _plan(upload)
    return page(
        "assessment/exchange_review.html",
        upload=upload,
        plan=plan,
        errors=_shown(plan.errors),
        notes=_shown(plan.notes),
        shown=SHOWN,
    )


def _shown(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    """Give place and sentence of the first findings in the reader's language."""
    return [(each.where, _sentence(each)) for each in problems[:SHOWN]]


def _sentence(problem: Problem) -> str:
    return _(problem.message_id, **problem.values)


@blueprint.get("/bank/impor/periksa/<token>/perbaiki.xlsx")
@permission(ITEM_WRITE)
def import_findings(token: str) -> ResponseReturnValue:
    """Give all findings as XLSX, the questions to mend first."""
    plan = _plan(find_upload(PURPOSE, token))
    rows = [(each.where, _sentence(each)) for each in (*plan.errors, *plan.notes)]
    content = write_sheet([_(header) for header in HEADERS], rows, name="Perbaiki")
    return _file(content, XLSX, "perbaiki-soal.xlsx")


@blueprint.post("/bank/impor/periksa/<token>")
@permission(ITEM_WRITE)
def confirm_import(token: str) -> ResponseReturnValue:
    """Store the good questions; a second click finds nothing to do."""
    upload = find_upload(PURPOSE, token)
    parsed = _parse_upload(upload)  # read outside, write inside: the lock is held for writing only
    with writing() as own:
        done = apply_import(
            own,
            parsed,
            viewer().person_id,
            competency=upload.values["competency"],
            filename=upload.filename,
        )
    upload.forget()
    result = [upload.filename, done.imported, done.skipped, len(done.errors)]
    return redirect_to("assessment.imported", token=sign_values(RESULT, result))


@blueprint.get("/bank/impor/selesai/<token>")
@permission(ITEM_WRITE)
def imported(token: str) -> ResponseReturnValue:
    """Show what an import did, and what to do next."""
    name, new, skipped, errors = read_values(RESULT, token)
    return page("assessment/exchange_done.html", name=name, new=new, skipped=skipped, errors=errors)


# -- export --------------------------------------------------------------------------------------


@blueprint.get("/bank/ekspor")
@permission(ITEM_WRITE)
def export_questions() -> ResponseReturnValue:
    """Ask which questions to give out, and in which format."""
    return _export_form()


def _export_form(error: str = "", status: int = 200) -> ResponseReturnValue:
    wanted = wanted_of(request.values)
    return page(
        "assessment/exchange_export.html",
        status=status,
        error=error,
        wanted=wanted,
        total=count_items(reading(), wanted),
        competencies=bank_competencies(reading()),
        kinds=list(question_types(site())),
        states=list(STATES),
        tags=bank_tags(reading()),
        formats=OUT_TITLES,
        form=request.values.get("format", "xlsx"),
    )


@blueprint.post("/bank/ekspor")
@permission(ITEM_WRITE)
def export_now() -> ResponseReturnValue:
    """Send the file, and note who took the keys out of the house."""
    form: OutFormat = next((f for f in WRITERS if f == request.form.get("format")), "xlsx")
    try:
        made = export_items(reading(), form, wanted_of(request.form))
    except Invalid as error:
        return _export_form(_(error.message), status=422)
    with writing() as own:
        audit(own, viewer().person_id, "assessment:item:export", form, count=made.count)
    return _file(made.content, made.mimetype, _name(made))


def _name(made: Export) -> str:
    return f"soal-{today(reading()).isoformat()}{made.suffix}"


def _file(content: bytes, mimetype: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=mimetype, headers=headers)
