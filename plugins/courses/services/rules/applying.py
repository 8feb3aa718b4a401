"""Background work: give a rule's course to everyone whom it finds, in pieces.

A piece is one transaction: whoever got the course is noted in it. The next piece looks for people
after the last one, so a killed worker leaves nobody out and gives nobody the course twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from lms import (
    CourseAssigned,
    Link,
    assign_items,
    now,
    person_cards,
    public_id,
    record,
    send_message,
    today,
)
from lms.models import Competency, Framework, Plan, PlanItem, Profile
from plugins.courses.domain.reasons import joint_reason
from plugins.courses.domain.rule_reasons import Facts, fill
from plugins.courses.domain.rules import from_data
from plugins.courses.models import (
    Course,
    CourseVersion,
    Enrolment,
    EnrolmentGap,
    RuleEffect,
    RuleRun,
    Teaches,
)
from plugins.courses.queries.rules.matching import matched, published_course
from plugins.courses.queries.rules.preview import Aim, facts_for, facts_of

AT_ONCE = 100
KIND = "courses.assigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGap:
    """An open item of a person's plan that the course raises."""

    plan_id: int
    competency_id: int
    name: str
    level: int
    required: int
    round: int


def run_apply(
    session: Session, payload: Mapping[str, Any], progress: Callable[[int, int], None]
) -> Mapping[str, Any] | None:
    """Do one piece of the run that the payload names; give where to go on, None at the end."""
    query = select(RuleRun).where(RuleRun.public_id == payload["run"]).with_for_update()
    run = session.scalar(query)
    if run is None or run.state not in ("waiting", "running"):
        return None
    run.state = "running"
    version = published_course(session, run.course_id)
    people = [] if version is None else _next_people(session, run, payload["after"])
    if version is not None and people:
        _assign(session, run, version, people)
        done = session.scalar(select(func.count(RuleEffect.id)).where(RuleEffect.run_id == run.id))
        progress(done or 0, max(run.counts["new"], done or 0))
    if len(people) == AT_ONCE:
        return {"run": run.public_id, "after": people[-1]}
    run.state, run.applied_at = "applied", now(session)
    return None


def _next_people(session: Session, run: RuleRun, after: int) -> list[int]:
    found = matched(from_data(run.condition), run.course_id, today(session).year).subquery()
    query = (
        select(found.c.person_id)
        .where(found.c.standing == "new", found.c.person_id > after)
        .order_by(found.c.person_id)
        .limit(AT_ONCE)
    )
    return list(session.scalars(query))


def _assign(session: Session, run: RuleRun, version: CourseVersion, people: Sequence[int]) -> None:
    aim = Aim(
        condition=from_data(run.condition),
        course_id=run.course_id,
        course=version.title,
        reason=run.reason,
    )
    gaps = open_gaps(session, version.id, people)
    sentences = _sentences(session, aim, people)
    rows = _enrol(session, version, gaps, sentences)
    session.execute(
        insert(RuleEffect),
        [{"run_id": run.id, "person_id": who, "enrolment_id": which} for who, which in rows],
    ) if rows else None
    _note_gaps(session, rows, gaps, aim, sentences)
    slug = session.scalars(select(Course.slug).where(Course.id == run.course_id)).one()
    link = Link(endpoint="courses.course", values={"slug": slug})
    for person_id, _ in rows:
        mine = gaps.get(person_id, [])
        if mine:
            record(session, _assigned(person_id, version, mine, sentences[person_id]))
        send_message(
            session,
            person_id,
            key=f"{KIND}:{run.public_id}:{person_id}",
            kind=KIND,
            subject=f"Pelatihan untuk Anda: {version.title}",
            text=sentences[person_id],
            link=link,
        )


def _sentences(session: Session, aim: Aim, people: Sequence[int]) -> dict[int, str]:
    facts, cards = facts_of(session, aim, people), person_cards(session, people)
    return {
        person_id: fill(
            aim.reason,
            facts_for(aim, facts.get(person_id), cards[person_id].unit, cards[person_id].position),
        )
        for person_id in people
    }


def _enrol(
    session: Session,
    version: CourseVersion,
    gaps: Mapping[int, Sequence[OpenGap]],
    sentences: Mapping[int, str],
) -> list[tuple[int, int]]:
    """Enrol those who are not in the course; give (person, enrolment) of those who now are.

    Whoever enrolled at the same moment keeps that enrolment: the database decides.
    """
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    fresh: Any = sqlite.insert(Enrolment) if on_sqlite else postgresql.insert(Enrolment)
    rows = [
        {
            "public_id": public_id(),
            "person_id": person_id,
            "course_id": version.course_id,
            "course_version_id": version.id,
            "origin": "assigned",
            "state": "assigned",
            "reason": sentence,
            "note": "",
            "short_study": False,
            "plan_id": gaps[person_id][0].plan_id if gaps.get(person_id) else None,
            "assigned_at": now(session),
        }
        for person_id, sentence in sentences.items()
    ]
    statement = fresh.values(rows).on_conflict_do_nothing()
    found = session.execute(statement.returning(Enrolment.person_id, Enrolment.id))
    return sorted((person_id, enrolment_id) for person_id, enrolment_id in found)


def open_gaps(session: Session, version_id: int, people: Sequence[int]) -> dict[int, list[OpenGap]]:
    """Give the open items that a version raises, by person; a competency of any framework version.

    One statement however many people there are.
    """
    taught, theirs, ours = aliased(Competency), aliased(Framework), aliased(Framework)
    query = (
        select(
            Plan.person_id,
            Plan.id.label("plan_id"),
            PlanItem.competency_id,
            Competency.name,
            Profile.level,
            PlanItem.required,
            PlanItem.round,
        )
        .join(PlanItem, PlanItem.plan_id == Plan.id)
        .join(Competency, Competency.id == PlanItem.competency_id)
        .join(ours, ours.id == Competency.framework_id)
        .join(taught, taught.code == Competency.code)
        .join(theirs, and_(theirs.id == taught.framework_id, theirs.code == ours.code))
        .join(Teaches, Teaches.competency_id == taught.id)
        .join(
            Profile,
            and_(
                Profile.person_id == Plan.person_id,
                Profile.competency_id == PlanItem.competency_id,
            ),
        )
        .where(
            Plan.person_id.in_(people),
            Plan.state == "open",
            PlanItem.state == "open",
            Profile.state == "below",
            Teaches.course_version_id == version_id,
            Teaches.to_level > Profile.level,
        )
        .order_by(Competency.framework_id, Competency.sequence)
        .with_for_update(of=PlanItem, key_share=True)
    )
    found: dict[int, list[OpenGap]] = defaultdict(list)
    for row in session.execute(query):
        values = dict(row._mapping)
        found[values.pop("person_id")].append(OpenGap(**values))
    return dict(found)


def _note_gaps(
    session: Session,
    rows: Sequence[tuple[int, int]],
    gaps: Mapping[int, Sequence[OpenGap]],
    aim: Aim,
    sentences: Mapping[int, str],
) -> None:
    """Note for which gaps each course is, and that these gaps have one now."""
    made: list[dict[str, Any]] = []
    for person_id, enrolment_id in rows:
        mine = gaps.get(person_id, ())
        reasons = {gap.competency_id: _gap_reason(aim, gap, sentences[person_id]) for gap in mine}
        made += [
            {
                "enrolment_id": enrolment_id,
                "competency_id": gap.competency_id,
                "round": gap.round,
                "reason": reasons[gap.competency_id],
            }
            for gap in mine
        ]
        if mine:
            assign_items(session, mine[0].plan_id, reasons)
    if made:
        session.execute(insert(EnrolmentGap), made)


def _gap_reason(aim: Aim, gap: OpenGap, sentence: str) -> str:
    """Say for one gap why; the sentence of the person when it names no result."""
    if "{kemampuan}" not in aim.reason:
        return sentence
    facts = Facts(course=aim.course, competency=gap.name, level=gap.level, required=gap.required)
    return fill(aim.reason, facts)


def _assigned(
    person_id: int, version: CourseVersion, gaps: Sequence[OpenGap], sentence: str
) -> CourseAssigned:
    return CourseAssigned(
        person_id=person_id,
        plan_id=gaps[0].plan_id,
        course_id=version.course_id,
        course_title=version.title,
        competency_ids=tuple(gap.competency_id for gap in gaps),
        reason=joint_reason([sentence]),
    )
