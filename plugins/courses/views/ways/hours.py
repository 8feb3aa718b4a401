"""Pages of an officer: everybody's learning hours in a year, and files of them."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms import ask_export, today
from lms.web import (
    PAGE_SIZE,
    Paging,
    page,
    page_number,
    permission,
    plugin_blueprint,
    redirect_to,
    session,
    viewer,
)
from plugins.courses.domain.hours_overview import YEAR_STATES
from plugins.courses.exports import DEVELOPMENT, SIASN
from plugins.courses.permissions import HOURS_READ
from plugins.courses.queries.classes.nominees import units_to_choose
from plugins.courses.queries.ways.year_hours import (
    YearFilter,
    year_counts,
    year_lines,
    years_with_credits,
)
from plugins.courses.views.ways.asked import asked_number, asked_year

blueprint = plugin_blueprint("courses_hours", "plugins.courses", url_prefix="/pelatihan/jp-pegawai")
FILES = {"pengembangan": (DEVELOPMENT, "xlsx"), "siasn": (SIASN, "xlsx"), "csv": (SIASN, "csv")}


def _wanted() -> YearFilter:
    asked = request.values
    state = asked.get("keadaan", "")
    return YearFilter(
        year=asked_year(today(session()).year),
        search=asked.get("q", "").strip()[:80],
        unit_id=asked_number("unit"),
        state=next((each for each in YEAR_STATES if each == state), None),
    )


@blueprint.get("/")
@permission(HOURS_READ)
def people() -> ResponseReturnValue:
    """List people by name with their year, and count how they stand."""
    wanted, number = _wanted(), page_number()
    counts = year_counts(session(), wanted)
    total = counts[wanted.state] if wanted.state else sum(counts.values())
    years = {today(session()).year, wanted.year, *years_with_credits(session())}
    return page(
        "courses/ways/year_hours.html",
        wanted=wanted,
        counts=counts,
        paging=Paging(
            items=year_lines(session(), wanted, number=number, size=PAGE_SIZE),
            total=total,
            number=number,
        ),
        years=sorted(years, reverse=True),
        units=units_to_choose(session()),
    )


@blueprint.post("/berkas")
@permission(HOURS_READ)
def ask() -> ResponseReturnValue:
    """Have a file of the year made in the background."""
    wanted = _wanted()
    name, kind = FILES.get(request.form.get("jenis", ""), FILES["pengembangan"])
    payload = {"year": wanted.year, "unit": wanted.unit_id, "format": kind}
    made = ask_export(session(), viewer().person_id, name, payload)
    return redirect_to("exports.show", public_id=made)
