"""Use-cases: remind people, in pieces in the background, at most once a week of the same course."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms import (
    Conflict,
    Invalid,
    Link,
    audit,
    awaited,
    enqueue,
    get_setting,
    now,
    send_message,
    site_of,
    today,
)
from plugins.courses.domain.horizon import MONTHS
from plugins.courses.domain.reminding import KINDS, words
from plugins.courses.models import Reminder
from plugins.courses.queries.reminders import Due, count_due, due_page
from plugins.courses.services.objecting import answered_key
from plugins.courses.settings import REMIND_SELF

REMIND = "courses.remind"
DAILY = "courses.remind_daily"
WORK_KEY = "courses.remind"
AT_ONCE = 100
CHANGED = "Jumlahnya berubah sejak Anda lihat. Periksa lagi angkanya."


def start_reminding(session: Session, by: int, kinds: Sequence[str], seen: int) -> None:
    """Have people reminded of the kinds chosen; `seen` is the number that was confirmed.

    Raises Invalid when nothing was chosen or nobody is left, Conflict when the number is another
    one now or reminders are being sent.
    """
    chosen = [kind for kind in KINDS if kind in kinds]
    if not chosen:
        raise Invalid("Pilih dulu pengingat yang dikirim.")
    if awaited(session, WORK_KEY) is not None:
        raise Conflict("Pengingat sedang dikirim. Tunggu sampai selesai.")
    counts = count_due(session)
    total = sum(counts[kind] for kind in chosen)
    if not total:
        raise Invalid("Tidak ada yang perlu diingatkan sekarang.")
    if total != seen:
        raise Conflict(CHANGED)
    _enqueue(session, chosen, by, total)
    audit(session, by, "courses:reminder:send", "reminders", kinds=chosen, people=total)


def _enqueue(session: Session, kinds: Sequence[str], by: int | None, total: int) -> None:
    payload = {"kinds": list(kinds), "by": by, "done": 0, "total": total}
    enqueue(session, REMIND, payload, unique_key=WORK_KEY)


def run_daily(
    session: Session, _payload: Mapping[str, Any], _progress: Callable[[int, int], None]
) -> None:
    """Start what is due when the agency wants reminders by themselves."""
    if get_setting(session, REMIND_SELF) and awaited(session, WORK_KEY) is None:
        counts = count_due(session)
        if any(counts.values()):
            _enqueue(session, KINDS, None, sum(counts.values()))


def run_remind(
    session: Session, payload: Mapping[str, Any], progress: Callable[[int, int], None]
) -> Mapping[str, Any] | None:
    """Remind one piece; who was reminded is no longer found, so a second run goes on."""
    kinds = list(payload["kinds"])
    if not kinds:
        return None
    people, _ = due_page(session, kinds[:1], size=AT_ONCE)
    said = [remind(session, due, payload["by"]) for due in people]
    session.flush()
    done = payload["done"] + len(people)
    progress(done, max(payload["total"], done))
    rest = kinds if len(people) == AT_ONCE and any(said) else kinds[1:]
    return {**payload, "kinds": rest, "done": done} if rest else None


def remind(session: Session, due: Due, by: int | None = None) -> bool:
    """Remind one person unless that was said already; tell whether it was said now."""
    key = reminder_key(due, today(session).isoformat(), _local_day(session, due.since))
    values = {
        "key": key,
        "kind": due.kind,
        "person_id": due.person_id,
        "enrolment_id": due.enrolment_id,
        "sent_at": now(session),
        "by": by,
    }
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    fresh: Any = sqlite.insert(Reminder) if on_sqlite else postgresql.insert(Reminder)
    statement = fresh.values(values).on_conflict_do_nothing(index_elements=["key"])
    if session.scalar(statement.returning(Reminder.id)) is None:
        return False
    subject, text = words_for(session, due)
    # The answer to an objection was told when it was given: the same key says it once.
    told = answered_key(due.ref) if due.kind == "objection" else f"courses.reminder:{key}"
    send_message(
        session,
        due.person_id,
        key=told,
        kind="courses.reminder",
        subject=subject,
        text=text,
        link=link_of(due),
    )
    return True


def reminder_key(due: Due, day: str, since: str) -> str:
    """Give what makes a reminder the same one: its subject, and the day where that counts."""
    if due.kind == "class":
        return f"class:{due.ref}:{since}"
    if due.kind == "objection":
        return f"objection:{due.ref}"
    return f"{due.kind}:{due.ref}:{day}"


def _local_day(session: Session, moment: datetime) -> str:
    return site_of(session).local(moment).date().isoformat()


def words_for(session: Session, due: Due) -> tuple[str, str]:
    """Give subject and text of a reminder as this person reads it."""
    local = site_of(session).local(due.since)
    day = f"{local.day} {MONTHS[local.month - 1]} {local.year}"
    since = f"{day} pukul {local:%H.%M}" if due.kind == "class" else day
    return words(due.kind, due.course, since)


def link_of(due: Due) -> Link:
    """Give where a reminder leads."""
    if due.kind == "class":
        return Link(endpoint="courses_classes.show", values={"public_id": due.slug})
    if due.kind == "retest":
        return Link(endpoint="home.home")
    return Link(endpoint="courses.course", values={"slug": due.slug})


def personal_data_reminders(session: Session, person_id: int) -> dict[str, Any]:
    """Give the reminders that a person got."""
    query = select(Reminder.kind, Reminder.sent_at).where(Reminder.person_id == person_id)
    rows = session.execute(query.order_by(Reminder.id))
    return {"reminders": [{"kind": kind, "sent_at": at.isoformat()} for kind, at in rows]}


def erase_reminders(session: Session, person_id: int) -> None:
    """Erase the reminders of a person; those she sent stay without a name."""
    session.execute(delete(Reminder).where(Reminder.person_id == person_id))
    session.execute(update(Reminder).where(Reminder.by == person_id).values(by=None))
