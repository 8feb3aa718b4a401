"""What may be drawn for a person: items of the bank, and which of them were seen before."""

from __future__ import annotations

import json
from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, not_, select
from sqlalchemy.orm import Session

from lms import site_of
from plugins.assessment.domain import Candidate
from plugins.assessment.domain.psychometrics import ItemParameters
from plugins.assessment.domain.questions import PRACTICE
from plugins.assessment.models import (
    Attempt,
    AttemptItem,
    InstrumentVersion,
    Item,
    ItemParameter,
    ItemVersion,
)
from plugins.assessment.services.types import question_types


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
    session: Session, person_id: int, competency_ids: Collection[int], state: str = "active"
) -> list[Candidate]:
    """Give the items of some competencies in their newest version; one statement.

    `state` is active, or trial for those that are asked without being scored.
    """
    seen = _seen(person_id).subquery()
    newest = and_(ItemVersion.item_id == Item.id, ItemVersion.version == Item.version)
    query = (
        select(ItemVersion.id, Item.id, Item.competency_id, ItemVersion.level, seen.c.last_seen)
        .join(ItemVersion, newest)
        .outerjoin(seen, seen.c.item_id == Item.id)
        .where(
            Item.state == state,
            measuring(),
            Item.competency_id.in_(list(competency_ids)),
            ItemVersion.kind.not_in(never_drawn(session)),
        )
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


def measuring() -> ColumnElement[bool]:
    """Keep questions that may measure people; practice inside courses has been seen and explained.

    Both databases keep the JSON text as it was written: each tag in quotes.
    """
    return not_(cast(Item.tags, String).contains(json.dumps(PRACTICE), autoescape=True))


def never_drawn(session: Session) -> list[str]:
    """Name the kinds that no draw may bring: nobody scores them, or only an assessor does.

    They stand in fixed forms, where somebody has put them on purpose.
    """
    types = question_types(site_of(session)).values()
    return [each.name for each in types if not each.scored or each.response == "file"]


def unseen_counts(session: Session, person_id: int) -> dict[int, int]:
    """Give competency id → number of active items that the person has never been asked."""
    seen = _seen(person_id).subquery()
    newest = and_(ItemVersion.item_id == Item.id, ItemVersion.version == Item.version)
    query = (
        select(Item.competency_id, func.count())
        .join(ItemVersion, newest)
        .outerjoin(seen, seen.c.item_id == Item.id)
        .where(
            Item.state == "active",
            measuring(),
            seen.c.item_id.is_(None),
            ItemVersion.kind.not_in(never_drawn(session)),
        )
        .group_by(Item.competency_id)
    )
    return dict(session.execute(query).all())


def parameters(session: Session, calibration_id: int) -> dict[int, ItemParameters]:
    """Give item version id → parameters of a calibration; it never changes, so it is kept."""
    kept: dict[int, dict[int, ItemParameters]]
    kept = site_of(session).extra.setdefault("assessment.parameters", {})
    if calibration_id not in kept:
        query = select(ItemParameter.item_version_id, ItemParameter.a, ItemParameter.b)
        rows = session.execute(query.where(ItemParameter.calibration_id == calibration_id))
        kept[calibration_id] = {row[0]: ItemParameters(row[1], row[2]) for row in rows}
    return kept[calibration_id]


def reference_items(session: Session, version_id: int) -> dict[int, list[ItemParameters]]:
    """Give competency id → parameters of its active items, when the version is calibrated.

    They are the form on which θ is said in percent; empty without a calibration.
    """
    query = (
        select(Item.competency_id, ItemParameter.a, ItemParameter.b)
        .join(ItemVersion, ItemVersion.id == ItemParameter.item_version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .join(InstrumentVersion, InstrumentVersion.calibration_id == ItemParameter.calibration_id)
        .where(InstrumentVersion.id == version_id, Item.state == "active", measuring())
    )
    found: dict[int, list[ItemParameters]] = {}
    for competency_id, a, b in session.execute(query):
        found.setdefault(competency_id, []).append(ItemParameters(a, b))
    return found
