"""A site with the certificates plugin alone, on both databases: it needs no other plugin."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from lms import LearningCredit, PluginManifest, hookimpl
from lms.core.content import load_pack
from lms.core.migrate import upgrade
from lms.core.resources import bundled
from lms.core.site import Site
from tests.conftest import TestClock, make_site

ALONE = ("certificates",)


def _fill(site: Site) -> None:
    upgrade(site)
    with site.database.writing(deliver=False) as session:
        load_pack(session, bundled("content") / "digital-competence")
    site.database.close()


@pytest.fixture(scope="session")
def alone_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with frameworks and standards."""
    folder = tmp_path_factory.mktemp("certificates")
    url = f"sqlite:///{folder / 'lms.db'}"
    _fill(make_site(folder, url, TestClock(), plugins=ALONE))
    return folder


@pytest.fixture(scope="session")
def alone_on_postgres(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated PostgreSQL database to copy."""
    name = f"certificates_{uuid4().hex[:12]}"
    _admin(postgres_server, f'CREATE DATABASE "{name}"')
    folder = tmp_path_factory.mktemp("certificates-pg")
    _fill(make_site(folder, _url(postgres_server, name), TestClock(), plugins=ALONE))
    return name


def _url(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _admin(server: str, statement: str) -> None:
    engine = create_engine(make_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def site(request: pytest.FixtureRequest, tmp_path: Path, clock: TestClock) -> Iterator[Site]:
    """A fresh agency with the certificates plugin, on each database."""
    folder = tmp_path / "contoh"
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("alone_on_sqlite"), folder)
        made = make_site(folder, f"sqlite:///{folder / 'lms.db'}", clock, plugins=ALONE)
        yield made
        made.database.close()
        return
    server = request.getfixturevalue("postgres_server")
    name = f"test_{uuid4().hex[:12]}"
    template = request.getfixturevalue("alone_on_postgres")
    _admin(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    made = make_site(folder, _url(server, name), clock, plugins=ALONE)
    yield made
    made.database.close()
    _admin(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def others(site: Site) -> ModuleType:
    """Another plugin, as courses or an agency's own would answer; tests change its lists."""
    module = ModuleType("others")
    module.manifest = PluginManifest(name="others", title="Lain", version="1.0")
    module.reasons, module.credits, module.asked = [], [], []

    @hookimpl
    def lms_certificate_objections(session: Any, person: Any, plan: Any) -> Sequence[str]:
        return list(module.reasons)

    @hookimpl
    def lms_learning_credits(
        session: Any, person_id: int, competency_ids: Any, year: int | None
    ) -> Sequence[LearningCredit]:
        module.asked.append((person_id, tuple(competency_ids), year))
        return list(module.credits)

    hooks: tuple[Callable[..., Any], ...] = (lms_certificate_objections, lms_learning_credits)
    for hook in hooks:
        setattr(module, hook.__name__, hook)
    site.registry.register(module, inline=True)
    return module
