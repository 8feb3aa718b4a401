"""The invented people of a rehearsal: stored directly, with one password that nobody else knows."""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms.core.people import accounts
from lms.core.people.models import Account, Person, Placement, Position, Unit, public_id
from lms.core.people.queries import search_text
from lms.core.site import now

UNITS = 10
POSTS = (("Guru Ahli Pertama", "ahli_pertama"), ("Pengelola Umum", "pelaksana"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One invented person and how often an answer of theirs is right, before and after study."""

    nip: str
    name: str
    knows: float
    learns: float
    seed: int


def invite_cast(session: Session, count: int, rng: random.Random) -> tuple[list[Actor], str]:
    """Store `count` invented people with accounts; give them and their common password.

    The password is hashed once: hashing is made slow on purpose, and they share it anyway.
    """
    password = secrets.token_urlsafe(12)
    actors = [_actor(number, rng) for number in range(count)]
    _store(session, actors, accounts.hash_password(password))
    return actors, password


def _actor(number: int, rng: random.Random) -> Actor:
    """Make a person: about six in ten know little yet, as in the founding report."""
    little = rng.random() < 0.62
    return Actor(
        nip=_nip(number),
        name=f"Peserta Gladi {number + 1}",
        knows=rng.uniform(0.02, 0.2) if little else rng.uniform(0.93, 1.0),
        learns=rng.uniform(0.95, 1.0),
        seed=rng.randrange(2**32),
    )


def _nip(number: int) -> str:
    """Make a valid NIP from a running number; the database is thrown away afterwards."""
    day, sequence = divmod(number, 900)
    year, rest = divmod(day, 336)
    month, day = divmod(rest, 28)
    return f"{1960 + year}{month + 1:02}{day + 1:02}1990011{sequence + 100:03}"


def _store(session: Session, actors: list[Actor], password_hash: str) -> None:
    moment = now(session)
    rows = [
        {
            "public_id": public_id(),
            "nip": actor.nip,
            "name": actor.name,
            "search": search_text(actor.name, actor.nip),
            "created_at": moment,
        }
        for actor in actors
    ]
    session.execute(insert(Person), rows)
    nips = [actor.nip for actor in actors]
    found = select(Person.id).where(Person.nip.in_(nips)).order_by(Person.id)
    ids = list(session.scalars(found))
    units, posts = _units(session), _posts(session)
    session.execute(
        insert(Placement),
        [
            {
                "person_id": person_id,
                "unit_id": units[number % len(units)],
                "position_id": posts[number % len(posts)],
                "since": date(2020, 1, 1),
            }
            for number, person_id in enumerate(ids)
        ],
    )
    session.execute(
        insert(Account),
        [
            {"person_id": person_id, "password_hash": password_hash, "must_change": False}
            for person_id in ids
        ],
    )


def _units(session: Session) -> list[int]:
    units = [Unit(name=f"Unit Gladi {number + 1}") for number in range(UNITS)]
    session.add_all(units)
    session.flush()
    for unit in units:
        unit.top_id = unit.id
    session.flush()
    return [unit.id for unit in units]


def _posts(session: Session) -> list[int]:
    posts = [Position(name=name, kind="pelaksana", level=level) for name, level in POSTS]
    session.add_all(posts)
    session.flush()
    return [post.id for post in posts]
