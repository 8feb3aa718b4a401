"""Sessions: reading refuses to write, writers take turns, durability is read back."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import select, text

from lms.core.database import Database, weak_durability
from lms.core.settings import SettingRow
from lms.core.site import Site


def test_reading_session_refuses_to_write(bare: Site) -> None:
    with bare.database.reading() as session:
        session.add(SettingRow(key="x", value=1))
        with pytest.raises(RuntimeError, match="Reading never changes"):
            session.flush()


def test_writing_inside_writing_is_told_instead_of_hanging(bare: Site) -> None:
    with (
        bare.database.writing(),
        pytest.raises(RuntimeError, match="already open"),
        bare.database.writing(),
    ):
        pass


def test_parallel_writers_lose_nothing(bare: Site) -> None:
    """Each thread reads, then writes what it read plus one: nothing may get lost."""
    with bare.database.writing() as session:
        session.add(SettingRow(key="n", value=0))

    def add() -> None:
        for _ in range(20):
            with bare.database.writing() as session:
                row = session.get_one(SettingRow, "n")
                row.value += 1

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with bare.database.reading() as session:
        assert session.scalars(select(SettingRow.value)).one() == 160


def test_two_processes_databases_on_one_file_wait_for_each_other(bare: Site) -> None:
    """A second Database object stands for another process: SQLite's own lock is used."""
    other = Database(str(bare.database.url))
    done = threading.Event()

    def write() -> None:
        with other.writing(deliver=False) as session:
            session.execute(text("INSERT INTO core_setting VALUES ('b', '1')"))
        done.set()

    with bare.database.writing() as session:
        session.add(SettingRow(key="a", value=1))
        session.flush()
        thread = threading.Thread(target=write)
        thread.start()
    thread.join()
    assert done.is_set()
    other.close()


def test_durability_is_read_back(bare: Site, tmp_path: Path) -> None:
    assert weak_durability(bare.database.engine) == []


def test_weak_durability_is_named(tmp_path: Path) -> None:
    """The negative control: a connection that was set to lose answers is found."""
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA synchronous=OFF")
        connection.commit()
    assert any("synchronous" in problem for problem in weak_durability(database.engine))
    database.close()
