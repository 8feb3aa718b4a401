"""Use-case: save an answer, durable before it is acknowledged; no hook is ever called here.

Core SQL without objects, prepared once: this is the path that thousands take at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, insert, or_, select
from sqlalchemy.orm import Session

from lms import Conflict, NotFound, now
from plugins.assessment.domain import AnswerFact, Decision, Post, answer_digest, decide
from plugins.assessment.models import AnswerEvent, Attempt
from plugins.assessment.queries.facts import FACTS, fact

OTHER_CONTENT = "Nomor jawaban ini sudah dipakai untuk pilihan lain. Muat ulang soal."  # i18n
CLOSED = "Jawaban Anda sudah dikirim dan tidak bisa diubah lagi."  # i18n


class HandedIn(Conflict):
    """The attempt was handed in; nothing more is stored. The page leads to the receipt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The question an answer is for, as the page read it before."""

    attempt_id: int
    public_id: str
    item_version_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """What is stored for certain once the transaction is committed; `stored` tells if just now."""

    seq: int
    digest: str
    saved_at: datetime | None
    stored: bool


_LOCK = select(Attempt.handed_in_at).where(Attempt.id == bindparam("attempt")).with_for_update()
_EVENTS = FACTS.where(
    AnswerEvent.attempt_id == bindparam("attempt"),
    or_(
        AnswerEvent.sequence == bindparam("sequence"),
        AnswerEvent.device == bindparam("device"),
    ),
)
_INSERT = insert(cast(Table, AnswerEvent.__table__))


def save_answer(session: Session, target: Target, post: Post) -> Acknowledgement:
    """Store an answer event, or find that it is stored already.

    Three statements in a writing session: lock the attempt, read its events, add one. Raises
    HandedIn when the attempt is closed and Conflict when the key came with another content.
    """
    locked = session.execute(_LOCK, {"attempt": target.attempt_id}).one_or_none()
    if locked is None:
        raise NotFound("Tes ini tidak ditemukan.")
    if locked.handed_in_at is not None:
        raise HandedIn(CLOSED)
    facts, times = _events(session, target, post)
    decision = decide(facts, post)
    if decision.kind == "conflict":
        raise Conflict(OTHER_CONTENT)
    if decision.kind == "known":
        return _known(facts, times, post)
    return _store(session, target, post, decision)


def _events(
    session: Session, target: Target, post: Post
) -> tuple[list[AnswerFact], dict[int, datetime]]:
    keys = {"attempt": target.attempt_id, "sequence": post.sequence, "device": post.device}
    rows = session.execute(_EVENTS, keys).all()
    return [fact(row) for row in rows], {row.id: row.server_time for row in rows}


def _known(facts: list[AnswerFact], times: dict[int, datetime], post: Post) -> Acknowledgement:
    """Acknowledge again: the very event for a numbered message, else the newest of the item."""
    own = [fact for fact in facts if (fact.device, fact.seq) == (post.device, post.seq)]
    same = [fact for fact in facts if fact.sequence == post.sequence and fact.value is not None]
    found = own if post.strict else same
    if not found:
        return Acknowledgement(seq=post.seq, digest="", saved_at=None, stored=False)
    last = found[-1]
    return Acknowledgement(
        seq=last.seq, digest=last.digest, saved_at=times[last.event_id], stored=False
    )


def _store(session: Session, target: Target, post: Post, decision: Decision) -> Acknowledgement:
    moment = now(session)
    digest = answer_digest(
        target.public_id, post.sequence, target.item_version_id, decision.value, decision.flag
    )
    session.execute(
        _INSERT,
        {
            "attempt_id": target.attempt_id,
            "sequence": post.sequence,
            "item_version_id": target.item_version_id,
            "device": post.device,
            "seq": decision.seq,
            "value": decision.value,
            "flag": decision.flag,
            "digest": digest,
            "server_time": moment,
        },
    )
    return Acknowledgement(seq=decision.seq, digest=digest, saved_at=moment, stored=True)
