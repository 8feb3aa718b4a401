"""Use-case: compare people again after their post or a standard changed; the ledger stays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms.core.hooks.contracts import Job
from lms.core.jobs import enqueue
from lms.core.learning.evidence import refresh_profile
from lms.core.learning.models import Competency, Plan, PlanItem, Profile
from lms.core.learning.plans import settle
from lms.core.learning.standards import requirements

STANDARD_CHANGED = "core.standard_changed"
SEEN = 500
PIECE = 20
"""People looked at, and compared at most, per transaction: a lock of about 100 ms.

SQLite has one writer, and answers must not wait for a mass update.
"""

States = Mapping[int, str | None]


def compare_again(
    session: Session, person_id: int, competency_ids: Collection[int] | None = None
) -> None:
    """Compute a person's gaps again and bring the plan in line with what became different.

    Only competencies whose state changed, or does not fit the plan, are settled: someone who has
    finished the courses and waits for the retest is not sent back by a change elsewhere.
    """
    query = select(Profile.competency_id, Profile.state).where(Profile.person_id == person_id)
    before: dict[int, str | None] = dict(session.execute(query).all())
    profile = refresh_profile(session, person_id, competency_ids)
    items = _open_items(session, person_id)
    for row in profile:
        _take_over_requirement(items.get(row.competency_id), row)
    different = [row for row in profile if _is_different(row, before, items)]
    if different:
        settle(session, person_id, different)


def _open_items(session: Session, person_id: int) -> dict[int, PlanItem]:
    query = (
        select(PlanItem)
        .join(Plan, Plan.id == PlanItem.plan_id)
        .where(Plan.person_id == person_id, Plan.state == "open")
    )
    return {item.competency_id: item for item in session.scalars(query)}


def _take_over_requirement(item: PlanItem | None, row: Profile) -> None:
    if item is not None and item.state != "met" and row.required is not None:
        item.required = row.required


def _is_different(row: Profile, before: States, items: Mapping[int, PlanItem]) -> bool:
    if row.competency_id not in before or before[row.competency_id] != row.state:
        return True
    item = items.get(row.competency_id)
    to_raise = item is not None and item.state != "met"
    if row.state == "below":
        return not to_raise
    return to_raise and row.state in ("meets", None)


# -- everyone, piece by piece --------------------------------------------------------------------


def compare_everyone(session: Session, framework_id: int, standard_id: int) -> str | None:
    """Enqueue the comparison of all people with a changed standard; give the job's public id."""
    payload = {"framework_id": framework_id, "standard_id": standard_id, "after": 0, "done": 0}
    return enqueue(session, STANDARD_CHANGED, payload, unique_key=f"standard:{standard_id}")


def _compare_piece(
    session: Session, payload: Mapping[str, Any], progress: Callable[[int, int], None]
) -> Mapping[str, Any] | None:
    """Compare the next people; give the payload to go on with, None at the end."""
    own = list(session.scalars(_competencies(payload["framework_id"])))
    people = select(Profile.person_id).where(Profile.competency_id.in_(own)).distinct()
    rest = people.where(Profile.person_id > payload["after"])
    seen = list(session.scalars(rest.order_by(Profile.person_id).limit(SEEN)))
    left = session.scalar(select(func.count()).select_from(rest.subquery())) or 0
    touched = _asked_otherwise(session, seen, own)
    for person_id in touched[:PIECE]:
        compare_again(session, person_id, own)
    if len(touched) > PIECE:
        seen = seen[: seen.index(touched[PIECE - 1]) + 1]
    done = payload["done"] + len(seen)
    progress(done, payload["done"] + left)
    if len(seen) == left:
        return None
    return {**payload, "after": seen[-1], "done": done}


def _competencies(framework_id: int) -> Select[int]:
    return select(Competency.id).where(Competency.framework_id == framework_id)


def _asked_otherwise(
    session: Session, people: Sequence[int], competency_ids: Iterable[int]
) -> list[int]:
    """Find the people of whom something else is asked than their profile says; few statements."""
    asked = requirements(session, people)
    query = select(Profile.person_id, Profile.competency_id, Profile.required).where(
        Profile.person_id.in_(people), Profile.competency_id.in_(list(competency_ids))
    )
    found = {
        person_id
        for person_id, competency_id, required in session.execute(query)
        if asked[person_id].get(competency_id) != required
    }
    return sorted(found)


JOBS = (
    Job(
        name=STANDARD_CHANGED,
        title="Membandingkan ulang dengan standar baru",
        run=_compare_piece,
    ),
)
