"""Fills the demo: what classes cost, the money of next year, a plan and a second one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Invalid, today
from plugins.courses.domain.planning.exact import Limits
from plugins.courses.domain.planning.solving import solve
from plugins.courses.models import Course
from plugins.courses.services.planning.costs import CostSpec, keep_cost
from plugins.courses.services.planning.making import (
    PlanWish,
    Trial,
    copy_plan,
    create_plan,
    find_plan,
)
from plugins.courses.services.planning.solving import keep_answer, scenario_to_solve

FORMS = (
    CostSpec(
        form="Tatap muka",
        minimum=20,
        maximum=40,
        trainer_jp=None,
        per_class={"Tempat": 1_500_000, "Transport pengajar": 600_000},
        per_jp={"Honor pengajar": 300_000},
        per_person={"Konsumsi": 55_000, "Transport peserta": 100_000},
    ),
    CostSpec(
        form="Campuran",
        minimum=20,
        maximum=40,
        trainer_jp=4,
        per_class={"Tempat": 750_000, "Transport pengajar": 300_000},
        per_jp={"Honor pengajar": 300_000},
        per_person={"Konsumsi": 55_000, "Paket data": 50_000},
        most_classes=12,
    ),
)
LEFT_FREE = "komunikasi-dan-kerja-sama"
"""This course stays an online one for everybody, at no cost."""
MONEY = (("APBD", 90_000_000), ("Hibah provinsi", 30_000_000))


LESS = 60_000_000
"""What the second plan tries: half the money."""
SECONDS = 5.0


def fill_plans(session: Session, by: int) -> None:
    """Keep costs for the courses, plan next year, and once more with half the money."""
    slugs = session.scalars(select(Course.slug).where(Course.state == "published"))
    for slug in [slug for slug in slugs if slug != LEFT_FREE]:
        for form in FORMS:
            keep_cost(session, by, slug, form)
    year = today(session).year + 1
    try:
        first = create_plan(session, by, PlanWish(name=f"Usulan {year}", year=year, sources=MONEY))
    except Invalid:  # nobody needs a course that has a cost
        return
    name = f"Usulan {year}, separuh anggaran"
    second = copy_plan(session, by, first, name, Trial(budget=LESS))
    for public in (first, second):
        _solve(session, public)


def _solve(session: Session, public: str) -> None:
    """Compute a plan at once; the background work finds it done."""
    plan = find_plan(session, public)
    scenario = scenario_to_solve(session, plan)
    keep_answer(session, plan.id, scenario, solve(scenario, limits=Limits(seconds=SECONDS)))
