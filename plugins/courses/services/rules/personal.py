"""What rules hold of a person, as a copy, and its erasure."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from plugins.courses.models import Rule, RuleEffect, RuleRun


def personal_data_rules(session: Session, person_id: int) -> dict[str, Any]:
    """Give the rules by which a person got courses."""
    query = (
        select(Rule.title, RuleRun.created_at, RuleEffect.undone)
        .join(RuleRun, RuleRun.id == RuleEffect.run_id)
        .join(Rule, Rule.id == RuleRun.rule_id)
        .where(RuleEffect.person_id == person_id)
        .order_by(RuleEffect.id)
    )
    return {
        "rules": [
            {"rule": title, "at": at.isoformat(), "undone": undone}
            for title, at, undone in session.execute(query)
        ]
    }


def erase_rules(session: Session, person_id: int) -> None:
    """Erase what rules did for a person; rules that she wrote or used stay without a name."""
    session.execute(delete(RuleEffect).where(RuleEffect.person_id == person_id))
    for column in (Rule.updated_by, RuleRun.created_by, RuleRun.undone_by):
        session.execute(update(column.class_).where(column == person_id).values({column: None}))
