"""How the questions of an instrument work: figures in words and charts, Excel, calibration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue

from lms import Invalid, enqueue
from lms.sheets import Value, write_sheet
from lms.web import _, notify, page, permission, redirect_to, session, viewer
from plugins.assessment.domain.psychometrics import (
    DIFFICULTY,
    DISCRIMINATION,
    FLAGS,
    MODELS,
    NEEDED,
    Model,
)
from plugins.assessment.jobs import CALIBRATE, REPORT
from plugins.assessment.permissions import INSTRUMENT_WRITE, ITEM_READ
from plugins.assessment.queries.instruments import newest_version
from plugins.assessment.queries.reports import count_takers, report_key, report_page
from plugins.assessment.services.calibrating import TOO_FEW, adopt
from plugins.assessment.views.blueprint import blueprint

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MODEL_NAMES = {  # i18n
    "rasch": "Rasch (hanya kesulitan)",
    "1pl": "1PL (daya pembeda sama)",
    "2pl": "2PL (kesulitan dan daya pembeda)",
}
HEADERS = (  # i18n
    "Kompetensi",
    "Soal",
    "Versi",
    "Peserta",
    "Tingkat kesulitan p",
    "Korelasi dengan sisa",
    "Daya beda D",
    "Alpha tanpa soal ini",
    "Paparan",
    "Catatan",
)


@blueprint.get("/alat/<code>/laporan")
@permission(ITEM_READ)
def report(code: str) -> ResponseReturnValue:
    """Show the newest report; it was computed in the background."""
    found = report_page(session(), newest_version(session(), code))
    return page(
        "assessment/reports/report.html",
        code=code,
        report=found,
        words={**DIFFICULTY, **DISCRIMINATION, **FLAGS},
        models=MODEL_NAMES,
        needed=NEEDED,
    )


@blueprint.post("/alat/<code>/laporan")
@permission(ITEM_READ)
def make_report_now(code: str) -> ResponseReturnValue:
    """Ask the worker for a new report."""
    version = newest_version(session(), code)
    payload = {"version": version.id, "by": viewer().person_id}
    enqueue(session(), REPORT, payload, unique_key=report_key(version.id))
    notify(_("Laporan sedang dihitung. Muat ulang halaman ini sebentar lagi."), "unclear")
    return redirect_to("assessment.report", code=code)


@blueprint.post("/alat/<code>/kalibrasi")
@permission(INSTRUMENT_WRITE)
def calibrate_now(code: str) -> ResponseReturnValue:
    """Ask the worker for a calibration; with too few answers only on purpose."""
    version = newest_version(session(), code)
    model, force = _model(), request.form.get("force") == "1"
    n = count_takers(session(), version.id)
    if n < NEEDED[model] and not force:
        raise Invalid(TOO_FEW.format(n=n, needed=NEEDED[model]))
    payload = {"version": version.id, "by": viewer().person_id, "model": model, "force": force}
    enqueue(session(), CALIBRATE, payload, unique_key=report_key(version.id))
    notify(_("Kalibrasi sedang dihitung. Muat ulang halaman ini sebentar lagi."), "unclear")
    return redirect_to("assessment.report", code=code)


def _model() -> Model:
    for model in MODELS:
        if request.form.get("model") == model:
            return model
    raise Invalid("Pilih cara kalibrasi.")


@blueprint.post("/alat/<code>/kalibrasi/<int:number>/pakai")
@permission(INSTRUMENT_WRITE)
def adopt_now(code: str, number: int) -> ResponseReturnValue:
    """Use a calibration for new attempts."""
    version = newest_version(session(), code)
    adopt(session(), viewer().person_id, version.id, number)
    notify(_("Kalibrasi dipakai untuk tes yang dimulai mulai sekarang."))
    return redirect_to("assessment.report", code=code)


@blueprint.get("/alat/<code>/laporan.xlsx")
@permission(ITEM_READ)
def report_file(code: str) -> ResponseReturnValue:
    """Give the figures as an Excel file."""
    found = report_page(session(), newest_version(session(), code))
    content = write_sheet([_(name) for name in HEADERS], _rows(found.figures), name="Butir soal")
    name = f'attachment; filename="laporan-{code}.xlsx"'
    return Response(content, mimetype=XLSX, headers={"Content-Disposition": name})


def _rows(figures: Mapping[str, Any]) -> Iterator[list[Value]]:
    for part in figures.get("parts", ()):
        for item in part["items"]:
            yield [
                part["competency"],
                item["code"],
                item["version"],
                item["n"],
                *(item[name] for name in ("p", "item_rest", "d", "alpha_if_dropped", "exposure")),
                "; ".join(_(FLAGS[flag]) for flag in item["flags"]),
            ]
