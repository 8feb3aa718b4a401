"""Sends what is due: `waiting` → `sending` (committed) → `sent`, so that nothing goes out twice.

A worker that dies between asking a channel and noting the answer leaves a dispatch in `sending`.
Nobody knows then whether the person got it; it is shown as "belum pasti" and only a person sends
it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from lms.core.audit import audit
from lms.core.errors import Conflict, LmsError, NotFound, Unsure
from lms.core.hooks.contracts import Job, MessageChannel, OutgoingMessage
from lms.core.messages.channels import channels, outgoing
from lms.core.messages.models import Dispatch, Message
from lms.core.messages.sending import allowed_from
from lms.core.people.models import Person
from lms.core.site import Site, now, site_of

MAX_ATTEMPTS = 5
FIRST_WAIT = timedelta(minutes=5)
"""After the first attempt; three times as long after each further one."""
PATIENCE = timedelta(minutes=10)
"""How long a channel may take before its dispatch counts as not certain."""
AT_ONCE = 50
"""Sent in one run, so that other work has its turn."""
EVERY = 60
"""Seconds between two looks at what is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A dispatch that this worker alone sends, at this attempt."""

    dispatch_id: int
    channel: str
    attempt: int
    message: OutgoingMessage


def run(
    session: Session, _payload: Mapping[str, Any], progress: Callable[[int, int], None]
) -> Mapping[str, Any] | None:
    """Send what is due; the job comes back when there was more than a run takes."""
    site = site_of(session)
    for count in range(1, AT_ONCE + 1):
        if not dispatch_one(site):
            return None
        progress(count, count)
    return {}


JOB = Job(name="core.messages", title="Mengirim pesan", run=run, every_seconds=EVERY, aside=True)


def dispatch_one(site: Site) -> bool:
    """Send one message that is due; tell whether there was one, never in quiet hours."""
    claimed = _claim(site)
    if claimed is None:
        return False
    try:
        with site.database.reading() as session:
            channel = _channel(session, claimed)
            channel.send(session, claimed.message)
    except Unsure as error:
        _note(site, claimed, error=error.message, next_at=site.clock())
    except Exception as error:  # the channel's: noted on the dispatch, tried again later
        _note_failure(site, claimed, error)
    else:
        _note(site, claimed, state="sent", sent_at=site.clock(), error="")
    return True


def _channel(session: Session, claimed: Claimed) -> MessageChannel:
    channel = channels(session).get(claimed.channel)
    if channel is None:
        raise LmsError("Saluran ini tidak ada lagi.")
    if not channel.reaches(claimed.message):
        raise LmsError("Orang ini tidak punya alamat di saluran ini.")
    return channel


def _claim(site: Site) -> Claimed | None:
    """Mark one dispatch as being sent, committed before anybody is asked to send it."""
    moment = site.clock()
    due: Select[Any] = (
        select(Dispatch)
        .where(Dispatch.state == "waiting", Dispatch.next_at <= moment)
        .order_by(Dispatch.next_at, Dispatch.id)
        .limit(1)
    )
    with site.database.reading() as session:  # most looks find nothing: take no write lock
        if session.scalar(due) is None or allowed_from(session, moment) > moment:
            return None
    with site.database.writing(deliver=False) as session:
        row = session.scalar(due.with_for_update(skip_locked=True))
        if row is None:
            return None
        row.state, row.attempts, row.next_at = "sending", row.attempts + 1, moment + PATIENCE
        message = session.get_one(Message, row.message_id)
        person = session.get_one(Person, message.person_id)
        return Claimed(
            dispatch_id=row.id,
            channel=row.channel,
            attempt=row.attempts,
            message=outgoing(site, message, person),
        )


def _note_failure(site: Site, claimed: Claimed, error: Exception) -> None:
    text = error.message if isinstance(error, LmsError) else f"{type(error).__name__}: {error}"
    if claimed.attempt >= MAX_ATTEMPTS:
        _note(site, claimed, state="stopped", error=text[:2000])
        return
    wait = FIRST_WAIT * 3 ** (claimed.attempt - 1)
    with site.database.reading() as session:
        next_at = allowed_from(session, site.clock() + wait)
    _note(site, claimed, state="waiting", error=text[:2000], next_at=next_at)


def _note(site: Site, claimed: Claimed, **values: Any) -> None:
    """Note what became of it, unless somebody decided otherwise meanwhile."""
    same = (Dispatch.state == "sending") & (Dispatch.attempts == claimed.attempt)
    statement = update(Dispatch).where(Dispatch.id == claimed.dispatch_id, same).values(**values)
    with site.database.writing(deliver=False) as session:
        session.execute(statement)


def send_again(session: Session, dispatch_id: int, actor_id: int | None) -> None:
    """Make a stopped or uncertain dispatch due again; raises NotFound, or Conflict otherwise."""
    row = session.get(Dispatch, dispatch_id, with_for_update=True)
    if row is None:
        raise NotFound("Pengiriman ini tidak ditemukan.")
    moment = now(session)
    uncertain = row.state == "sending" and row.next_at <= moment
    if row.state != "stopped" and not uncertain:
        raise Conflict("Pengiriman ini tidak sedang berhenti.")
    before, row.state, row.attempts, row.error = row.state, "waiting", 0, ""
    row.next_at = allowed_from(session, moment)
    session.flush()
    audit(session, actor_id, "core:message:retry", row.channel, dispatch=row.id, before=before)
