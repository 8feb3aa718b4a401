"""Commands for plugins and their events, and the commands that plugins bring along."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import click

from lms.cli.options import agency_option, chosen_agency, chosen_home, chosen_site
from lms.core.errors import Conflict, LmsError, NotFound, PluginError
from lms.core.plugins import Found, discover, load_plugin


@cache
def mounted_commands(home: Path) -> dict[str, click.Command]:
    """Give the commands of all plugins that are there; a broken plugin is named and left out."""
    from lms.config import agency_folder, agency_slugs
    from lms.core.hooks.registry import Registry

    slugs = agency_slugs(home)
    folder = agency_folder(home, slugs[0]) if len(slugs) == 1 else None
    commands: dict[str, click.Command] = {}
    for found in discover(folder).values():
        registry = Registry()
        try:
            registry.register(load_plugin(found))
            for command in registry.gather("lms_register_commands"):
                commands[command.name] = command
        except PluginError as error:
            click.echo(f"{error.message} Its commands are missing.", err=True)
    return commands


@click.group()
def plugin() -> None:
    """List plugins, remove their tables."""


@plugin.command("list")
@agency_option
def list_plugins(agency: str | None) -> None:
    """List the plugins: name, version, where it comes from, on or off."""
    from lms.config import agency_folder, agency_slugs, load_agency

    home = chosen_home()
    slug = chosen_agency(agency) if agency or agency_slugs(home) else None
    on = load_agency(home, slug).plugins if slug else ()
    there = discover(agency_folder(home, slug) if slug else None)
    for name in sorted({*there, *on}):
        state = "on" if name in on else "off"
        if name not in there:
            click.echo(f"{name}\t?\tnot installed\t{state}")
            continue
        try:
            version, title = _said(there[name])
        except LmsError as error:
            version, title = "?", error.message
        click.echo(f"{name}\t{version}\t{there[name].origin}\t{state}\t{title}")


def _said(found: Found) -> tuple[str, str]:
    manifest = load_plugin(found).manifest
    return manifest.version, manifest.title


@plugin.command()
@click.argument("name")
@agency_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(name: str, agency: str | None, yes: bool) -> None:
    """Remove the tables of plugin NAME with all that is in them.

    Switch it off in agency.toml first, and uninstall it afterwards.
    """
    from lms.core.migrate import downgrade_plugin

    with chosen_site(agency) as site:
        if name in site.registry.plugins:
            raise Conflict(f"Take {name} out of `plugins` in {site.slug}'s agency.toml first.")
        if not yes:
            click.confirm(f"Remove all that {name} stored for {site.slug}?", abort=True)
        downgrade_plugin(site, name)
    click.echo(f"Removed the tables of {name}.")


@click.group()
def events() -> None:
    """Tell plugins what happened before."""


@events.command()
@click.option("--plugin", "name", required=True, metavar="NAME", help="Who shall hear it.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="From this day (UTC) on.")
@agency_option
def replay(name: str, since: datetime | None, agency: str | None) -> None:
    """Let a plugin hear past events that it has not heard; the worker delivers them."""
    from lms.core.hooks import outbox

    moment = since.replace(tzinfo=UTC) if since else None
    with chosen_site(agency) as site, site.database.writing(deliver=False) as session:
        if name not in site.registry.plugins:
            raise NotFound(f"Plugin {name} is not switched on for {site.slug}.")
        count = outbox.replay(session, name, since=moment)
    click.echo(f"{count} events wait for {name}.")
