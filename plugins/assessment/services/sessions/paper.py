"""Use-cases of the paper twin: print a person's very questions, type the answers in.

A sheet of paper is a test like any other: its questions are drawn and fixed when it is printed,
so that the numbers on paper are those of the database. Who was at work on a phone goes on with
the same questions; to the test, paper is one more device.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, NotAllowed, NotFound, audit, now
from plugins.assessment.domain import answer_digest, current_answers
from plugins.assessment.models import (
    AnswerEvent,
    Attempt,
    AttemptItem,
    InstrumentVersion,
    TestSession,
)
from plugins.assessment.queries.facts import FACTS, fact
from plugins.assessment.queries.sitting import NO_TEST
from plugins.assessment.services.answers import CLOSED
from plugins.assessment.services.handing_in import hand_in
from plugins.assessment.services.sessions import entering
from plugins.assessment.services.sessions.planning import CLOSED as SESSION_CLOSED
from plugins.assessment.services.sessions.planning import find_session
from plugins.assessment.services.sessions.roster import member_of

AT_ONCE = 60
"""Sheets of one print: each draws its own questions in the same transaction."""
TOO_MANY = "Paling banyak 60 orang sekali cetak."  # i18n
NOT_ON_PAPER = "Tes ini tidak dikerjakan di kertas."  # i18n
ADAPTIVE = "Tes ini memilih soal dari jawaban sebelumnya. Di kertas tidak bisa."  # i18n
NO_SUCH = "Soal ini tidak ada di tes orang ini."  # i18n


def prepare(
    session: Session, actor_id: int | None, public: str, person_ids: Sequence[int]
) -> tuple[int, int]:
    """Give these people's tests to paper, starting those that did not begin.

    Gives how many sheets there are now, and how many people need none, since they handed in or
    were measured already. Raises Invalid for too many at once, Conflict for a closed session and
    for a test that adapts to the answers.
    """
    if len(person_ids) > AT_ONCE:
        raise Invalid(TOO_MANY)
    found = find_session(session, public)
    if found.state == "closed":
        raise Conflict(SESSION_CLOSED)
    if session.get_one(InstrumentVersion, found.instrument_version_id).mode == "adaptive":
        raise Conflict(ADAPTIVE)
    made = sum(_prepare_one(session, found, person_id) for person_id in person_ids)
    audit(session, actor_id, "assessment:paper:print", public, people=made)
    return made, len(person_ids) - made


def _prepare_one(session: Session, found: TestSession, person_id: int) -> bool:
    member = member_of(session, found.id, person_id)
    device = f"kertas-{secrets.token_urlsafe(9)}"
    terms = entering.terms_of_session(found, member, medium="paper")
    try:
        public = entering.attempt_of(session, found.id, person_id) or entering.start_in(
            session, found, person_id, device, terms
        )
    except NotAllowed:  # measured already: nothing to ask on paper either
        return False
    query = select(Attempt).where(Attempt.public_id == public)
    attempt = session.scalars(
        query.with_for_update().execution_options(populate_existing=True)
    ).one()
    if attempt.handed_in_at is not None:
        return False
    if attempt.medium != "paper" or not attempt.device.startswith("kertas-"):
        attempt.medium, attempt.device = "paper", device
        attempt.epoch += 1
        attempt.limit_seconds = attempt.window_end = None  # nobody hurries a pencil by a clock
    member.entered_at = member.entered_at or now(session)
    session.flush()
    return True


def type_in(
    session: Session,
    actor_id: int | None,
    session_id: int,
    public: str,
    values: Mapping[int, str | None],
) -> str:
    """Store the answers of a sheet as events and hand it in; give the receipt.

    `values` are the stored values by question number; None leaves what was answered on a screen
    before. Raises NotFound for a test of another session, Conflict for one that is not on paper
    or was handed in.
    """
    query = select(Attempt).where(Attempt.public_id == public, Attempt.session_id == session_id)
    attempt = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if attempt is None:
        raise NotFound(NO_TEST)
    if attempt.handed_in_at is not None:
        raise Conflict(CLOSED)
    if attempt.medium != "paper":
        raise Conflict(NOT_ON_PAPER)
    _store(session, attempt, {n: value for n, value in values.items() if value is not None})
    digest = hand_in(session, attempt.person_id, public, closed_by="paper")
    audit(session, actor_id, "assessment:paper:type-in", public, answers=attempt.answered)
    return digest


def _store(session: Session, attempt: Attempt, values: Mapping[int, str]) -> None:
    own = select(AttemptItem.sequence, AttemptItem.item_version_id).where(
        AttemptItem.attempt_id == attempt.id
    )
    versions = dict(session.execute(own).all())
    if not versions.keys() >= values.keys():
        raise Invalid(NO_SUCH)
    moment = now(session)
    rows = [
        {
            "attempt_id": attempt.id,
            "sequence": number,
            "item_version_id": versions[number],
            "device": attempt.device,
            "seq": place,
            "value": value,
            "flag": None,
            "digest": answer_digest(attempt.public_id, number, versions[number], value, None),
            "epoch": attempt.epoch,
            "server_time": moment,
        }
        for place, (number, value) in enumerate(sorted(values.items()), 1)
    ]
    if rows:
        session.execute(insert(AnswerEvent), rows)
    _count(session, attempt, len(rows))


def _count(session: Session, attempt: Attempt, added: int) -> None:
    """Keep the counters that the board reads."""
    rows = session.execute(FACTS.where(AnswerEvent.attempt_id == attempt.id))
    answers = current_answers([fact(row) for row in rows])
    attempt.n_events += added
    attempt.answered = sum(answer.value is not None for answer in answers.values())
    attempt.saved_at = attempt.seen_at = now(session)
    session.flush()
