"""Read models of the paper twin: the very questions of each test, to print and to type in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms import NotFound, Site
from lms.models import Person
from plugins.assessment.contracts import Shape
from plugins.assessment.domain.paper import LETTERS, ON_PAPER, ONE
from plugins.assessment.domain.types import option_list
from plugins.assessment.models import (
    Attempt,
    AttemptItem,
    InstrumentVersion,
    Item,
    ItemVersion,
    Room,
    SessionMember,
)
from plugins.assessment.services.types import question_type


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperItem:
    """A question as it stands on paper; code and version are those of the bank."""

    number: int
    item_version_id: int
    code: str
    version: int
    shape: Shape
    stem: str
    content: dict[str, Any]

    @property
    def possible(self) -> bool:
        """Tell whether it can be answered on paper."""
        return self.shape in ON_PAPER

    @property
    def bubbles(self) -> str:
        """Give the letters to choose one of; empty when more than a letter is asked."""
        return self.letters if self.shape in ONE else ""

    @property
    def letters(self) -> str:
        """Give the letters of the options."""
        return LETTERS[: len(option_list(self.content))]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSheet:
    """One person's test on paper; the end of the NIP tells people of one name apart."""

    attempt: str
    title: str
    person: str
    person_public: str
    nip_end: str
    room: str
    seat: str
    handed_in: bool
    on_paper: bool
    items: tuple[PaperItem, ...]

    @property
    def code(self) -> str:
        """Give the short name of the sheet, as it stands on each of its pages."""
        return self.attempt[:6].upper()

    @property
    def singles(self) -> list[PaperItem]:
        """Give the questions that are answered with one letter: the line that is typed."""
        return [item for item in self.items if item.bubbles]

    @property
    def others(self) -> list[PaperItem]:
        """Give the questions with a field of their own."""
        return [item for item in self.items if item.possible and not item.bubbles]


def _sheets(session_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(Attempt, Person, InstrumentVersion.name, Room.name, SessionMember.seat)
        .join(Person, Person.id == Attempt.person_id)
        .join(InstrumentVersion, InstrumentVersion.id == Attempt.instrument_version_id)
        .outerjoin(Room, Room.id == Attempt.room_id)
        .outerjoin(
            SessionMember,
            (SessionMember.session_id == Attempt.session_id)
            & (SessionMember.person_id == Attempt.person_id),
        )
        .where(Attempt.session_id == session_id, Attempt.closed_by != "cancelled")
    )


def paper_sheets(
    session: Session,
    site: Site,
    session_id: int,
    room_ids: frozenset[int] | None,
    *,
    attempt: str = "",
) -> list[PaperSheet]:
    """Give the open tests on paper of some rooms by seat, or one of them; two statements."""
    query = _sheets(session_id).where(Attempt.medium == "paper", Attempt.handed_in_at.is_(None))
    if room_ids is not None:
        query = query.where(Attempt.room_id.in_(room_ids))
    if attempt:
        query = query.where(Attempt.public_id == attempt)
    return _filled(session, site, query)


def paper_sheet(session: Session, site: Site, session_id: int, attempt: str) -> PaperSheet:
    """Give one test of a session, on paper or not; raises NotFound."""
    found = _filled(session, site, _sheets(session_id).where(Attempt.public_id == attempt))
    if not found:
        raise NotFound("Tes ini tidak ditemukan.")
    return found[0]


def _filled(session: Session, site: Site, query: Select[*tuple[Any, ...]]) -> list[PaperSheet]:
    rows = session.execute(
        query.order_by(Room.name, func.length(SessionMember.seat), SessionMember.seat, Person.name)
    ).all()
    items = _items(session, site, [row.Attempt.id for row in rows])
    return [
        PaperSheet(
            attempt=attempt.public_id,
            title=title,
            person=person.full_name,
            person_public=person.public_id,
            nip_end=person.nip[-4:],
            room=room or "",
            seat=seat or "",
            handed_in=attempt.handed_in_at is not None,
            on_paper=attempt.medium == "paper",
            items=tuple(items.get(attempt.id, ())),
        )
        for attempt, person, title, room, seat in rows
    ]


def _items(session: Session, site: Site, attempt_ids: list[int]) -> dict[int, list[PaperItem]]:
    query = (
        select(AttemptItem.attempt_id, AttemptItem.sequence, ItemVersion, Item.code)
        .join(ItemVersion, ItemVersion.id == AttemptItem.item_version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(AttemptItem.attempt_id.in_(attempt_ids))
        .order_by(AttemptItem.attempt_id, AttemptItem.sequence)
    )
    found: dict[int, list[PaperItem]] = {}
    for attempt_id, number, version, code in session.execute(query):
        item = PaperItem(
            number=number,
            item_version_id=version.id,
            code=code,
            version=version.version,
            shape=question_type(site, version.kind, version.content).response,
            stem=version.stem,
            content=version.content,
        )
        found.setdefault(attempt_id, []).append(item)
    return found


def without_test(
    session: Session, session_id: int, room_id: int, limit: int
) -> tuple[list[int], int]:
    """Give people of a room who have not handed in, on paper or at all; and how many on screen.

    Those who already have a sheet of paper are left out.
    """
    own = (
        (Attempt.session_id == SessionMember.session_id)
        & (Attempt.person_id == SessionMember.person_id)
        & (Attempt.closed_by != "cancelled")
    )
    query = (
        select(SessionMember.person_id, Attempt.id)
        .outerjoin(Attempt, own)
        .where(
            SessionMember.session_id == session_id,
            SessionMember.room_id == room_id,
            Attempt.handed_in_at.is_(None),
            func.coalesce(Attempt.medium, "screen") == "screen",
        )
        .order_by(func.length(SessionMember.seat), SessionMember.seat, SessionMember.person_id)
        .limit(limit)
    )
    rows = session.execute(query).all()
    return [row.person_id for row in rows], sum(row.id is not None for row in rows)
