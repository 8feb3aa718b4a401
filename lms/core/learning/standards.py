"""What posts ask for: the current standards, exceptions per post, plugins' requirements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import cast

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.core.learning.models import Standard, StandardLevel
from lms.core.people.models import Placement, Position
from lms.core.site import site_of

Levels = dict[int, int]


def requirements(session: Session, person_ids: Sequence[int]) -> dict[int, Levels]:
    """Give, for each person, competency id → level asked for.

    The standard of the position level holds; an exception for the very post replaces it; a
    plugin's requirement counts where it is higher. Three statements, however many people.
    """
    posts = _posts(session, person_ids)
    by_level, by_position = _standard_levels(session)
    result: dict[int, Levels] = {person_id: {} for person_id in person_ids}
    for person_id, (position_id, level) in posts.items():
        result[person_id] = {**by_level.get(level, {}), **by_position.get(position_id, {})}
    for answer in site_of(session).registry.ask(
        "lms_competency_requirements", session=session, person_ids=person_ids
    ):
        for person_id, extra in answer.items():
            for need in extra:
                own = result[person_id]
                own[need.competency_id] = max(need.level, own.get(need.competency_id, 0))
    return result


def _posts(session: Session, person_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Give person id → (post, level); while many deliveries are told, all their people at once."""
    memo = session.info.get("memo")
    if memo is None or not memo["people"].issuperset(person_ids):
        return _read_posts(session, person_ids)
    if "posts" not in memo:
        memo["posts"] = _read_posts(session, memo["people"])
    posts: dict[int, tuple[int, str]] = memo["posts"]
    return {person_id: posts[person_id] for person_id in person_ids if person_id in posts}


def _read_posts(session: Session, person_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    query = (
        select(Placement.person_id, Position.id, Position.level)
        .join(Position, Position.id == Placement.position_id)
        .where(Placement.person_id.in_(person_ids), Placement.until.is_(None))
    )
    return {person: (position, level) for person, position, level in session.execute(query)}


def _standard_levels(session: Session) -> tuple[dict[str, Levels], dict[int, Levels]]:
    """Read the current standards, once per transaction while many deliveries are told in it."""
    memo = session.info.get("memo")
    if memo is not None and "standard_levels" in memo:
        return cast("tuple[dict[str, Levels], dict[int, Levels]]", memo["standard_levels"])
    by_level: dict[str, Levels] = {}
    by_position: dict[int, Levels] = {}
    for competency, position_level, position, level in session.execute(_current_levels()):
        if position is not None:
            by_position.setdefault(position, {})[competency] = level
        elif position_level is not None:
            by_level.setdefault(position_level, {})[competency] = level
    if memo is not None:
        memo["standard_levels"] = by_level, by_position
    return by_level, by_position


def _current_levels() -> Select[int, str | None, int | None, int]:
    return (
        select(
            StandardLevel.competency_id,
            StandardLevel.position_level,
            StandardLevel.position_id,
            StandardLevel.level,
        )
        .join(Standard, Standard.id == StandardLevel.standard_id)
        .where(Standard.current)
    )
