"""What may be drawn for a person: active items, and which of them were seen before."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from plugins.assessment.domain import Candidate
from plugins.assessment.models import Attempt, AttemptItem, Item, ItemVersion


def _seen(person_id: int) -> Select[int, int]:
    """Select the items of a person's attempts with the last attempt; any version counts."""
    return (
        select(ItemVersion.item_id, func.max(AttemptItem.attempt_id).label("last_seen"))
        .join(AttemptItem, AttemptItem.item_version_id == ItemVersion.id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(Attempt.person_id == person_id)
        .group_by(ItemVersion.item_id)
    )


def candidates(
    session: Session, person_id: int, competency_ids: Collection[int]
) -> list[Candidate]:
    """Give the active items of some competencies in their newest version; one statement."""
    seen = _seen(person_id).subquery()
    newest = and_(ItemVersion.item_id == Item.id, ItemVersion.version == Item.version)
    query = (
        select(ItemVersion.id, Item.id, Item.competency_id, ItemVersion.level, seen.c.last_seen)
        .join(ItemVersion, newest)
        .outerjoin(seen, seen.c.item_id == Item.id)
        .where(Item.state == "active", Item.competency_id.in_(list(competency_ids)))
        .order_by(Item.id)
    )
    return [
        Candidate(
            item_version_id=version_id,
            item_id=item_id,
            competency_id=competency_id,
            level=level,
            last_seen=last_seen,
        )
        for version_id, item_id, competency_id, level, last_seen in session.execute(query)
    ]


def unseen_counts(session: Session, person_id: int) -> dict[int, int]:
    """Give competency id → number of active items that the person has never been asked."""
    seen = _seen(person_id).subquery()
    query = (
        select(Item.competency_id, func.count())
        .outerjoin(seen, seen.c.item_id == Item.id)
        .where(Item.state == "active", seen.c.item_id.is_(None))
        .group_by(Item.competency_id)
    )
    return dict(session.execute(query).all())
