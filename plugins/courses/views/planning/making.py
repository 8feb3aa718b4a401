"""Pages that make a plan: its inputs, computing again, removing."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from flask import request
from flask.typing import ResponseReturnValue

from lms import Invalid, today
from lms.web import _, choice, notify, page, permission, redirect_to, session, viewer
from plugins.courses.permissions import PLAN_WRITE
from plugins.courses.queries.planning.costs import budget_of, plan_courses
from plugins.courses.queries.planning.needs import levels_in_use
from plugins.courses.queries.planning.plans import plan_page
from plugins.courses.services.planning.making import create_plan, drop_plan, solve_again
from plugins.courses.views.planning.blueprint import blueprint
from plugins.courses.views.planning.forms import LEAVING, PlanForm

MOST_WEIGHT = 10


@blueprint.get("/baru")
@permission(PLAN_WRITE)
def new_plan() -> ResponseReturnValue:
    """Ask for the year, the money, the trainers and the limits."""
    year = request.args.get("tahun", type=int) or today(session()).year + 1
    money = [
        {"name": name, "amount": amount} for name, amount in budget_of(session(), year).items()
    ]
    free = [{"name": "" if money else "APBD"}]
    form = PlanForm(year=year, name=_("Usulan %(year)s", year=year), sources=[*money, *free])
    return _page(form)


@blueprint.post("/baru")
@permission(PLAN_WRITE)
def create_new_plan() -> ResponseReturnValue:
    """Make a plan and have it computed."""
    form = PlanForm(request.form)
    levels = _weights()
    if not form.validate() or levels is None:
        return _page(form, 422, "" if levels is not None else _("Tulis bobot dari 0 sampai 10."))
    try:
        public_id = create_plan(session(), viewer().person_id, form.wish(levels))
    except Invalid as error:
        return _page(form, 422, error.message)
    return redirect_to("courses_plans.plan", public_id=public_id)


def _weights() -> dict[str, int] | None:
    """Read the weights by position level in thousandths; None when one cannot be read."""
    found = {}
    for name, text in request.form.items():
        if name.startswith("bobot.") and text.strip():
            try:
                weight = Decimal(text.strip().replace(",", "."))
            except InvalidOperation:
                return None
            if not weight.is_finite() or not 0 <= weight <= MOST_WEIGHT:
                return None
            found[name.removeprefix("bobot.")] = int(weight * 1000)
    return found


def _page(form: PlanForm, status: int = 200, error: str = "") -> ResponseReturnValue:
    courses = [course for _id, course in plan_courses(session()) if course.forms]
    for entry in form.trainers:
        entry.form.course.choices = [
            choice("", _("Semua pelatihan")),
            *(choice(course.key, course.title) for course in courses),
        ]
    form.leaving.choices = [choice(value, _(label)) for value, label in LEAVING.items()]
    levels = [
        (level, request.form.get(f"bobot.{level}", "1")) for level in levels_in_use(session())
    ]
    return page(
        "courses/planning/new.html",
        status=status,
        form=form,
        levels=levels,
        error=error,
        courses=len(courses),
    )


@blueprint.post("/<public_id>/ulang")
@permission(PLAN_WRITE)
def again(public_id: str) -> ResponseReturnValue:
    """Have a plan computed once more with the same inputs."""
    solve_again(session(), public_id)
    return redirect_to("courses_plans.plan", public_id=public_id)


@blueprint.get("/<public_id>/hapus")
@permission(PLAN_WRITE)
def ask_drop(public_id: str) -> ResponseReturnValue:
    """Say what removing a plan does."""
    return page("courses/planning/drop.html", plan=plan_page(session(), public_id))


@blueprint.post("/<public_id>/hapus")
@permission(PLAN_WRITE)
def drop(public_id: str) -> ResponseReturnValue:
    """Remove a plan that was not adopted."""
    drop_plan(session(), viewer().person_id, public_id)
    notify(_("Rencana sudah dihapus."))
    return redirect_to("courses_plans.plans")
