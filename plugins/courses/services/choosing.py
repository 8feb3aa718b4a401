"""The default rule for `lms_select_courses`: the fewest courses, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from lms import CourseCandidate, CourseChoice, Gap, PersonCard, get_settings, today
from plugins.courses.domain.choosing import Need, Offer, Short, choose_courses
from plugins.courses.domain.horizon import (
    HorizonRule,
    RetirementAges,
    is_old_enough,
    month_words,
    near_retirement,
)
from plugins.courses.domain.reasons import evidence_words, reason, short_reason
from plugins.courses.queries.offers import evidence_sources, jp_of_open_plan, past_courses
from plugins.courses.settings import HORIZON_JP, HORIZON_MONTHS, RETIREMENT

KEPT = "courses.horizon_rule"


def select_courses(
    session: Session,
    person: PersonCard,
    gaps: Sequence[Gap],
    candidates: Sequence[CourseCandidate],
) -> list[CourseChoice]:
    """Choose courses for a person's gaps and say why; two statements.

    Whoever retires soon gets the shortest courses, and only so many JP.
    """
    past = past_courses(session, person.person_id)
    end = retirement_of(session, person)
    needs = [
        Need(competency_id=gap.competency_id, level=gap.level or 0, required=gap.required)
        for gap in gaps
    ]
    short = None if end is None else Short(jp_left=_jp_left(session, person.person_id))
    chosen = choose_courses(needs, [_offer(candidate) for candidate in candidates], past, short)
    sources = evidence_sources(session, person.person_id, list(chosen))
    again = {competency_id for _, competency_id in past.completed_for}
    return [
        CourseChoice(
            course_id=chosen[gap.competency_id],
            competency_id=gap.competency_id,
            reason=_reason(gap, sources, gap.competency_id in again, end),
        )
        for gap in gaps
        if gap.competency_id in chosen
    ]


def _offer(candidate: CourseCandidate) -> Offer:
    return Offer(
        course_id=candidate.course_id,
        competency_id=candidate.competency_id,
        from_level=candidate.from_level,
        to_level=candidate.to_level,
        jp=candidate.jp,
    )


def _jp_left(session: Session, person_id: int) -> int:
    return max(horizon_rule(session).most_jp - jp_of_open_plan(session, person_id), 0)


def retirement_of(session: Session, person: PersonCard) -> date | None:
    """Give when a person retires if that is soon, None otherwise; asks nothing for the young."""
    day = today(session)
    if not is_old_enough(person.birth_date, day):
        return None
    return near_retirement(
        horizon_rule(session), person.birth_date, person.position_level, person.position, day
    )


def horizon_rule(session: Session) -> HorizonRule:
    """Give what the agency has set about retirement; asked once in a transaction."""
    if KEPT not in session.info:
        found = get_settings(session, HORIZON_MONTHS, HORIZON_JP, *RETIREMENT.values())
        session.info[KEPT] = HorizonRule(
            ages=RetirementAges(**{name: found[key] for name, key in RETIREMENT.items()}),
            months=found[HORIZON_MONTHS],
            most_jp=found[HORIZON_JP],
        )
    kept: HorizonRule = session.info[KEPT]
    return kept


def _reason(gap: Gap, sources: dict[int, tuple[str, str]], again: bool, end: date | None) -> str:
    kind, source = sources.get(gap.competency_id, ("measured", ""))
    words = evidence_words(kind, source, again=again)
    if end is not None:
        return short_reason(words, gap.name, gap.level, gap.required, month_words(end))
    return reason(words, gap.name, gap.level, gap.required)
