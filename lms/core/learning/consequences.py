"""What would follow from a changed standard: computed from the kept profile, nothing is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from lms.core.learning.models import Evidence, Profile
from lms.core.learning.revising import Draft, changed
from lms.core.learning.rules import state_of_evidence
from lms.core.people.models import Person, Placement, Position
from lms.core.site import site_of

Asked = dict[int, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """How many people a new standard touches, and how many change their state in something.

    `people` are those of whose post something else is asked; `measured` of them have results.
    Someone may count in `below` for one competency and in `meets` for another.
    """

    people: int = 0
    units: int = 0
    measured: int = 0
    below: int = 0
    meets: int = 0
    unclear: int = 0


@dataclass(slots=True)
class _Touched:
    """People by id with the levels that are asked of them otherwise, and their units."""

    asked: dict[int, Asked] = field(default_factory=dict)
    units: set[int] = field(default_factory=set)


def consequences(session: Session, before: Draft, after: Draft) -> Consequences:
    """Compute what a draft would change; two statements and the plugins' own requirements."""
    touched = _touched(session, before, after)
    if not touched.asked:
        return Consequences()
    extra = _plugin_requirements(session, list(touched.asked))
    turned: dict[str, set[int]] = defaultdict(set)
    for profile, evidence in _results(session, before, after):
        asked = touched.asked.get(profile.person_id, {})
        if profile.competency_id not in asked:
            continue
        turned["measured"].add(profile.person_id)
        level = asked[profile.competency_id]
        more = extra.get((profile.person_id, profile.competency_id), 0)
        required = max(level or 0, more) or None
        state = state_of_evidence(evidence.kind, required, evidence.level_low, evidence.level_high)
        if state is not None and state != profile.state:
            turned[state].add(profile.person_id)
    counts = {name: len(people) for name, people in turned.items()}
    return Consequences(people=len(touched.asked), units=len(touched.units), **counts)


def _touched(session: Session, before: Draft, after: Draft) -> _Touched:
    """Find the people of whose posts something else is asked; an exception may shield a post."""
    query = (
        select(Placement.person_id, Placement.unit_id, Position.id, Position.level)
        .select_from(Placement)
        .join(Person, and_(Person.id == Placement.person_id, Person.active))
        .join(Position, Position.id == Placement.position_id)
        .where(Placement.until.is_(None), _posts(before, after))
    )
    found = _Touched()
    posts: dict[tuple[int, str], Asked] = {}
    for person_id, unit_id, position_id, level in session.execute(query):
        post = (position_id, level)
        if post not in posts:
            posts[post] = _asked_otherwise(before, after, position_id, level)
        if posts[post]:
            found.asked[person_id] = posts[post]
            found.units |= set() if unit_id is None else {unit_id}
    return found


def _asked_otherwise(before: Draft, after: Draft, position_id: int, level: str) -> Asked:
    result: Asked = {}
    for competency_id in _competencies(before, after):
        new = after.asked(position_id, level, competency_id)
        if new != before.asked(position_id, level, competency_id):
            result[competency_id] = new
    return result


def _competencies(before: Draft, after: Draft) -> set[int]:
    levels = changed(before.levels, after.levels)
    return {key[1] for key in levels} | {
        key[1] for key in changed(before.exceptions, after.exceptions)
    }


def _posts(before: Draft, after: Draft) -> Any:
    """Limit a query to posts whose level, or who themselves, have a changed line."""
    levels = {key[0] for key in changed(before.levels, after.levels)}
    posts = {key[0] for key in changed(before.exceptions, after.exceptions)}
    return or_(Position.level.in_(levels), Position.id.in_(posts))


def _results(session: Session, before: Draft, after: Draft) -> Iterable[tuple[Profile, Evidence]]:
    query = (
        select(Profile, Evidence)
        .join(Evidence, Evidence.id == Profile.evidence_id)
        .join(
            Placement,
            and_(Placement.person_id == Profile.person_id, Placement.until.is_(None)),
        )
        .join(Position, Position.id == Placement.position_id)
        .where(Profile.competency_id.in_(_competencies(before, after)), _posts(before, after))
    )
    return session.execute(query)


def _plugin_requirements(
    session: Session, person_ids: Sequence[int]
) -> Mapping[tuple[int, int], int]:
    """Ask the plugins for levels beside the standard: (person, competency) → level."""
    found: dict[tuple[int, int], int] = {}
    for answer in site_of(session).registry.ask(
        "lms_competency_requirements", session=session, person_ids=person_ids
    ):
        for person_id, needs in answer.items():
            for need in needs:
                key = (person_id, need.competency_id)
                found[key] = max(need.level, found.get(key, 0))
    return found
