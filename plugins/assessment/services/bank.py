"""Use-cases of the question bank: a change of a question is a new version of it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Invalid, NotFound, audit, now
from plugins.assessment.domain import ItemText, item_problems
from plugins.assessment.models import UNTESTED, Item, ItemVersion


def save_item(
    session: Session,
    code: str,
    competency_id: int,
    content: ItemText,
    *,
    author_id: int | None = None,
    status: str = UNTESTED,
) -> bool:
    """Add a question, or a version when its content differs; tell whether something is new.

    Raises Invalid with every reason when the question cannot be asked like this.
    """
    problems = item_problems(content)
    if problems:
        raise Invalid(f"Soal {code} belum bisa disimpan.", problems)
    item = session.scalar(select(Item).where(Item.code == code))
    if item is None:
        item = Item(code=code, competency_id=competency_id, version=0, created_at=now(session))
        session.add(item)
    elif _content(session, item) == content:
        item.competency_id = competency_id
        return False
    item.competency_id = competency_id
    item.version += 1
    session.flush()
    session.add(_version(session, item, content, author_id, status))
    session.flush()
    return True


def _version(
    session: Session, item: Item, content: ItemText, author_id: int | None, status: str
) -> ItemVersion:
    return ItemVersion(
        item_id=item.id,
        version=item.version,
        stem=content.stem,
        options=[{"id": option, "text": text} for option, text in content.options],
        key=content.key,
        explanation=content.explanation,
        level=content.level,
        difficulty=content.difficulty,
        status=status,
        created_at=now(session),
        created_by=author_id,
    )


def _content(session: Session, item: Item) -> ItemText:
    row = newest_version(session, item)
    return ItemText(
        stem=row.stem,
        options=tuple((option["id"], option["text"]) for option in row.options),
        key=row.key,
        explanation=row.explanation,
        level=row.level,
        difficulty=row.difficulty,
    )


def newest_version(session: Session, item: Item) -> ItemVersion:
    """Give the version of a question that is asked now."""
    query = select(ItemVersion).where(
        ItemVersion.item_id == item.id, ItemVersion.version == item.version
    )
    return session.scalars(query).one()


def edit_item(
    session: Session, author_id: int, code: str, competency_id: int, content: ItemText
) -> bool:
    """Save a trainer's change of a question, or a new question, with an audit entry."""
    changed = save_item(session, code, competency_id, content, author_id=author_id)
    if changed:
        audit(session, author_id, "assessment:item:write", code)
    return changed


def switch_item(session: Session, author_id: int, code: str, *, active: bool) -> None:
    """Take a question out of future draws, or back in; past results keep it."""
    item = session.scalar(select(Item).where(Item.code == code))
    if item is None:
        raise NotFound("Soal ini tidak ditemukan.")
    state = "active" if active else "retired"
    if item.state != state:
        item.state = state
        session.flush()
        audit(session, author_id, f"assessment:item:{state}", code)


def next_code(session: Session, prefix: str) -> str:
    """Give a free code for a new question of a competency, such as D1-19."""
    taken = set(session.scalars(select(Item.code).where(Item.code.startswith(f"{prefix}-"))))
    number = len(taken) + 1
    while f"{prefix}-{number:02d}" in taken:
        number += 1
    return f"{prefix}-{number:02d}"
