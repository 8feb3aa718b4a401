"""Use-cases: what plans hold of a person, as a copy, and its erasure."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from plugins.courses.models import Course, PlanPlace, TrainingPlan, UnitCost


def personal_data_plans(session: Session, person_id: int) -> dict[str, Any]:
    """Give a person's places in plans, as JSON can hold them."""
    query = (
        select(TrainingPlan.name, TrainingPlan.year, Course.slug, PlanPlace)
        .join(PlanPlace, PlanPlace.training_plan_id == TrainingPlan.id)
        .join(Course, Course.id == PlanPlace.course_id)
        .where(PlanPlace.person_id == person_id)
        .order_by(PlanPlace.id)
    )
    return {
        "plan_places": [
            {
                "plan": name,
                "year": year,
                "course": slug,
                "gaps": place.gaps,
                "weight": place.weight,
                "class": place.class_number,
                "why": place.why,
            }
            for name, year, slug, place in session.execute(query)
        ]
    }


def erase_plans(session: Session, person_id: int) -> None:
    """Erase a person's places in plans, and who made a plan; numbers of plans stay."""
    session.execute(delete(PlanPlace).where(PlanPlace.person_id == person_id))
    session.execute(
        update(TrainingPlan).where(TrainingPlan.created_by == person_id).values(created_by=None)
    )
    session.execute(
        update(UnitCost).where(UnitCost.updated_by == person_id).values(updated_by=None)
    )
