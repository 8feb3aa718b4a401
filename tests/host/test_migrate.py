"""Migrations of core and plugins: up, down, pending, and what stands in the way."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from lms.agencies.opening import assemble
from lms.agencies.postgres import drop_place, make_place
from lms.config import AgencyConfig
from lms.core import migrate
from lms.core.database import Base, Database
from lms.core.errors import Conflict, PluginError
from lms.core.learning.models import Evidence, Profile
from lms.core.revisions import core_branch, revisions
from lms.core.site import Site
from tests.host.conftest import drop_in

MODELS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column
from lms import Base

class Cup(Base):
    __tablename__ = "{name}_cup"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
"""
FIRST = """
import sqlalchemy as sa
from alembic import op
revision = "{name}_0001"
down_revision = None
branch_labels = ("{name}",)
depends_on = "core_0001"

def upgrade():
    op.create_table("{name}_cup", sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("core_person.id")))

def downgrade():
    op.drop_table("{name}_cup")
"""
SECOND = """
import sqlalchemy as sa
from alembic import op
revision = "{name}_0002"
down_revision = "{name}_0001"

def upgrade():
    op.add_column("{name}_cup", sa.Column("size", sa.Integer))
    {more}

def downgrade():
    with op.batch_alter_table("{name}_cup") as table:
        table.drop_column("size")
"""


def cup_plugin(folder: Path, name: str, *, second: str | None = None) -> None:
    target = drop_in(folder, name, models=MODELS.format(name=name))
    (target / "migrations").mkdir(exist_ok=True)
    (target / "migrations" / f"{name}_0001_first.py").write_text(FIRST.format(name=name))
    if second is not None:
        revision = SECOND.format(name=name, more=second)
        (target / "migrations" / f"{name}_0002_second.py").write_text(revision)


def make_site(folder: Path, *plugins: str) -> Site:
    config = AgencyConfig(
        slug="serang", name="Serang", database=f"sqlite:///{folder}/lms.db", plugins=plugins
    )
    return assemble(config, folder, new=True)


def tables(site: Site) -> set[str]:
    return set(inspect(site.database.engine).get_table_names())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An agency's folder with nothing in it."""
    return tmp_path


def test_everything_is_pending_when_the_database_is_new(folder: Path) -> None:
    cup_plugin(folder, "kedai")
    site = make_site(folder, "kedai")
    assert migrate.current(site) == []
    assert migrate.pending(site)[0] == "core_0001"
    assert "kedai_0001" in migrate.pending(site)


def test_upgrade_makes_all_tables_and_does_nothing_when_repeated(folder: Path) -> None:
    cup_plugin(folder, "warung")
    site = make_site(folder, "warung")
    told: list[str] = []
    applied = migrate.upgrade(site, on_step=told.append)
    assert applied == told
    assert applied[-1] == "warung_0001"
    assert migrate.pending(site) == []
    assert {"core_person", "warung_cup", "alembic_version"} <= tables(site)
    assert migrate.upgrade(site) == []


def test_core_tables_match_the_models(folder: Path) -> None:
    site = make_site(folder)
    migrate.upgrade(site)
    found = inspect(site.database.engine)
    for name, table in Base.metadata.tables.items():
        if name.startswith("core_"):
            columns = {column["name"] for column in found.get_columns(name)}
            assert columns == set(table.columns.keys()), name


def test_autogenerate_finds_nothing_new_in_core(folder: Path) -> None:
    database = Database(f"sqlite:///{folder}/empty.db")
    branch = core_branch()
    before = set(branch.folder.iterdir())
    try:
        assert migrate.new_revision(branch, "forgotten change", database) is None
    finally:
        database.close()
        for path in set(branch.folder.glob("*.py")) - before:
            path.unlink()


def test_plugin_comes_later_when_switched_on_later(folder: Path) -> None:
    cup_plugin(folder, "toko")
    migrate.upgrade(make_site(folder))
    site = make_site(folder, "toko")
    assert migrate.pending(site) == ["toko_0001"]
    assert migrate.upgrade(site) == ["toko_0001"]


def test_nothing_is_pending_when_a_plugin_is_switched_off(folder: Path) -> None:
    cup_plugin(folder, "pasar")
    migrate.upgrade(make_site(folder, "pasar"))
    site = make_site(folder)
    assert migrate.pending(site) == []
    assert migrate.upgrade(site) == []
    assert "pasar_cup" in tables(site)


def test_missing_plugin_is_named_when_its_tables_are_there(folder: Path) -> None:
    cup_plugin(folder, "dapur")
    migrate.upgrade(make_site(folder, "dapur"))
    (folder / "plugins" / "dapur").rename(folder / "elsewhere")
    for ask in (migrate.pending, migrate.upgrade):
        with pytest.raises(PluginError) as caught:
            ask(make_site(folder))
        assert caught.value.plugin == "dapur"


def test_newer_database_is_refused(folder: Path) -> None:
    site = make_site(folder)
    migrate.upgrade(site)
    with site.database.engine.execution_options(lms_write=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'core_9999'"))
    with pytest.raises(Conflict, match="core_9999"):
        migrate.pending(site)


def test_rows_stay_when_a_plugin_is_upgraded(folder: Path) -> None:
    cup_plugin(folder, "teko")
    site = make_site(folder, "teko")
    migrate.upgrade(site)
    with site.database.engine.execution_options(lms_write=True).begin() as connection:
        connection.execute(text("INSERT INTO teko_cup (id) VALUES (7)"))
    cup_plugin(folder, "teko", second="")
    assert migrate.upgrade(make_site(folder, "teko")) == ["teko_0002"]
    with site.database.engine.begin() as connection:
        assert connection.execute(text("SELECT id, size FROM teko_cup")).all() == [(7, None)]


def test_upgrade_goes_on_when_it_broke_off(folder: Path) -> None:
    cup_plugin(folder, "cangkir", second="raise RuntimeError('cut')")
    site = make_site(folder, "cangkir")
    with pytest.raises(RuntimeError):
        migrate.upgrade(site)
    assert migrate.pending(site) == ["cangkir_0002"]
    columns = {
        column["name"] for column in inspect(site.database.engine).get_columns("cangkir_cup")
    }
    assert "size" not in columns  # nothing half done
    cup_plugin(folder, "cangkir", second="")
    assert migrate.upgrade(make_site(folder, "cangkir")) == ["cangkir_0002"]


def test_old_evidence_counts_as_unassisted_when_core_is_upgraded(folder: Path) -> None:
    site = make_site(folder)
    with migrate._connection(site.database) as connection:
        config = migrate._config([core_branch()], connection)
        migrate._run("upgrade", config, "core_0001")
    values = {"name": "x", "at": "2026-11-02 03:00:00", "day": "2026-11-02"}
    rows = (
        "INSERT INTO core_framework (id, code, version, name, source, current)"
        " VALUES (1, 'k', 1, :name, '', 1)",
        "INSERT INTO core_domain (id, framework_id, code, name, sequence)"
        " VALUES (1, 1, 'd', :name, 1)",
        "INSERT INTO core_competency (id, framework_id, domain_id, code, name, short, description,"
        " sequence, categories) VALUES (1, 1, 1, 'c', :name, '', '', 1, '{}')",
        "INSERT INTO core_person (id, public_id, nip, name, title_before, title_after, search, sex,"
        " employment, grade, education, phone, email, active, created_at)"
        " VALUES (1, 'p', '1', :name, '', '', '', '', 'pns', '', '', '', '', 1, :at)",
        "INSERT INTO core_evidence (id, key, person_id, competency_id, level, level_low,"
        " level_high, kind, source, rule, measured_on, recorded_at)"
        " VALUES (1, 'e', 1, 1, 2, 1, 2, 'measured', :name, '', :day, :at)",
        "INSERT INTO core_profile (person_id, competency_id, evidence_id, level)"
        " VALUES (1, 1, 1, 2)",
    )
    with site.database.engine.execution_options(lms_write=True).begin() as connection:
        for row in rows:
            connection.execute(text(row), values)
    assert migrate.upgrade(site)[0] == "core_0002"
    with site.database.reading() as session:
        evidence, profile = session.get_one(Evidence, 1), session.get_one(Profile, (1, 1))
        assert (evidence.level, evidence.assisted) == (2, False)
        assert (profile.level, profile.assisted) == (2, False)


def test_only_the_plugin_goes_when_it_is_downgraded(folder: Path) -> None:
    cup_plugin(folder, "gelas", second="")
    site = make_site(folder, "gelas")
    migrate.upgrade(site)
    migrate.downgrade_plugin(site, "gelas")
    assert "gelas_cup" not in tables(site)
    assert "core_person" in tables(site)
    assert migrate.pending(make_site(folder)) == []


@pytest.mark.parametrize("name", ["core", "nobody"])
def test_downgrade_is_refused_when_there_is_nothing_to_remove(folder: Path, name: str) -> None:
    site = make_site(folder)
    migrate.upgrade(site)
    with pytest.raises(PluginError):
        migrate.downgrade_plugin(site, name)


def test_revision_is_refused_when_its_name_is_foreign(folder: Path) -> None:
    cup_plugin(folder, "mangkuk")
    path = folder / "plugins" / "mangkuk" / "migrations" / "mangkuk_0001_first.py"
    path.write_text(path.read_text().replace('"mangkuk_0001"', '"core_0001"'))
    with pytest.raises(PluginError, match="mangkuk"):
        migrate.pending(make_site(folder, "mangkuk"))


def test_foreign_keys_are_on_again_after_an_upgrade(folder: Path) -> None:
    site = make_site(folder)
    migrate.upgrade(site)
    with site.database.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_two_upgrades_at_the_same_time_do_the_work_once(folder: Path) -> None:
    applied: list[str] = []

    def work() -> None:
        applied.extend(migrate.upgrade(make_site(folder)))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert applied == [each.id for each in revisions(core_branch())]


@pytest.mark.postgres
def test_two_upgrades_of_a_schema_do_the_work_once(folder: Path, postgres_server: str) -> None:
    slug = f"uji-naik-{os.getpid()}"
    place = make_place(postgres_server, slug)
    config = AgencyConfig(slug=slug, name="Serang", database=place.url, plugins=())
    applied: list[str] = []

    def work() -> None:
        site = assemble(config, folder, new=True)
        applied.extend(migrate.upgrade(site))
        site.database.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    drop_place(postgres_server, slug)
    assert applied == [each.id for each in revisions(core_branch())]
