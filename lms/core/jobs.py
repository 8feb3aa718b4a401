"""Background work with visible state, in the same database as everything else.

A job is enqueued in the caller's transaction, claimed under a lease, retried with back-off, and its
writes commit together with its "done": a killed worker repeats nothing that counted. Progress is
written in transactions of its own, so that people can watch it. Long work is done in pieces: a run
that returns a payload is run again with it, in a transaction of its own, so that others can write
in between.
"""

from __future__ import annotations

import logging
import random
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Index, String, Text, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core.database import Base, UtcDateTime
from lms.core.errors import Invalid
from lms.core.hooks.contracts import Job
from lms.core.site import Site, now

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 5


class JobRow(Base):
    """One piece of work; `state` is waiting, running, done or stopped.

    `unique_key` is set while the work is to be done, so that it is not enqueued twice.
    """

    __tablename__ = "core_job"
    __table_args__ = (Index("ix_core_job_due", "state", "run_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    unique_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    run_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def job_kinds(site: Site) -> dict[str, Job]:
    """Give the declared kinds of work by name, core's first."""
    from lms.core.chores import CORE_JOBS  # they import the use-cases that enqueue

    return {job.name: job for job in (*CORE_JOBS, *site.registry.gather("lms_register_jobs"))}


def awaited(session: Session, unique_key: str) -> tuple[int, int] | None:
    """Tell whether work with this key is still to be done: (done, total) parts, None when not."""
    query = select(JobRow.done, JobRow.total).where(JobRow.unique_key == unique_key)
    row = session.execute(query).one_or_none()
    return None if row is None else (row.done, row.total)


def enqueue(
    session: Session,
    name: str,
    payload: Mapping[str, Any],
    *,
    unique_key: str | None = None,
    run_at: datetime | None = None,
) -> str | None:
    """Add work in the caller's transaction; give its public id, None if it waits already."""
    if unique_key is not None and session.scalar(
        select(JobRow.id).where(JobRow.unique_key == unique_key)
    ):
        return None
    row = JobRow(
        public_id=secrets.token_urlsafe(12),
        name=name,
        payload=dict(payload),
        unique_key=unique_key,
        run_at=run_at or now(session),
        created_at=now(session),
    )
    session.add(row)
    session.flush()
    return row.public_id


def work_once(site: Site) -> bool:
    """Do one piece of work that is due; tell whether there was one."""
    job_id = _claim(site)
    if job_id is None:
        return False
    with site.database.reading() as session:
        row = session.get_one(JobRow, job_id)
        name, payload, attempts = row.name, row.payload, row.attempts
    try:
        kind = job_kinds(site).get(name)
        if kind is None:
            raise Invalid(f"No plugin knows the job {name!r}.")
        (_run_aside if kind.aside else _run)(site, kind, job_id, payload)
    except Exception as error:  # kept on the job, retried later, shown to administrators
        log.exception("job %s (%s) stopped", job_id, name)
        _note_failure(site, job_id, attempts, error)
    return True


def _run(site: Site, kind: Job, job_id: int, payload: Mapping[str, Any]) -> None:
    with site.database.writing() as session:
        rest = kind.run(session, payload, _progress(site, session, job_id))
        _note_run(session, job_id, rest)


def _run_aside(site: Site, kind: Job, job_id: int, payload: Mapping[str, Any]) -> None:
    """Run without holding the write lock: answers are saved meanwhile."""
    with site.database.reading() as session:
        rest = kind.run(session, payload, _progress(site, None, job_id))
    with site.database.writing(deliver=False) as session:
        _note_run(session, job_id, rest)


def _note_run(session: Session, job_id: int, rest: Mapping[str, Any] | None) -> None:
    values = _after_run(session, rest)
    session.execute(update(JobRow).where(JobRow.id == job_id).values(**values))


def _after_run(session: Session, rest: Mapping[str, Any] | None) -> dict[str, Any]:
    """Give what to note on a job that ran: done, or waiting to go on with the rest."""
    if rest is None:
        return {
            "state": "done",
            "unique_key": None,
            "lease_until": None,
            "error": None,
            "finished_at": now(session),
        }
    return {
        "state": "waiting",
        "payload": dict(rest),
        "attempts": 0,
        "lease_until": None,
        "error": None,
        "run_at": now(session),
    }


def _claim(site: Site) -> int | None:
    moment = site.clock()
    due = or_(
        (JobRow.state == "waiting") & (JobRow.run_at <= moment),
        (JobRow.state == "running") & (JobRow.lease_until < moment),
    )
    query = select(JobRow.id).where(due).order_by(JobRow.run_at, JobRow.id).limit(1)
    with site.database.reading() as session:
        if session.scalar(query) is None:  # most polls find nothing: do not take the write lock
            return None
    with site.database.writing(deliver=False) as session:
        job_id = session.scalar(query.with_for_update(skip_locked=True))
        if job_id is not None:
            session.execute(
                update(JobRow)
                .where(JobRow.id == job_id)
                .values(state="running", lease_until=moment + LEASE, attempts=JobRow.attempts + 1)
            )
    return job_id


def _progress(site: Site, session: Session | None, job_id: int) -> Callable[[int, int], None]:
    """Make the function by which a job tells how far it is; `session` is the one it writes in.

    On SQLite the job's own transaction holds the only write lock, so the figure travels in it.
    """

    def tell(done: int, total: int) -> None:
        values = {"done": done, "total": total, "lease_until": site.clock() + LEASE}
        statement = update(JobRow).where(JobRow.id == job_id).values(**values)
        if session is not None and site.database.is_sqlite:
            session.execute(statement)
        else:
            if session is not None:
                session.flush()
            with site.database.writing(deliver=False) as other:
                other.execute(statement)

    return tell


def _note_failure(site: Site, job_id: int, attempts: int, error: Exception) -> None:
    stopped = attempts >= MAX_ATTEMPTS
    wait = min(3600.0, 2.0**attempts) * random.uniform(0.5, 1.5)
    values: dict[str, Any] = {
        "state": "stopped" if stopped else "waiting",
        "run_at": site.clock() + timedelta(seconds=wait),
        "lease_until": None,
        "error": f"{type(error).__name__}: {error}"[:2000],
    }
    if stopped:
        values |= {"unique_key": None, "finished_at": site.clock()}
    with site.database.writing(deliver=False) as session:
        session.execute(update(JobRow).where(JobRow.id == job_id).values(**values))


def schedule_due(site: Site) -> None:
    """Enqueue every repeating kind of work that is not waiting and whose time has come."""
    for job in job_kinds(site).values():
        if job.every_seconds is None:
            continue
        with site.database.reading() as session:
            last = session.scalar(
                select(JobRow.run_at)
                .where(JobRow.name == job.name)
                .order_by(JobRow.run_at.desc())
                .limit(1)
            )
        if last is None or last + timedelta(seconds=job.every_seconds) <= site.clock():
            with site.database.writing(deliver=False) as session:
                # The run before is not kept: a list of thousands of alike lines helps nobody.
                past = delete(JobRow).where(JobRow.name == job.name, JobRow.state == "done")
                session.execute(past)
                enqueue(session, job.name, {}, unique_key=f"every:{job.name}")
