"""Background work and deliveries of events: what runs, what stopped, start it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from lms.core.audit import audit
from lms.core.errors import Conflict, NotFound
from lms.core.hooks import outbox
from lms.core.hooks.models import Delivery, EventRow
from lms.core.jobs import JobRow, job_kinds
from lms.core.site import now, site_of

STATE_ORDER = {"running": 0, "stopped": 1, "waiting": 2, "done": 3}
OURS = ("Invalid", "NotFound", "NotAllowed", "Conflict")
FULL = "Tempat penyimpanan penuh. Data Anda aman, tidak ada yang berubah."
BUSY = "Penyimpanan sedang sibuk. Data Anda aman, tidak ada yang berubah."
UNKNOWN = "Ada yang salah di pihak kami. Data Anda aman, tidak ada yang berubah."


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """A piece of background work: `done` of `total` so far, and what went wrong, in words."""

    public_id: str
    title: str
    state: str
    done: int
    total: int
    attempts: int
    created_at: datetime
    run_at: datetime
    finished_at: datetime | None
    problem: str
    error: str

    @property
    def percent(self) -> float:
        """Give how much is done, from 0 to 100."""
        return min(100.0, 100 * self.done / self.total) if self.total else 0.0


def count_jobs(session: Session) -> int:
    """Count all pieces of work that are kept."""
    return session.scalar(select(func.count(JobRow.id))) or 0


def list_jobs(session: Session, *, number: int = 1, size: int = 20) -> list[JobLine]:
    """Give one page of work: running, stopped, waiting, then done, each newest first."""
    kinds = job_kinds(site_of(session))
    order = case(STATE_ORDER, value=JobRow.state, else_=9)
    query = select(JobRow).order_by(order, JobRow.id.desc())
    rows = session.scalars(query.offset((number - 1) * size).limit(size))
    return [
        JobLine(
            public_id=row.public_id,
            title=kinds[row.name].title if row.name in kinds else row.name,
            state=row.state,
            done=row.done,
            total=row.total,
            attempts=row.attempts,
            created_at=row.created_at,
            run_at=row.run_at,
            finished_at=row.finished_at,
            problem=plain_problem(row.error),
            error=row.error or "",
        )
        for row in rows
    ]


def plain_problem(error: str | None) -> str:
    """Turn a stored error into a sentence for people: what is safe comes first."""
    if not error:
        return ""
    kind, _colon, message = error.partition(": ")
    if kind in OURS:
        return message
    low = error.lower()
    if "no space left" in low or "disk is full" in low or "disk full" in low:
        return FULL
    return BUSY if "locked" in low or "timeout" in low else UNKNOWN


def retry_job(session: Session, public_id: str, actor_id: int | None) -> None:
    """Make stopped work due again; raises NotFound, or Conflict when it did not stop."""
    row = session.scalar(select(JobRow).where(JobRow.public_id == public_id))
    if row is None:
        raise NotFound("Proses ini tidak ditemukan.")
    if row.state != "stopped":
        raise Conflict("Proses ini tidak sedang berhenti.")
    row.state, row.attempts, row.run_at, row.finished_at = "waiting", 0, now(session), None
    audit(session, actor_id, "core:job:retry", row.name, job=public_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLine:
    """A stopped delivery: which plugin could not take which event, and why."""

    delivery_id: int
    plugin: str
    event: str
    recorded_at: datetime
    attempts: int
    problem: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginDeliveries:
    """How many events a plugin has heard, will hear, and could not take."""

    plugin: str
    done: int
    waiting: int
    stopped: int


def delivery_counts(session: Session) -> list[PluginDeliveries]:
    """Count deliveries by plugin and state."""
    states = ("done", "waiting", "stopped")
    sums = [func.sum(case((Delivery.state == state, 1), else_=0)) for state in states]
    query = select(Delivery.plugin, *sums).group_by(Delivery.plugin).order_by(Delivery.plugin)
    return [
        PluginDeliveries(plugin=plugin, done=done, waiting=waiting, stopped=stopped)
        for plugin, done, waiting, stopped in session.execute(query)
    ]


def stopped_deliveries(session: Session, *, number: int = 1, size: int = 20) -> list[DeliveryLine]:
    """Give one page of stopped deliveries, oldest first."""
    query = (
        select(Delivery, EventRow)
        .join(EventRow, EventRow.id == Delivery.event_id)
        .where(Delivery.state == "stopped")
        .order_by(Delivery.id)
    )
    return [
        DeliveryLine(
            delivery_id=delivery.id,
            plugin=delivery.plugin,
            event=event.name,
            recorded_at=event.recorded_at,
            attempts=delivery.attempts,
            problem=plain_problem(delivery.error),
            error=delivery.error or "",
        )
        for delivery, event in session.execute(query.offset((number - 1) * size).limit(size))
    ]


def retry_delivery(session: Session, delivery_id: int, actor_id: int | None) -> None:
    """Make a stopped delivery due again; raises NotFound, or Conflict when it did not stop."""
    row = session.get(Delivery, delivery_id)
    if row is None:
        raise NotFound("Kejadian ini tidak ditemukan.")
    if row.state != "stopped":
        raise Conflict("Kejadian ini tidak sedang berhenti.")
    outbox.retry(session, delivery_id)
    audit(session, actor_id, "core:delivery:retry", row.plugin, delivery=delivery_id)


def retry_deliveries(session: Session, actor_id: int | None) -> int:
    """Make all stopped deliveries due again; give how many."""
    stopped = Delivery.state == "stopped"
    count = session.scalar(select(func.count(Delivery.id)).where(stopped)) or 0
    if count:
        values = {"state": "waiting", "attempts": 0, "next_at": now(session)}
        session.execute(update(Delivery).where(stopped).values(values))
        audit(session, actor_id, "core:delivery:retry", "", deliveries=count)
    return count
