"""Puts one agency's site together: settings, database, plugins, files, clock."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from lms.config import (
    AgencyConfig,
    HostConfig,
    agency_folder,
    agency_slugs,
    load_agency,
    load_host,
)
from lms.core.database import Database, weak_durability
from lms.core.errors import Conflict, LmsError
from lms.core.files import FileStore
from lms.core.hooks.outbox import deliver_inline
from lms.core.plugins import load_registry
from lms.core.site import Clock, Site, system_clock


def open_site(
    home: Path,
    slug: str,
    *,
    clock: Clock = system_clock,
    safe_mode: bool = False,
    blocked: Collection[str] = (),
) -> Site:
    """Open an agency; the caller closes `site.database`.

    `safe_mode` leaves out all but the built-in plugins, `blocked` the named ones. Raises
    ConfigError, PluginError, or LmsError when the database is away or could lose answers.
    """
    config = load_agency(home, slug)
    folder = agency_folder(home, slug)
    site = assemble(config, folder, clock=clock, safe_mode=safe_mode, blocked=blocked)
    site.extra["public_root"] = public_root(load_host(home), config)
    return site


def public_root(host: HostConfig, agency: AgencyConfig) -> str:
    """Give the address that strangers reach an agency at: what a QR code must carry.

    An agency's own domain comes first, then the host's public address, then where it listens.
    """
    if agency.domains:
        return f"https://{agency.domains[0]}"
    listening = f"[{host.host}]" if ":" in host.host else host.host
    base = host.public_url.rstrip("/") or f"http://{listening}:{host.port}"
    return f"{base}/{agency.slug}"


def assemble(
    config: AgencyConfig,
    folder: Path,
    *,
    clock: Clock = system_clock,
    safe_mode: bool = False,
    blocked: Collection[str] = (),
    new: bool = False,
) -> Site:
    """Make a site of settings that are read; `new` allows that the SQLite file is not there."""
    registry = load_registry(config, folder, safe_mode=safe_mode, blocked=blocked)
    database = Database(config.database)
    try:
        if not new:
            _refuse_missing_file(config, database)
        _refuse_weak(config, database)
    except BaseException:
        database.close()
        raise
    files = FileStore(folder / "files")
    site = Site(config, folder, database, registry, files, clock=clock)
    database.info["site"] = site
    database.after_commit = partial(deliver_inline, site)
    return site


def _refuse_missing_file(config: AgencyConfig, database: Database) -> None:
    """An empty file made in place of a lost one would look like a new agency."""
    path = database.url.database
    if database.is_sqlite and not (path and Path(path).is_file()):
        raise LmsError(f"The database of {config.slug} is gone: {path}. Restore a backup.")


def _refuse_weak(config: AgencyConfig, database: Database) -> None:
    try:
        problems = weak_durability(database.engine)
    except DBAPIError as error:
        said = " ".join(str(error.orig).split())
        raise LmsError(f"The database of {config.slug} cannot be opened: {said}") from error
    if problems:
        raise Conflict(f"{config.slug} could lose answers and is not started. {problems[0]}")


@contextmanager
def opened_site(home: Path, slug: str, *, safe_mode: bool = False) -> Iterator[Site]:
    """Open an agency for a block and close it at the end."""
    site = open_site(home, slug, safe_mode=safe_mode)
    try:
        yield site
    finally:
        site.database.close()


def each_site(home: Path, slugs: Collection[str] | None = None) -> Iterator[tuple[str, Site]]:
    """Open the agencies of a home one after the other."""
    for slug in agency_slugs(home) if slugs is None else slugs:
        with opened_site(home, slug) as site:
            yield slug, site
