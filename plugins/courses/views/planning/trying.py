"""What-if: another budget, or classes fixed by hand; nothing is stored until it is kept."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from lms import Conflict
from lms.web import _, htmx, notify, page, permission, redirect_to, session, viewer
from plugins.courses.domain.planning.exact import Limits
from plugins.courses.domain.planning.solving import solve
from plugins.courses.permissions import PLAN_READ, PLAN_WRITE
from plugins.courses.queries.planning.places import demand
from plugins.courses.queries.planning.plans import (
    ClassLine,
    PlanPage,
    figures_of,
    form_lines,
    plan_page,
)
from plugins.courses.services.planning.making import Trial, copy_plan, find_plan, tried
from plugins.courses.services.planning.solving import scenario_to_solve
from plugins.courses.services.planning.storing import result_values
from plugins.courses.views.planning.blueprint import blueprint, quality
from plugins.courses.views.planning.forms import MOST_RUPIAH, stripped

QUICK = Limits(seconds=6.0, gap=0.005)
"""In a request: what comes out in some seconds is good enough to look at."""
STEP = 5_000_000
BAD_BUDGET = "Tulis anggaran dalam rupiah, misalnya 600.000.000."  # i18n
BAD_CLASSES = "Tulis jumlah kelas sebagai angka bulat."  # i18n
MOST_CLASSES = 500


@blueprint.get("/<public_id>/coba")
@permission(PLAN_READ)
def trial(public_id: str) -> ResponseReturnValue:
    """Show what another budget, or other numbers of classes, would give."""
    found = plan_page(session(), public_id)
    if not found.solved:
        raise Conflict(_("Rencana ini belum selesai dihitung."))
    asked, problem = read_trial(found, request.args)
    values = _base(found) if asked is None or problem else _computed(found, asked)
    typed = {name: text for name, text in request.args.items() if name.startswith("kelas.")}
    return page(
        "courses/planning/trial.html",
        fragment="courses/planning/_trial.html",
        status=422 if problem and not htmx else 200,
        plan=found,
        needed=demand(session(), found.plan_id),
        before=found.line.figures,
        budget=asked.budget if asked and asked.budget is not None else found.line.figures.money,
        most=_most(found),
        step=STEP,
        typed=typed,
        problem=problem,
        oob=bool(htmx),
        trial=None if problem else asked,
        **values,
    )


@blueprint.get("/<public_id>/coba/geser")
@permission(PLAN_READ)
def slider(public_id: str) -> ResponseReturnValue:
    """Give the budget as a slider, where scripts run."""
    found = plan_page(session(), public_id)
    budget = request.args.get("anggaran", type=int) or found.line.figures.money
    return page(
        "courses/planning/_slider.html", plan=found, budget=budget, most=_most(found), step=STEP
    )


def _most(found: PlanPage) -> int:
    """Give the end of the slider: twice the money, in whole steps."""
    return max(2 * found.line.figures.money // STEP + 1, 20) * STEP


def read_trial(found: PlanPage, given: MultiDict[str, str]) -> tuple[Trial | None, str]:
    """Read what is tried, None when it is what the plan is anyway; and what is wrong with it."""
    budget = _number(given.get("anggaran", ""), MOST_RUPIAH)
    if budget is False:
        return None, _(BAD_BUDGET)
    classes = {}
    for line in form_lines(found.scenario, found.classes):
        count = _number(given.get(line.name, ""), MOST_CLASSES)
        if count is False:
            return None, _(BAD_CLASSES)
        if count is not None:
            classes[line.course, line.index] = count
    if budget == found.line.figures.money:
        budget = None
    if budget is None and not classes:
        return None, ""
    return Trial(budget=budget, classes=classes), ""


def _number(text: str, most: int) -> int | bool | None:
    """Read a number as people write it: None when nothing is written, False when it is none."""
    plain = stripped(text).removeprefix("Rp").replace(".", "").replace(" ", "")
    if not plain:
        return None
    return int(plain) if plain.isascii() and plain.isdigit() and int(plain) <= most else False


def _base(found: PlanPage) -> dict[str, Any]:
    return {
        "figures": found.line.figures,
        "lines": form_lines(found.scenario, found.classes),
        "quality": quality(found.line.status, found.line.gap),
    }


def _computed(found: PlanPage, asked: Trial) -> dict[str, Any]:
    """Compute what is tried, from the needs of the plan."""
    base = scenario_to_solve(session(), find_plan(session(), found.line.public_id))
    scenario = tried(base, asked)
    answer = solve(scenario, limits=QUICK)
    result = result_values(scenario, answer)
    lines = form_lines(found.scenario, [ClassLine(**each) for each in result["classes"]])
    return {
        "figures": figures_of(result),
        "lines": lines,
        "quality": quality(answer.status, None if answer.gap is None else answer.gap * 100),
    }


@blueprint.post("/<public_id>/coba")
@permission(PLAN_WRITE)
def keep_trial(public_id: str) -> ResponseReturnValue:
    """Keep what is tried as a plan of its own, which is then computed in full."""
    found = plan_page(session(), public_id)
    asked, problem = read_trial(found, request.form)
    if asked is None:
        notify(problem or _("Belum ada yang diubah."), "below")
        return redirect_to("courses_plans.trial", public_id=public_id)
    name = stripped(request.form.get("nama"))[:120] or _("%(name)s, dicoba", name=found.line.name)
    made = copy_plan(session(), viewer().person_id, public_id, name[:120], asked)
    return redirect_to("courses_plans.plan", public_id=made)
