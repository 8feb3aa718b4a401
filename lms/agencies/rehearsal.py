"""A scratch agency beside a real one, for a rehearsal: same plugins, same kind of database."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import MetaData

from lms.agencies.adding import Administrator, NewAgency, add_agency
from lms.config import agency_folder, load_agency
from lms.core.database import Database
from lms.core.errors import Conflict
from lms.core.site import Clock, system_clock

SUFFIX = "-rehearsal"


def add_rehearsal(
    home: Path,
    slug: str,
    *,
    pack: Path | None = None,
    administrator: Administrator | None = None,
    clock: Clock = system_clock,
) -> NewAgency:
    """Add the scratch agency of an agency; on PostgreSQL it lives in the second schema.

    It has the plugins that are installed, not those dropped into the agency's folder. Raises
    Conflict when an earlier one is still there.
    """
    config = load_agency(home, slug)
    dropped_in = {path.name for path in (agency_folder(home, slug) / "plugins").glob("*")}
    sqlite = config.database.startswith("sqlite")
    return add_agency(
        home,
        rehearsal_slug(slug),
        f"Gladi {config.name}",
        time_zone=config.time_zone,
        ready_database=None if sqlite else _second_schema(config.database),
        plugins=[name for name in config.plugins if name not in dropped_in],
        pack=pack,
        administrator=administrator,
        rehearsal=True,
        clock=clock,
    )


def _second_schema(url: str) -> str:
    from lms.agencies.postgres import rehearsal_url  # its driver is slow to import

    return rehearsal_url(url)


def rehearsal_slug(slug: str) -> str:
    """Give the short name of an agency's scratch agency."""
    return f"{slug[: 40 - len(SUFFIX)]}{SUFFIX}"


def remove_rehearsal(home: Path, slug: str) -> None:
    """Remove a scratch agency by its own short name; raises Conflict for a real one."""
    config = load_agency(home, slug)
    if not config.rehearsal:
        raise Conflict(f"{slug} is not a rehearsal; only rehearsals are removed.")
    # Out of sight first: a running server and worker must not find an agency half removed.
    folder = agency_folder(home, slug)
    hidden = folder.rename(folder.with_name(f".{slug}.removed"))
    if not config.database.startswith("sqlite"):
        _drop_tables(config.database)
    shutil.rmtree(hidden)


def _drop_tables(url: str) -> None:
    """Drop all tables of the schema; the schema itself belongs to the real agency."""
    database = Database(url)
    try:
        found = MetaData()
        with database.engine.begin() as connection:
            found.reflect(connection)
            found.drop_all(connection)
    finally:
        database.close()
