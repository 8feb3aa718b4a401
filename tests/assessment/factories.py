"""Short ways to an open test, an attempt with answers, and what is stored of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.core.learning.models import Competency
from lms.core.site import Site
from plugins.assessment.domain import Post, Purpose
from plugins.assessment.domain.pretending import right_answer, wrong_answer
from plugins.assessment.models import Attempt, AttemptItem, AttemptLine, Item, ItemVersion
from plugins.assessment.queries.sitting import question, questions
from plugins.assessment.services.answers import Acknowledgement, save_answer
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


def only_single_choice(site: Site) -> None:
    """Leave 18 questions of each competency, all of them with four options to choose from."""
    others = select(ItemVersion.item_id).where(ItemVersion.kind != "single")
    with site.database.writing() as session:
        session.execute(update(Item).where(Item.id.in_(others)).values(state="retired"))


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
    epoch: int | None = None,
    client_time: datetime | None = None,
) -> Acknowledgement:
    """Save an answer in a transaction of its own, as the page of the newest epoch does."""
    with site.database.reading() as session:
        person_id = owner(session, public)
        seen = questions(session, person_id, public, [sequence], (device, seq))[sequence]
    post = Post(
        sequence=sequence,
        device=device,
        seq=seq,
        value=value,
        flag=flag,
        strict=strict,
        epoch=seen.sheet.epoch if epoch is None else epoch,
        client_time=client_time,
    )
    with site.database.writing() as session:
        return save_answer(session, person_id, seen, post)


def owner(session: Session, public: str) -> int:
    return session.scalars(select(Attempt.person_id).where(Attempt.public_id == public)).one()


def right_value(version: ItemVersion) -> str:
    """Give the stored value of a right answer."""
    return right_answer(version.kind, version.content, version.scoring)


def wrong_value(version: ItemVersion) -> str:
    """Give the stored value of a wrong answer."""
    return wrong_answer(version.kind, version.content, version.scoring, random.Random(0))


def answer_all(site: Site, public: str, right: Right = everything_right) -> None:
    """Answer every question in one transaction, rightly or wrongly as told."""
    with site.database.writing() as session:
        person_id = owner(session, public)
        places: dict[str, int] = {}
        for sequence, version, code in asked(session, public):
            place = places.get(code, 0)
            places[code] = place + 1
            value = right_value(version) if right(code, place) else wrong_value(version)
            seen = question(session, person_id, public, sequence)
            post = Post(sequence=sequence, device="device-1", seq=sequence, value=value, flag=False)
            save_answer(session, person_id, seen, post)


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


def twin(site: Site, public: str) -> str:
    """Give the same person a second open test with the same questions; its public id."""
    with site.database.writing() as session:
        first = session.scalars(select(Attempt).where(Attempt.public_id == public)).one()
        second = copied(first, id=None, public_id=f"2-{public}"[:16], purpose="extra")
        session.add(second)
        session.flush()
        lines: dict[int, AttemptLine] = {}
        for line in session.scalars(select(AttemptLine).filter_by(attempt_id=first.id)).all():
            lines[line.id] = copied(line, id=None, attempt_id=second.id)
        session.add_all(lines.values())
        session.flush()
        items = session.scalars(select(AttemptItem).filter_by(attempt_id=first.id)).all()
        session.add_all(
            copied(item, attempt_id=second.id, line_id=lines[item.line_id].id) for item in items
        )
        return second.public_id


def copied(row: Any, **changed: Any) -> Any:
    """Give a new row like another one, but for some columns."""
    values = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    values.update(changed)
    return type(row)(**{key: value for key, value in values.items() if value is not None})


def single_numbers(site: Site, public: str) -> list[int]:
    """Give the numbers of the questions with one choice among several."""
    with site.database.reading() as session:
        return [number for number, version, _ in asked(session, public) if version.kind == "single"]
