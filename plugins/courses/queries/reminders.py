"""Whom to remind of what: one statement for each kind, however many people there are."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from lms import get_settings, now, site_of, today
from lms.models import Person, Placement, Plan, PlanItem, Unit
from plugins.courses.domain.reminding import KINDS, WEEK
from plugins.courses.models import (
    Course,
    CourseVersion,
    Enrolment,
    Objection,
    Reminder,
    Seat,
    StepProgress,
    TrainingClass,
)
from plugins.courses.settings import REMIND_IDLE, REMIND_START

ANSWERED_WITHIN = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Somebody to be reminded: of which course (or class), since when; `ref` is for addresses."""

    kind: str
    person_id: int
    person_public_id: str
    person: str
    nip: str
    phone: str
    unit: str
    enrolment_id: int | None
    ref: str
    course: str
    slug: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """From when on something is worth a reminder; fixed once for a page or a piece of work."""

    now: datetime
    start_before: datetime
    idle_before: datetime
    tomorrow: datetime
    after_tomorrow: datetime


def moments(session: Session) -> Moments:
    """Give the moments that the agency's settings mean today."""
    moment = now(session)
    days = get_settings(session, REMIND_START, REMIND_IDLE)
    local = site_of(session).local(moment)
    midnight = datetime.combine(today(session) + timedelta(days=1), time(), local.tzinfo)
    return Moments(
        now=moment,
        start_before=moment - timedelta(days=days[REMIND_START]),
        idle_before=moment - timedelta(days=days[REMIND_IDLE]),
        tomorrow=midnight,
        after_tomorrow=midnight + timedelta(days=1),
    )


def count_due(session: Session) -> dict[str, int]:
    """Count whom to remind, by kind; a fixed number of statements."""
    at = moments(session)
    found = {}
    for kind in KINDS:  # as many statements as there are kinds
        query = due_query(kind, at).order_by(None).subquery()
        found[kind] = session.scalar(select(func.count()).select_from(query)) or 0
    return found


def due_page(
    session: Session,
    kinds: Collection[str],
    *,
    number: int = 1,
    size: int = 20,
    team: Collection[int] | None = None,
    rest: bool = True,
) -> tuple[list[Due], int]:
    """Give one page of those to remind of one kind by name, and how many there are.

    `team`: only the people of these supervisors. Without `rest`, those reminded this week too.
    """
    (kind,) = kinds
    query = due_query(kind, moments(session), rest=rest).add_columns(func.count().over())
    if team is not None:
        query = query.where(Placement.supervisor_id.in_(team))
    rows = session.execute(query.offset((number - 1) * size).limit(size)).all()
    return [_due(kind, row) for row in rows], rows[0][-1] if rows else 0


def due_one(
    session: Session, kind: str, ref: str, team: Collection[int] | None = None
) -> Due | None:
    """Give one of those to remind, whether reminded this week or not; None when it is not so."""
    ident = _KINDS[kind].ref
    query = due_query(kind, moments(session), rest=False).where(ident == ref)
    if team is not None:
        query = query.where(Placement.supervisor_id.in_(team))
    row = session.execute(query.limit(1)).one_or_none()
    return None if row is None else _due(kind, row)


def _due(kind: str, row: Any) -> Due:
    person, unit, enrolment_id, ref, course, slug, since = row[:7]
    return Due(
        kind=kind,
        person_id=person.id,
        person_public_id=person.public_id,
        person=person.full_name,
        nip=person.nip,
        phone=person.phone,
        unit=unit or "",
        enrolment_id=enrolment_id,
        ref=ref,
        course=course,
        slug=slug,
        since=since,
    )


def due_query(kind: str, at: Moments, *, rest: bool = True) -> Select[*tuple[Any, ...]]:
    """Select whom to remind of one kind, by name; with `rest` only who may be reminded now."""
    source = _KINDS[kind]
    query: Select[*tuple[Any, ...]] = (
        source.select(at)
        .outerjoin(Placement, and_(Placement.person_id == Person.id, Placement.until.is_(None)))
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .where(Person.active)
        .order_by(Person.name, Person.id, source.ref)
    )
    return query.where(~source.reminded(at)) if rest else query


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    select: Callable[[Moments], Any]
    ref: Any
    reminded: Callable[[Moments], ColumnElement[bool]]


def _columns(*rest: Any) -> Any:
    return select(Person, Unit.name, *rest)


def _of_enrolments(since: Any) -> Any:
    return (
        _columns(Enrolment.id, Enrolment.public_id, CourseVersion.title, Course.slug, since)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(CourseVersion, CourseVersion.id == Enrolment.course_version_id)
        .join(Course, Course.id == Enrolment.course_id)
    )


def _this_week(at: Moments) -> ColumnElement[bool]:
    return exists().where(
        Reminder.enrolment_id == Enrolment.id, Reminder.sent_at > at.now - timedelta(days=WEEK)
    )


def _not_started(at: Moments) -> Any:
    # Made once as a list: asked one by one, SQLite may read all seats for each enrolment.
    in_class = select(Seat.enrolment_id).where(
        Seat.enrolment_id.is_not(None), Seat.state.in_(("nominated", "waiting", "seated"))
    )
    return _of_enrolments(Enrolment.assigned_at).where(
        Enrolment.state == "assigned",
        Enrolment.assigned_at <= at.start_before,
        Enrolment.id.not_in(in_class),
    )


def _idle(at: Moments) -> Any:
    last = (
        select(func.max(StepProgress.done_at))
        .where(StepProgress.enrolment_id == Enrolment.id)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    since = func.coalesce(last, Enrolment.started_at, type_=Enrolment.assigned_at.type)
    return _of_enrolments(since).where(Enrolment.state == "started", since <= at.idle_before)


def _class(at: Moments) -> Any:
    return (
        _columns(
            Seat.enrolment_id,
            Seat.public_id,
            TrainingClass.name,
            TrainingClass.public_id,
            TrainingClass.starts_at,
        )
        .join(Seat, Seat.person_id == Person.id)
        .join(TrainingClass, TrainingClass.id == Seat.class_id)
        .where(
            Seat.state == "seated",
            TrainingClass.state == "open",
            TrainingClass.starts_at >= at.tomorrow,
            TrainingClass.starts_at < at.after_tomorrow,
        )
    )


def _class_reminded(at: Moments) -> ColumnElement[bool]:
    day = at.tomorrow.date().isoformat()
    return exists().where(Reminder.key == literal("class:") + Seat.public_id + f":{day}")


def _objection(at: Moments) -> Any:
    return (
        _columns(
            Enrolment.id,
            Objection.public_id,
            CourseVersion.title,
            Course.slug,
            Objection.answered_at,
        )
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(Objection, Objection.enrolment_id == Enrolment.id)
        .join(CourseVersion, CourseVersion.id == Enrolment.course_version_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(
            Objection.state != "open",
            Objection.answered_at > at.now - ANSWERED_WITHIN,
            # Whoever got the course back to the plan has gone on since.
            or_(Enrolment.started_at.is_(None), Enrolment.started_at < Objection.answered_at),
        )
    )


def _objection_reminded(at: Moments) -> ColumnElement[bool]:
    return exists().where(Reminder.key == literal("objection:") + Objection.public_id)


def _retest(at: Moments) -> Any:
    """Everyone with an open plan of which all that was to be learned is done."""
    states = select(PlanItem.id).where(PlanItem.plan_id == Plan.id)
    ready = states.where(PlanItem.state == "ready").exists()
    todo = states.where(PlanItem.state == "assigned").exists()
    last = (
        select(func.max(Enrolment.completed_at))
        .where(Enrolment.plan_id == Plan.id)
        .correlate(Plan)
        .scalar_subquery()
    )
    since = func.coalesce(last, Plan.opened_at, type_=Plan.opened_at.type)
    return (
        _columns(literal(None), Person.public_id, literal(""), literal(""), since)
        .join(Plan, Plan.person_id == Person.id)
        .where(Plan.state == "open", ready, ~todo)
    )


def _retest_reminded(at: Moments) -> ColumnElement[bool]:
    return exists().where(
        Reminder.person_id == Person.id,
        Reminder.kind == "retest",
        Reminder.sent_at > at.now - timedelta(days=WEEK),
    )


_KINDS = {
    "not_started": _Kind(select=_not_started, ref=Enrolment.public_id, reminded=_this_week),
    "idle": _Kind(select=_idle, ref=Enrolment.public_id, reminded=_this_week),
    "class": _Kind(select=_class, ref=Seat.public_id, reminded=_class_reminded),
    "objection": _Kind(select=_objection, ref=Objection.public_id, reminded=_objection_reminded),
    "retest": _Kind(select=_retest, ref=Person.public_id, reminded=_retest_reminded),
}
