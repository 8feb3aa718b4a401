"""Looks whether a host and its agencies are in order; each finding is one line."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from lms.agencies.opening import opened_site
from lms.config import AGENCY_FILE, SECRET_FILE, agency_folder, agency_slugs, load_agency, load_host
from lms.core.database import SAFE_SQLITE
from lms.core.errors import LmsError
from lms.core.hooks.models import EventRow
from lms.core.migrate import pending
from lms.core.site import Site

LITTLE_SPACE = 2**30  # bytes
CLOCK_SLACK = timedelta(minutes=5)
WRITTEN_ON = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what it is about, whether it is good, in words."""

    about: str
    good: bool
    text: str


def examine(home: Path, agency: str | None = None) -> Iterator[Finding]:
    """Look at the home and at all agencies, or at one; raises ConfigError for an unknown one."""
    if agency is not None:
        load_agency(home, agency)
    yield _home(home)
    if home.is_dir():
        yield _space(home)
    yield _sqlite()
    yield _clock()
    for slug in agency_slugs(home) if agency is None else [agency]:
        yield from _agency(home, slug)


def _home(home: Path) -> Finding:
    if not home.is_dir():
        return Finding("home", False, f"{home} does not exist; `lms agency add` makes it")
    if not os.access(home, os.W_OK | os.X_OK):
        return Finding("home", False, f"{home} cannot be written to")
    try:
        load_host(home)
    except LmsError as error:
        return Finding("home", False, error.message)
    return Finding("home", True, str(home))


def _space(home: Path) -> Finding:
    free = shutil.disk_usage(home).free
    return Finding(
        "disk", free >= LITTLE_SPACE, f"{free / 2**30:.1f} GiB free (at least 1 is wanted)"
    )


def _sqlite() -> Finding:
    from pysqlite3.dbapi2 import sqlite_version

    good = tuple(int(part) for part in sqlite_version.split(".")) >= SAFE_SQLITE
    wanted = ".".join(str(part) for part in SAFE_SQLITE)
    return Finding("SQLite", good, f"{sqlite_version} (at least {wanted} is wanted)")


def _clock() -> Finding:
    moment = datetime.now(UTC)
    return Finding("clock", moment > WRITTEN_ON, f"{moment:%Y-%m-%d %H:%M:%S} UTC")


def _agency(home: Path, slug: str) -> Iterator[Finding]:
    yield _private(agency_folder(home, slug))
    try:
        with opened_site(home, slug) as site:
            # A site that opens has sound settings, durable writes and plugins that load.
            yield Finding(
                f"{slug} durability", True, f"{site.database.engine.dialect.name}, durable"
            )
            names = [name for name in site.registry.plugins if name != "core"]
            yield Finding(f"{slug} plugins", True, ", ".join(names) or "none")
            yield _migrations(site)
            yield _agency_clock(site)
    except LmsError as error:
        yield Finding(slug, False, error.message)
    except SQLAlchemyError as error:
        yield Finding(slug, False, f"{type(error).__name__}: {str(error).splitlines()[0]}")


def _private(folder: Path) -> Finding:
    """Address and key of the database are nobody else's business."""
    for name in (AGENCY_FILE, SECRET_FILE):
        path = folder / name
        if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            text = f"others may read it: chmod 600 {path}"
            return Finding(f"{folder.name} secrets", False, text)
    return Finding(f"{folder.name} secrets", True, "private")


def _migrations(site: Site) -> Finding:
    missing = pending(site)
    text = f"run `lms upgrade` for {', '.join(missing)}" if missing else "up to date"
    return Finding(f"{site.slug} migrations", not missing, text)


def _agency_clock(site: Site) -> Finding:
    """A clock that went back would let deadlines and the order of events lie."""
    local = f"{site.local(site.clock()):%Y-%m-%d %H:%M} in {site.zone.key}"
    if pending(site):
        return Finding(f"{site.slug} clock", True, local)
    with site.database.reading() as session:
        last = session.scalar(select(func.max(EventRow.recorded_at)))
    if last is not None and last > site.clock() + CLOCK_SLACK:
        text = f"{local}, but the last event is of {site.local(last):%Y-%m-%d %H:%M}"
        return Finding(f"{site.slug} clock", False, text)
    return Finding(f"{site.slug} clock", True, local)
