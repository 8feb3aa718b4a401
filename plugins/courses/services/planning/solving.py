"""Use-case: compute a plan in the background, beside the database, and keep what came out.

Reading and solving need no write lock. What was found is written in one short transaction, and
only if the plan still waits for it: a second run of a killed worker changes nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from lms import Base, now, site_of
from plugins.courses.domain.planning.answer import Answer
from plugins.courses.domain.planning.exact import Limits
from plugins.courses.domain.planning.scenario import Need, Scenario
from plugins.courses.domain.planning.solving import solve
from plugins.courses.models import Course, PlanPlace, TrainingPlan
from plugins.courses.queries.planning.places import places_to_solve
from plugins.courses.services.planning.storing import result_values, scenario_from, stored_gap

SECONDS = 60.0
AT_ONCE = 2000


def run_solve(
    session: Session, payload: Mapping[str, Any], progress: Callable[[int, int], None]
) -> None:
    """Compute the plan that the payload names; `session` only reads."""
    plan = session.scalars(
        select(TrainingPlan).where(TrainingPlan.public_id == payload["plan"])
    ).one_or_none()
    if plan is None or plan.state != "waiting":
        return
    scenario, plan_id = scenario_to_solve(session, plan), plan.id
    session.rollback()  # the database need not keep what this transaction saw while we compute
    limits = Limits(seconds=SECONDS)
    told = 0

    def tick(seconds: float) -> None:
        nonlocal told
        if int(seconds) > told:
            told = int(seconds)
            progress(min(told, int(SECONDS)), int(SECONDS))

    answer = solve(scenario, limits=limits, tick=tick)
    with site_of(session).database.writing() as writing:
        keep_answer(writing, plan_id, scenario, answer)


def scenario_to_solve(session: Session, plan: TrainingPlan) -> Scenario:
    """Give a plan's scenario with its needs; people are named by their ids."""
    keys = dict(_slugs(session))
    needs = [
        Need(
            person=str(place.person_id),
            course=keys[place.course_id],
            gaps=place.gaps,
            weight=place.weight,
            unit=place.unit,
        )
        for place in places_to_solve(session, plan.id)
    ]
    return scenario_from(plan.scenario, needs)


def _slugs(session: Session) -> Sequence[Any]:
    return session.execute(select(Course.id, Course.slug)).all()


def keep_answer(session: Session, plan_id: int, scenario: Scenario, answer: Answer) -> None:
    """Write down what came out for a plan, if it still waits for it."""
    query = select(TrainingPlan).where(TrainingPlan.id == plan_id).with_for_update()
    plan = session.scalars(query).one_or_none()
    if plan is None or plan.state != "waiting":
        return
    plan.state, plan.status, plan.method = "solved", answer.status, answer.method
    plan.gap = stored_gap(answer.gap)
    plan.result = result_values(scenario, answer)
    plan.solved_at = now(session)
    _keep_places(session, plan_id, answer)


def _keep_places(session: Session, plan_id: int, answer: Answer) -> None:
    ids = {slug: course_id for course_id, slug in _slugs(session)}
    rows = [
        {"p": int(who), "c": ids[each.course], "number": each.number, "because": ""}
        for each in answer.classes
        for who in each.people
    ] + [
        {"p": int(left.person), "c": ids[left.course], "number": None, "because": left.why}
        for left in answer.left_out
    ]
    table = Base.metadata.tables[PlanPlace.__tablename__]
    statement = (
        update(table)
        .where(
            table.c.training_plan_id == plan_id,
            table.c.person_id == bindparam("p"),
            table.c.course_id == bindparam("c"),
        )
        .values(class_number=bindparam("number"), why=bindparam("because"))
    )
    for start in range(0, len(rows), AT_ONCE):
        session.execute(statement, rows[start : start + AT_ONCE])
