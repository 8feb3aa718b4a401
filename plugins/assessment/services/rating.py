"""Use-case: an assessor gives points to a file answer; the result follows when none waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Invalid, NotAllowed, NotFound, audit, now, record_evidence
from plugins.assessment.models import Attempt, Rating
from plugins.assessment.queries.rating import NO_ANSWER, RubricRow, rating_page
from plugins.assessment.services.handing_in import new_evidence
from plugins.assessment.services.rescoring import results_again

OWN = "Jawaban Anda sendiri dinilai oleh penilai lain."  # i18n
MISSING = "Isi nilai untuk setiap baris rubrik."  # i18n
OUTSIDE = "Ada nilai yang lebih kecil dari 0 atau melebihi nilai tertinggi."  # i18n
MOST_LETTERS = 1000


def rate(
    session: Session,
    actor_id: int,
    public: str,
    sequence: int,
    points: Mapping[str, str],
    note: str = "",
) -> bool:
    """Store points per row of the rubric; tell whether the result is complete now.

    The newest rating counts, so a second look is another rating. Raises NotFound for what is no
    file answer, NotAllowed for an own one, Invalid for missing or impossible points.
    """
    query = select(Attempt).where(Attempt.public_id == public).with_for_update()
    attempt = session.scalar(query.execution_options(populate_existing=True))
    if attempt is None:
        raise NotFound(NO_ANSWER)
    if attempt.person_id == actor_id:
        raise NotAllowed(OWN)
    found = rating_page(session, public, sequence)
    given = _points(found.rubric, points)
    rating = Rating(
        attempt_id=attempt.id,
        sequence=sequence,
        points=given,
        score=sum(given.values()) / sum(row.points for row in found.rubric),
        note=note.strip()[:MOST_LETTERS],
        rated_by=actor_id,
        rated_at=now(session),
    )
    session.add(rating)
    session.flush()
    audit(
        session, actor_id, "assessment:answer:rate", public, sequence=sequence, score=rating.score
    )
    return _follow(session, attempt, found.line_id, rating.id)


def _points(rubric: Sequence[RubricRow], typed: Mapping[str, str]) -> dict[str, float]:
    given = {row.id: _number(typed.get(row.id, "")) for row in rubric}
    if any(not 0 <= given[row.id] <= row.points for row in rubric):
        raise Invalid(OUTSIDE)
    return given


def _number(text: str) -> float:
    """Read points as people type them, with comma or dot."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError as error:
        raise Invalid(MISSING) from error


# -- the result ----------------------------------------------------------------------------------


def _follow(session: Session, attempt: Attempt, line_id: int, rating_id: int) -> bool:
    """Compute the result again, also of extra questions that were pooled with this line.

    Evidence is recorded when no answer of a line waits any more; the rating's id in its key
    makes that happen once.
    """
    complete = False
    for number, owner, result, code in results_again(session, line_id):
        if result.pending == 0:
            evidence = new_evidence(session, owner, [(result, code)], mark=f":rated:{rating_id}")
            record_evidence(session, owner.person_id, evidence)
            complete = complete or number == line_id
    return complete
