"""Read models of frameworks, their competencies, and the rule sets of cut scores."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.errors import NotFound
from lms.core.learning.models import (
    Competency,
    CompetencyLevel,
    CutScoreRule,
    Domain,
    Framework,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkLine:
    """A version of a framework and how many competencies it has."""

    framework_id: int
    code: str
    version: int
    name: str
    source: str
    current: bool
    competencies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelView:
    """One level of a competency: what it means and how it shows."""

    level: int
    name: str
    description: str
    indicators: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetencyView:
    """A competency with its levels, from low to high."""

    competency_id: int
    code: str
    name: str
    short: str
    description: str
    domain: str
    levels: tuple[LevelView, ...] = ()

    @property
    def label(self) -> str:
        """Give the short name, or the name where there is none."""
        return self.short or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkView:
    """A version of a framework with its competencies in order."""

    line: FrameworkLine
    competencies: tuple[CompetencyView, ...]

    @property
    def domains(self) -> list[tuple[str, list[CompetencyView]]]:
        """Give (domain, its competencies) in order."""
        found: dict[str, list[CompetencyView]] = {}
        for each in self.competencies:
            found.setdefault(each.domain, []).append(each)
        return list(found.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """A version of a rule set; `bands` is (level, label, from, to) with `to` None at the top."""

    code: str
    version: int
    name: str
    unit: str
    source: str
    newest: bool
    bands: tuple[tuple[int, str, float, float | None], ...]


def framework_lines(session: Session) -> list[FrameworkLine]:
    """Give all versions of all frameworks, those in force first, newest version first."""
    own = Competency.framework_id == Framework.id
    count = select(func.count(Competency.id)).where(own).scalar_subquery()
    order = (Framework.current.desc(), Framework.id, Framework.version.desc())
    return [
        FrameworkLine(
            framework_id=row.id,
            code=row.code,
            version=row.version,
            name=row.name,
            source=row.source,
            current=row.current,
            competencies=competencies or 0,
        )
        for row, competencies in session.execute(select(Framework, count).order_by(*order))
    ]


def framework_view(session: Session, code: str, version: int | None = None) -> FrameworkView:
    """Give a version of a framework (None: the one in force); raises NotFound."""
    for line in framework_lines(session):
        if line.code == code and (line.current if version is None else line.version == version):
            return FrameworkView(line=line, competencies=_competencies(session, line.framework_id))
    raise NotFound("Kerangka ini tidak ditemukan.")


def _competencies(session: Session, framework_id: int) -> tuple[CompetencyView, ...]:
    levels: defaultdict[int, list[LevelView]] = defaultdict(list)
    own = Competency.framework_id == framework_id
    query = select(CompetencyLevel).join(Competency).where(own).order_by(CompetencyLevel.level)
    for row in session.scalars(query):
        levels[row.competency_id].append(
            LevelView(
                level=row.level,
                name=row.name,
                description=row.description,
                indicators=tuple(row.indicators),
            )
        )
    found = (
        select(Competency, Domain.name)
        .join(Domain, Domain.id == Competency.domain_id)
        .where(own)
        .order_by(Competency.sequence)
    )
    return tuple(
        CompetencyView(
            competency_id=row.id,
            code=row.code,
            name=row.name,
            short=row.short,
            description=row.description,
            domain=domain,
            levels=tuple(levels[row.id]),
        )
        for row, domain in session.execute(found)
    )


def rule_views(session: Session) -> list[RuleView]:
    """Give all rule sets of cut scores by name, newest version first."""
    query = select(CutScoreRule).order_by(CutScoreRule.code, CutScoreRule.version.desc())
    seen: set[str] = set()
    result = []
    for row in session.scalars(query):
        bands = sorted((float(b["at_least"]), int(b["level"]), b["label"]) for b in row.bands)
        tops = [*(band[0] for band in bands[1:]), None]
        result.append(
            RuleView(
                code=row.code,
                version=row.version,
                name=row.name,
                unit=row.unit,
                source=row.source,
                newest=row.code not in seen,
                bands=tuple((b[1], b[2], b[0], top) for b, top in zip(bands, tops, strict=True)),
            )
        )
        seen.add(row.code)
    return result
