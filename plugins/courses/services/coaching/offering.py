"""Use-cases: say that one may be asked by colleagues, and take that back at any time."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms import Invalid, today
from lms.models import Competency, Framework, Person
from plugins.courses.domain.coaching import KINDS
from plugins.courses.models import CoachOffer

UNKNOWN = "Kemampuan ini tidak ada. Pilih lagi."  # i18n
NOTHING = "Pilih paling sedikit satu kemampuan, atau semua."  # i18n


def offer(
    session: Session, person_id: int, kind: str, competency_ids: Collection[int] | None
) -> None:
    """Set what a person may be asked for in a kind: some competencies, or all of them (None).

    Raises Invalid for none, or one that is not of a current framework.
    """
    _hold(session, person_id)
    wanted: set[int | None] = {None} if competency_ids is None else set(competency_ids)
    if kind not in KINDS or not wanted:
        raise Invalid(NOTHING)
    if competency_ids is not None and not wanted <= _current(session):
        raise Invalid(UNKNOWN)
    query = select(CoachOffer).where(CoachOffer.person_id == person_id, CoachOffer.kind == kind)
    there = {row.competency_id: row for row in session.scalars(query)}
    for competency_id in there.keys() - wanted:
        session.delete(there[competency_id])
    for competency_id in sorted(wanted - there.keys(), key=str):
        session.add(
            CoachOffer(
                person_id=person_id,
                competency_id=competency_id,
                kind=kind,
                since=today(session),
            )
        )
    session.flush()


def take_back_offer(session: Session, person_id: int, kind: str) -> None:
    """Stop being shown to colleagues; coaching that is under way goes on."""
    _hold(session, person_id)
    session.execute(
        delete(CoachOffer).where(CoachOffer.person_id == person_id, CoachOffer.kind == kind)
    )


def _hold(session: Session, person_id: int) -> None:
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def _current(session: Session) -> set[int | None]:
    query = select(Competency.id).join(Framework, Framework.id == Competency.framework_id)
    return set(session.scalars(query.where(Framework.current)))
