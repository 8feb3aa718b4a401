"""A site with the courses plugin alone and the starter content, on both databases."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from lms.core.content import load_pack
from lms.core.migrate import upgrade
from lms.core.resources import bundled
from lms.core.site import Site
from tests.conftest import TestClock, make_site

ALONE = ("courses",)


def _fill(site: Site) -> None:
    upgrade(site)
    with site.database.writing(deliver=False) as session:
        load_pack(session, bundled("content") / "digital-competence")
    site.database.close()


@pytest.fixture(scope="session")
def courses_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a filled agency with a SQLite file."""
    folder = tmp_path_factory.mktemp("courses")
    _fill(make_site(folder, f"sqlite:///{folder / 'lms.db'}", TestClock(), plugins=ALONE))
    return folder


@pytest.fixture(scope="session")
def courses_on_postgres(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    """The name of a filled PostgreSQL database to copy, and the folder with its files."""
    name = f"courses_{uuid4().hex[:12]}"
    _admin(postgres_server, f'CREATE DATABASE "{name}"')
    folder = tmp_path_factory.mktemp("courses-pg")
    _fill(make_site(folder, _url(postgres_server, name), TestClock(), plugins=ALONE))
    return name, folder


def _url(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _admin(server: str, statement: str) -> None:
    engine = create_engine(make_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def site(request: pytest.FixtureRequest, tmp_path: Path, clock: TestClock) -> Iterator[Site]:
    """A fresh agency with the courses plugin and the starter content."""
    folder = tmp_path / "contoh"
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("courses_on_sqlite"), folder)
        made = make_site(folder, f"sqlite:///{folder / 'lms.db'}", clock, plugins=ALONE)
        yield made
        made.database.close()
        return
    template, files = request.getfixturevalue("courses_on_postgres")
    server = request.getfixturevalue("postgres_server")
    shutil.copytree(files, folder)
    name = f"test_{uuid4().hex[:12]}"
    _admin(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    made = make_site(folder, _url(server, name), clock, plugins=ALONE)
    yield made
    made.database.close()
    _admin(server, f'DROP DATABASE "{name}" WITH (FORCE)')
