"""Use-case: save an answer, durable before it is acknowledged; no hook is ever called here.

Core SQL without objects, prepared once: this is the path that thousands take at once. What the
page read before the transaction is trusted only if nothing came in since; then two statements
are enough. Else the attempt is locked and read again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import Conflict, NotFound, now
from plugins.assessment.domain import Decision, Post, answer_digest, decide
from plugins.assessment.models import AnswerEvent, Attempt
from plugins.assessment.queries.sitting import NO_TEST, Question, questions

OTHER_CONTENT = "Nomor jawaban ini sudah dipakai untuk pilihan lain. Muat ulang soal."  # i18n
CLOSED = "Jawaban Anda sudah dikirim dan tidak bisa diubah lagi."  # i18n
TIME_OVER = "Waktu tes sudah habis. Jawaban yang tersimpan tetap dihitung."  # i18n


class HandedIn(Conflict):
    """The attempt was handed in; nothing more is stored. The page leads to the receipt."""


class TimeOver(Conflict):
    """The deadline and its grace have passed; nothing more is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """What is stored for certain once the transaction is committed; `stored` tells if just now.

    `stale`: kept, but it does not replace what was answered on the device in use. `late`: it
    came after the deadline.
    """

    seq: int
    digest: str
    saved_at: datetime | None
    stored: bool
    stale: bool = False
    late: bool = False


_ATTEMPT = cast(Table, Attempt.__table__)
_LOCK = select(Attempt.id).where(Attempt.id == bindparam("attempt")).with_for_update()
ADVANCE = (
    update(_ATTEMPT)
    .where(
        _ATTEMPT.c.id == bindparam("attempt"),
        _ATTEMPT.c.n_events == bindparam("seen_events"),
        _ATTEMPT.c.epoch == bindparam("seen_epoch"),
        _ATTEMPT.c.handed_in_at.is_(None),
    )
    .values(
        n_events=_ATTEMPT.c.n_events + 1,
        answered=_ATTEMPT.c.answered + bindparam("more"),
        saved_at=bindparam("moment"),
        seen_at=bindparam("moment"),
    )
)
INSERT = insert(cast(Table, AnswerEvent.__table__))


def save_answer(session: Session, person_id: int, seen: Question, post: Post) -> Acknowledgement:
    """Store an answer event, or find that it is stored already.

    `seen` is the question as it was read before this writing session began. Raises HandedIn when
    the attempt is closed, TimeOver after its end, Conflict when the key came with other content.
    """
    saved = _try(session, seen, post)
    if saved is not None:
        return saved
    session.execute(_LOCK, {"attempt": seen.sheet.attempt_id})
    key = (post.device, post.seq)
    again = questions(session, person_id, seen.sheet.public_id, [seen.number], key)
    if seen.number not in again:
        raise NotFound(NO_TEST)
    saved = _try(session, again[seen.number], post)
    if saved is None:  # the row is locked and was just read
        raise Conflict(OTHER_CONTENT)
    return saved


def _try(session: Session, seen: Question, post: Post) -> Acknowledgement | None:
    """Store the post if nothing came in since `seen` was read; None when something did."""
    moment = now(session)
    stale = post.epoch < seen.sheet.epoch
    decision = decide(seen.facts, post, stale=stale)
    if decision.kind == "known":
        return _known(seen, post)
    late = _check_open(seen, moment)
    if decision.kind == "conflict":
        raise Conflict(OTHER_CONTENT)
    if not _advance(session, seen, decision, moment):
        return None
    return _store(session, seen, post, decision, moment=moment, stale=stale, late=late)


def _check_open(seen: Question, moment: datetime) -> bool:
    """Tell whether the answer is late; raises HandedIn or TimeOver when it comes too late.

    Only the server's clock is asked: a phone whose clock is wrong must not lose an answer. What
    comes within the grace is stored with its flag, and rarely counts.
    """
    if seen.sheet.handed_in_at is not None:
        raise HandedIn(CLOSED)
    phase = seen.sheet.timing.phase(moment)
    if phase == "over":
        raise TimeOver(TIME_OVER)
    return phase == "grace"


def _known(seen: Question, post: Post) -> Acknowledgement:
    """Acknowledge again: the very event for a numbered message, else the newest of the item."""
    if seen.sheet.handed_in_at is not None:
        raise HandedIn(CLOSED)
    own = [fact for fact in seen.facts if (fact.device, fact.seq) == (post.device, post.seq)]
    same = [fact for fact in seen.facts if fact.sequence == post.sequence and fact.value]
    found = own if post.strict else same
    if not found:
        return Acknowledgement(seq=post.seq, digest="", saved_at=None, stored=False)
    last = found[-1]
    return Acknowledgement(
        seq=last.seq,
        digest=last.digest,
        saved_at=seen.times[last.event_id],
        stored=False,
        stale=last.stale,
        late=last.late,
    )


def _advance(session: Session, seen: Question, decision: Decision, moment: datetime) -> bool:
    """Count the event with the attempt; False when the attempt is not as it was read."""
    first = decision.value is not None and seen.answer.value is None
    keys = {
        "attempt": seen.sheet.attempt_id,
        "seen_events": seen.sheet.n_events,
        "seen_epoch": seen.sheet.epoch,
        "more": int(first),
        "moment": moment,
    }
    return session.connection().execute(ADVANCE, keys).rowcount == 1


def _store(
    session: Session,
    seen: Question,
    post: Post,
    decision: Decision,
    *,
    moment: datetime,
    stale: bool,
    late: bool,
) -> Acknowledgement:
    digest = answer_digest(
        seen.sheet.public_id, seen.number, seen.item_version_id, decision.value, decision.flag
    )
    row = {
        "attempt_id": seen.sheet.attempt_id,
        "sequence": seen.number,
        "item_version_id": seen.item_version_id,
        "device": post.device,
        "seq": decision.seq,
        "value": decision.value,
        "flag": decision.flag,
        "digest": digest,
        "epoch": post.epoch,
        "stale": stale,
        "late": late,
        "client_time": post.client_time,
        "server_time": moment,
    }
    try:
        session.execute(INSERT, row)
    except IntegrityError as error:  # the key of one page came with several questions
        raise Conflict(OTHER_CONTENT) from error
    return Acknowledgement(
        seq=decision.seq, digest=digest, saved_at=moment, stored=True, stale=stale, late=late
    )
