"""Use-cases of the question bank: a change of a question is a new version of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Invalid, NotFound, audit, now, site_of
from plugins.assessment.contracts import Problem
from plugins.assessment.domain import ItemDraft, item_problems, split_tags
from plugins.assessment.domain.questions import MOST_TAGS, STATES, TAG
from plugins.assessment.domain.types import BUILT_IN
from plugins.assessment.models import UNTESTED, Item, ItemVersion
from plugins.assessment.queries.bank import draft_of
from plugins.assessment.services.types import question_type, question_types

NO_ITEM = "Soal ini tidak ditemukan."
NO_STATE = "Keadaan ini tidak dikenal."
TAGS_FULL = "Ada soal yang sudah memiliki 20 label."
BAD_TAG = "Tulis satu label, paling banyak 40 huruf."
MOST_AT_ONCE = 500


def draft_problems(session: Session, draft: ItemDraft) -> list[Problem]:
    """Say what keeps a question from being saved; empty when it is fine."""
    kind = question_type(site_of(session), draft.kind, draft.content)
    return item_problems(draft, kind)


def save_item(
    session: Session,
    code: str,
    competency_id: int,
    content: ItemDraft,
    *,
    author_id: int | None = None,
    status: str = UNTESTED,
    state: str = "active",
    keep_tags: bool = False,
) -> bool:
    """Add a question in a state, or a version when it differs; tell whether a version is new.

    `keep_tags` adds the tags to those that a trainer gave. Raises Invalid with every reason when
    the question cannot be asked like this.
    """
    problems = draft_problems(session, content)
    if problems:
        raise Invalid(f"Soal {code} belum bisa disimpan.", [each.text for each in problems])
    draft = _complete(session, content)
    item = session.scalar(select(Item).where(Item.code == code))
    if item is None:
        item = Item(code=code, version=0, state=state, created_at=now(session))
        session.add(item)
    item.competency_id = competency_id
    item.tags = _tags(item.tags or [], draft.tags, keep=keep_tags)
    if item.version and draft_of(newest_version(session, item), draft.tags) == draft:
        return False
    item.version += 1
    session.flush()
    session.add(_version(session, item, draft, author_id, status))
    session.flush()
    return True


def _tags(known: Sequence[str], given: Sequence[str], *, keep: bool) -> list[str]:
    tags = list(dict.fromkeys([*(known if keep else ()), *given]))
    return list(known) if tags == known else tags[:MOST_TAGS]


def _complete(session: Session, draft: ItemDraft) -> ItemDraft:
    """Give what is stored: JSON values; a plugin's type also leaves its shape behind.

    With the shape, the question can still be shown when that plugin is gone.
    """
    kind = question_types(site_of(session))[draft.kind]
    foreign = {"shape": kind.response} if kind not in BUILT_IN else {}
    content = {**draft.content, **foreign}
    content, scoring = json.loads(json.dumps([content, draft.scoring], allow_nan=False))
    return replace(
        draft,
        stem=draft.stem.strip(),
        explanation=draft.explanation.strip(),
        content=content,
        scoring=scoring,
    )


def _version(
    session: Session, item: Item, draft: ItemDraft, author_id: int | None, status: str
) -> ItemVersion:
    return ItemVersion(
        item_id=item.id,
        version=item.version,
        kind=draft.kind,
        stem=draft.stem,
        content=draft.content,
        scoring=draft.scoring,
        explanation=draft.explanation,
        level=draft.level,
        difficulty=draft.difficulty,
        status=status,
        created_at=now(session),
        created_by=author_id,
    )


def newest_version(session: Session, item: Item) -> ItemVersion:
    """Give the version of a question that is asked now."""
    query = select(ItemVersion).where(
        ItemVersion.item_id == item.id, ItemVersion.version == item.version
    )
    return session.scalars(query).one()


def edit_item(
    session: Session, author_id: int, code: str, competency_id: int, content: ItemDraft
) -> bool:
    """Save a trainer's change, or a new question as a draft; tell whether anything changed."""
    query = select(Item.competency_id, Item.tags).where(Item.code == code)
    before = session.execute(query).one_or_none()
    changed = save_item(session, code, competency_id, content, author_id=author_id, state="draft")
    if changed:
        audit(session, author_id, "assessment:item:write", code)
        return True
    sorted_anew = before != session.execute(query).one()
    if sorted_anew:
        audit(session, author_id, "assessment:item:sort", code)
    return sorted_anew


def set_state(session: Session, author_id: int, codes: Collection[str], state: str) -> int:
    """Put questions into a state; give how many changed. Past results keep their questions."""
    if state not in STATES:
        raise Invalid(NO_STATE)
    changed = [item for item in _items(session, codes) if item.state != state]
    for item in changed:
        item.state = state
    _write_down(session, author_id, f"assessment:item:{state}", changed)
    return len(changed)


def add_tag(session: Session, author_id: int, codes: Collection[str], tag: str) -> int:
    """Add a tag to questions; give how many did not have it."""
    tags = split_tags(tag)
    if len(tags) != 1 or not TAG.fullmatch(tags[0]):
        raise Invalid(BAD_TAG)
    changed = [item for item in _items(session, codes) if tags[0] not in item.tags]
    if any(len(item.tags) >= MOST_TAGS for item in changed):
        raise Invalid(TAGS_FULL)
    for item in changed:
        item.tags = [*item.tags, tags[0]]
    _write_down(session, author_id, "assessment:item:tag", changed, tag=tags[0])
    return len(changed)


def _write_down(
    session: Session, author_id: int, action: str, items: Sequence[Item], **details: str
) -> None:
    """Write one audit entry for all questions that changed."""
    codes = [item.code for item in items]
    if len(codes) == 1:
        audit(session, author_id, action, codes[0], **details)
    elif codes:
        audit(session, author_id, action, f"{len(codes)} soal", codes=codes, **details)


def _items(session: Session, codes: Collection[str]) -> list[Item]:
    """Give the questions of codes, each once, by code; raises NotFound when one is not there."""
    wanted = set(codes)
    query = select(Item).where(Item.code.in_(wanted)).order_by(Item.code)
    found = list(session.scalars(query)) if len(wanted) <= MOST_AT_ONCE else []
    if not wanted or len(found) < len(wanted):
        raise NotFound(NO_ITEM)
    return found


def next_code(session: Session, prefix: str) -> str:
    """Give a free code for a new question of a competency, such as D1-19."""
    taken = set(session.scalars(select(Item.code).where(Item.code.startswith(f"{prefix}-"))))
    number = len(taken) + 1
    while f"{prefix}-{number:02d}" in taken:
        number += 1
    return f"{prefix}-{number:02d}"
