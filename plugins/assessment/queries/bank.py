"""Read models of the question bank: the list, one question, its versions and where it is used."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from lms import NotFound
from lms.models import Competency, Person
from plugins.assessment.domain import ItemDraft, split_stem
from plugins.assessment.models import (
    AttemptItem,
    BlueprintLine,
    Form,
    FormItem,
    InstrumentVersion,
    Item,
    ItemVersion,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFilter:
    """What the list shows: words of the stem or code; one competency, kind, state or tag."""

    search: str = ""
    competency_id: int | None = None
    kind: str = ""
    state: str = ""
    tag: str = ""

    def __bool__(self) -> bool:
        """Tell whether anything is left out."""
        return any((self.search, self.competency_id, self.kind, self.state, self.tag))


@dataclass(frozen=True, slots=True, kw_only=True)
class BankLine:
    """A line of the list; `asked` counts how often any version was drawn."""

    code: str
    competency: str
    kind: str
    stem: str
    level: int
    version: int
    status: str
    state: str
    tags: tuple[str, ...]
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """A version of a question: when, by whom (empty: a content pack), how often asked."""

    version: int
    created_at: datetime
    author: str
    status: str
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """A question in its newest version, with its history and where it is used.

    `instruments` names versions whose blueprint draws from its competency, `forms` the fixed
    forms that hold one of its versions.
    """

    code: str
    competency_id: int
    competency: str
    state: str
    version: int
    status: str
    draft: ItemDraft
    versions: tuple[VersionLine, ...]
    instruments: tuple[str, ...]
    forms: tuple[str, ...]

    @property
    def situation(self) -> str:
        """Give the stem without its last sentence."""
        return split_stem(self.draft.stem)[0]

    @property
    def asks(self) -> str:
        """Give the sentence that asks."""
        return split_stem(self.draft.stem)[1]


def count_items(session: Session, wanted: BankFilter) -> int:
    """Count the questions that a filter lets through."""
    return session.scalar(filtered_items(newest_items(select(func.count(Item.id))), wanted)) or 0


def list_items(
    session: Session, wanted: BankFilter, *, number: int = 1, size: int = 20
) -> list[BankLine]:
    """Give one page of the bank by code; one statement."""
    query = filtered_items(
        newest_items(select(Item, ItemVersion, Competency.name, _asked())), wanted
    )
    rows = session.execute(query.order_by(Item.code).offset((number - 1) * size).limit(size))
    return [_line(*row) for row in rows]


def chosen_items(session: Session, codes: list[str]) -> list[BankLine]:
    """Give the lines of some questions by code, for a confirmation; one statement."""
    query = newest_items(select(Item, ItemVersion, Competency.name, _asked()))
    rows = session.execute(query.where(Item.code.in_(codes)).order_by(Item.code))
    return [_line(*row) for row in rows]


def _asked() -> Any:
    return (
        select(func.count())
        .select_from(AttemptItem)
        .join(ItemVersion, ItemVersion.id == AttemptItem.item_version_id)
        .where(ItemVersion.item_id == Item.id)
        .correlate(Item)
        .scalar_subquery()
        .label("asked")
    )


def _line(item: Item, version: ItemVersion, competency: str, asked: int) -> BankLine:
    return BankLine(
        code=item.code,
        competency=competency,
        kind=version.kind,
        stem=version.stem,
        level=version.level,
        version=version.version,
        status=version.status,
        state=item.state,
        tags=tuple(item.tags),
        asked=asked,
    )


def newest_items(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join questions with their newest version and their competency."""
    newest = and_(ItemVersion.item_id == Item.id, ItemVersion.version == Item.version)
    return (
        query.select_from(Item)
        .join(ItemVersion, newest)
        .join(Competency, Competency.id == Item.competency_id)
    )


def filtered_items(query: Select[*tuple[Any, ...]], wanted: BankFilter) -> Select[*tuple[Any, ...]]:
    """Keep what a filter lets through."""
    for word in wanted.search.lower().split():
        found = func.lower(ItemVersion.stem).contains(word, autoescape=True)
        query = query.where(or_(found, func.lower(Item.code).contains(word, autoescape=True)))
    if wanted.competency_id is not None:
        query = query.where(Item.competency_id == wanted.competency_id)
    if wanted.kind:
        query = query.where(ItemVersion.kind == wanted.kind)
    if wanted.state:
        query = query.where(Item.state == wanted.state)
    if wanted.tag:
        # Both databases keep the JSON text as it was written: each tag in quotes.
        stored = cast(Item.tags, String)
        query = query.where(stored.contains(json.dumps(wanted.tag), autoescape=True))
    return query


def bank_competencies(session: Session) -> list[tuple[int, str]]:
    """Give (id, name) of the competencies that have questions."""
    query = (
        select(Competency.id, Competency.name)
        .where(Competency.id.in_(select(Item.competency_id)))
        .order_by(Competency.framework_id, Competency.sequence)
    )
    return list(session.execute(query))


def bank_tags(session: Session) -> list[str]:
    """Give all tags of the bank by name."""
    return sorted({tag for tags in session.scalars(select(Item.tags)) for tag in tags})


def competency_code(session: Session, competency_id: int) -> str:
    """Give the code of a competency; raises NotFound."""
    code = session.scalar(select(Competency.code).where(Competency.id == competency_id))
    if code is None:
        raise NotFound("Kompetensi ini tidak ditemukan.")
    return code


def item_page(session: Session, code: str) -> ItemPage:
    """Give a question with all its versions; four statements. Raises NotFound."""
    query = newest_items(select(Item, ItemVersion, Competency.name)).where(Item.code == code)
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound("Soal ini tidak ditemukan.")
    item, newest, competency = found
    return ItemPage(
        code=item.code,
        competency_id=item.competency_id,
        competency=competency,
        state=item.state,
        version=item.version,
        status=newest.status,
        draft=draft_of(newest, item.tags),
        versions=_versions(session, item.id),
        instruments=_instruments(session, item.competency_id),
        forms=_forms(session, item.id),
    )


def draft_of(version: ItemVersion, tags: Collection[str] = ()) -> ItemDraft:
    """Give a stored version as the draft that it was."""
    return ItemDraft(
        kind=version.kind,
        stem=version.stem,
        content=version.content,
        scoring=version.scoring,
        explanation=version.explanation,
        level=version.level,
        difficulty=version.difficulty,
        tags=tuple(tags),
    )


def _versions(session: Session, item_id: int) -> tuple[VersionLine, ...]:
    query = (
        select(
            ItemVersion.version,
            ItemVersion.created_at,
            ItemVersion.status,
            Person.name,
            func.count(AttemptItem.attempt_id).label("asked"),
        )
        .outerjoin(Person, Person.id == ItemVersion.created_by)
        .outerjoin(AttemptItem, AttemptItem.item_version_id == ItemVersion.id)
        .where(ItemVersion.item_id == item_id)
        .group_by(ItemVersion.id, Person.name)
        .order_by(ItemVersion.version.desc())
    )
    return tuple(
        VersionLine(
            version=row.version,
            created_at=row.created_at,
            author=row.name or "",
            status=row.status,
            asked=row.asked,
        )
        for row in session.execute(query)
    )


def _instruments(session: Session, competency_id: int) -> tuple[str, ...]:
    """Name the instrument versions whose blueprint draws from a competency."""
    query = (
        select(InstrumentVersion, BlueprintLine.draws_from)
        .join(BlueprintLine, BlueprintLine.instrument_version_id == InstrumentVersion.id)
        .order_by(InstrumentVersion.name, InstrumentVersion.version)
    )
    names = [
        f"{version.name} v{version.version}"
        for version, sources in session.execute(query)
        if competency_id in sources
    ]
    return tuple(dict.fromkeys(names))


def _forms(session: Session, item_id: int) -> tuple[str, ...]:
    """Name the fixed forms that hold some version of a question."""
    query = (
        select(InstrumentVersion.name, InstrumentVersion.version, Form.label, ItemVersion.version)
        .join(Form, Form.instrument_version_id == InstrumentVersion.id)
        .join(FormItem, FormItem.form_id == Form.id)
        .join(ItemVersion, ItemVersion.id == FormItem.item_version_id)
        .where(ItemVersion.item_id == item_id)
        .order_by(InstrumentVersion.name, InstrumentVersion.version, Form.label)
    )
    return tuple(
        f"{name} v{version} {form} (v{own})" for name, version, form, own in session.execute(query)
    )
