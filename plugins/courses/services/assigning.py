"""Use-case: gaps were found; choose courses, enrol, say why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import (
    CourseAssigned,
    CourseCandidate,
    Gap,
    GapsClosed,
    GapsFound,
    Invalid,
    PersonCard,
    assign_items,
    explain_items,
    now,
    person_card,
    record,
    site_of,
)
from plugins.courses.domain.horizon import month_words
from plugins.courses.domain.reasons import joint_reason, nothing_short
from plugins.courses.models import Enrolment, EnrolmentGap
from plugins.courses.queries.offers import Offered, offered_courses
from plugins.courses.queries.waiting import OpenNeed, anyone_waits, open_needs, waiting_plans
from plugins.courses.services.choosing import retirement_of
from plugins.courses.services.classes.leaving import leave_with_enrolments

NOT_NEEDED = "Kemampuan Anda sudah sesuai. Pelatihan ini tidak perlu lagi."

__all__ = ["anyone_waits", "assign_for_gaps", "assign_waiting", "release_closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One course and the gaps that it is for: competency id → reason."""

    offered: Offered
    reasons: Mapping[int, str]


def assign_for_gaps(session: Session, event: GapsFound) -> None:
    """Assign courses for gaps that are new or open again.

    Gaps that no course fits keep the reason that core gave them. Hearing the event twice changes
    nothing: what is assigned is no longer open.
    """
    if event.plan_id is not None and event.below:
        assign_open(session, event.person_id, event.plan_id, event.below)


def assign_waiting(session: Session, progress: Callable[[int, int], None]) -> int:
    """Look again for courses for everyone whose gaps had none; give how many people got one."""
    plans = waiting_plans(session)
    count = 0
    for done, (plan_id, person_id) in enumerate(plans, 1):
        count += assign_open(session, person_id, plan_id)
        if done % 50 == 0 or done == len(plans):
            progress(done, len(plans))
    return count


def assign_open(
    session: Session, person_id: int, plan_id: int, only: Iterable[int] | None = None
) -> bool:
    """Assign courses for the open items of a plan; tell whether there were any to assign.

    `only` limits it to some competencies. A gap whose course an officer took back in this round
    stays open: nobody gets it again behind the officer's back.
    """
    needs = open_needs(session, plan_id, only)
    offers = offered_courses(session, person_id, plan_id, list(needs)) if needs else []
    useful = [o for o in offers if o.to_level > needs[o.competency_id].level]
    if not useful:
        return False
    person = person_card(session, person_id)
    chosen = _ask(session, person, list(needs.values()), useful)
    _explain_left(session, person, plan_id, useful, chosen)
    _enrol(session, person_id, plan_id, chosen, needs)
    reasons = {gap: why for item in chosen for gap, why in item.reasons.items()}
    if reasons:
        assign_items(session, plan_id, reasons)
    for assignment in chosen:
        record(session, _assigned(person_id, plan_id, assignment))
    return bool(chosen)


def _explain_left(
    session: Session,
    person: PersonCard,
    plan_id: int,
    offers: Sequence[Offered],
    chosen: Sequence[Assignment],
) -> None:
    """Say to who retires soon why gaps that courses would fit are left as they are."""
    taken = {competency_id for assignment in chosen for competency_id in assignment.reasons}
    left = {offer.competency_id for offer in offers} - taken
    end = retirement_of(session, person) if left else None
    if end is not None:
        explain_items(session, plan_id, dict.fromkeys(left, nothing_short(month_words(end))))


def _ask(
    session: Session, person: PersonCard, needs: Sequence[OpenNeed], offers: Sequence[Offered]
) -> list[Assignment]:
    """Let plugins choose; the default rule is this plugin's own last word."""
    choices = site_of(session).registry.ask(
        "lms_select_courses",
        session=session,
        person=person,
        gaps=[_gap(need) for need in needs],
        candidates=[_candidate(offer) for offer in offers],
    )
    by_key = {(offer.course_id, offer.competency_id): offer for offer in offers}
    reasons: dict[int, dict[int, str]] = {}
    for choice in choices or ():
        if (choice.course_id, choice.competency_id) not in by_key:
            raise Invalid(f"Pelatihan {choice.course_id} tidak ditawarkan untuk kemampuan ini.")
        reasons.setdefault(choice.course_id, {})[choice.competency_id] = choice.reason
    return [
        Assignment(offered=by_key[course_id, next(iter(why))], reasons=why)
        for course_id, why in reasons.items()
    ]


def _gap(need: OpenNeed) -> Gap:
    return Gap(
        competency_id=need.competency_id,
        code=need.code,
        name=need.name,
        required=need.required,
        level=need.level,
        state="below",
    )


def _candidate(offer: Offered) -> CourseCandidate:
    return CourseCandidate(
        course_id=offer.course_id,
        slug=offer.slug,
        title=offer.title,
        competency_id=offer.competency_id,
        from_level=offer.from_level,
        to_level=offer.to_level,
        jp=offer.jp,
    )


def _enrol(
    session: Session,
    person_id: int,
    plan_id: int,
    chosen: Sequence[Assignment],
    needs: Mapping[int, OpenNeed],
) -> None:
    """Create the enrolments, or extend those under way, with their gaps."""
    known = _known_gaps(session, [item.offered.enrolment_id for item in chosen])
    pairs = [(_enrolment(session, person_id, item), item) for item in chosen]
    for enrolment, assignment in pairs:
        before = {key[1]: gap.reason for key, gap in known.items() if key[0] == enrolment.id}
        enrolment.reason = joint_reason([*{**before, **assignment.reasons}.values()])
        enrolment.origin, enrolment.plan_id = "assigned", plan_id
        session.add(enrolment)
    session.flush()
    for enrolment, assignment in pairs:
        for competency_id, reason in assignment.reasons.items():
            key = (enrolment.id, competency_id)
            gap = known.get(key) or EnrolmentGap(enrolment_id=key[0], competency_id=key[1])
            gap.round, gap.reason = needs[competency_id].round, reason
            session.add(gap)
    session.flush()


def _enrolment(session: Session, person_id: int, assignment: Assignment) -> Enrolment:
    offered = assignment.offered
    if offered.enrolment_id is not None:
        return session.get_one(Enrolment, offered.enrolment_id)
    return Enrolment(
        person_id=person_id,
        course_id=offered.course_id,
        course_version_id=offered.course_version_id,
        assigned_at=now(session),
    )


def _known_gaps(
    session: Session, enrolment_ids: Sequence[int | None]
) -> dict[tuple[int, int], EnrolmentGap]:
    """Give the gaps of enrolments under way; no statement when all are new."""
    under_way = [enrolment_id for enrolment_id in enrolment_ids if enrolment_id is not None]
    if not under_way:
        return {}
    query = select(EnrolmentGap).where(EnrolmentGap.enrolment_id.in_(under_way))
    return {(gap.enrolment_id, gap.competency_id): gap for gap in session.scalars(query)}


def _assigned(person_id: int, plan_id: int, assignment: Assignment) -> CourseAssigned:
    return CourseAssigned(
        person_id=person_id,
        plan_id=plan_id,
        course_id=assignment.offered.course_id,
        course_title=assignment.offered.title,
        competency_ids=tuple(assignment.reasons),
        reason=joint_reason(list(assignment.reasons.values())),
    )


def release_closed(session: Session, event: GapsClosed) -> None:
    """Let go of courses of a closed plan: those not begun end, those begun go on by choice."""
    query = select(Enrolment).where(
        Enrolment.plan_id == event.plan_id, Enrolment.state.in_(("assigned", "started"))
    )
    ended = []
    for enrolment in session.scalars(query):
        if enrolment.state == "started":
            enrolment.origin = "chosen"
        else:
            enrolment.state, enrolment.note = "withdrawn", NOT_NEEDED
            enrolment.withdrawn_at = now(session)
            ended.append(enrolment.id)
    session.flush()
    if ended:
        leave_with_enrolments(session, ended, NOT_NEEDED)
