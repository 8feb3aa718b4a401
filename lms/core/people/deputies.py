"""Deputies: a Plt or Plh decides for a supervisor for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from lms.core.audit import audit
from lms.core.errors import Invalid, NotFound
from lms.core.people.models import Deputy, Person
from lms.core.site import now, today

KINDS = {  # i18n
    "plt": "Plt (pelaksana tugas)",
    "plh": "Plh (pelaksana harian)",
}

REASONS = {  # i18n
    "kind": "Pilih Plt atau Plh.",
    "oneself": "Seseorang tidak mewakili dirinya sendiri.",
    "left": "Pegawai ini tidak aktif. Pilih orang lain.",
    "order": "Hari terakhir ada sebelum hari pertama.",
    "taken": "Pada hari itu sudah ada Plt atau Plh. Akhiri dulu yang lama.",
}
"""Why somebody cannot be named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeputyLine:
    """A deputy of a supervisor; `state` is now, later, over or withdrawn (before its first day)."""

    deputy_row: int
    person_id: int
    public_id: str
    name: str
    nip: str
    kind: str
    since: date
    until: date | None
    state: str


def acts_for(session: Session, person_id: int) -> frozenset[int]:
    """Give the supervisors whose decisions this person may take today, oneself among them."""
    day = today(session)
    query = select(Deputy.person_id).where(Deputy.deputy_id == person_id, covers(day))
    return frozenset((person_id, *session.scalars(query)))


def covers(day: Any) -> ColumnElement[bool]:
    """Give the condition that a deputy decides on this day; both ends are included."""
    return and_(Deputy.since <= day, or_(Deputy.until.is_(None), Deputy.until >= day))


def deputies_of(session: Session, person_id: int) -> list[DeputyLine]:
    """Give all deputies that a supervisor has, had or will have, the latest first."""
    other = aliased(Person)
    query = (
        select(Deputy, other)
        .join(other, other.id == Deputy.deputy_id)
        .where(Deputy.person_id == person_id)
        .order_by(Deputy.since.desc(), Deputy.id.desc())
    )
    day = today(session)
    return [_line(row, person, day) for row, person in session.execute(query)]


def _line(row: Deputy, person: Person, day: date) -> DeputyLine:
    return DeputyLine(
        deputy_row=row.id,
        person_id=person.id,
        public_id=person.public_id,
        name=person.full_name,
        nip=person.nip,
        kind=row.kind,
        since=row.since,
        until=row.until,
        state=_state(row, day),
    )


def _state(row: Deputy, day: date) -> str:
    if row.until is not None and row.until < row.since:
        return "withdrawn"
    if row.until is not None and row.until < day:
        return "over"
    return "now" if row.since <= day else "later"


def name_deputy(
    session: Session,
    person_id: int,
    deputy_id: int,
    *,
    kind: str,
    since: date,
    until: date | None,
    actor: int | None,
) -> int:
    """Name who decides for a supervisor from a day until a day (None: until ended); give the row.

    Raises Invalid for oneself, someone who left, days in the wrong order, or days on which the
    supervisor has a deputy already: a decision needs one name under it.
    """
    # Two officers at once wait here for each other.
    boss = session.get(Person, person_id, with_for_update=True)
    deputy = session.get(Person, deputy_id)
    if boss is None or deputy is None:
        raise NotFound("Pegawai tidak ditemukan.")
    reasons = _reasons(session, boss, deputy, kind, since, until)
    if reasons:
        raise Invalid(reasons[0], reasons)
    row = Deputy(
        person_id=person_id,
        deputy_id=deputy_id,
        kind=kind,
        since=since,
        until=until,
        created_at=now(session),
        created_by=actor,
    )
    session.add(row)
    session.flush()
    days = {"since": since.isoformat(), "until": until.isoformat() if until else None}
    audit(
        session,
        actor,
        "core:deputy:name",
        boss.public_id,
        kind=kind,
        deputy=deputy.public_id,
        **days,
    )
    return row.id


def _reasons(
    session: Session, boss: Person, deputy: Person, kind: str, since: date, until: date | None
) -> list[str]:
    wrong = {
        "kind": kind not in KINDS,
        "oneself": boss.id == deputy.id,
        "left": not deputy.active,
        "order": until is not None and until < since,
    }
    reasons = [REASONS[name] for name, holds in wrong.items() if holds]
    if not reasons and _taken(session, boss.id, since, until):
        reasons.append(REASONS["taken"])
    return reasons


def _taken(session: Session, person_id: int, since: date, until: date | None) -> bool:
    query = select(Deputy.id).where(
        Deputy.person_id == person_id,
        or_(Deputy.until.is_(None), and_(Deputy.until >= since, Deputy.until >= Deputy.since)),
    )
    if until is not None:
        query = query.where(Deputy.since <= until)
    return session.scalar(query.limit(1)) is not None


def end_deputy(session: Session, person_id: int, row_id: int, actor: int | None) -> bool:
    """End a deputy at once, so that yesterday was the last day; tell whether it still ran.

    What had not begun before today counts as withdrawn. Raises NotFound.
    """
    row = session.get(Deputy, row_id, with_for_update=True)
    if row is None or row.person_id != person_id:
        raise NotFound("Plt atau Plh ini tidak ditemukan.")
    day = today(session)
    if _state(row, day) not in ("now", "later"):
        return False
    row.until = max(day, row.since) - timedelta(days=1)
    session.flush()
    boss = session.get_one(Person, person_id)
    audit(session, actor, "core:deputy:end", boss.public_id, row=row.id, kind=row.kind)
    return True
