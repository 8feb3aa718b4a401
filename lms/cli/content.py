"""Commands for content packs."""

from __future__ import annotations

from pathlib import Path

import click

from lms.cli.options import agency_option, chosen_site


@click.group()
def content() -> None:
    """Load and write content packs."""


@content.command()
@click.argument("pack", metavar="PACK|FOLDER")
@agency_option
def load(pack: str, agency: str | None) -> None:
    """Load a content pack: one that is shipped, by its name, or a folder with pack.toml.

    Loading the same pack again changes nothing.
    """
    from lms.agencies.adding import starter_pack
    from lms.core.content import load_pack

    with chosen_site(agency) as site, site.database.writing() as session:
        stored = load_pack(session, starter_pack(pack))
    for part, count in stored.items():
        click.echo(f"{part}: {count}")


@content.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@agency_option
def export(folder: Path, agency: str | None) -> None:
    """Write frameworks, standards and cut scores to FOLDER as a content pack that loads again.

    FOLDER must be new or empty.
    """
    from lms.core.learning.packing import export_pack

    with chosen_site(agency) as site, site.database.reading() as session:
        written = export_pack(session, folder)
    for part, count in written.items():
        click.echo(f"{part}: {count}")
