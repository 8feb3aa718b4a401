"""The officer's summary: how many were assessed, what is to be raised, unit by unit."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from lms.core.errors import NotFound
from lms.core.learning import overview
from lms.core.people.positions import level_name
from lms.core.settings import get_setting
from lms.web.access import permission
from lms.web.context import session, site
from lms.web.pages import page

blueprint = Blueprint("overview", __name__, url_prefix="/ringkasan")


@blueprint.get("")
@permission("core:overview:read")
def summary() -> ResponseReturnValue:
    """Show counts and the gap matrix of a framework, from the results that count."""
    frameworks = overview.frameworks_with_results(session())
    chosen = _chosen(frameworks)
    counts = overview.state_counts(session(), chosen) if chosen else []
    return page(
        "overview/summary.html",
        assessed=overview.people_assessed(session()),
        frameworks=frameworks,
        chosen=chosen,
        counts=counts,
        levels={c.competency_id: _levels(c.competency_id) for c in counts if len(counts) <= 2},
        rows=overview.matrix(session(), chosen, _small()) if chosen else [],
        small=_small(),
        source=overview.latest_measurement(session(), chosen) if chosen else None,
        at=site().clock(),
    )


def _small() -> int:
    return int(get_setting(session(), "core.small_group"))


def _chosen(frameworks: list[tuple[int, str, str]]) -> int | None:
    """Give the framework asked for by its code, or the one with most results."""
    code = request.args.get("kerangka", "")
    if not code:
        return frameworks[0][0] if frameworks else None
    for framework_id, known, _name in frameworks:
        if known == code:
            return framework_id
    raise NotFound("Kerangka ini belum punya hasil.")


def _levels(competency_id: int) -> list[tuple[str, int]]:
    found = overview.first_below_by_level(session(), competency_id)
    return [(level_name(line.level), line.below) for line in found]
