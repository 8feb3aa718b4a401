"""Read models: a person's messages, and how messages travel for the administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select, update
from sqlalchemy.orm import Session

from lms.core.errors import NotFound
from lms.core.hooks.contracts import Link
from lms.core.messages.models import Dispatch, Message
from lms.core.people.models import Person
from lms.core.site import now

STATES = ("unclear", "stopped", "sending", "waiting", "sent")
"""What an administrator can look at, the pressing ones first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """A message in a person's inbox; `link` is where it leads, None for nowhere."""

    public_id: str
    subject: str
    text: str
    link: Link | None
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchLine:
    """A message on its way: `state` is one of STATES; the text is the person's own business."""

    dispatch_id: int
    subject: str
    person: str
    person_public_id: str
    channel: str
    state: str
    attempts: int
    created_at: datetime
    next_at: datetime
    sent_at: datetime | None
    error: str


# -- a person's own ------------------------------------------------------------------------------


def count_messages(session: Session, person_id: int) -> int:
    """Count a person's messages."""
    query = select(func.count(Message.id)).where(Message.person_id == person_id)
    return session.scalar(query) or 0


def count_unread(session: Session, person_id: int) -> int:
    """Count the messages that a person has not opened."""
    query = select(func.count(Message.id)).where(
        Message.person_id == person_id, Message.read_at.is_(None)
    )
    return session.scalar(query) or 0


def list_messages(
    session: Session, person_id: int, *, number: int = 1, size: int = 20
) -> list[MessageLine]:
    """Give one page of a person's messages, newest first."""
    query = select(Message).where(Message.person_id == person_id).order_by(Message.id.desc())
    return [_message(row) for row in session.scalars(query.offset((number - 1) * size).limit(size))]


def show_message(session: Session, person_id: int, public: str) -> MessageLine:
    """Give a person's own message; raises NotFound."""
    return _message(_own(session, person_id, public))


def open_message(session: Session, person_id: int, public: str) -> MessageLine:
    """Note that a person opened a message, the first time, and give it; raises NotFound."""
    row = _own(session, person_id, public)
    if row.read_at is None:
        row.read_at = now(session)
    return _message(row)


def read_all(session: Session, person_id: int) -> int:
    """Note all of a person's messages as read; give how many were not."""
    unread = (Message.person_id == person_id) & Message.read_at.is_(None)
    count = count_unread(session, person_id)
    session.execute(update(Message).where(unread).values(read_at=now(session)))
    return count


def _own(session: Session, person_id: int, public: str) -> Message:
    query = select(Message).where(Message.public_id == public, Message.person_id == person_id)
    row = session.scalar(query)
    if row is None:
        raise NotFound("Pesan ini tidak ditemukan.")
    return row


def _message(row: Message) -> MessageLine:
    return MessageLine(
        public_id=row.public_id,
        subject=row.subject,
        text=row.text,
        link=Link(endpoint=row.endpoint, values=dict(row.values)) if row.endpoint else None,
        created_at=row.created_at,
        read_at=row.read_at,
    )


# -- the administrator's -------------------------------------------------------------------------


def _shown_state(moment: datetime) -> ColumnElement[str]:
    """Give the state to show: a dispatch that is being sent for too long is not certain."""
    late = and_(Dispatch.state == "sending", Dispatch.next_at <= moment)
    return case((late, "unclear"), else_=Dispatch.state)


def count_dispatches(session: Session) -> dict[str, int]:
    """Count dispatches by what is shown of them."""
    state = _shown_state(now(session))
    rows = session.execute(select(state, func.count(Dispatch.id)).group_by(state))
    found = {row[0]: row[1] for row in rows}
    return {name: found.get(name, 0) for name in STATES}


def list_dispatches(
    session: Session, state: str = "", *, number: int = 1, size: int = 20
) -> list[DispatchLine]:
    """Give one page of dispatches, or of those in one state, newest first; one statement."""
    shown = _shown_state(now(session))
    query: Select[*tuple[Any, ...]] = (
        select(Dispatch, Message.subject, Message.created_at, Person, shown)
        .join(Message, Message.id == Dispatch.message_id)
        .join(Person, Person.id == Message.person_id)
        .order_by(Dispatch.id.desc())
    )
    if state:
        query = query.where(shown == state)
    rows = session.execute(query.offset((number - 1) * size).limit(size))
    return [_dispatch(*row) for row in rows]


def _dispatch(
    row: Dispatch, subject: str, created_at: datetime, person: Person, state: str
) -> DispatchLine:
    return DispatchLine(
        dispatch_id=row.id,
        subject=subject,
        person=person.full_name,
        person_public_id=person.public_id,
        channel=row.channel,
        state=state,
        attempts=row.attempts,
        created_at=created_at,
        next_at=row.next_at,
        sent_at=row.sent_at,
        error=row.error,
    )
