"""Commands for agencies: add and list."""

from __future__ import annotations

from pathlib import Path

import click

from lms.cli.options import chosen_home
from lms.core.errors import LmsError


@click.group()
def agency() -> None:
    """Add and list agencies."""


@agency.command()
@click.argument("slug")
@click.option("--name", required=True, help='Full name, such as "Kabupaten Serang".')
@click.option("--time-zone", default="Asia/Jakarta", show_default=True, help="WIB, WITA or WIT.")
@click.option(
    "--database",
    metavar="URL",
    help="PostgreSQL address of somebody who may make roles (default: a SQLite file).",
)
@click.option(
    "--content/--no-content",
    default=True,
    help="Load the starter pack of frameworks, questions and courses (default: yes).",
)
@click.option(
    "--plugin",
    "plugins",
    metavar="NAME",
    multiple=True,
    help="Switch on these plugins only (repeat it; default: the built-in ones).",
)
@click.option("--admin-nip", metavar="NIP", help="NIP of the first administrator.")
@click.option("--admin-name", metavar="NAME", help="Name of the first administrator.")
def add(
    slug: str,
    name: str,
    time_zone: str,
    database: str | None,
    content: bool,
    plugins: tuple[str, ...],
    admin_nip: str | None,
    admin_name: str | None,
) -> None:
    """Add the agency SLUG, which is its short name in addresses."""
    from lms.agencies.adding import Administrator, add_agency, starter_pack
    from lms.config import BUILTIN_PLUGINS

    if (admin_nip is None) != (admin_name is None):
        raise click.UsageError("--admin-nip and --admin-name belong together.")
    person = None
    if admin_nip is not None and admin_name is not None:
        person = Administrator(nip=admin_nip, name=admin_name)
    added = add_agency(
        chosen_home(),
        slug,
        name,
        time_zone=time_zone,
        database=database,
        plugins=plugins or BUILTIN_PLUGINS,
        pack=starter_pack() if content else None,
        administrator=person,
    )
    _tell(slug, added.folder, admin_nip, added.password)


def _tell(slug: str, folder: Path, nip: str | None, password: str | None) -> None:
    click.echo(f"Added {slug} in {folder}.")
    if password is None:
        click.echo("Nobody can log in yet: import people, then give a role (lms people --help).")
    else:
        click.echo(f"Administrator: NIP {nip}, first password {password} (changed at first log-in)")


@agency.command("list")
def list_agencies() -> None:
    """List the agencies: short name, name, database, what is wrong."""
    from lms.config import agency_slugs, load_agency

    home = chosen_home()
    for slug in agency_slugs(home):
        try:
            config = load_agency(home, slug)
        except LmsError as error:
            click.echo(f"{slug}\t?\t?\t{error.message}")
            continue
        kind = config.database.partition(":")[0].partition("+")[0]
        notes = [note for note in ("demo", "rehearsal") if getattr(config, note)]
        click.echo("\t".join([slug, config.name, kind, *notes]))
