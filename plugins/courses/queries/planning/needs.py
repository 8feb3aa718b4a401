"""Who needs which course: open gaps, with the course assigned for them or one that fits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from lms.models import Competency, Framework, Person, Placement, Plan, PlanItem, Position, Unit
from plugins.courses.domain.choosing import Need, Offer, choose_courses
from plugins.courses.models import LIVE, Course, CourseVersion, Enrolment, EnrolmentGap, Teaches


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenNeed:
    """A person and a course, and how many of her open gaps it closes."""

    person_id: int
    public_id: str
    course_id: int
    gaps: int
    level: str
    birth_date: date | None
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _OpenGap:
    person_id: int
    competency_id: int
    level: int
    required: int


def open_needs(session: Session) -> list[OpenNeed]:
    """Give what people need, by name within their unit; four statements however many there are.

    A gap counts for the course under way that was assigned for it. A gap without one counts for
    the course that the default rule would choose among the published ones. People without open
    gaps, and gaps that no course fits, give nothing.
    """
    chosen: Counter[tuple[int, int]] = Counter()
    assigned = _assigned_courses(session)
    without: dict[int, list[_OpenGap]] = defaultdict(list)
    for gap in _open_gaps(session):
        course_id = assigned.get((gap.person_id, gap.competency_id))
        if course_id is None:
            without[gap.person_id].append(gap)
        else:
            chosen[gap.person_id, course_id] += 1
    if without:
        _choose(session, without, chosen)
    return _with_people(session, chosen)


def _open_gaps(session: Session) -> list[_OpenGap]:
    query = (
        select(Plan.person_id, PlanItem.competency_id, PlanItem.level, PlanItem.required)
        .join(PlanItem, PlanItem.plan_id == Plan.id)
        .where(Plan.state == "open", PlanItem.state.in_(("open", "assigned")))
        .order_by(PlanItem.id)
    )
    return [
        _OpenGap(person_id=person, competency_id=gap, level=level or 0, required=required)
        for person, gap, level, required in session.execute(query)
    ]


def _assigned_courses(session: Session) -> dict[tuple[int, int], int]:
    """Give (person, competency) → course for which she is enrolled because of it."""
    query = (
        select(Enrolment.person_id, EnrolmentGap.competency_id, Enrolment.course_id)
        .join(EnrolmentGap, EnrolmentGap.enrolment_id == Enrolment.id)
        .where(Enrolment.state.in_(LIVE))
        .order_by(Enrolment.id.desc())
    )
    return {(person, gap): course for person, gap, course in session.execute(query)}


def _choose(
    session: Session,
    without: Mapping[int, Sequence[_OpenGap]],
    chosen: Counter[tuple[int, int]],
) -> None:
    """Choose courses for gaps without one; people with the same gaps get the same."""
    offers = _offers(session)

    @cache
    def courses_for(gaps: tuple[tuple[int, int, int], ...]) -> Mapping[int, int]:
        needs = [Need(competency_id=gap, level=level, required=asked) for gap, level, asked in gaps]
        return choose_courses(needs, [o for n in needs for o in offers.get(n.competency_id, ())])

    for person_id, gaps in without.items():
        alike = tuple((gap.competency_id, gap.level, gap.required) for gap in gaps)
        for course_id in courses_for(alike).values():
            chosen[person_id, course_id] += 1


def _offers(session: Session) -> dict[int, list[Offer]]:
    """Give the published courses by competency, in every version of its framework."""
    taught, wanted = aliased(Competency), aliased(Competency)
    theirs, ours = aliased(Framework), aliased(Framework)
    query = (
        select(wanted.id, Course.id, Teaches.from_level, Teaches.to_level, CourseVersion.jp)
        .join(CourseVersion, and_(CourseVersion.course_id == Course.id, CourseVersion.current))
        .join(Teaches, Teaches.course_version_id == CourseVersion.id)
        .join(taught, taught.id == Teaches.competency_id)
        .join(theirs, theirs.id == taught.framework_id)
        .join(wanted, wanted.code == taught.code)
        .join(ours, and_(ours.id == wanted.framework_id, ours.code == theirs.code))
        .where(Course.state == "published")
        .order_by(Course.slug)
    )
    found: dict[int, list[Offer]] = defaultdict(list)
    for gap, course_id, low, high, jp in session.execute(query):
        offer = Offer(course_id=course_id, competency_id=gap, from_level=low, to_level=high, jp=jp)
        found[gap].append(offer)
    return found


def _with_people(session: Session, chosen: Counter[tuple[int, int]]) -> list[OpenNeed]:
    courses: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (person_id, course_id), gaps in chosen.items():
        courses[person_id].append((course_id, gaps))
    query = (
        select(Person.id, Person.public_id, Person.birth_date, Position.level, Unit.name)
        .join(Plan, and_(Plan.person_id == Person.id, Plan.state == "open"))
        .outerjoin(Placement, and_(Placement.person_id == Person.id, Placement.until.is_(None)))
        .outerjoin(Position, Position.id == Placement.position_id)
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .where(Person.active)
        .order_by(Person.name, Person.id)
    )
    return [
        OpenNeed(
            person_id=person_id,
            public_id=public_id,
            course_id=course_id,
            gaps=gaps,
            level=level or "",
            birth_date=birth,
            unit=unit or "",
        )
        for person_id, public_id, birth, level, unit in session.execute(query)
        for course_id, gaps in courses.get(person_id, ())
    ]


def levels_in_use(session: Session) -> list[str]:
    """Give the position levels of people with an open plan, by name."""
    query = (
        select(Position.level)
        .join(Placement, and_(Placement.position_id == Position.id, Placement.until.is_(None)))
        .join(Plan, and_(Plan.person_id == Placement.person_id, Plan.state == "open"))
        .distinct()
        .order_by(Position.level)
    )
    return list(session.scalars(query))
