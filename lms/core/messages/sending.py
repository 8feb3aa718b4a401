"""Use-case: say something to a person, once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.core.errors import Invalid, NotFound
from lms.core.hooks.contracts import Link
from lms.core.messages.channels import channels, outgoing
from lms.core.messages.models import Dispatch, Message
from lms.core.messages.quiet import QuietHours, read_clock
from lms.core.people.models import Person
from lms.core.settings import get_settings
from lms.core.site import now, site_of

LONGEST_KEY = 200
LONGEST_SUBJECT = 200


def send_message(
    session: Session,
    person_id: int,
    *,
    key: str,
    kind: str,
    subject: str,
    text: str,
    link: Link | None = None,
) -> None:
    """Show a message to a person on the site, and send it by each channel that reaches them.

    `key` names what is said, such as "courses.nomination:17:approved": the same key says it only
    once, however often and by how many at once this is called. `kind` groups messages
    ("courses.nomination"). `link` is where it leads. Channels send later, outside of quiet hours.
    Raises NotFound for an unknown person, Invalid for a key that is empty or too long.
    """
    if not 0 < len(key) <= LONGEST_KEY:
        raise Invalid(f"Kunci pesan harus 1 sampai {LONGEST_KEY} huruf.")
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("Pegawai tidak ditemukan.")
    values = {
        "person_id": person_id,
        "key": key,
        "kind": kind,
        "subject": " ".join(subject.split())[:LONGEST_SUBJECT],
        "text": text,
        "endpoint": link.endpoint if link else "",
        "values": dict(link.values) if link else {},
        "created_at": now(session),
    }
    message_id = session.scalar(_once(session, values).returning(Message.id))
    if message_id is not None and person.active:
        _add_dispatches(session, session.get_one(Message, message_id), person)


def _once(session: Session, values: dict[str, Any]) -> Any:
    """Insert a message unless one with its key is there: decided by the database."""
    sqlite_here = session.get_bind().dialect.name == "sqlite"
    insert: Any = sqlite.insert(Message) if sqlite_here else postgresql.insert(Message)
    return insert.values(values).on_conflict_do_nothing(index_elements=["key"])


def _add_dispatches(session: Session, message: Message, person: Person) -> None:
    site = site_of(session)
    out = outgoing(site, message, person)
    session.add_all(
        Dispatch(message_id=message.id, channel=name, next_at=allowed_from(session, now(session)))
        for name, channel in channels(session).items()
        if channel.reaches(out)
    )
    session.flush()


def allowed_from(session: Session, moment: datetime) -> datetime:
    """Give the first moment from `moment` on that is outside of the agency's quiet hours."""
    local = site_of(session).local(moment)
    return quiet_hours(session).next_allowed(local).astimezone(moment.tzinfo)


def quiet_hours(session: Session) -> QuietHours:
    """Give the quiet hours of the settings, in the agency's time."""
    keys = ("core.quiet_from", "core.quiet_until", "core.quiet_weekends")
    start, end, weekends = get_settings(session, *keys).values()
    return QuietHours(start=read_clock(start), end=read_clock(end), weekends=weekends)
