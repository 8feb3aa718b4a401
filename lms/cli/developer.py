"""Commands for developers of Titian and of plugins; they do not stand in the help."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from lms.cli.options import chosen_home
from lms.core.errors import NotFound
from lms.core.migrate import new_revision
from lms.core.revisions import CORE, Branch, core_branch, plugin_branch


@click.group(hidden=True)
def migration() -> None:
    """Write migrations."""


@migration.command()
@click.argument("branch")
@click.argument("message")
@click.option("--agency", metavar="SLUG", help="The agency into which the plugin is dropped.")
def new(branch: str, message: str, agency: str | None) -> None:
    """Write what changed in the tables of BRANCH (core or a plugin) as a new migration.

    MESSAGE is a short phrase in English, such as "first tables" or "remember the device". To make
    a migration again that is not released yet, delete its file and run this again.
    """
    from lms.core.database import Database

    found = _find_branch(branch, agency)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/empty.db")
        try:
            path = new_revision(found, message, database)
        finally:
            database.close()
    if path is None:
        click.echo(f"Nothing changed in the tables of {branch}.")
        return
    _tidy(path)
    click.echo(path)


def _find_branch(name: str, agency: str | None) -> Branch:
    from lms.config import agency_folder
    from lms.core.plugins import discover, load_plugin

    if name == CORE:
        return core_branch()
    found = discover(agency_folder(chosen_home(), agency) if agency else None)
    if name not in found:
        raise NotFound(f"There is no plugin {name!r}. There are: core, {', '.join(sorted(found))}.")
    branch = plugin_branch(load_plugin(found[name]))
    if branch is None:
        raise NotFound(f"Plugin {name} says nothing of `migrations` in its manifest.")
    return branch


def _tidy(path: Path) -> None:
    """Take Alembic's own remarks out; format when the formatter is there, as in a checkout."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.strip().startswith("# ###")]
    path.write_text("".join(kept), encoding="utf-8")
    if importlib.util.find_spec("ruff") is not None:
        for task in (("format", "-q"), ("check", "--fix", "-q"), ("format", "-q")):
            subprocess.run([sys.executable, "-m", "ruff", *task, str(path)], check=False)
