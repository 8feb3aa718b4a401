"""Adds an agency: its folder, database, key, starter content and first administrator.

All is made beside the place and moved there at the end, so that a failing step leaves nothing.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from lms.agencies.opening import assemble
from lms.config import (
    AGENCY_FILE,
    BUILTIN_PLUGINS,
    SECRET_BYTES,
    SECRET_FILE,
    AgencyConfig,
    agency_folder,
    check_slug,
    read_agency,
    values,
)
from lms.core.content import load_pack
from lms.core.errors import ConfigError, Conflict, Invalid
from lms.core.migrate import upgrade
from lms.core.people.models import Person
from lms.core.people.nip import check_nip, nip_facts
from lms.core.people.permissions import grant_role
from lms.core.people.queries import search_text
from lms.core.resources import bundled
from lms.core.site import Clock, now, system_clock

STARTER_PACK = "digital-competence"
FOLDERS = ("files", "plugins", "backups")


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator:
    """The first person who may do everything in a new agency."""

    nip: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAgency:
    """What came of adding an agency: settings, and the first password if there is a person."""

    config: AgencyConfig
    folder: Path
    password: str | None = None


def add_agency(
    home: Path,
    slug: str,
    name: str,
    *,
    time_zone: str = "Asia/Jakarta",
    database: str | None = None,
    ready_database: str | None = None,
    plugins: Sequence[str] = BUILTIN_PLUGINS,
    pack: Path | None = None,
    administrator: Administrator | None = None,
    demo: bool = False,
    rehearsal: bool = False,
    clock: Clock = system_clock,
) -> NewAgency:
    """Add an agency; all or nothing.

    `database` is an administrator's address of a PostgreSQL database, in which a role and schemas
    are made; `ready_database` is taken as it is; without both it is a SQLite file. `pack` is the
    folder of a content pack to load. Raises ConfigError for bad settings, Conflict when it exists.
    """
    folder = agency_folder(home, check_slug(slug))
    if folder.exists():
        raise Conflict(f"There is an agency {slug!r} already: {folder}.")
    if administrator is not None:
        _check_administrator(administrator)
    settings: dict[str, object] = {
        "name": _checked("name", values.text, name),
        "time_zone": _checked("time zone", values.zone, time_zone),
        "plugins": list(plugins),
        "demo": demo,
        "rehearsal": rehearsal,
    }
    with ExitStack() as undo:
        staging = _make_staging(undo, folder)
        if database is not None:
            settings["database"] = _make_place(undo, database, slug)
        elif ready_database is not None:
            settings["database"] = ready_database
        _write_settings(staging, slug, settings)
        password = _fill(staging, slug, pack, administrator, clock)
        _move(staging, folder)
        undo.pop_all()
    return NewAgency(config=read_agency(folder, slug), folder=folder, password=password)


def _checked(what: str, check: Callable[[object], str], value: object) -> str:
    try:
        return check(value)
    except ValueError as error:
        raise ConfigError(f"The {what} is {value!r}; must be {error}.") from None


def _check_administrator(person: Administrator) -> None:
    checked = check_nip(person.nip)
    if checked.verdict == "error":
        raise Invalid("The administrator's NIP cannot be used.", [checked.message])
    if not person.name.strip():
        raise Invalid("The administrator needs a name.")


def _make_staging(undo: ExitStack, folder: Path) -> Path:
    staging = folder.parent / f".{folder.name}.{secrets.token_hex(4)}"
    staging.parent.mkdir(parents=True, exist_ok=True)
    staging.mkdir(mode=0o700)  # personal data of thousands: nobody else's business
    undo.callback(shutil.rmtree, staging, ignore_errors=True)
    for name in FOLDERS:
        (staging / name).mkdir()
    return staging


def _make_place(undo: ExitStack, database: str, slug: str) -> str:
    if make_url(_checked("database", values.database, database)).get_backend_name() == "sqlite":
        raise ConfigError("Leave the database out for SQLite: it is a file in the agency's folder.")
    from lms.agencies.postgres import drop_place, make_place  # its driver is slow to import

    place = make_place(database, slug)
    undo.callback(drop_place, database, slug)
    return place.url


def _write_settings(folder: Path, slug: str, settings: dict[str, object]) -> None:
    lines = [f"# Settings of this agency; `lms doctor --agency {slug}` checks them.\n"]
    lines += [f"{key} = {_toml(value)}\n" for key, value in settings.items() if value is not False]
    _write_private(folder / AGENCY_FILE, "".join(lines))
    _write_private(folder / SECRET_FILE, secrets.token_hex(SECRET_BYTES) + "\n")


def _toml(value: object) -> str:
    """Write a text, a list of texts or a flag; TOML takes JSON's form for these."""
    return json.dumps(value, ensure_ascii=False)


def _write_private(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _fill(
    folder: Path,
    slug: str,
    pack: Path | None,
    administrator: Administrator | None,
    clock: Clock,
) -> str | None:
    """Make the tables and load what was asked for; give the administrator's password."""
    config = read_agency(folder, slug)
    site = assemble(config, folder, clock=clock, new=True)
    try:
        upgrade(site)
        with site.database.writing() as session:
            if pack is not None:
                load_pack(session, pack)
            return None if administrator is None else _add_person(session, administrator)
    finally:
        site.database.close()


def _add_person(session: Session, administrator: Administrator) -> str:
    from lms.core.people.accounts import create_account

    nip = check_nip(administrator.nip).normalised
    facts = nip_facts(nip)
    person = Person(
        nip=nip,
        name=administrator.name.strip(),
        search=search_text(administrator.name, nip),
        birth_date=facts.birth_date,
        sex=facts.sex,
        employment=facts.employment,
        created_at=now(session),
    )
    session.add(person)
    session.flush()
    grant_role(session, person.id, "administrator", None)
    return create_account(session, person.id)


def _move(staging: Path, folder: Path) -> None:
    try:
        staging.rename(folder)
    except OSError as error:
        raise Conflict(f"There is an agency {folder.name!r} already: {folder}.") from error


def starter_pack(name: str = STARTER_PACK) -> Path:
    """Give the folder of a content pack: one that is shipped, by its name, or any folder."""
    shipped = bundled("content") / name
    folder = shipped if (shipped / "pack.toml").is_file() else Path(name)
    if not folder.is_dir():
        names = ", ".join(sorted(path.parent.name for path in shipped.parent.glob("*/pack.toml")))
        raise Invalid(f"There is no content pack {name!r}. Shipped: {names}; or give a folder.")
    return folder
