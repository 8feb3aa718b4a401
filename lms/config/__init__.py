"""Host and agency settings as typed, declared, checked values.

`$LMS_HOME/lms.toml` is the host's, `agencies/<slug>/agency.toml` one agency's. A key that nobody
declared and a value of the wrong kind are refused with file, line and what is allowed.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from lms.config import values
from lms.config.values import Check
from lms.core.errors import ConfigError

HOST_FILE = "lms.toml"
AGENCY_FILE = "agency.toml"
SECRET_FILE = "secret.key"
SECRET_BYTES = 32
BUILTIN_PLUGINS = ("assessment", "courses", "certificates")


# -- what is declared ----------------------------------------------------------------------------


def _declared(check: Check, default: Any = MISSING) -> Any:
    if default is MISSING:
        return field(metadata={"check": check})
    return field(default=default, metadata={"check": check})


@dataclass(frozen=True, slots=True, kw_only=True)
class HostConfig:
    """Settings of the host, from `lms.toml` and the environment."""

    host: str = _declared(values.text, "127.0.0.1")
    port: int = _declared(values.port, 8000)
    public_url: str = _declared(values.address, "")
    """Where people reach the host, for links in letters and on certificates."""
    default_agency: str = _declared(values.slug, "")
    """The agency that `/` leads to when there are several."""
    warm_agencies: int = _declared(values.number(1, 10_000), 100)
    """How many agencies' apps are kept ready."""
    proxies: int = _declared(values.number(0, 10), 0)
    """How many proxies stand in front, whose X-Forwarded-* headers are believed."""
    threads: int = _declared(values.number(1, 256), 8)
    """How many requests one server process answers at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accent:
    """An agency's colour: `deep` behind white text, `pale` behind dark text."""

    deep: str = _declared(values.colour, "")
    pale: str = _declared(values.colour, "")


NO_ACCENT = Accent()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyConfig:
    """Settings of one agency, from its `agency.toml`; `slug` is the name of its folder."""

    slug: str
    name: str = _declared(values.text)
    time_zone: str = _declared(values.zone, "Asia/Jakarta")
    domains: tuple[str, ...] = _declared(values.domains, ())
    database: str = field(default="", repr=False, metadata={"check": values.database})
    """Empty: the SQLite file `lms.db` in the agency's folder."""
    plugins: tuple[str, ...] = _declared(values.names, BUILTIN_PLUGINS)
    accent: Accent = field(default=NO_ACCENT, metadata={"check": values.table})
    demo: bool = _declared(values.flag, False)
    rehearsal: bool = _declared(values.flag, False)


# -- reading -------------------------------------------------------------------------------------


def load_host(home: Path, environment: Mapping[str, str] | None = None) -> HostConfig:
    """Read `lms.toml` (optional) and `LMS_HOST`, `LMS_PORT`; raises ConfigError."""
    path = home / HOST_FILE
    found = _read(path, HostConfig) if path.exists() else {}
    environment = os.environ if environment is None else environment
    if host := environment.get("LMS_HOST"):
        found["host"] = host
    if port := environment.get("LMS_PORT"):
        try:
            found["port"] = values.port(int(port) if port.isdecimal() else port)
        except ValueError as error:
            raise ConfigError(f"LMS_PORT is {port!r}, but must be {error}.") from None
    return HostConfig(**found)


def agency_folder(home: Path, slug: str) -> Path:
    """Give the folder of an agency, whether it exists or not."""
    return home / "agencies" / slug


def agency_slugs(home: Path) -> list[str]:
    """Name all agencies of a home, sorted; folders with other names are not agencies."""
    found = (path.parent.name for path in (home / "agencies").glob(f"*/{AGENCY_FILE}"))
    return sorted(slug for slug in found if is_slug(slug))


def is_slug(name: str) -> bool:
    """Tell whether an agency may be called so in addresses."""
    return values.SLUG.fullmatch(name) is not None and name not in values.RESERVED_SLUGS


def check_slug(name: str) -> str:
    """Give the slug back; raises ConfigError with what is allowed."""
    try:
        return values.slug(name)
    except ValueError as error:
        raise ConfigError(f"The short name {name!r} cannot be used; allowed: {error}.") from None


def load_agency(home: Path, slug: str) -> AgencyConfig:
    """Read an agency's settings and look after its secret key; raises ConfigError."""
    folder = agency_folder(home, slug)
    path = folder / AGENCY_FILE
    if not is_slug(slug) or not path.exists():
        there = _listed(agency_slugs(home))
        raise ConfigError(f"There is no agency {slug!r} in {home}.", [f"There are: {there}."])
    return read_agency(folder, slug)


def read_agency(folder: Path, slug: str) -> AgencyConfig:
    """Read the settings in an agency's folder, whatever the folder is called."""
    found = _read(folder / AGENCY_FILE, AgencyConfig)
    found["database"] = _beside(folder, found.get("database", "sqlite:///lms.db"))
    _check_secret(folder / SECRET_FILE)
    return AgencyConfig(slug=slug, **found)


def _beside(folder: Path, database: str) -> str:
    """Let a SQLite file without a full path stand in the agency's folder."""
    path = database.removeprefix("sqlite:///")
    return database if path == database else f"sqlite:///{folder.absolute() / path}"


def _check_secret(path: Path) -> None:
    if path.exists() and path.stat().st_size >= SECRET_BYTES:
        return
    raise ConfigError(
        f"{path} is missing or too short: it signs the agency's log-ins.",
        [
            "Bring it back from a backup.",
            "Or make a new one, which logs everybody out: "
            f"(umask 077; openssl rand -hex {SECRET_BYTES} > {path})",
        ],
    )


def _read(path: Path, kind: type[Any]) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{path}: {error}") from None
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        end = f"at line {len(text.splitlines())}, the end"
        said = str(error).replace("at end of document", end)
        raise ConfigError(f"{path}: {said}") from None
    checked = _checked(found, kind, lambda key: f"{path}:{line_of(text, key)}")
    if isinstance(checked.get("accent"), dict):
        accent = _checked(
            checked["accent"], Accent, lambda key: f"{path}:{line_of(text, key, 'accent')}"
        )
        checked["accent"] = Accent(**accent)
    return checked


def _checked(found: dict[str, Any], kind: type[Any], place: Callable[[str], str]) -> dict[str, Any]:
    declared = {each.name: each for each in fields(kind) if "check" in each.metadata}
    result = {}
    for key, value in found.items():
        if key not in declared:
            raise ConfigError(f"{place(key)}: {_unknown(key, declared)}")
        try:
            result[key] = declared[key].metadata["check"](value)
        except ValueError as error:
            shown = "not usable" if key == "database" else repr(value)  # it may hold a password
            raise ConfigError(f"{place(key)}: {key} is {shown}; must be {error}.") from None
    missing = [name for name, each in declared.items() if name not in result and _required(each)]
    if missing:
        raise ConfigError(f"{place('')}: {_listed(missing)} is missing.")
    return result


def _required(each: Field[Any]) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


def _unknown(key: str, declared: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(key, declared, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"unknown key {key!r}.{hint} Allowed: {_listed(declared)}."


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def line_of(text: str, key: str, table: str = "") -> int:
    """Give the line on which a key of a table (or a table itself) stands; 1 when it does not."""
    inside = ""
    start = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*[=.]""")
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"""\s*\[+\s*["']?([^\]"']+?)["']?\s*\]""", line):
            inside = header[1]
            if not table and inside.split(".")[0] == key:
                return number
        elif inside == table and key and start.match(line):
            return number
    return line_of(text, table) if table else 1
