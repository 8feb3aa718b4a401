"""Use-cases: keep what a class of a course costs in one form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Conflict, NotFound, audit, now
from plugins.courses.models import Course, UnitCost
from plugins.courses.queries.planning.costs import unit_cost

SAME_FORM = "Bentuk ini sudah ada untuk pelatihan ini."  # i18n
GONE = "Biaya ini tidak ditemukan."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class CostSpec:
    """What an officer puts in for one form; rupiah by name, JP, people."""

    form: str
    minimum: int
    maximum: int | None
    trainer_jp: int | None
    per_class: Mapping[str, int]
    per_jp: Mapping[str, int]
    per_person: Mapping[str, int]
    most_classes: int | None = None


def keep_cost(
    session: Session, by: int, slug: str, spec: CostSpec, cost_id: int | None = None
) -> int:
    """Add or change the costs of a form of a course; give their id.

    Raises NotFound, and Conflict when the course has that form already.
    """
    course_id = session.scalar(select(Course.id).where(Course.slug == slug))
    if course_id is None:
        raise NotFound(GONE)
    row = UnitCost(course_id=course_id) if cost_id is None else _row(session, slug, cost_id)
    same = select(UnitCost.id).where(UnitCost.course_id == course_id, UnitCost.form == spec.form)
    if session.scalar(same.where(UnitCost.id != (cost_id or 0))) is not None:
        raise Conflict(SAME_FORM)
    row.form, row.minimum, row.maximum = spec.form, spec.minimum, spec.maximum
    row.trainer_jp, row.most_classes = spec.trainer_jp, spec.most_classes
    row.per_class, row.per_jp = dict(spec.per_class), dict(spec.per_jp)
    row.per_person = dict(spec.per_person)
    row.updated_at, row.updated_by = now(session), by
    session.add(row)
    session.flush()
    audit(session, by, "courses:cost:keep", f"{slug}:{row.id}", form=spec.form)
    return row.id


def drop_cost(session: Session, by: int, slug: str, cost_id: int) -> None:
    """Remove the costs of a form; plans that were made keep theirs."""
    row = _row(session, slug, cost_id)
    session.delete(row)
    audit(session, by, "courses:cost:drop", f"{slug}:{cost_id}", form=row.form)


def _row(session: Session, slug: str, cost_id: int) -> UnitCost:
    row = unit_cost(session, slug, cost_id)
    if row is None:
        raise NotFound(GONE)
    return row
