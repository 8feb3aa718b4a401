"""Short ways to a planned day: a session with rooms, people in them, and tests that run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import event, func, insert, select
from sqlalchemy.orm import Session

from lms.core.people.models import Person, Placement, Unit, public_id
from lms.core.site import Site
from plugins.assessment.models import Attempt, InstrumentVersion, Room, TestSession
from plugins.assessment.services.instruments import open_instrument
from plugins.assessment.services.sessions import entering, planning, rooms, roster, seating
from tests.assessment.factories import CODE
from tests.conftest import make_person

DEVICE = "browser-1"


@dataclass
class Day:
    """A session of a test: ids by name."""

    public: str
    session_id: int
    code: str
    rooms: dict[str, str] = field(default_factory=dict)
    room_ids: dict[str, int] = field(default_factory=dict)
    people: list[int] = field(default_factory=list)
    officer: int = 0


def version_id(session: Session) -> int:
    return session.scalars(
        select(InstrumentVersion.id).where(InstrumentVersion.state == "open")
    ).one()


def spec(session: Session, **values: object) -> planning.SessionSpec:
    """A session of two hours that begins now."""
    moment = session.info["site"].clock()
    given = {
        "name": "Sesi 1",
        "instrument_version_id": version_id(session),
        "opens_at": moment,
        "closes_at": moment + timedelta(hours=2),
        "limit_minutes": 60,
        "spread_seconds": 0,
    }
    return planning.SessionSpec(**(given | values))  # type: ignore[arg-type]


def plan_day(site: Site, people: int = 4, *, opened: bool = True, **values: object) -> Day:
    """Plan a session with rooms A and B; people of two units sit in them, half and half."""
    with site.database.writing() as session:
        open_instrument(session, None, CODE)
        officer = make_person(session, roles=("officer",), name="Dewi Lestari").id
        made = [
            make_person(session, name=f"Orang {n:03}", unit="Dinas A" if n % 2 else "Dinas B").id
            for n in range(people)
        ]
        public = planning.create_session(session, officer, spec(session, **values))
        names = {name: rooms.save_room(session, officer, public, name, people) for name in "AB"}
        units = session.scalars(select(Unit.id).where(Unit.name.in_(["Dinas A", "Dinas B"])))
        roster.choose_units(session, officer, public, units.all())
        found = planning.find_session(session, public)
        ids = {
            room.name: room.id
            for room in session.scalars(select(Room).where(Room.session_id == found.id))
        }
        for half, name in ((made[::2], "A"), (made[1::2], "B")):
            seating.move_people(session, officer, public, half, ids[name])
        if opened:
            planning.open_session(session, officer, public)
        return Day(
            public=public,
            session_id=found.id,
            code=found.entry_code,
            rooms=names,
            room_ids=ids,
            people=made,
            officer=officer,
        )


def begin_all(site: Site, day: Day, people: list[int] | None = None) -> list[str]:
    """Let people start their tests; give the attempts' public ids."""
    with site.database.writing() as session:
        chosen = day.people if people is None else people
        return [entering.begin(session, each, day.code, f"browser-{each}") for each in chosen]


def public_of(session: Session, person_id: int) -> str:
    return session.get_one(Person, person_id).public_id


def attempt_of(session: Session, public: str) -> Attempt:
    return session.scalars(select(Attempt).where(Attempt.public_id == public)).one()


def session_row(session: Session, day: Day) -> TestSession:
    return session.get_one(TestSession, day.session_id)


def many_people(session: Session, count: int, units: int = 120) -> list[int]:
    """Store many people in many units at once, as an import does; give the units' ids."""
    top = Unit(name="Dinas Besar")
    session.add(top)
    session.flush()
    top.top_id = top.id
    rows = [{"name": f"Unit {n:03}", "parent_id": top.id, "top_id": top.id} for n in range(units)]
    session.execute(insert(Unit), rows)
    ids = session.scalars(select(Unit.id).where(Unit.parent_id == top.id)).all()
    moment = session.info["site"].clock()
    people = [
        {
            "public_id": public_id(),
            "nip": f"9{n:017}",
            "name": f"Orang {n:05}",
            "search": f"orang {n:05} 9{n:017}",
            "created_at": moment,
        }
        for n in range(count)
    ]
    session.execute(insert(Person), people)
    first = session.scalar(select(func.min(Person.id)).where(Person.nip.startswith("9000"))) or 0
    session.execute(
        insert(Placement),
        [
            {"person_id": first + n, "unit_id": ids[n % units], "since": date(2020, 1, 1)}
            for n in range(count)
        ],
    )
    return [top.id, *ids]


@contextmanager
def statements(site: Site) -> Iterator[list[str]]:
    """Collect what is sent to the database."""
    seen: list[str] = []

    def watch(_c: object, _cur: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):  # only SQLite says it aloud
            seen.append(statement)

    event.listen(site.database.engine, "before_cursor_execute", watch)
    try:
        yield seen
    finally:
        event.remove(site.database.engine, "before_cursor_execute", watch)
