"""Short ways to an open test, an attempt with answers, and what is stored of it."""

from __future__ import annotations

import random
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.learning.models import Competency
from lms.core.site import Site
from plugins.assessment.domain import Post, Purpose
from plugins.assessment.models import Attempt, AttemptItem, AttemptLine, ItemVersion
from plugins.assessment.services.answers import Acknowledgement, Target, save_answer
from plugins.assessment.services.attempts import start
from plugins.assessment.services.handing_in import hand_in
from plugins.assessment.services.instruments import open_instrument
from tests.conftest import make_person

CODE = "digital"
Right = Callable[[str, int], bool]
"""Tells for a competency code and a place in its line (from 0) whether the answer is right."""


def everything_right(_code: str, _place: int) -> bool:
    return True


def nothing_right(_code: str, _place: int) -> bool:
    return False


def first_right(count: int) -> Right:
    """The first `count` questions of each competency are answered rightly."""
    return lambda _code, place: place < count


def open_site(site: Site, *, level: str = "pelaksana", count: int = 1) -> list[int]:
    """Open the test and give the ids of some people."""
    with site.database.writing() as session:
        open_instrument(session, None, CODE)
        return [make_person(session, level=level).id for _ in range(count)]


def begin(site: Site, person_id: int, purpose: Purpose = "pre", seed: int = 1) -> str:
    with site.database.writing() as session:
        return start(session, person_id, CODE, purpose, random.Random(seed))


def asked(session: Session, public: str) -> list[tuple[int, ItemVersion, str]]:
    """Give (sequence, item version, code of the measured competency) of an attempt."""
    query = (
        select(AttemptItem.sequence, ItemVersion, Competency.code)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(AttemptLine, AttemptLine.id == AttemptItem.line_id)
        .join(Competency, Competency.id == AttemptLine.competency_id)
        .join(ItemVersion, ItemVersion.id == AttemptItem.item_version_id)
        .where(Attempt.public_id == public)
        .order_by(AttemptItem.sequence)
    )
    return list(session.execute(query))


def save(
    site: Site,
    public: str,
    sequence: int,
    value: str | None,
    *,
    device: str = "device-1",
    seq: int = 1,
    flag: bool = False,
    strict: bool = False,
) -> Acknowledgement:
    """Save an answer in a transaction of its own."""
    with site.database.reading() as session:
        attempt_id = session.scalars(select(Attempt.id).where(Attempt.public_id == public)).one()
        version = next(v for n, v, _ in asked(session, public) if n == sequence)
    target = Target(attempt_id=attempt_id, public_id=public, item_version_id=version.id)
    post = Post(sequence=sequence, device=device, seq=seq, value=value, flag=flag, strict=strict)
    with site.database.writing() as session:
        return save_answer(session, target, post)


def answer_all(site: Site, public: str, right: Right = everything_right) -> None:
    """Answer every question in one transaction, rightly or wrongly as told."""
    with site.database.writing() as session:
        attempt_id = session.scalars(select(Attempt.id).where(Attempt.public_id == public)).one()
        places: dict[str, int] = {}
        for sequence, version, code in asked(session, public):
            place = places.get(code, 0)
            places[code] = place + 1
            wrong = next(o["id"] for o in version.options if o["id"] != version.key)
            value = version.key if right(code, place) else wrong
            target = Target(attempt_id=attempt_id, public_id=public, item_version_id=version.id)
            post = Post(sequence=sequence, device="device-1", seq=sequence, value=value, flag=False)
            save_answer(session, target, post)


def finish(site: Site, person_id: int, public: str) -> str:
    with site.database.writing() as session:
        return hand_in(session, person_id, public)


def sit(
    site: Site,
    person_id: int,
    purpose: Purpose = "pre",
    right: Right = everything_right,
    seed: int = 1,
) -> str:
    """Start, answer all, hand in; give the attempt's public id."""
    public = begin(site, person_id, purpose, seed)
    answer_all(site, public, right)
    finish(site, person_id, public)
    return public


def competency(session: Session, code: str) -> int:
    return session.scalars(select(Competency.id).where(Competency.code == code)).one()
