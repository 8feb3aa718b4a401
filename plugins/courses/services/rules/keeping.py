"""Use-cases: make and change a rule."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, NotFound, audit, now
from plugins.courses.domain.rule_reasons import check_reason
from plugins.courses.domain.rules import Condition, check, from_data, to_data
from plugins.courses.models import Rule
from plugins.courses.queries.rules.listing import RuleLine
from plugins.courses.queries.rules.matching import names_of, published_course
from plugins.courses.queries.rules.preview import Aim

MOST_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSpec:
    """What an officer puts in for a rule."""

    title: str
    course_id: int
    condition: Condition
    reason: str
    active: bool = True


def save_rule(
    session: Session, by: int, spec: RuleSpec, public_id: str | None = None, revision: int = 0
) -> str:
    """Make a rule, or change the one named; give its public id.

    Raises Invalid with everything that is wrong, Conflict when somebody else changed it since
    `revision`. Runs that were made before keep what they were made with.
    """
    reason = _checked(session, spec)
    row = (
        Rule(created_at=now(session), revision=-1)
        if public_id is None
        else _held(session, public_id)
    )
    if public_id is not None and row.revision != revision:
        raise Conflict("Aturan ini baru saja diubah orang lain. Muat ulang, lalu ubah lagi.")
    row.title, row.course_id = " ".join(spec.title.split()), spec.course_id
    row.condition, row.reason, row.active = to_data(spec.condition), reason, spec.active
    row.revision, row.updated_at, row.updated_by = row.revision + 1, now(session), by
    session.add(row)
    session.flush()
    audit(
        session,
        by,
        "courses:rule:write",
        f"rule:{row.public_id}",
        title=row.title,
        condition=row.condition,
        active=row.active,
    )
    return row.public_id


def _checked(session: Session, spec: RuleSpec) -> str:
    title = " ".join(spec.title.split())
    if not 0 < len(title) <= MOST_TITLE:
        raise Invalid("Tulis nama aturan, paling banyak 200 huruf.")
    if published_course(session, spec.course_id) is None:
        raise Invalid("Pelatihan ini belum dibuka. Pilih pelatihan lain.")
    check(spec.condition, names_of(session))
    return check_reason(spec.reason, spec.condition)


def _held(session: Session, public_id: str) -> Rule:
    query = select(Rule).where(Rule.public_id == public_id).with_for_update()
    row = session.scalar(query)
    if row is None:
        raise NotFound("Aturan ini tidak ditemukan.")
    return row


def aim_of(line: RuleLine) -> Aim:
    """Give whom a rule means and what it gives them."""
    return Aim(
        condition=from_data(line.condition),
        course_id=line.course_id,
        course=line.course,
        reason=line.reason,
    )
