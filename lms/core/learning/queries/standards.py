"""Read models of standards: versions, the matrix of levels, posts to choose for an exception."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from lms.core.learning.models import Standard, StandardLevel
from lms.core.people.models import Placement, Position
from lms.core.people.positions import POSITION_LEVELS, level_name


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardLine:
    """A version of a standard."""

    standard_id: int
    version: int
    name: str
    source: str
    valid_from: date
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardRow:
    """A line of the matrix: a position level or an excepted post, and a level per competency.

    A cell is None where nothing is asked (or, for a post, where its level holds).
    """

    key: str
    title: str
    cells: tuple[int | None, ...]
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostChoice:
    """A post to choose for an exception, with how many people have it today."""

    position_id: int
    name: str
    level: str
    people: int


def standard_lines(session: Session, framework_id: int) -> list[StandardLine]:
    """Give the versions of a framework's standard, newest first."""
    query = select(Standard).where(Standard.framework_id == framework_id)
    return [
        StandardLine(
            standard_id=row.id,
            version=row.version,
            name=row.name,
            source=row.source,
            valid_from=row.valid_from,
            current=row.current,
        )
        for row in session.scalars(query.order_by(Standard.version.desc()))
    ]


def standard_matrix(
    session: Session, standard_id: int, competency_ids: Iterable[int]
) -> tuple[list[StandardRow], list[StandardRow]]:
    """Give the lines of position levels, and those of excepted posts; one statement."""
    columns = list(competency_ids)
    by_level: defaultdict[str, dict[int, int]] = defaultdict(dict)
    by_post: defaultdict[tuple[str, int, str], dict[int, int]] = defaultdict(dict)
    query = (
        select(StandardLevel, Position)
        .outerjoin(Position, Position.id == StandardLevel.position_id)
        .where(StandardLevel.standard_id == standard_id)
    )
    for line, post in session.execute(query):
        if line.position_level is not None:
            by_level[line.position_level][line.competency_id] = line.level
        else:
            by_post[(post.name, post.id, post.level)][line.competency_id] = line.level
    levels = [
        StandardRow(
            key=level,
            title=level_name(level),
            cells=tuple(by_level[level].get(column) for column in columns),
        )
        for level in ordered_levels(by_level)
    ]
    posts = [
        StandardRow(
            key=str(position_id),
            title=name,
            hint=level_name(level),
            cells=tuple(cells.get(column) for column in columns),
        )
        for (name, position_id, level), cells in sorted(by_post.items())
    ]
    return levels, posts


def ordered_levels(levels: Iterable[str]) -> list[str]:
    """Put position levels into the usual order, unknown ones at the end."""
    order = {level: place for place, level in enumerate(POSITION_LEVELS)}
    return sorted(levels, key=lambda level: (order.get(level, len(order)), level))


def position_levels(session: Session) -> list[str]:
    """Give the position levels that a standard may ask of: the usual ones and the agency's."""
    found = session.scalars(select(Position.level).distinct())
    return ordered_levels({*POSITION_LEVELS, *found})


def find_posts(session: Session, words: str, limit: int = 10) -> list[PostChoice]:
    """Find posts whose name has all words, those of most people first."""
    query = _posts().limit(limit)
    for word in words.split():
        query = query.where(Position.name.icontains(word, autoescape=True))
    return [_post_choice(*row) for row in session.execute(query)] if words.split() else []


def posts_by_id(session: Session, position_ids: Iterable[int]) -> dict[int, PostChoice]:
    """Give posts by id; ids that do not exist are missing."""
    query = _posts().where(Position.id.in_(list(position_ids)))
    return {row[0]: _post_choice(*row) for row in session.execute(query)}


def _posts() -> Select[int, str, str, int]:
    today = and_(Placement.position_id == Position.id, Placement.until.is_(None))
    people = func.count(Placement.id)
    return (
        select(Position.id, Position.name, Position.level, people)
        .outerjoin(Placement, today)
        .group_by(Position.id, Position.name, Position.level)
        .order_by(people.desc(), Position.name, Position.id)
    )


def _post_choice(position_id: int, name: str, level: str, people: int) -> PostChoice:
    return PostChoice(position_id=position_id, name=name, level=level, people=people)
