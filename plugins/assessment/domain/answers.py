"""Answers: which event counts, what to do with a post, the receipt over all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFact:
    """One stored answer event; `value` None changes only the flag, `flag` None only the value.

    `stale`: it came from a device that the person had left. `late`: it came after the deadline.
    """

    event_id: int
    sequence: int
    device: str
    seq: int
    value: str | None
    flag: bool | None
    digest: str
    epoch: int = 1
    stale: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What counts now for one item: the chosen value (None: unanswered) and the flag."""

    value: str | None = None
    flag: bool = False
    value_event: AnswerFact | None = None
    other: AnswerFact | None = None
    """A different answer that came later from a device left behind; shown, never counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """An answer as it arrives: the key (device, seq), the epoch of its page and what it says.

    `strict` is set by a sender that numbers its own messages (the browser's outbox): there the
    same key with another content is a conflict. A plain form always sends `seq` 1.
    """

    sequence: int
    device: str
    seq: int
    value: str | None
    flag: bool
    strict: bool = False
    epoch: int = 1
    client_time: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do with a post: store it under `seq`, acknowledge what is there, or refuse."""

    kind: Literal["store", "known", "conflict"]
    seq: int = 0
    value: str | None = None
    flag: bool | None = None


def current_answer(events: Iterable[AnswerFact], sequence: int) -> Answer:
    """Give what counts for an item: the newest event, but never an older one of the same device.

    A device numbers its messages; one that was held up on the way must not undo a later one. What
    a device sends that was left for another counts only where nothing else was answered.
    """
    own = [event for event in events if event.sequence == sequence]
    fresh = [event for event in own if not event.stale]
    value = _newest(event for event in fresh if event.value is not None)
    left = _newest(event for event in own if event.stale and event.value is not None)
    flag = _newest(event for event in fresh if event.flag is not None)
    counts = value or left
    return Answer(
        value=counts.value if counts else None,
        flag=bool(flag and flag.flag),
        value_event=counts,
        other=left if value and left and left.value != value.value else None,
    )


def _newest(events: Iterable[AnswerFact]) -> AnswerFact | None:
    """Give the event that came last, without those that a later one of their device overtook.

    An overtaken one stays dead when another device answered meanwhile.
    """
    newest: AnswerFact | None = None
    reached: dict[str, int] = {}
    for event in events:
        if event.seq >= reached.get(event.device, 0):
            reached[event.device] = event.seq
            newest = event
    return newest


def current_answers(events: Sequence[AnswerFact]) -> dict[int, Answer]:
    """Give sequence → what counts, for the items that have any event."""
    grouped: dict[int, list[AnswerFact]] = {}
    for event in events:
        grouped.setdefault(event.sequence, []).append(event)
    return {sequence: current_answer(own, sequence) for sequence, own in grouped.items()}


def decide(events: Sequence[AnswerFact], post: Post, *, stale: bool = False) -> Decision:
    """Decide on a post; `events` are those of the item and of the post's key, oldest first.

    A plain form is compared with what counts now, not with its own first message: who chooses B,
    then C, then B again on one page means B. A form without a choice never erases an answer; it
    may come from a page that was opened before the answer was given. A stale post comes from a
    device that was left: its flag means nothing any more.
    """
    own = {event.seq: event for event in events if event.device == post.device}
    if post.strict:
        return _decide_strictly(own.get(post.seq), post)
    answer = current_answer(events, post.sequence)
    known = {answer.value, answer.other.value if stale and answer.other else None}
    value = post.value if post.value not in known else None
    flag = post.flag if post.flag != answer.flag and not stale else None
    if value is None and flag is None:
        return Decision(kind="known")
    newest = max(own, default=0)
    seq = post.seq if post.seq > newest else newest + 1
    return Decision(kind="store", seq=seq, value=value, flag=flag)


def _decide_strictly(known: AnswerFact | None, post: Post) -> Decision:
    if known is None:
        return Decision(kind="store", seq=post.seq, value=post.value, flag=post.flag)
    same = (known.sequence, known.value, known.flag) == (post.sequence, post.value, post.flag)
    return Decision(kind="known" if same else "conflict")


def answer_digest(
    attempt: str, sequence: int, version: int, value: str | None, flag: bool | None
) -> str:
    """Give the SHA-256 (hex) of what an answer event says."""
    text = f"{attempt}\n{sequence}\n{version}\n{value!r}\n{flag!r}"
    return hashlib.sha256(text.encode()).hexdigest()


def receipt(attempt: str, digests: Iterable[str]) -> str:
    """Give the SHA-256 (hex) over the ordered events of an attempt."""
    text = "\n".join((attempt, *digests))
    return hashlib.sha256(text.encode()).hexdigest()


def receipt_code(digest: str) -> str:
    """Give the short form of a receipt for people: 7F3A 91C2 D05E 48B6."""
    short = digest[:16].upper()
    return " ".join(short[place : place + 4] for place in range(0, 16, 4))
