"""Use-cases of seats: enrol oneself, nominate many, give a seat up, take someone out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, NotFound, acts_for, audit, now
from lms.models import Person, Placement
from plugins.courses.domain.classes import Ask, Leave, Step, step
from plugins.courses.models import LIVE_SEATS, Seat, TrainingClass
from plugins.courses.services.classes import telling
from plugins.courses.services.classes.clashing import Clash, hold_people, seat_clashes
from plugins.courses.services.classes.held import (
    NO_SEAT,
    clear_list,
    facts_of,
    find_seat,
    hold,
    keep,
    move,
    run,
)

CHUNK = 500
MOST_WORDS = 500
BY_ONESELF = "Dilepas sendiri."  # i18n
ALREADY = "Anda sudah terdaftar di angkatan ini."  # i18n
SAME_COURSE = "Anda sudah terdaftar di angkatan lain dari pelatihan ini."  # i18n
SAME_TIME = "Jadwalnya bertabrakan dengan angkatan lain yang Anda ikuti."  # i18n
NOBODY = "Pilih pesertanya dulu."  # i18n
NO_WORDS = "Tulis alasannya dulu."  # i18n
LONG = "Tulisan ini terlalu panjang. Paling banyak 500 huruf."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Someone who could be nominated, and what stands against it.

    `live` is the state of a seat in this very class; `clash` another class that wants the person.
    """

    person_id: int
    supervisor_id: int | None
    live: str = ""
    clash: Clash | None = None

    @property
    def free(self) -> bool:
        """Tell whether nothing stands against it."""
        return not self.live and self.clash is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominated:
    """How many got what out of a nomination; `there` were in the class already."""

    seated: int = 0
    waiting: int = 0
    nominated: int = 0
    there: int = 0
    clashing: int = 0


def words(text: str) -> str:
    """Give a reason with single spaces; raises Invalid for none or too long a one."""
    found = " ".join(text.split())
    if not found:
        raise Invalid(NO_WORDS)
    if len(found) > MOST_WORDS:
        raise Invalid(LONG)
    return found


def enrol_oneself(session: Session, person_id: int, public_id: str) -> str:
    """Ask for a seat in an open class; give the state of the seat. Twice changes nothing."""
    row = hold(session, public_id)
    hold_people(session, [person_id])
    found = candidates(session, row, [person_id])
    if not found:
        raise NotFound(NO_SEAT)
    mine = found[0]
    if mine.live:
        return mine.live
    if mine.clash is not None:
        raise Conflict(SAME_COURSE if mine.clash.same_course else SAME_TIME)
    seats = _add(session, row, [(mine, Ask(own=True))], by=person_id)
    telling.placed(session, row, seats)
    return seats[0].state


def nominate(session: Session, actor_id: int, public_id: str, people: Sequence[int]) -> Nominated:
    """Nominate people in the order given; who cannot come now is left out and counted.

    Whoever may approve for a person (supervisor or deputy) approves by nominating.
    """
    if not people:
        raise Invalid(NOBODY)
    row = hold(session, public_id)
    hold_people(session, people)
    found = candidates(session, row, people)
    acting = acts_for(session, actor_id)
    asks = [
        (each, Ask(approved=each.supervisor_id in acting and each.person_id != actor_id))
        for each in found
        if each.free
    ]
    seats = _add(session, row, asks, by=actor_id)
    telling.placed(session, row, seats)
    counts = {state: sum(seat.state == state for seat in seats) for state in LIVE_SEATS}
    result = Nominated(
        **counts,
        there=sum(bool(each.live) for each in found),
        clashing=sum(not each.live and each.clash is not None for each in found),
    )
    audit(session, actor_id, "courses:class:nominate", f"class:{public_id}", **counts)
    return result


def preview(
    session: Session, actor_id: int, row: TrainingClass, found: Sequence[Candidate]
) -> Nominated:
    """Give what a nomination would do now; writes nothing. Raises what it would refuse with."""
    acting, facts = acts_for(session, actor_id), facts_of(row)
    counts: dict[str, int] = dict.fromkeys(LIVE_SEATS, 0)
    for each in found:
        if each.free:
            approved = each.supervisor_id in acting and each.person_id != actor_id
            decided = step(facts, Ask(approved=approved), now(session))
            facts = decided.after
            counts[str(decided.seat)] += 1
    return Nominated(
        **counts,
        there=sum(bool(each.live) for each in found),
        clashing=sum(not each.live and each.clash is not None for each in found),
    )


def candidates(session: Session, row: TrainingClass, people: Sequence[int]) -> list[Candidate]:
    """Give people who are at work, in the order given, with what stands against each."""
    order = list(dict.fromkeys(people))
    clashes = seat_clashes(session, row, order)
    found: dict[int, Candidate] = {}
    for start in range(0, len(order), CHUNK):
        query = (
            select(Person.id, Placement.supervisor_id, Seat.state)
            .outerjoin(Placement, and_(Placement.person_id == Person.id, Placement.until.is_(None)))
            .outerjoin(
                Seat,
                and_(
                    Seat.person_id == Person.id,
                    Seat.class_id == row.id,
                    Seat.state.in_(LIVE_SEATS),
                ),
            )
            .where(Person.id.in_(order[start : start + CHUNK]), Person.active)
        )
        for person_id, supervisor_id, live in session.execute(query):
            found[person_id] = Candidate(
                person_id=person_id,
                supervisor_id=supervisor_id,
                live=live or "",
                clash=clashes.get(person_id),
            )
    return [found[person_id] for person_id in order if person_id in found]


def _add(
    session: Session, row: TrainingClass, asks: Sequence[tuple[Candidate, Ask]], *, by: int
) -> list[Seat]:
    """Store new seats in the states that the machine gives them, one after the other."""
    moment = now(session)
    placed: list[tuple[Seat, Step]] = []
    for each, ask in asks:
        decided = step(facts_of(row), ask, moment)
        keep(row, decided.after)
        seat = Seat(
            class_id=row.id,
            person_id=each.person_id,
            state="",
            approved=ask.approved or not row.needs_approval,
            asked_at=moment,
            nominated_by=None if ask.own else by,
            decided_by=by if ask.approved else None,
            decided_at=moment if ask.approved else None,
        )
        placed.append((seat, decided))
    session.add_all(seat for seat, _decided in placed)
    session.flush()
    for state in ("seated", "waiting", "nominated"):
        some = [seat for seat, decided in placed if decided.seat == state]
        if some:
            move(session, row, some, state, by=by)
    return [seat for seat, _decided in placed]


def give_up(session: Session, person_id: int, public_id: str) -> None:
    """Leave a class before it starts; the first on the list gets the seat. Twice: no change."""
    row = hold(session, public_id)
    query = select(Seat).where(
        Seat.class_id == row.id, Seat.person_id == person_id, Seat.state.in_(LIVE_SEATS)
    )
    seat = session.scalar(query.execution_options(populate_existing=True))
    if seat is None:
        return
    release(session, row, seat, by=person_id, why=BY_ONESELF)


def take_out(session: Session, actor_id: int, public_id: str, seat_id: str, why: str) -> None:
    """Take someone out of a class with a reason that the person reads."""
    reason = words(why)
    row = hold(session, public_id)
    seat = find_seat(session, row, seat_id)
    release(session, row, seat, by=actor_id, why=reason)
    telling.taken_out(session, row, seat, reason)
    audit(session, actor_id, "courses:class:take_out", f"seat:{seat_id}", reason=reason)


def release(session: Session, row: TrainingClass, seat: Seat, *, by: int | None, why: str) -> None:
    """Free a seat of a class that is held; whoever is first on the list gets it and is told."""
    clear_list(session, row, but=seat)
    _decided, admitted = run(session, row, Leave(seat=seat.state), seat=seat, by=by, why=why)
    telling.admitted(session, row, admitted)
