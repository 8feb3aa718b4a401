"""What several commands share: which home, which agency, an open site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lms.core.errors import ConfigError, Conflict

if TYPE_CHECKING:
    from lms.core.site import Site

Command = TypeVar("Command", bound=Callable[..., Any])


def agency_option(command: Command) -> Command:
    """Add `--agency SLUG`, handed over as `agency` (None: the only one)."""
    return click.option("--agency", metavar="SLUG", help="The agency (default: the only one).")(
        command
    )


def chosen_home() -> Path:
    """Give the home that this run of the command is about."""
    home: Path = click.get_current_context().find_root().obj
    return home


def chosen_agency(agency: str | None) -> str:
    """Give the agency's short name; raises ConfigError when there is a choice or none at all."""
    from lms.config import agency_slugs

    if agency is not None:
        return agency
    home = chosen_home()
    slugs = agency_slugs(home)
    if len(slugs) == 1:
        return slugs[0]
    if not slugs:
        raise ConfigError(f"There is no agency in {home}. Add one: lms agency add SLUG --name …")
    raise ConfigError("There are several agencies: add --agency SLUG.", slugs)


@contextmanager
def chosen_site(agency: str | None) -> Iterator[Site]:
    """Open the chosen agency, whose tables are up to date, and close it at the end."""
    from lms.agencies.opening import opened_site
    from lms.core.migrate import pending

    slug = chosen_agency(agency)
    with opened_site(chosen_home(), slug) as site:
        if missing := pending(site):
            raise Conflict(f"{slug} needs `lms upgrade` first ({', '.join(missing)}).")
        yield site
