"""What the standards of a workbook would change for people, before anything is stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.content import competency_ids
from lms.core.learning.consequences import Consequences, consequences
from lms.core.learning.exchanging import Change, WorkbookPlan
from lms.core.learning.models import Framework
from lms.core.learning.portable import Data
from lms.core.learning.revising import Draft, current_draft
from lms.core.people.models import Position


def standard_effects(session: Session, plan: WorkbookPlan) -> list[tuple[Change, Consequences]]:
    """Give what each changed standard would do to people.

    A standard of a new framework version does nothing yet: that version has no results.
    """
    if plan.problems:
        return []
    renewed = {change.code for change in plan.to_store if change.kind == "framework"}
    changes = [each for each in plan.to_store if each.kind == "standard"]
    changes = [each for each in changes if each.code not in renewed]
    if not changes:
        return []
    query = select(Framework.code, Framework.id).where(Framework.current)
    frameworks: dict[str, int] = dict(session.execute(query).all())
    found = []
    for change in changes:  # a workbook has a handful of frameworks
        before = current_draft(session, frameworks[change.code])
        after = _draft(session, before, change.data)
        found.append((change, consequences(session, before, after)))
    return found


def _draft(session: Session, before: Draft, data: Data) -> Draft:
    codes = competency_ids(session, before.framework_id)
    posts = _posts(session, data)
    return Draft(
        framework_id=before.framework_id,
        base_id=before.base_id,
        name=data["name"],
        source=data["source"],
        valid_from=date.fromisoformat(data["valid_from"]),
        levels={
            (level, codes[need["competency"]]): asked
            for need in data["require"]
            for level, asked in need["levels"].items()
        },
        exceptions={
            (posts[key], codes[each["competency"]]): each["level"]
            for each in data["exception"]
            if (key := (each["position"], each["position_level"])) in posts
        },
    )


def _posts(session: Session, data: Data) -> Mapping[tuple[str, str], int]:
    """Find the posts of exceptions; one that does not exist yet has no people either."""
    names = {each["position"] for each in data["exception"]}
    query = select(Position.name, Position.level, Position.id).where(Position.name.in_(names))
    return {(name, level): position_id for name, level, position_id in session.execute(query)}
