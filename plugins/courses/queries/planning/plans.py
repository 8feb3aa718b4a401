"""Plans of a year as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import NotFound
from plugins.courses.domain.planning.scenario import Form
from plugins.courses.models import TrainingPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFigures:
    """What came out of a plan in numbers; rupiah, JP, people, needs (a person and a course)."""

    money: int = 0
    cost: int = 0
    gaps_closed: int = 0
    placed: int = 0
    left_out: int = 0
    people: int = 0
    waiting: int = 0
    jp: int = 0
    classes: int = 0
    note: str = ""

    @property
    def share(self) -> float:
        """Give the used part of the money in percent."""
        return 100 * self.cost / self.money if self.money else 0.0

    @property
    def per_person(self) -> int | None:
        """Give the rupiah for each person with a place, None when nobody has one."""
        return round(self.cost / self.people) if self.people else None

    @property
    def per_gap(self) -> int | None:
        """Give the rupiah for each gap closed, None when none is."""
        return round(self.cost / self.gaps_closed) if self.gaps_closed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A plan in a list; `gap` is in percent."""

    public_id: str
    name: str
    year: int
    state: str
    status: str
    gap: float | None
    created_at: datetime
    figures: PlanFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLine:
    """One class of a plan."""

    number: int
    course: str
    title: str
    form: str
    of_form: int
    people: int
    cost: int
    gaps: int
    jp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLine:
    """A course in one form: what is needed, how many classes there are, what they cost."""

    course: str
    index: int
    title: str
    jp: int
    form: Form
    classes: int
    people: int
    gaps: int
    cost: int

    @property
    def name(self) -> str:
        """Give the name of the field that fixes its classes."""
        return f"kelas.{self.course}.{self.index}"

    @property
    def full_class(self) -> int | None:
        """Give what a full class costs, None when there is no limit of people."""
        if self.form.maximum is None:
            return None if self.form.person_cost else self.form.class_cost
        return self.form.cost(1, self.form.maximum)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """A plan with all that its page shows."""

    plan_id: int
    line: PlanLine
    error: str
    adopted_at: datetime | None
    scenario: Mapping[str, Any]
    classes: tuple[ClassLine, ...]

    @property
    def solved(self) -> bool:
        """Tell whether there is an answer to show."""
        return self.line.state in ("solved", "adopted")


GONE = "Rencana ini tidak ditemukan."  # i18n
COLUMNS = (
    TrainingPlan.public_id,
    TrainingPlan.name,
    TrainingPlan.year,
    TrainingPlan.state,
    TrainingPlan.status,
    TrainingPlan.gap,
    TrainingPlan.created_at,
    TrainingPlan.result,
)


def plan_lines(session: Session, *, number: int, size: int) -> tuple[list[PlanLine], int]:
    """Give one page of plans, the latest first, and how many there are."""
    query = select(*COLUMNS, func.count().over()).order_by(TrainingPlan.id.desc())
    rows = session.execute(query.offset((number - 1) * size).limit(size)).all()
    return [_line(row) for row in rows], rows[0][-1] if rows else 0


def plan_choices(session: Session, year: int) -> list[PlanLine]:
    """Give the latest solved plans of a year, to be compared."""
    query = (
        select(*COLUMNS)
        .where(TrainingPlan.year == year, TrainingPlan.state.in_(("solved", "adopted")))
        .order_by(TrainingPlan.id.desc())
        .limit(20)
    )
    return [_line(row) for row in session.execute(query)]


def plan_page(session: Session, public_id: str) -> PlanPage:
    """Give a plan; raises NotFound."""
    query = select(TrainingPlan).where(TrainingPlan.public_id == public_id)
    plan = session.scalars(query).one_or_none()
    if plan is None:
        raise NotFound(GONE)
    return PlanPage(
        plan_id=plan.id,
        line=_line([getattr(plan, column.key) for column in COLUMNS]),
        error=plan.error,
        adopted_at=plan.adopted_at,
        scenario=plan.scenario,
        classes=tuple(ClassLine(**each) for each in plan.result.get("classes", ())),
    )


def _line(row: Sequence[Any]) -> PlanLine:
    public_id, name, year, state, status, gap, created_at, result = row[:8]
    return PlanLine(
        public_id=public_id,
        name=name,
        year=year,
        state=state,
        status=status,
        gap=None if gap is None else gap / 100,
        created_at=created_at,
        figures=figures_of(result),
    )


def figures_of(result: Mapping[str, Any]) -> PlanFigures:
    """Give the figures of a stored result; zeros when there is none yet."""
    values = {key: value for key, value in result.items() if key != "classes"}
    return PlanFigures(classes=len(result.get("classes", ())), **values)


def form_lines(scenario: Mapping[str, Any], classes: Sequence[ClassLine]) -> list[FormLine]:
    """Give what the plan says of each form of each course, in the scenario's order."""
    return [
        _form_line(course, index, form, classes)
        for course in scenario["courses"]
        for index, form in enumerate(course["forms"])
    ]


def _form_line(
    course: Mapping[str, Any], index: int, form: Mapping[str, Any], classes: Sequence[ClassLine]
) -> FormLine:
    own = [each for each in classes if (each.course, each.form) == (course["key"], form["name"])]
    return FormLine(
        course=course["key"],
        index=index,
        title=course["title"],
        jp=course["jp"],
        form=Form(**form),
        classes=len(own),
        people=sum(each.people for each in own),
        gaps=sum(each.gaps for each in own),
        cost=sum(each.cost for each in own),
    )
