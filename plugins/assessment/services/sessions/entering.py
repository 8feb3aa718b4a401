"""Use-cases of a candidate: come in with the entry code, start when the moment has come."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import NotAllowed, NotFound, now
from lms.models import Person
from plugins.assessment.domain import Purpose, start_delay
from plugins.assessment.domain.entry_codes import clean_code
from plugins.assessment.models import (
    Attempt,
    Instrument,
    InstrumentVersion,
    Invitation,
    SessionMember,
    TestSession,
)
from plugins.assessment.services.assistance import Assistance
from plugins.assessment.services.attempts import Terms, start
from plugins.assessment.services.voiding import void_known

NO_CODE = "Kode ini tidak ditemukan. Periksa huruf dan angkanya."  # i18n
NOT_EXPECTED = "Nama Anda belum ada di sesi ini. Tunjukkan halaman ini kepada pengawas."  # i18n
NOT_OPEN = "Sesi ini belum dibuka. Tunggu tanda dari pengawas."  # i18n
NOT_YET = "Tes belum dimulai. Tunggu sampai jam mulai Anda."  # i18n
OVER = "Sesi ini sudah selesai. Tanyakan sesi berikutnya kepada petugas."  # i18n


def session_of_code(session: Session, typed: str) -> TestSession:
    """Give the session of an entry code, however it is typed; raises NotFound."""
    query = select(TestSession).where(TestSession.entry_code == clean_code(typed))
    found = session.scalar(query)
    if found is None:
        raise NotFound(NO_CODE)
    return found


def start_moment(found: TestSession, person_public: str) -> datetime:
    """Give when a person may start: the opening, spread so that not all come at once."""
    delay = start_delay(found.public_id, person_public, found.spread_seconds)
    return found.opens_at + timedelta(seconds=delay)


def enter(session: Session, person_id: int, typed: str) -> None:
    """Note that an expected person is there; raises NotFound, NotAllowed."""
    found = session_of_code(session, typed)
    _member(session, found, person_id)


def _member(session: Session, found: TestSession, person_id: int) -> SessionMember:
    member = session.get(SessionMember, (found.id, person_id))
    if member is None:
        raise NotAllowed(NOT_EXPECTED)
    if member.entered_at is None:
        member.entered_at = now(session)
        session.flush()
    return member


def begin(
    session: Session,
    person_id: int,
    typed: str,
    device: str,
    assistance: Assistance | None = None,
) -> str:
    """Start the test of a session, or go on with it; give the attempt's public id.

    Raises NotFound for a wrong code, NotAllowed for someone who is not expected, too early, too
    late, or who was measured already.
    """
    found = session_of_code(session, typed)
    helper = assistance.name if assistance else ""
    member = _member(session, found, person_id)
    known = attempt_of(session, found.id, person_id)
    if known is not None:
        return known
    _check_moment(session, found, person_id)
    terms = terms_of_session(found, member, helper)
    return start_in(session, found, person_id, device, terms)


def attempt_of(session: Session, session_id: int, person_id: int) -> str | None:
    """Give the public id of a person's test in a session, if one counts."""
    query = select(Attempt.public_id).where(
        Attempt.session_id == session_id,
        Attempt.person_id == person_id,
        Attempt.closed_by != "cancelled",
    )
    return session.scalar(query.order_by(Attempt.id.desc()).limit(1))


def _check_moment(session: Session, found: TestSession, person_id: int) -> None:
    moment = now(session)
    if found.state == "closed" or moment >= found.closes_at:
        raise NotAllowed(OVER)
    if found.state != "open":
        raise NotAllowed(NOT_OPEN)
    if moment < start_moment(found, session.get_one(Person, person_id).public_id):
        raise NotAllowed(NOT_YET)


def terms_of_session(
    found: TestSession, member: SessionMember, helper: str = "", medium: str = "screen"
) -> Terms:
    """Give the terms of a session for a person; nothing hurries who writes on paper."""
    paper = medium == "paper"
    return Terms(
        session_id=found.id,
        room_id=member.room_id,
        limit_seconds=found.limit_minutes * 60 if found.limit_minutes and not paper else None,
        window_end=None if paper else found.closes_at,
        allowance=member.extra_minutes * 60,
        grace=found.grace_seconds,
        assisted_by=helper,
        medium=medium,
    )


def start_in(
    session: Session, found: TestSession, person_id: int, device: str, terms: Terms
) -> str:
    """Start with the session's own version; a test begun outside goes on inside."""
    version = session.get_one(InstrumentVersion, found.instrument_version_id)
    code = session.get_one(Instrument, version.instrument_id).code
    purpose = purpose_of(session, person_id, version.instrument_id)
    public = start(session, person_id, code, purpose, device=device, terms=terms, version=version)
    attempt = session.scalars(select(Attempt).where(Attempt.public_id == public)).one()
    if attempt.session_id is None:
        # It began without a limit of the session, so only the window's end is laid on it.
        attempt.session_id, attempt.room_id = found.id, terms.room_id
        attempt.window_end, attempt.grace = terms.window_end, terms.grace
        attempt.allowance += terms.allowance
        session.flush()
    void_known(session, attempt)
    return public


def purpose_of(session: Session, person_id: int, instrument_id: int) -> Purpose:
    """Give what a person is measured for: a retest when one waits, else the first test."""
    waiting = select(Invitation.id).where(
        Invitation.person_id == person_id,
        Invitation.instrument_id == instrument_id,
        Invitation.purpose == "retest",
        Invitation.state == "waiting",
    )
    return "retest" if session.scalar(waiting) is not None else "pre"
