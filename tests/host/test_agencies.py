"""Adding and opening agencies: all or nothing, and never with weak durability."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from lms.agencies import (
    Administrator,
    add_agency,
    add_rehearsal,
    adding,
    open_site,
    opened_site,
    opening,
    remove_rehearsal,
)
from lms.agencies.adding import starter_pack
from lms.agencies.postgres import schema_name
from lms.config import load_agency
from lms.core.errors import ConfigError, Conflict, Invalid, LmsError, PluginError
from lms.core.learning.models import Framework
from lms.core.migrate import pending
from lms.core.people.models import Account, Person, RoleGrant
from tests.conftest import make_nip

ADMINISTRATOR = Administrator(nip=make_nip(1), name="Dewi Lestari")


def add(home: Path, slug: str = "serang", **options: object) -> adding.NewAgency:
    return add_agency(home, slug, "Kabupaten Serang", plugins=(), **options)  # type: ignore[arg-type]


def test_agency_is_ready_when_added(home: Path) -> None:
    added = add(home)
    assert added.folder == home / "agencies" / "serang"
    with opened_site(home, "serang") as site:
        assert site.config.name == "Kabupaten Serang"
        assert pending(site) == []
        assert site.slug == "serang"
        with site.database.reading() as session:
            assert session.info["site"] is site


def test_nobody_else_can_read_a_new_agency(home: Path) -> None:
    folder = add(home).folder
    for path in (folder, folder / "agency.toml", folder / "secret.key"):
        assert path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO) == 0
    assert len((folder / "secret.key").read_text().strip()) == 64


def test_agency_has_content_and_a_first_administrator_when_asked_for(home: Path) -> None:
    added = add(home, pack=starter_pack(), administrator=ADMINISTRATOR)
    assert added.password
    with opened_site(home, "serang") as site, site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Framework))
        person = session.scalars(select(Person)).one()
        assert (person.name, person.nip) == ("Dewi Lestari", ADMINISTRATOR.nip)
        assert session.scalars(select(RoleGrant.role)).all() == ["administrator"]
        assert session.scalars(select(Account)).one().must_change


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"slug": "Serang"}, ConfigError),
        ({"slug": "static"}, ConfigError),
        ({"time_zone": "WIB"}, ConfigError),
        ({"administrator": Administrator(nip="123", name="X")}, Invalid),
        ({"administrator": Administrator(nip=make_nip(1), name=" ")}, Invalid),
        ({"database": "mysql://x"}, ConfigError),
        ({"database": "sqlite:///x.db"}, ConfigError),
    ],
)
def test_nothing_is_made_when_the_input_is_wrong(
    home: Path, options: dict[str, object], kind: type[LmsError]
) -> None:
    with pytest.raises(kind):
        add(home, **{"slug": "serang", **options})  # type: ignore[arg-type]
    assert not any((home / "agencies").iterdir() if (home / "agencies").exists() else ())


def test_nothing_is_left_when_a_step_breaks(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(adding, "load_pack", broken)
    with pytest.raises(RuntimeError):
        add(home, pack=starter_pack())
    assert list((home / "agencies").iterdir()) == []
    monkeypatch.undo()
    assert add(home).folder.is_dir()


def test_nothing_is_left_when_a_plugin_is_missing(home: Path) -> None:
    with pytest.raises(PluginError, match="hilang"):
        add_agency(home, "serang", "Kabupaten Serang", plugins=["hilang"])
    assert list((home / "agencies").iterdir()) == []


def test_agency_stays_when_added_twice(home: Path) -> None:
    secret = (add(home).folder / "secret.key").read_text()
    with pytest.raises(Conflict):
        add(home)
    assert (home / "agencies" / "serang" / "secret.key").read_text() == secret


def test_name_survives_quotes_and_letters(home: Path) -> None:
    name = 'Kabupaten "Müller" \\ Ñ'
    add_agency(home, "serang", name, plugins=())
    assert load_agency(home, "serang").name == name


def test_lost_database_is_not_replaced_by_an_empty_one(
    home: Path, new_agency: Callable[..., Path]
) -> None:
    folder = new_agency("serang")
    (folder / "lms.db").unlink()
    with pytest.raises(LmsError, match="Restore a backup"):
        open_site(home, "serang")
    assert not (folder / "lms.db").exists()


def test_site_is_refused_when_durability_is_weak(
    home: Path, new_agency: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    new_agency("serang", settings="demo = true")
    monkeypatch.setattr(opening, "weak_durability", lambda _engine: ["synchronous is OFF."])
    with pytest.raises(Conflict, match="synchronous is OFF"):
        open_site(home, "serang")


def test_broken_file_is_told_without_traceback(home: Path, new_agency: Callable[..., Path]) -> None:
    folder = new_agency("serang")
    (folder / "lms.db").write_bytes(b"not a database" * 100)
    with pytest.raises(LmsError, match="cannot be opened"):
        open_site(home, "serang")


def test_pack_is_found_by_name_and_by_folder(tmp_path: Path) -> None:
    assert (starter_pack() / "pack.toml").is_file()
    assert starter_pack(str(tmp_path)) == tmp_path
    with pytest.raises(Invalid, match="digital-competence"):
        starter_pack("nothing-like-it")


# -- rehearsals ----------------------------------------------------------------------------------


def test_rehearsal_goes_without_a_trace(home: Path, new_agency: Callable[..., Path]) -> None:
    new_agency("serang", settings='time_zone = "Asia/Makassar"')
    added = add_rehearsal(home, "serang")
    assert added.config.slug == "serang-rehearsal"
    assert added.config.rehearsal
    assert added.config.time_zone == "Asia/Makassar"
    remove_rehearsal(home, "serang-rehearsal")
    assert os.listdir(home / "agencies") == ["serang"]


def test_real_agency_is_never_removed(home: Path, new_agency: Callable[..., Path]) -> None:
    folder = new_agency("serang")
    with pytest.raises(Conflict):
        remove_rehearsal(home, "serang")
    assert folder.is_dir()


# -- PostgreSQL ----------------------------------------------------------------------------------


@pytest.fixture
def slug(request: pytest.FixtureRequest) -> str:
    """A name of its own: all tests share the server, where roles belong to the whole server."""
    return f"uji-{os.getpid()}-{abs(hash(request.node.nodeid)) % 10**6}"


@pytest.mark.postgres
def test_agency_has_a_role_and_schemas_of_its_own(
    home: Path, postgres_server: str, slug: str
) -> None:
    add(home, slug, database=postgres_server, pack=starter_pack())
    config = load_agency(home, slug)
    assert make_url(config.database).username == f"lms_{schema_name(slug)}"
    with opened_site(home, slug) as site:
        assert pending(site) == []
        names = inspect(site.database.engine).get_schema_names()
        assert {schema_name(slug), f"{schema_name(slug)}_rehearsal"} <= set(names)
        with site.database.reading() as session:
            assert session.scalar(text("SELECT current_schema()")) == schema_name(slug)
            assert session.scalar(select(func.count()).select_from(Framework))


@pytest.mark.postgres
def test_role_sees_no_other_agency(home: Path, postgres_server: str, slug: str) -> None:
    add(home, slug, database=postgres_server)
    add(home, f"{slug}-b", database=postgres_server)
    other = schema_name(f"{slug}-b")
    refused = (
        f'SELECT * FROM "{other}".core_person',
        f'CREATE TABLE "{other}".x (id int)',
        "CREATE TABLE public.x (id int)",
        "CREATE SCHEMA mine",
        "CREATE TEMPORARY TABLE x (id int)",
        f'SET ROLE "lms_{other}"',
        "CREATE ROLE friend",
    )
    with opened_site(home, slug) as site:
        for statement in refused:
            with site.database.engine.connect() as connection, pytest.raises(DBAPIError):
                connection.exec_driver_sql(statement)


@pytest.mark.postgres
def test_nothing_is_left_on_the_server_when_a_step_breaks(
    home: Path, postgres_server: str, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(adding, "load_pack", broken)
    with pytest.raises(RuntimeError):
        add(home, slug, database=postgres_server, pack=starter_pack())
    engine = create_engine(postgres_server)
    with engine.connect() as connection:
        query = text("SELECT count(*) FROM pg_roles WHERE rolname = :role")
        assert connection.scalar(query, {"role": f"lms_{schema_name(slug)}"}) == 0
    assert schema_name(slug) not in inspect(engine).get_schema_names()
    engine.dispose()
    assert list((home / "agencies").iterdir()) == []


@pytest.mark.postgres
def test_taken_schema_is_told_and_kept(home: Path, postgres_server: str, slug: str) -> None:
    folder = add(home, slug, database=postgres_server).folder
    folder.rename(home / "elsewhere")
    with pytest.raises(Conflict, match="already"):
        add(home, slug, database=postgres_server)
    (home / "elsewhere").rename(folder)
    with opened_site(home, slug) as site:
        assert pending(site) == []


@pytest.mark.postgres
def test_rehearsal_lives_in_the_second_schema(home: Path, postgres_server: str, slug: str) -> None:
    add(home, slug, database=postgres_server)
    scratch = add_rehearsal(home, slug, administrator=ADMINISTRATOR).config.slug
    with opened_site(home, scratch) as site, site.database.reading() as session:
        assert session.scalar(text("SELECT current_schema()")) == f"{schema_name(slug)}_rehearsal"
        assert session.scalar(select(func.count()).select_from(Person)) == 1
    with opened_site(home, slug) as site, site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0
    remove_rehearsal(home, scratch)
    add_rehearsal(home, slug)


@pytest.mark.postgres
def test_unreachable_server_is_told(home: Path) -> None:
    with pytest.raises(LmsError, match="PostgreSQL refused"):
        add(home, database="postgresql://lms@127.0.0.1:1/lms?connect_timeout=2")
