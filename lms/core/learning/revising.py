"""Use-cases: change a standard as a new version, after showing what would follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from sqlalchemy import func, select, union, update
from sqlalchemy.orm import Session

from lms.core.audit import audit
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.learning.comparing import compare_everyone
from lms.core.learning.models import (
    Competency,
    CompetencyLevel,
    Framework,
    Standard,
    StandardLevel,
)
from lms.core.people.models import Position
from lms.core.people.positions import POSITION_LEVELS, level_name
from lms.core.site import today

Key = TypeVar("Key", bound=tuple[str | int, int])
LevelKey = tuple[str, int]
PostKey = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A standard as somebody wants it: `base_id` is the version that it changes, None for none.

    `levels` is (position level, competency id) → level, `exceptions` (position id, competency id).
    """

    framework_id: int
    base_id: int | None
    name: str
    source: str
    valid_from: date
    levels: Mapping[LevelKey, int] = field(default_factory=dict)
    exceptions: Mapping[PostKey, int] = field(default_factory=dict)

    def asked(self, position_id: int, level: str, competency_id: int) -> int | None:
        """Give the level that a post must reach, None for nothing: its own or its level's."""
        own = self.exceptions.get((position_id, competency_id))
        return self.levels.get((level, competency_id)) if own is None else own


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One level of a draft that differs: `post` is a position level or a position, in words."""

    post: str
    competency: str
    before: int | None
    after: int | None


def current_draft(session: Session, framework_id: int) -> Draft:
    """Give the standard in force as a draft, an empty one when there is none yet."""
    row = session.scalar(
        select(Standard).where(Standard.framework_id == framework_id, Standard.current)
    )
    if row is None:
        return _empty_draft(session, framework_id)
    query = select(StandardLevel).where(StandardLevel.standard_id == row.id)
    lines = list(session.scalars(query))
    return Draft(
        framework_id=framework_id,
        base_id=row.id,
        name=row.name,
        source=row.source,
        valid_from=row.valid_from,
        levels={
            (line.position_level or "", line.competency_id): line.level
            for line in lines
            if line.position_id is None
        },
        exceptions={
            (line.position_id, line.competency_id): line.level
            for line in lines
            if line.position_id is not None
        },
    )


def _empty_draft(session: Session, framework_id: int) -> Draft:
    framework = session.get(Framework, framework_id)
    if framework is None:
        raise NotFound("Kerangka tidak ditemukan.")
    return Draft(
        framework_id=framework_id,
        base_id=None,
        name=f"Standar {framework.name}",
        source="",
        valid_from=today(session),
    )


def differences(session: Session, before: Draft, after: Draft) -> list[Difference]:
    """Name every level that differs between two drafts, in words; two statements."""
    names = _competency_names(session, after.framework_id)
    levels = changed(before.levels, after.levels)
    exceptions = changed(before.exceptions, after.exceptions)
    query = select(Position.id, Position.name).where(Position.id.in_({k[0] for k in exceptions}))
    titles = dict(session.execute(query).all())
    by_level = [
        Difference(post=level_name(level), competency=names[each], before=pair[0], after=pair[1])
        for (level, each), pair in levels.items()
    ]
    by_post = [
        Difference(post=titles[post], competency=names[each], before=pair[0], after=pair[1])
        for (post, each), pair in exceptions.items()
    ]
    return by_level + by_post


def changed(
    before: Mapping[Key, int], after: Mapping[Key, int]
) -> dict[Key, tuple[int | None, int | None]]:
    """Give what differs between two maps: key → (before, after), None for not there."""
    keys = dict.fromkeys((*before, *after))
    return {
        key: (before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)
    }


def _competency_names(session: Session, framework_id: int) -> dict[int, str]:
    query = select(Competency.id, Competency.name).where(Competency.framework_id == framework_id)
    return dict(session.execute(query).all())


def publish(session: Session, draft: Draft, actor_id: int | None) -> int:
    """Put a draft into force as a new version and have people compared again; give its id.

    Raises Conflict when somebody else changed the standard meanwhile, Invalid when nothing differs
    or a level does not exist.
    """
    before = current_draft(session, draft.framework_id)
    if before.base_id != draft.base_id:
        raise Conflict("Standar ini sudah diubah orang lain. Muat ulang, lalu ubah lagi.")
    check(session, draft)
    if same_content(before, draft):
        raise Invalid("Belum ada yang diubah.")
    framework = session.get_one(Framework, draft.framework_id)
    row = _store(session, draft)
    audit(
        session,
        actor_id,
        "core:standard:write",
        f"{framework.code} {row.version}",
        changed=len(changed(before.levels, draft.levels)),
        exceptions=len(changed(before.exceptions, draft.exceptions)),
    )
    compare_everyone(session, draft.framework_id, row.id)
    return row.id


def same_content(before: Draft, after: Draft) -> bool:
    """Tell whether two drafts say the same; the date alone makes no new version."""
    texts = (before.name, before.source) == (after.name, after.source)
    levels = dict(before.levels) == dict(after.levels)
    return texts and levels and dict(before.exceptions) == dict(after.exceptions)


def check(session: Session, draft: Draft) -> None:
    """Refuse a draft without a name, or with a level that its competency does not have.

    Raises Invalid with reasons, NotFound for a competency, post or position level nobody knows.
    """
    names = _competency_names(session, draft.framework_id)
    _refuse_unknown(session, draft, names)
    query = (
        select(CompetencyLevel.competency_id, CompetencyLevel.level)
        .join(Competency, Competency.id == CompetencyLevel.competency_id)
        .where(Competency.framework_id == draft.framework_id)
    )
    known = {(competency_id, level) for competency_id, level in session.execute(query)}
    described = {competency_id for competency_id, _ in known}
    asked = {(key[1], level) for key, level in (*draft.levels.items(), *draft.exceptions.items())}
    reasons = [] if draft.name.strip() else ["Tulis nama standar."]
    reasons += [
        f"{names[competency_id]}: tingkat {level} tidak ada."
        for competency_id, level in sorted(asked - known)
        if competency_id in described
    ]
    if reasons:
        raise Invalid("Ada isian yang perlu diperbaiki.", reasons)


def _refuse_unknown(session: Session, draft: Draft, names: Mapping[int, str]) -> None:
    """Refuse what no form of ours sends; two statements."""
    if any(key[1] not in names for key in (*draft.levels, *draft.exceptions)):
        raise NotFound("Kompetensi tidak ditemukan.")
    posts = {post for post, _ in draft.exceptions}
    if posts - set(session.scalars(select(Position.id).where(Position.id.in_(posts)))):
        raise NotFound("Jabatan tidak ditemukan.")
    asked = select(StandardLevel.position_level).where(StandardLevel.position_level.is_not(None))
    known = {*POSITION_LEVELS, *session.scalars(union(select(Position.level), asked))}
    if any(level not in known for level, _ in draft.levels):
        raise NotFound("Jenjang jabatan tidak ditemukan.")


def _store(session: Session, draft: Draft) -> Standard:
    own = Standard.framework_id == draft.framework_id
    newest = session.scalar(select(func.max(Standard.version)).where(own)) or 0
    session.execute(update(Standard).where(own).values(current=False))
    row = Standard(
        framework_id=draft.framework_id,
        version=newest + 1,
        name=draft.name.strip(),
        source=draft.source.strip(),
        valid_from=draft.valid_from,
    )
    session.add(row)
    session.flush()
    session.add_all(
        StandardLevel(standard_id=row.id, competency_id=each, position_level=level, level=asked)
        for (level, each), asked in draft.levels.items()
    )
    session.add_all(
        StandardLevel(standard_id=row.id, competency_id=each, position_id=post, level=asked)
        for (post, each), asked in draft.exceptions.items()
    )
    session.flush()
    return row
