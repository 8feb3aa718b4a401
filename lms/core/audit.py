"""Hash-chained record of who did what; a change, a gap or a reorder is found and named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core.database import Base, UtcDateTime
from lms.core.site import now


class AuditEntry(Base):
    """One deed: `digest` covers the entry and the digest before it."""

    __tablename__ = "core_audit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    action: Mapped[str] = mapped_column(String(80), index=True)
    subject: Mapped[str] = mapped_column(String(120), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    digest: Mapped[str] = mapped_column(String(64))


def audit(
    session: Session,
    actor_id: int | None,
    action: str,
    subject: str = "",
    **details: Any,
) -> None:
    """Add a deed to the chain; `action` is like `core:people:import`, details are JSON."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)
    last = session.scalar(query.with_for_update())
    entry = AuditEntry(
        id=(last.id if last else 0) + 1,
        at=now(session),
        actor_id=actor_id,
        action=action,
        subject=subject,
        details=details,
        digest="",
    )
    entry.digest = _digest(entry, last.digest if last else "")
    session.add(entry)
    session.flush()


def _digest(entry: AuditEntry, before: str) -> str:
    text = json.dumps(
        [
            before,
            entry.id,
            entry.at.isoformat(),
            entry.actor_id,
            entry.action,
            entry.subject,
            entry.details,
        ],
        sort_keys=True,
        ensure_ascii=False,
    )
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A place where the chain does not hold: entries `first` to `last` are missing or changed."""

    kind: Literal["missing", "changed"]
    first: int
    last: int

    def __str__(self) -> str:
        """Say it in one sentence, for the command line."""
        if self.first == self.last:
            return (
                f"Entry {self.first} {'is missing' if self.kind == 'missing' else 'was changed'}."
            )
        verb = "are missing" if self.kind == "missing" else "were changed"
        return f"Entries {self.first} to {self.last} {verb}."


def broken_entries(session: Session, heads: Mapping[int, str] | None = None) -> Iterator[Break]:
    """Check the whole chain; give each place where an entry is missing or was changed.

    A chain cannot tell by itself that its end was cut off, or that all of it was written anew:
    `heads` are digests of entries (by number) that somebody noted earlier, see :func:`head`.
    """
    noted = dict(heads or {})
    before, expected = "", 1
    query = select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)
    for entry in session.scalars(query):
        follows = entry.id == expected
        if not follows:
            yield Break(kind="missing", first=expected, last=entry.id - 1)
        # After a gap the digest before is not known, so this entry cannot be judged by it.
        wrong = follows and entry.digest != _digest(entry, before)
        if wrong or noted.pop(entry.id, entry.digest) != entry.digest:
            yield Break(kind="changed", first=entry.id, last=entry.id)
        before, expected = entry.digest, entry.id + 1
    if noted and max(noted) >= expected:
        yield Break(kind="missing", first=expected, last=max(noted))


def head(session: Session) -> tuple[int, str]:
    """Give the newest entry's number and digest, (0, "") for an empty chain.

    Noted outside of the database, it proves later that nothing up to here was cut off or changed.
    """
    query = select(AuditEntry.id, AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1)
    row = session.execute(query).one_or_none()
    return (0, "") if row is None else (row[0], row[1])
