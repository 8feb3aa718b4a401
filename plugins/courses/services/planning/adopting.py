"""Use-case: adopt a plan, so that its classes become planned classes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, audit, now
from plugins.courses.domain.planning.numbering import roman
from plugins.courses.models import Course, TrainingPlan
from plugins.courses.queries.planning.plans import ClassLine, FormLine, form_lines, plan_page
from plugins.courses.services.classes.opening import plan_class

TWICE = "Rencana ini sudah disetujui."  # i18n
NOT_SOLVED = "Rencana ini belum selesai dihitung."  # i18n
OTHER = "Rencana lain untuk tahun ini sudah disetujui."  # i18n
NOTHING = "Rencana ini tidak punya kelas yang bisa dibuka."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class ToOpen:
    """A class that adopting makes, with the limits of its form."""

    line: ClassLine
    form: FormLine
    name: str

    @property
    def maximum(self) -> int:
        """Give the seats: the form's limit."""
        return self.form.form.maximum or self.line.people


def classes_to_open(session: Session, public_id: str) -> list[ToOpen]:
    """Give the classes that adopting makes; what is open to all needs none."""
    page = plan_page(session, public_id)
    forms = {
        (each.course, each.form.name): each for each in form_lines(page.scenario, page.classes)
    }
    found = []
    for line in page.classes:
        form = forms[line.course, line.form]
        if form.form.maximum is not None:
            name = f"{line.form} {page.line.year}, angkatan {roman(line.of_form)}"
            found.append(ToOpen(line=line, form=form, name=name[:120]))
    return found


def adopt(session: Session, by: int, public_id: str) -> int:
    """Adopt a solved plan: one planned class for each of its classes; give how many.

    One plan of a year is adopted. Raises Conflict for a second one and for a plan that is not
    solved, Invalid when there is nothing to open.
    """
    query = select(TrainingPlan).where(TrainingPlan.public_id == public_id).with_for_update()
    plan = session.scalars(query).one()
    _refuse(session, plan)
    classes = classes_to_open(session, public_id)
    if not classes:
        raise Invalid(NOTHING)
    courses = dict(session.execute(select(Course.slug, Course.id)).all())
    made = {}
    for each in classes:
        opened = plan_class(
            session,
            by,
            course_id=courses[each.line.course],
            name=each.name,
            maximum=each.maximum,
            minimum=min(each.form.form.minimum, each.maximum),
            note=f"Dari rencana “{plan.name}” tahun {plan.year}.",
        )
        made[str(each.line.number)] = opened.public_id
    plan.state, plan.adopted_at = "adopted", now(session)
    plan.settings = {**plan.settings, "made": made}
    audit(session, by, "courses:plan:adopt", public_id, classes=len(made))
    return len(made)


def _refuse(session: Session, plan: TrainingPlan) -> None:
    if plan.state == "adopted":
        raise Conflict(TWICE)
    if plan.state != "solved" or plan.status == "infeasible":
        raise Conflict(NOT_SOLVED)
    other = select(TrainingPlan.id).where(
        TrainingPlan.year == plan.year, TrainingPlan.state == "adopted"
    )
    if session.scalar(other.limit(1)) is not None:
        raise Conflict(OTHER)
