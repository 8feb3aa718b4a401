"""Frameworks, standards and rules as plain data, in the shape that content packs have.

The same shape is compared on import, written to XLSX and to TOML. All versions are read with a
constant number of statements: there are dozens of rows, not thousands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.learning.models import (
    Competency,
    CompetencyLevel,
    CutScoreRule,
    Domain,
    Framework,
    Standard,
    StandardLevel,
)
from lms.core.people.models import Position
from lms.core.people.positions import POSITION_LEVELS

Data = dict[str, Any]
ORDER = {level: place for place, level in enumerate(POSITION_LEVELS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A stored version: its row's id, its code (a standard's is its framework's), its content.

    A standard is current when its framework's version is, too.
    """

    row_id: int
    code: str
    version: int
    current: bool
    data: Data


def stored_frameworks(session: Session) -> list[Stored]:
    """Give every version of every framework, by code and version."""
    domains = _grouped(session.scalars(select(Domain).order_by(Domain.sequence)), "framework_id")
    competencies = _grouped(
        session.scalars(select(Competency).order_by(Competency.sequence)), "framework_id"
    )
    levels = _grouped(
        session.scalars(select(CompetencyLevel).order_by(CompetencyLevel.level)), "competency_id"
    )
    query = select(Framework).order_by(Framework.code, Framework.version)
    return [
        Stored(
            row_id=row.id,
            code=row.code,
            version=row.version,
            current=row.current,
            data=_framework(row, domains[row.id], competencies[row.id], levels),
        )
        for row in session.scalars(query)
    ]


def _grouped(rows: Iterable[Any], attribute: str) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, attribute)].append(row)
    return found


def _framework(
    row: Framework,
    domains: list[Domain],
    competencies: list[Competency],
    levels: Mapping[int, list[CompetencyLevel]],
) -> Data:
    codes = {domain.id: domain.code for domain in domains}
    return {
        "code": row.code,
        "name": row.name,
        "version": row.version,
        "source": row.source,
        "domain": [{"code": domain.code, "name": domain.name} for domain in domains],
        "competency": [
            _competency(each, codes[each.domain_id], levels[each.id]) for each in competencies
        ],
    }


def _competency(row: Competency, domain: str, levels: list[CompetencyLevel]) -> Data:
    data: Data = {
        "code": row.code,
        "domain": domain,
        "name": row.name,
        "short": row.short,
        "description": row.description,
        "categories": dict(row.categories),
        "level": [
            {
                "level": level.level,
                "name": level.name,
                "description": level.description,
                "indicators": list(level.indicators),
            }
            for level in levels
        ],
    }
    return data if row.categories else {k: v for k, v in data.items() if k != "categories"}


def stored_standards(session: Session) -> list[Stored]:
    """Give every version of every standard, by framework and version."""
    lines: defaultdict[int, list[tuple[StandardLevel, str, Position | None]]] = defaultdict(list)
    query = (
        select(StandardLevel, Competency.code, Position)
        .join(Competency, Competency.id == StandardLevel.competency_id)
        .outerjoin(Position, Position.id == StandardLevel.position_id)
        .order_by(Competency.sequence, Position.name, Position.level)
    )
    for level, code, position in session.execute(query):
        lines[level.standard_id].append((level, code, position))
    standards = (
        select(Standard, Framework.code, Framework.current)
        .join(Framework, Framework.id == Standard.framework_id)
        .order_by(Framework.code, Framework.version, Standard.version)
    )
    return [
        Stored(
            row_id=row.id,
            code=code,
            version=row.version,
            current=row.current and in_force,
            data=_standard(row, code, lines[row.id]),
        )
        for row, code, in_force in session.execute(standards)
    ]


def _standard(
    row: Standard, framework: str, lines: list[tuple[StandardLevel, str, Position | None]]
) -> Data:
    asked: dict[str, dict[str, int]] = {}
    exceptions = []
    for level, code, position in lines:
        if position is None:
            asked.setdefault(code, {})[level.position_level or ""] = level.level
        else:
            exceptions.append(_exception(position, code, level.level))
    return {
        "framework": framework,
        "name": row.name,
        "version": row.version,
        "valid_from": row.valid_from.isoformat(),
        "source": row.source,
        "require": [
            {"competency": code, "levels": dict(sorted(levels.items(), key=_level_order))}
            for code, levels in asked.items()
        ],
        "exception": exceptions,
    }


def _exception(position: Position, code: str, level: int) -> Data:
    return {
        "position": position.name,
        "position_level": position.level,
        "competency": code,
        "level": level,
    }


def _level_order(item: tuple[str, int]) -> tuple[int, str]:
    return ORDER.get(item[0], len(ORDER)), item[0]


def stored_rules(session: Session) -> list[Stored]:
    """Give every version of every rule set of cut scores, by code and version."""
    query = select(CutScoreRule).order_by(CutScoreRule.code, CutScoreRule.version)
    rows = list(session.scalars(query))
    newest = {row.code: row.version for row in rows}
    return [
        Stored(
            row_id=row.id,
            code=row.code,
            version=row.version,
            current=row.version == newest[row.code],
            data=_rule(row),
        )
        for row in rows
    ]


def _rule(row: CutScoreRule) -> Data:
    return {
        "code": row.code,
        "version": row.version,
        "name": row.name,
        "unit": row.unit,
        "source": row.source,
        "band": [dict(band) for band in row.bands],
    }
