"""Pages of a plan: the list, the plan, its classes and people, who is left, print, Excel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from lms import ask_export, awaited
from lms.web import (
    PAGE_SIZE,
    Paging,
    page,
    page_number,
    permission,
    redirect_to,
    require,
    session,
    viewer,
)
from plugins.courses.domain.planning.budget_form import budget_rows, total
from plugins.courses.exports import PLAN_WORKBOOK
from plugins.courses.permissions import PLAN_READ
from plugins.courses.queries.planning.places import (
    class_page,
    demand,
    left_page,
    reason_lines,
)
from plugins.courses.queries.planning.plans import (
    ClassLine,
    FormLine,
    PlanPage,
    form_lines,
    plan_choices,
    plan_lines,
    plan_page,
)
from plugins.courses.services.planning.making import solve_key
from plugins.courses.views.planning.blueprint import blueprint, quality


@blueprint.get("/")
@permission(PLAN_READ)
def plans() -> ResponseReturnValue:
    """List the plans, the latest first."""
    number = page_number()
    lines, many = plan_lines(session(), number=number, size=PAGE_SIZE)
    paging = Paging(items=lines, total=many, number=number)
    return page("courses/planning/plans.html", paging=paging)


@blueprint.get("/<public_id>")
@permission(PLAN_READ)
def plan(public_id: str) -> ResponseReturnValue:
    """Show a plan: its figures, its classes, why people are left; or how far it is."""
    found = plan_page(session(), public_id)
    if not found.solved:
        progress = awaited(session(), solve_key(public_id))
        values: dict[str, Any] = {"plan": found, "progress": progress}
        fragment = "courses/planning/_progress.html"
        return page("courses/planning/waiting.html", fragment=fragment, **values)
    return page("courses/planning/plan.html", **plan_values(found))


def plan_values(found: PlanPage) -> dict[str, Any]:
    """Give what a solved plan's page shows."""
    lines = form_lines(found.scenario, found.classes)
    return {
        "plan": found,
        "figures": found.line.figures,
        "lines": lines,
        "needed": demand(session(), found.plan_id),
        "reasons": reason_lines(session(), found.plan_id),
        "titles": titles_of(found),
        "quality": quality(found.line.status, found.line.gap),
        "more": one_more(lines, found),
    }


def titles_of(found: PlanPage) -> dict[str, str]:
    """Give the titles of the plan's courses."""
    return {course["key"]: course["title"] for course in found.scenario["courses"]}


def one_more(lines: Sequence[FormLine], found: PlanPage) -> tuple[FormLine, int] | None:
    """Give a form of which the money left pays further full classes, and how many."""
    rest = found.line.figures.money - found.line.figures.cost
    paid = [(each, rest // each.full_class) for each in lines if each.full_class]
    able = [pair for pair in paid if pair[1]]
    return max(able, key=lambda pair: pair[0].classes, default=None)


@blueprint.get("/<public_id>/kelas")
@permission(PLAN_READ)
def classes(public_id: str) -> ResponseReturnValue:
    """List the classes of a plan."""
    found, number = plan_page(session(), public_id), page_number()
    items = found.classes[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    paging = Paging(items=items, total=len(found.classes), number=number)
    return page("courses/planning/classes.html", plan=found, paging=paging)


@blueprint.get("/<public_id>/kelas/<int:class_number>")
@permission(PLAN_READ)
def people(public_id: str, class_number: int) -> ResponseReturnValue:
    """List who is in a class of a plan."""
    found, number = plan_page(session(), public_id), page_number()
    line = require(_class_line(found, class_number))
    lines, many = class_page(session(), found.plan_id, class_number, number=number, size=PAGE_SIZE)
    paging = Paging(items=lines, total=many, number=number)
    return page("courses/planning/people.html", plan=found, line=line, paging=paging)


def _class_line(found: PlanPage, number: int) -> ClassLine | None:
    return next((each for each in found.classes if each.number == number), None)


@blueprint.get("/<public_id>/belum")
@permission(PLAN_READ)
def left(public_id: str) -> ResponseReturnValue:
    """List who has no place, and why."""
    found, number = plan_page(session(), public_id), page_number()
    search = request.args.get("q", "").strip()[:80]
    lines, many = left_page(session(), found.plan_id, search, number=number, size=PAGE_SIZE)
    paging = Paging(items=lines, total=many, number=number)
    return page(
        "courses/planning/left.html",
        plan=found,
        paging=paging,
        search=search,
        titles=titles_of(found),
    )


@blueprint.get("/<public_id>/cetak")
@permission(PLAN_READ)
def printed(public_id: str) -> ResponseReturnValue:
    """Show the plan as a page to print, with the same rows as the Excel file."""
    found = plan_page(session(), public_id)
    rows = budget_rows(form_lines(found.scenario, found.classes))
    values: dict[str, Any] = {"rows": rows, "total": total(rows)}
    return page("courses/planning/print.html", **values, **plan_values(found))


@blueprint.post("/<public_id>/excel")
@permission(PLAN_READ)
def workbook(public_id: str) -> ResponseReturnValue:
    """Have the Excel file made, and go to its page."""
    require(plan_page(session(), public_id).solved or None)
    made = ask_export(session(), viewer().person_id, PLAN_WORKBOOK, {"plan": public_id})
    return redirect_to("exports.show", public_id=made)


@blueprint.get("/bandingkan")
@permission(PLAN_READ)
def compare() -> ResponseReturnValue:
    """Put two plans of a year side by side."""
    first = plan_page(session(), request.args.get("a", ""))
    choices = plan_choices(session(), first.line.year)
    others = [each for each in choices if each.public_id != first.line.public_id]
    wanted = request.args.get("b") or (others[0].public_id if others else "")
    second = plan_page(session(), wanted) if wanted else None
    return page(
        "courses/planning/compare.html",
        first=first,
        second=second,
        others=others,
        rows=_beside(first, second) if second else [],
    )


def _beside(first: PlanPage, second: PlanPage) -> list[tuple[FormLine, FormLine]]:
    """Give the forms of two plans beside each other; one that a plan lacks has no classes."""
    a = {(e.course, e.form.name): e for e in form_lines(first.scenario, first.classes)}
    b = {(e.course, e.form.name): e for e in form_lines(second.scenario, second.classes)}
    empty: dict[str, Any] = {"classes": 0, "people": 0, "gaps": 0, "cost": 0}
    return [
        (
            a[key] if key in a else replace(b[key], **empty),
            b[key] if key in b else replace(a[key], **empty),
        )
        for key in {**a, **b}
    ]
