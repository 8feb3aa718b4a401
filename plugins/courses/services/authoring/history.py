"""The history of a course: what a module said, when, by whom; an entry is never changed back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import now
from plugins.courses.domain.drafting import CourseFacts, facts_of, facts_text
from plugins.courses.models import DraftModule, Revision

TOGETHER = timedelta(minutes=10)
"""What one person saves within this time is one entry."""

Thing = DraftModule | CourseFacts


def note(session: Session, course_id: int, thing: Thing, *, kind: str, by: int | None) -> Revision:
    """Put what a module or the course's facts say now into the history.

    The same content as the entry before adds nothing; saving again within ten minutes changes
    one's own last entry.
    """
    module, title, source, facts = _content(thing)
    query = select(Revision).where(Revision.course_id == course_id, _is_module(module))
    last = session.scalars(query.order_by(Revision.id.desc()).limit(1)).one_or_none()
    same = last is not None and (last.title, last.source, last.facts) == (title, source, facts)
    moment = now(session)
    if last is not None and same and {kind, last.kind}.isdisjoint(("kept", "removed")):
        return last
    if last is not None and kind == "saved" and _together(last, by, moment):
        last.title, last.source, last.facts, last.at = title, source, facts, moment
        return last
    revision = Revision(
        course_id=course_id,
        module=module,
        kind=kind,
        title=title[:200],
        source=source,
        facts=facts,
        began_at=moment,
        at=moment,
        by=by,
    )
    session.add(revision)
    session.flush()
    return revision


def _together(last: Revision, by: int | None, moment: datetime) -> bool:
    return last.kind == "saved" and last.by == by and moment - last.began_at < TOGETHER


def _is_module(module: str | None) -> Any:
    return Revision.module.is_(None) if module is None else Revision.module == module


def _content(thing: Thing) -> tuple[str | None, str, str, dict[str, Any]]:
    if isinstance(thing, CourseFacts):
        return None, thing.title, facts_text(thing), thing.as_json()
    facts = {"name": thing.name, "minutes": thing.minutes, "objectives": list(thing.objectives)}
    return thing.public_id, thing.title, thing.source, facts


def last_facts(session: Session, course_id: int) -> CourseFacts | None:
    """Give what a course's facts said last, None when there is no history of them."""
    query = select(Revision.facts).where(Revision.course_id == course_id, Revision.module.is_(None))
    facts = session.scalars(query.order_by(Revision.id.desc()).limit(1)).one_or_none()
    return None if facts is None else facts_of(facts)


def known_modules(session: Session, course_id: int) -> dict[str, str]:
    """Give file name → id of the modules in a history; each id once, with its last name."""
    query = (
        select(Revision.module, Revision.facts)
        .where(Revision.course_id == course_id, Revision.module.is_not(None))
        .order_by(Revision.id)
    )
    names = {module: facts.get("name", "") for module, facts in session.execute(query)}
    return {name: module for module, name in names.items() if name}
