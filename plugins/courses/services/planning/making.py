"""Use-cases: make a plan from the needs of today, a second one from the first, drop one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, NotFound, audit, enqueue, now
from plugins.courses.domain.planning.priority import Leaving
from plugins.courses.domain.planning.scenario import Course, Form, Scenario, Source, Trainers
from plugins.courses.models import Budget, PlanPlace, TrainingPlan
from plugins.courses.queries.planning.costs import plan_courses
from plugins.courses.queries.planning.needs import open_needs
from plugins.courses.services.planning.gathering import weighted_needs
from plugins.courses.services.planning.storing import scenario_from, scenario_values

SOLVE = "courses.solve_plan"
AT_ONCE = 2000
GONE = "Rencana ini tidak ditemukan."  # i18n
NO_NEEDS = "Belum ada pegawai yang perlu pelatihan."  # i18n
NOT_NOW = "Rencana ini sudah disetujui, jadi tidak bisa diubah."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWish:
    """What an officer puts in for a plan; amounts in rupiah, hours in JP."""

    name: str
    year: int
    sources: Sequence[tuple[str, int]]
    trainers: Sequence[tuple[str, int, str | None]] = ()
    """Name, hours, and the only course they teach (None: all)."""
    most_courses: int | None = None
    most_jp: int | None = None
    leaving: Leaving = "later"
    levels: Mapping[str, int] = field(default_factory=dict)


def create_plan(session: Session, by: int, wish: PlanWish) -> str:
    """Take the needs and costs of today, and have the plan computed; give its public id.

    Raises Invalid when nobody needs a course that can be planned.
    """
    courses = dict(plan_courses(session))
    needs = [
        (need, weight)
        for need, weight in weighted_needs(
            open_needs(session), wish.year, levels=wish.levels, leaving=wish.leaving
        )
        if need.course_id in courses
    ]
    if not needs:
        raise Invalid(NO_NEEDS)
    needed = {need.course_id for need, _ in needs}
    kept = [course for course_id, course in courses.items() if course_id in needed]
    plan = _store(session, by, wish.name, _scenario(wish, kept), _settings(wish))
    rows = [
        {
            "training_plan_id": plan.id,
            "person_id": need.person_id,
            "course_id": need.course_id,
            "gaps": need.gaps,
            "weight": weight,
        }
        for need, weight in needs
    ]
    for start in range(0, len(rows), AT_ONCE):
        session.execute(insert(PlanPlace), rows[start : start + AT_ONCE])
    _keep_budget(session, wish)
    audit(session, by, "courses:plan:create", plan.public_id, year=wish.year)
    return plan.public_id


def _scenario(wish: PlanWish, courses: Sequence[Course]) -> Scenario:
    return Scenario(
        year=wish.year,
        courses=tuple(courses),
        needs=(),
        sources=tuple(Source(name=name, amount=amount) for name, amount in wish.sources),
        trainers=tuple(
            Trainers(name=name, jp=jp, courses=None if course is None else frozenset({course}))
            for name, jp, course in wish.trainers
        ),
        most_courses=wish.most_courses,
        most_jp=wish.most_jp,
    )


def _settings(wish: PlanWish) -> dict[str, Any]:
    return {"leaving": wish.leaving, "levels": dict(wish.levels)}


def _store(
    session: Session, by: int, name: str, scenario: Scenario, settings: dict[str, Any]
) -> TrainingPlan:
    plan = TrainingPlan(
        name=name,
        year=scenario.year or now(session).year + 1,
        state="waiting",
        settings=settings,
        scenario=scenario_values(scenario),
        created_at=now(session),
        created_by=by,
    )
    session.add(plan)
    session.flush()
    _ask(session, plan)
    return plan


def _ask(session: Session, plan: TrainingPlan) -> None:
    enqueue(session, SOLVE, {"plan": plan.public_id}, unique_key=solve_key(plan.public_id))


def solve_key(public_id: str) -> str:
    """Give the key by which the progress of a plan's computing is found."""
    return f"{SOLVE}:{public_id}"


def _keep_budget(session: Session, wish: PlanWish) -> None:
    """Keep the money of the year by source, as it was put in last."""
    session.execute(delete(Budget).where(Budget.year == wish.year))
    session.add_all(
        Budget(year=wish.year, source=name, amount=amount) for name, amount in wish.sources
    )
    session.flush()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What an officer tries: another budget (None: as before), classes fixed by hand."""

    budget: int | None = None
    classes: Mapping[tuple[str, int], int] = field(default_factory=dict)
    """By course and place of the form in its list; a form without one is free to choose."""


def tried(scenario: Scenario, trial: Trial) -> Scenario:
    """Give a scenario with what is tried in it.

    More money than the sources have comes from a source of its own, so that it can be spent.
    """
    courses = tuple(
        replace(
            course,
            forms=tuple(
                _fixed(form, trial.classes.get((course.key, n)))
                for n, form in enumerate(course.forms)
            ),
        )
        for course in scenario.courses
    )
    if trial.budget is None:
        return replace(scenario, courses=courses)
    return replace(scenario, courses=courses, **_other_money(scenario, trial.budget))


def _fixed(form: Form, classes: int | None) -> Form:
    return replace(form, classes=classes)


MORE = "Tambahan yang dicoba"  # i18n


def _other_money(scenario: Scenario, budget: int) -> dict[str, Any]:
    kept = tuple(source for source in scenario.sources if source.name != MORE)
    missing = budget - sum(source.amount for source in kept)
    if missing > 0 and kept:
        kept = (*kept, Source(name=MORE, amount=missing))
    return {"budget": budget, "sources": kept}


def copy_plan(session: Session, by: int, public_id: str, name: str, trial: Trial) -> str:
    """Make a second plan from the needs of the first with what was tried; give its public id."""
    first = find_plan(session, public_id)
    scenario = tried(scenario_from(first.scenario), trial)
    plan = _store(session, by, name, scenario, dict(first.settings))
    columns = ["training_plan_id", "person_id", "course_id", "gaps", "weight", "why"]
    rows = select(
        literal(plan.id),
        PlanPlace.person_id,
        PlanPlace.course_id,
        PlanPlace.gaps,
        PlanPlace.weight,
        literal(""),
    ).where(PlanPlace.training_plan_id == first.id)
    session.execute(insert(PlanPlace).from_select(columns, rows.order_by(PlanPlace.id)))
    audit(session, by, "courses:plan:copy", plan.public_id, source=public_id)
    return plan.public_id


def solve_again(session: Session, public_id: str) -> None:
    """Have a plan computed once more, such as after it stopped."""
    plan = find_plan(session, public_id)
    if plan.state == "adopted":
        raise Conflict(NOT_NOW)
    plan.state, plan.error = "waiting", ""
    _ask(session, plan)


def drop_plan(session: Session, by: int, public_id: str) -> None:
    """Remove a plan that was not adopted, with its places."""
    plan = find_plan(session, public_id)
    if plan.state == "adopted":
        raise Conflict(NOT_NOW)
    session.execute(delete(PlanPlace).where(PlanPlace.training_plan_id == plan.id))
    session.delete(plan)
    audit(session, by, "courses:plan:drop", public_id, name=plan.name)


def find_plan(session: Session, public_id: str) -> TrainingPlan:
    """Give a plan; raises NotFound."""
    query = select(TrainingPlan).where(TrainingPlan.public_id == public_id)
    plan = session.scalars(query).one_or_none()
    if plan is None:
        raise NotFound(GONE)
    return plan
