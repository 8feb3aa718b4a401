"""Fixtures that most tests share: a fresh site on both databases, its app, people and log-in.

The tables come from the real migrations, made once per worker and copied for each test.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from lms.config import AgencyConfig
from lms.core.content import load_pack
from lms.core.database import Database
from lms.core.files import FileStore
from lms.core.hooks.outbox import deliver_inline
from lms.core.migrate import upgrade
from lms.core.people.models import Account, Person, Placement, Position, RoleGrant, Unit
from lms.core.people.queries import search_text
from lms.core.plugins import load_registry
from lms.core.resources import bundled
from lms.core.site import Site

pytest_plugins = ["tests.infra.fixtures"]
SECRET = b"only-for-tests-" * 4
START = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


@dataclass
class TestClock:
    """A clock that stands still until a test moves it."""

    __test__ = False
    moment: datetime = START

    def __call__(self) -> datetime:
        """Give the moment."""
        return self.moment

    def move(self, **by: float) -> None:
        """Move on, such as `move(minutes=5)`."""
        self.moment += timedelta(**by)


@pytest.fixture
def clock() -> TestClock:
    """The site's clock."""
    return TestClock()


def make_site(folder: Path, database: str, clock: Callable[[], datetime], **config: Any) -> Site:
    """Put a site together by hand, as `lms.agencies.open_site` does from files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "secret.key").write_bytes(SECRET)
    agency = AgencyConfig(slug="contoh", name="Kabupaten Contoh", database=database, **config)
    site = Site(
        config=agency,
        folder=folder,
        database=Database(database),
        registry=load_registry(agency, folder),
        files=FileStore(folder / "files"),
        clock=clock,
    )
    site.database.info["site"] = site
    site.database.after_commit = lambda ids: deliver_inline(site, ids)
    return site


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with the starter content's frameworks and courses in it."""
    folder = tmp_path_factory.mktemp("template")
    _fill_template(make_site(folder, f"sqlite:///{folder / 'lms.db'}", TestClock()))
    return folder


@pytest.fixture(scope="session")
def postgres_template(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    """A migrated PostgreSQL database to copy, and the folder with its files."""
    name = f"template_{uuid4().hex[:12]}"
    _admin(postgres_server, f'CREATE DATABASE "{name}"')
    folder = tmp_path_factory.mktemp("pg-template")
    url = make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    _fill_template(make_site(folder, url, TestClock()))
    return name, folder


def _fill_template(site: Site) -> None:
    upgrade(site)
    with site.database.writing(deliver=False) as session:
        load_pack(session, bundled("content") / "digital-competence")
    site.database.close()


def _admin(server: str, statement: str) -> None:
    engine = create_engine(make_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path, clock: TestClock) -> Iterator[Site]:
    """A fresh agency with all built-in plugins and the starter content, on each database."""
    folder = tmp_path / "contoh"
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("sqlite_template"), folder)
        made = make_site(folder, f"sqlite:///{folder / 'lms.db'}", clock)
        yield made
        made.database.close()
        return
    template, files = request.getfixturevalue("postgres_template")
    server = request.getfixturevalue("postgres_server")
    shutil.copytree(files, folder)
    name = f"test_{uuid4().hex[:12]}"
    _admin(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    made = make_site(folder, url, clock)
    yield made
    made.database.close()
    _admin(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def app(site: Site) -> Flask:
    """The site's Flask app."""
    from lms.app import create_app

    made = create_app(site, testing=True)
    made.config["WTF_CSRF_ENABLED"] = False  # the token has tests of its own
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser without JavaScript."""
    return app.test_client()


_numbers = itertools.count(1)


def make_nip(number: int, *, born: date = date(1975, 3, 7), sex: int = 2) -> str:
    """Make a valid, surely invented NIP."""
    return f"{born:%Y%m%d}200001{sex}{900 + number % 100:03}"


def make_person(
    session: Session,
    *,
    nip: str = "",
    name: str = "Siti Aminah",
    level: str = "pelaksana",
    position: str = "",
    unit: str = "Dinas Contoh",
    supervisor: Person | None = None,
    roles: tuple[str, ...] = (),
    account: bool = True,
    **values: Any,
) -> Person:
    """Store a person with a post, a unit, an account (password unusable) and roles."""
    count = next(_numbers)
    born = date(1960 + count // 2800 % 30, 1 + count // 100 % 12, 1 + count // 1200 % 28)
    nip = nip or make_nip(count, born=born)
    values.setdefault("birth_date", date.fromisoformat(nip[:8]))
    moment = session.info["site"].clock()
    person = Person(nip=nip, name=name, search=search_text(name, nip), created_at=moment, **values)
    session.add(person)
    session.flush()
    session.add(
        Placement(
            person_id=person.id,
            unit_id=_unit(session, unit).id,
            position_id=_position(session, position or level.replace("_", " ").title(), level).id,
            supervisor_id=supervisor.id if supervisor else None,
            since=date(2020, 1, 1),
        )
    )
    if account:
        session.add(Account(person_id=person.id, password_hash="!", must_change=False))
    session.add_all(RoleGrant(person_id=person.id, role=role, granted_at=moment) for role in roles)
    session.flush()
    return person


def _unit(session: Session, name: str) -> Unit:
    unit = session.query(Unit).filter_by(name=name, parent_id=None).one_or_none()
    if unit is None:
        unit = Unit(name=name)
        session.add(unit)
        session.flush()
        unit.top_id = unit.id
        session.flush()
    return unit


def _position(session: Session, name: str, level: str) -> Position:
    position = session.query(Position).filter_by(name=name, level=level).one_or_none()
    if position is None:
        position = Position(name=name, kind="pelaksana", level=level)
        session.add(position)
        session.flush()
    return position


def login_as(client: FlaskClient, person: Person | int) -> None:
    """Put a person's log-in into the client's cookie, without a password."""
    person_id = person if isinstance(person, int) else person.id
    with client.session_transaction() as cookie:
        cookie["_user_id"] = f"{person_id}.1"
        cookie["_fresh"] = True
