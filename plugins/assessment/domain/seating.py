"""Who sits where: units stay together as far as the rooms allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """What a room has left: free seats, and the number of the first of them."""

    room_id: int
    free: int
    first: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A place for a person."""

    person_id: int
    room_id: int
    seat: str


@dataclass(slots=True)
class _Row:
    room_id: int
    free: int
    next: int

    def take(self, people: Sequence[int]) -> list[Seat]:
        seats = [
            Seat(person_id=person, room_id=self.room_id, seat=str(number))
            for number, person in enumerate(people, self.next)
        ]
        self.free -= len(people)
        self.next += len(people)
        return seats


def seat_people(people: Sequence[tuple[int, int | None]], spaces: Sequence[Space]) -> list[Seat]:
    """Seat (person, unit) pairs, which come sorted by unit; who finds no seat is left out.

    A unit goes whole into the first room that has seats for all of it. Units that fit nowhere are
    split afterwards, in the order of the rooms.
    """
    rows = [_Row(space.room_id, space.free, space.first) for space in spaces]
    seats: list[Seat] = []
    left: list[int] = []
    for _unit, members in groupby(people, key=lambda pair: pair[1]):
        group = [person for person, _ in members]
        room = next((row for row in rows if row.free >= len(group)), None)
        if room is None:
            left += group
        else:
            seats += room.take(group)
    for row in rows:
        part, left = left[: max(0, row.free)], left[max(0, row.free) :]
        seats += row.take(part)
    return seats
