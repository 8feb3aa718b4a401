"""Use-cases: ask a colleague, answer, take the request back."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import Conflict, NotFound, get_setting, now
from lms.models import Person
from plugins.courses.domain.coaching import after
from plugins.courses.models import Coaching
from plugins.courses.queries.ways.colleagues import colleague_by_public_id
from plugins.courses.services.coaching.held import hold, tell
from plugins.courses.settings import COACHING_LEARNERS

MOST_WORDS = 500
GONE = "Rekan ini sedang tidak dapat diminta. Pilih rekan lain."  # i18n
ALREADY = "Anda sudah meminta bantuan untuk kemampuan ini. Tunggu atau batalkan dulu."  # i18n
FULL = "Anda sudah membantu %(n)s rekan. Selesaikan satu dulu."  # i18n


def ask(
    session: Session, learner_id: int, coach: str, competency_id: int, kind: str, words: str = ""
) -> Coaching:
    """Ask a colleague, found by public id, for help with a competency.

    Only those may be asked who are shown to this person now: NotFound for anybody else. Asking
    the same colleague twice is one request; asking a second one meanwhile raises Conflict.
    """
    found = colleague_by_public_id(session, learner_id, competency_id, kind, coach)
    if found is None:
        raise NotFound(GONE)
    live = _live(session, learner_id, competency_id)
    if live is not None:
        if live.coach_id == found:
            return live
        raise Conflict(ALREADY)
    row = Coaching(
        learner_id=learner_id,
        coach_id=found,
        competency_id=competency_id,
        kind=kind,
        words=words.strip()[:MOST_WORDS],
        asked_at=now(session),
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:  # two at once; the other one was first
        raise Conflict(ALREADY) from error
    tell(session, row, row.coach_id, "asked", "Rekan meminta bantuan Anda", "Buka, lalu jawab.")
    return row


def _live(session: Session, learner_id: int, competency_id: int) -> Coaching | None:
    query = select(Coaching).where(
        Coaching.learner_id == learner_id,
        Coaching.competency_id == competency_id,
        Coaching.state.in_(("asked", "agreed")),
    )
    return session.scalar(query)


def answer(
    session: Session, person_id: int, public_id: str, *, agree: bool, words: str = ""
) -> None:
    """Agree or decline; nobody has to say why. Raises Conflict over the limit of learners."""
    row, role = hold(session, public_id, person_id)
    state = after(row.state, "agree" if agree else "decline", role)
    if agree:
        _check_room(session, person_id)
    row.state, row.decided_at = state, now(session)
    row.answer = words.strip()[:MOST_WORDS]
    session.flush()
    said = "Rekan Anda setuju membantu" if agree else "Rekan Anda sedang tidak bisa"
    text = "Sepakati waktu bertemu." if agree else "Anda bisa meminta rekan lain."
    tell(session, row, row.learner_id, state, said, f"{row.answer} {text}".strip())


def _check_room(session: Session, coach_id: int) -> None:
    """Count under the lock of the person, so that two answers at once stay within the limit."""
    session.execute(select(Person.id).where(Person.id == coach_id).with_for_update(key_share=True))
    most = int(get_setting(session, COACHING_LEARNERS))
    query = select(func.count()).where(Coaching.coach_id == coach_id, Coaching.state == "agreed")
    if (session.scalar(query) or 0) >= most:
        raise Conflict(FULL % {"n": most})


def take_back(session: Session, person_id: int, public_id: str) -> None:
    """Take a request back that has no answer yet."""
    row, role = hold(session, public_id, person_id)
    row.state = after(row.state, "withdraw", role)
    row.ended_at = now(session)
    session.flush()
