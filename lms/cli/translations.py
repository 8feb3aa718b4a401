"""Commands for the catalogues of translations; they do not stand in the help."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click


@click.group(hidden=True)
def translations() -> None:
    """Keep the English catalogues complete."""


folders = click.argument(
    "packages", nargs=-1, metavar="[FOLDER]...", type=click.Path(path_type=Path, exists=True)
)


@translations.command()
@folders
@click.option("--prune", is_flag=True, help="Drop what no file says any more.")
def extract(packages: tuple[Path, ...], prune: bool) -> None:
    """Add missing texts to translations/en.po of lms and the plugins, or of FOLDERs."""
    from lms.catalogues import files

    for package, above in _chosen(packages):
        for text in files.extract(package, above=above, prune=prune):
            click.echo(f"{package.name}: {text}")


@translations.command()
@folders
def check(packages: tuple[Path, ...]) -> None:
    """List texts without English, and those with other placeholders in English."""
    from lms.catalogues import files

    chosen = list(_chosen(packages))
    apart = files.told_apart(package for package, _ in chosen)
    for text in apart:
        click.echo(f"different English in two catalogues: {text}", err=True)
    wrong = len(apart)
    for package, above in chosen:
        problems = [f"no English: {text}" for text in files.untranslated(package, above)]
        problems += [f"placeholders: {text}" for text in files.unequal_placeholders(package)]
        for line in problems:
            click.echo(f"{package.name}: {line}", err=True)
        for text in files.unused(package):
            click.echo(f"{package.name}: nobody says any more: {text}")
        wrong += len(problems)
    if wrong:
        raise SystemExit(1)


def _chosen(packages: tuple[Path, ...]) -> Iterator[tuple[Path, Path | None]]:
    """Give packages, each with the one whose catalogue it builds on."""
    from lms.core.resources import PACKAGE, checkout

    if packages:
        yield from ((package.absolute(), PACKAGE) for package in packages)
        return
    yield PACKAGE, None
    for path in sorted((checkout() / "plugins").glob("*/__init__.py")):
        yield path.parent, PACKAGE
