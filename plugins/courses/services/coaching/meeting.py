"""Use-cases: note a meeting, confirm it, end with learning hours for both."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Conflict, NotAllowed, NotFound, now, site_of, today
from lms.models import Competency
from plugins.courses.domain.coaching import after, check_meeting
from plugins.courses.domain.forms_of_learning import BY_CODE, COACHING, jp_for, met_amount
from plugins.courses.models import Coaching, CoachingMeeting, Credit, LearningForm
from plugins.courses.services.coaching.held import hold, other, tell
from plugins.courses.services.learning_forms import conversion_of

MOST_WORDS = 500
NO_MEETING = "Pertemuan ini tidak ditemukan."  # i18n
CONFIRM_OTHER = "Pertemuan ini dikonfirmasi oleh rekan Anda."  # i18n
SAME = "Pertemuan di hari itu sudah dicatat."  # i18n
CONFIRMED = "Pertemuan ini sudah dikonfirmasi."  # i18n
TITLES = {"coaching": "Coaching: %s", "peer": "Belajar berpasangan: %s"}


def note_meeting(
    session: Session, person_id: int, public_id: str, held_on: date, minutes: int, notes: str = ""
) -> CoachingMeeting:
    """Note a meeting; the other one confirms it. One for a day. Raises Invalid, Conflict."""
    row, role = hold(session, public_id, person_id)
    after(row.state, "note", role)
    since = site_of(session).local(row.decided_at or row.asked_at).date()
    check_meeting(held_on, minutes, since=since, today=today(session))
    found = next((each for each in _meetings(session, row) if each.held_on == held_on), None)
    if found is not None:
        if (found.minutes, found.noted_by) == (minutes, person_id):
            return found
        raise Conflict(SAME)
    meeting = CoachingMeeting(
        coaching_id=row.id,
        held_on=held_on,
        minutes=minutes,
        notes=notes.strip()[:MOST_WORDS],
        noted_by=person_id,
    )
    session.add(meeting)
    session.flush()
    text = f"Tanggal {held_on:%d-%m-%Y}, {minutes} menit. Konfirmasi kalau benar."
    key = f"meeting:{meeting.public_id}"
    tell(session, row, other(row, person_id), key, "Konfirmasi pertemuan", text)
    return meeting


def _meetings(session: Session, row: Coaching) -> list[CoachingMeeting]:
    query = select(CoachingMeeting).where(CoachingMeeting.coaching_id == row.id)
    return list(session.scalars(query.order_by(CoachingMeeting.held_on, CoachingMeeting.id)))


def confirm_meeting(session: Session, person_id: int, public_id: str, meeting_id: str) -> None:
    """Confirm a meeting that the other one noted; twice is once."""
    row, role = hold(session, public_id, person_id)
    after(row.state, "note", role)
    meeting = _meeting(session, row, meeting_id)
    if meeting.noted_by == person_id:
        raise NotAllowed(CONFIRM_OTHER)
    if meeting.confirmed_at is None:
        meeting.confirmed_at = now(session)
        session.flush()


def remove_meeting(session: Session, person_id: int, public_id: str, meeting_id: str) -> None:
    """Remove a meeting that is not confirmed: one's own slip, or one that did not take place."""
    row, role = hold(session, public_id, person_id)
    after(row.state, "note", role)
    meeting = _meeting(session, row, meeting_id)
    if meeting.confirmed_at is not None:
        raise Conflict(CONFIRMED)
    session.delete(meeting)
    session.flush()


def _meeting(session: Session, row: Coaching, public_id: str) -> CoachingMeeting:
    query = select(CoachingMeeting).where(
        CoachingMeeting.coaching_id == row.id, CoachingMeeting.public_id == public_id
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound(NO_MEETING)
    return found


def end(session: Session, person_id: int, public_id: str) -> int:
    """End a coaching; both get the JP of the confirmed meetings. Gives the JP.

    Without a confirmed meeting it stops without JP. Ending twice gives JP once.
    """
    row, role = hold(session, public_id, person_id)
    if row.state == "ended":
        return _granted(session, row, role)
    counted = [meeting for meeting in _meetings(session, row) if meeting.confirmed_at]
    row.state = after(row.state, "end" if counted else "stop", role)
    row.ended_at = now(session)
    session.flush()
    jp = grant(session, row, counted, (row.learner_id, row.coach_id)) if counted else 0
    text = f"Tercatat {jp} JP untuk Anda berdua." if jp else "Tidak ada JP yang tercatat."
    tell(session, row, other(row, person_id), row.state, "Coaching sudah selesai", text)
    return jp


def coaching_jp(session: Session, meetings: list[tuple[date, int]]) -> int:
    """Give the JP of meetings by the conversion table of today; 0 without the form."""
    form = session.get(LearningForm, COACHING)
    if form is None or not form.active:
        return 0
    amount = met_amount(form.unit, meetings)
    return jp_for(amount, conversion_of(form), evidence=bool(meetings))


def grant(
    session: Session, row: Coaching, meetings: list[CoachingMeeting], people: tuple[int, ...]
) -> int:
    """Add the credits of a coaching to the ledger, in the year of the last meeting."""
    jp = coaching_jp(session, [(each.held_on, each.minutes) for each in meetings])
    competency = session.get_one(Competency, row.competency_id)
    days = [each.held_on for each in meetings]
    for person_id in people if jp else ():
        role = "learner" if person_id == row.learner_id else "coach"
        session.add(
            Credit(
                person_id=person_id,
                year=max(days).year,
                jp=jp,
                kind="coaching",
                title=(TITLES[row.kind] % competency.name)[:200],
                form=BY_CODE[COACHING].name,
                ref=_ref(row, role),
                earned_on=max(days),
                form_code=COACHING,
                organiser=site_of(session).config.name[:200],
                starts_on=min(days),
                ends_on=max(days),
            )
        )
    session.flush()
    return jp


def _ref(row: Coaching, role: str) -> str:
    return f"coaching:{row.public_id}:{role}"


def _granted(session: Session, row: Coaching, role: str) -> int:
    query = select(Credit.jp).where(Credit.ref == _ref(row, role))
    return session.scalar(query) or 0
