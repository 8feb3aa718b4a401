"""Pages of unit costs: the list, and the form of one course in one form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from lms import Conflict
from lms.web import (
    PAGE_SIZE,
    Paging,
    _,
    notify,
    page,
    page_number,
    permission,
    redirect_to,
    require,
    session,
    viewer,
)
from plugins.courses.models import UnitCost
from plugins.courses.permissions import PLAN_READ, PLAN_WRITE
from plugins.courses.queries.learner import plain_course_page
from plugins.courses.queries.planning.costs import cost_lines, unit_cost
from plugins.courses.services.planning.costs import drop_cost, keep_cost
from plugins.courses.views.planning.blueprint import blueprint
from plugins.courses.views.planning.forms import PER_CLASS, PER_JP, PER_PERSON, CostForm

PARTS: tuple[tuple[str, Sequence[str]], ...] = (
    ("per_class", PER_CLASS),
    ("per_jp", PER_JP),
    ("per_person", PER_PERSON),
)


@blueprint.get("/biaya")
@permission(PLAN_READ)
def costs() -> ResponseReturnValue:
    """List the courses in their forms with what they cost."""
    search, number = request.args.get("q", "").strip()[:80], page_number()
    lines, total = cost_lines(session(), search, number=number, size=PAGE_SIZE)
    paging = Paging(items=lines, total=total, number=number)
    return page("courses/planning/costs.html", paging=paging, search=search)


@blueprint.get("/biaya/<slug>/baru")
@permission(PLAN_WRITE)
def new_cost(slug: str) -> ResponseReturnValue:
    """Ask what a course costs in a further form."""
    return _page(slug, CostForm(minimum=20, maximum=40, **_lines({})), None)


@blueprint.post("/biaya/<slug>/baru")
@permission(PLAN_WRITE)
def add_cost(slug: str) -> ResponseReturnValue:
    """Keep the costs of a further form."""
    return _keep(slug, None)


@blueprint.get("/biaya/<slug>/<int:cost_id>")
@permission(PLAN_WRITE)
def change_cost(slug: str, cost_id: int) -> ResponseReturnValue:
    """Show the form with what is kept."""
    cost = require(unit_cost(session(), slug, cost_id))
    return _page(slug, _filled(cost), cost_id)


@blueprint.post("/biaya/<slug>/<int:cost_id>")
@permission(PLAN_WRITE)
def change_cost_now(slug: str, cost_id: int) -> ResponseReturnValue:
    """Keep the changed costs."""
    return _keep(slug, cost_id)


@blueprint.post("/biaya/<slug>/<int:cost_id>/hapus")
@permission(PLAN_WRITE)
def remove_cost(slug: str, cost_id: int) -> ResponseReturnValue:
    """Remove a form of a course from the costs."""
    drop_cost(session(), viewer().person_id, slug, cost_id)
    notify(_("Biaya sudah dihapus. Rencana yang sudah dibuat tidak berubah."))
    return redirect_to("courses_plans.costs")


def _keep(slug: str, cost_id: int | None) -> ResponseReturnValue:
    form = CostForm(request.form)
    if not form.validate():
        return _page(slug, form, cost_id, status=422)
    try:
        keep_cost(session(), viewer().person_id, slug, form.spec(), cost_id)
    except Conflict as error:
        form.form.errors = [error.message]
        return _page(slug, form, cost_id, status=422)
    notify(_("Biaya sudah disimpan."))
    return redirect_to("courses_plans.costs")


def _page(
    slug: str, form: CostForm, cost_id: int | None, *, status: int = 200
) -> ResponseReturnValue:
    course = require(plain_course_page(session(), slug))
    values: dict[str, Any] = {"course": course, "form": form, "cost_id": cost_id}
    return page("courses/planning/cost.html", status=status, **values)


def _filled(cost: UnitCost) -> CostForm:
    kept = {name: getattr(cost, name) for name, _usual in PARTS}
    plain = ("form", "minimum", "maximum", "trainer_jp", "most_classes")
    return CostForm(**{name: getattr(cost, name) for name in plain}, **_lines(kept))


def _lines(kept: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Give the lines of costs: what is kept, the usual names without an amount, one free line."""
    found: dict[str, Any] = {}
    for part, usual in PARTS:
        amounts = dict(kept.get(part, {}))
        names = [*amounts, *(name for name in usual if name not in amounts), ""]
        found[part] = [{"name": name, "amount": amounts.get(name)} for name in names]
    return found
