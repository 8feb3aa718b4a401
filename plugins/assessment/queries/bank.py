"""Read models of the question bank: the list, one question, its versions and where it is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lms import NotFound
from lms.models import Competency, Person
from plugins.assessment.domain import ItemText, split_stem
from plugins.assessment.models import (
    AttemptItem,
    BlueprintLine,
    InstrumentVersion,
    Item,
    ItemVersion,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFilter:
    """What the list shows: words of the stem or code, and one competency."""

    search: str = ""
    competency_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BankLine:
    """A line of the list; `asked` counts how often any version was drawn."""

    code: str
    competency: str
    stem: str
    level: int
    version: int
    status: str
    active: bool
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
    """A question in its newest version, with its history and the instruments that draw it."""

    code: str
    competency_id: int
    competency: str
    active: bool
    version: int
    status: str
    content: ItemText
    versions: tuple[VersionLine, ...]
    instruments: tuple[str, ...]

    @property
    def situation(self) -> str:
        """Give the stem without its last sentence."""
        return split_stem(self.content.stem)[0]

    @property
    def asks(self) -> str:
        """Give the sentence that asks."""
        return split_stem(self.content.stem)[1]


def count_items(session: Session, wanted: BankFilter) -> int:
    """Count the questions that a filter lets through."""
    return session.scalar(_filtered(_newest(select(func.count(Item.id))), wanted)) or 0


def list_items(
    session: Session, wanted: BankFilter, *, number: int = 1, size: int = 20
) -> list[BankLine]:
    """Give one page of the bank by code; one statement."""
    asked = (
        select(func.count())
        .select_from(AttemptItem)
        .join(ItemVersion, ItemVersion.id == AttemptItem.item_version_id)
        .where(ItemVersion.item_id == Item.id)
        .correlate(Item)
        .scalar_subquery()
        .label("asked")
    )
    query = _filtered(_newest(select(Item, ItemVersion, Competency.name, asked)), wanted)
    rows = session.execute(query.order_by(Item.code).offset((number - 1) * size).limit(size))
    return [
        BankLine(
            code=item.code,
            competency=competency,
            stem=version.stem,
            level=version.level,
            version=version.version,
            status=version.status,
            active=item.state == "active",
            asked=count,
        )
        for item, version, competency, count in rows
    ]


def _newest(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    newest = and_(ItemVersion.item_id == Item.id, ItemVersion.version == Item.version)
    return (
        query.select_from(Item)
        .join(ItemVersion, newest)
        .join(Competency, Competency.id == Item.competency_id)
    )


def _filtered(query: Select[*tuple[Any, ...]], wanted: BankFilter) -> Select[*tuple[Any, ...]]:
    for word in wanted.search.lower().split():
        found = func.lower(ItemVersion.stem).contains(word, autoescape=True)
        query = query.where(or_(found, func.lower(Item.code).contains(word, autoescape=True)))
    if wanted.competency_id is not None:
        query = query.where(Item.competency_id == wanted.competency_id)
    return query


def bank_competencies(session: Session) -> list[tuple[int, str]]:
    """Give (id, name) of the competencies that have questions or are drawn from."""
    query = (
        select(Competency.id, Competency.name)
        .where(Competency.id.in_(select(Item.competency_id)))
        .order_by(Competency.framework_id, Competency.sequence)
    )
    return list(session.execute(query))


def competency_code(session: Session, competency_id: int) -> str:
    """Give the code of a competency; raises NotFound."""
    code = session.scalar(select(Competency.code).where(Competency.id == competency_id))
    if code is None:
        raise NotFound("Kompetensi ini tidak ditemukan.")
    return code


def item_page(session: Session, code: str) -> ItemPage:
    """Give a question with all its versions; three statements. Raises NotFound."""
    query = _newest(select(Item, ItemVersion, Competency.name)).where(Item.code == code)
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound("Soal ini tidak ditemukan.")
    item, newest, competency = found
    return ItemPage(
        code=item.code,
        competency_id=item.competency_id,
        competency=competency,
        active=item.state == "active",
        version=item.version,
        status=newest.status,
        content=_content(newest),
        versions=_versions(session, item.id),
        instruments=_instruments(session, item.competency_id),
    )


def _content(version: ItemVersion) -> ItemText:
    return ItemText(
        stem=version.stem,
        options=tuple((option["id"], option["text"]) for option in version.options),
        key=version.key,
        explanation=version.explanation,
        level=version.level,
        difficulty=version.difficulty,
    )


def _versions(session: Session, item_id: int) -> tuple[VersionLine, ...]:
    query = (
        select(ItemVersion, Person.name, func.count(AttemptItem.attempt_id))
        .outerjoin(Person, Person.id == ItemVersion.created_by)
        .outerjoin(AttemptItem, AttemptItem.item_version_id == ItemVersion.id)
        .where(ItemVersion.item_id == item_id)
        .group_by(ItemVersion.id, Person.name)
        .order_by(ItemVersion.version.desc())
    )
    return tuple(
        VersionLine(
            version=version.version,
            created_at=version.created_at,
            author=author or "",
            status=version.status,
            asked=asked,
        )
        for version, author, asked in session.execute(query)
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
