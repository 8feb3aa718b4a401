"""The default rule for `lms_select_courses`: the fewest courses, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from lms import CourseCandidate, CourseChoice, Gap, PersonCard
from plugins.courses.domain.choosing import Need, Offer, choose_courses
from plugins.courses.domain.reasons import evidence_words, reason
from plugins.courses.queries.offers import evidence_sources, past_courses


def select_courses(
    session: Session,
    person: PersonCard,
    gaps: Sequence[Gap],
    candidates: Sequence[CourseCandidate],
) -> list[CourseChoice]:
    """Choose courses for a person's gaps and say why; two statements."""
    past = past_courses(session, person.person_id)
    needs = [
        Need(competency_id=gap.competency_id, level=gap.level or 0, required=gap.required)
        for gap in gaps
    ]
    chosen = choose_courses(needs, [_offer(candidate) for candidate in candidates], past)
    sources = evidence_sources(session, person.person_id, list(chosen))
    again = {competency_id for _, competency_id in past.completed_for}
    return [
        CourseChoice(
            course_id=chosen[gap.competency_id],
            competency_id=gap.competency_id,
            reason=_reason(gap, sources, gap.competency_id in again),
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


def _reason(gap: Gap, sources: dict[int, tuple[str, str]], again: bool) -> str:
    kind, source = sources.get(gap.competency_id, ("measured", ""))
    words = evidence_words(kind, source, again=again)
    return reason(words, gap.name, gap.level, gap.required)
