"""Read model of exports: the questions of a filter in their newest version, by competency."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.models import Competency
from plugins.assessment.domain.formats import ExportedItem
from plugins.assessment.models import Item, ItemVersion
from plugins.assessment.queries.bank import BankFilter, draft_of, filtered_items, newest_items

MOST = 2000


def exported_items(session: Session, wanted: BankFilter) -> list[ExportedItem]:
    """Give at most one question more than an export may hold; one statement."""
    query = filtered_items(newest_items(select(Item, ItemVersion, Competency.code)), wanted)
    ordered = query.order_by(Competency.framework_id, Competency.sequence, Item.code)
    return [
        ExportedItem(code=item.code, draft=draft_of(version, item.tags), competency=competency)
        for item, version, competency in session.execute(ordered.limit(MOST + 1))
    ]
