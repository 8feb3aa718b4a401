"""Commands that keep a host in order: upgrade and doctor."""

from __future__ import annotations

from pathlib import Path

import click

from lms.cli.options import agency_option, chosen_home
from lms.core.errors import LmsError


@click.command()
@agency_option
def upgrade(agency: str | None) -> None:
    """Bring the tables of all agencies up to date (or of one).

    What is done stays done: run it again after an interruption. An agency that cannot be upgraded
    does not stop the others.
    """
    from lms.config import agency_slugs, load_agency

    home = chosen_home()
    if agency is not None:
        load_agency(home, agency)
    slugs = agency_slugs(home) if agency is None else [agency]
    problems: dict[str, str] = {}
    applied: dict[str, list[str]] = {}
    with click.progressbar(slugs, label="Upgrading", item_show_func=lambda slug: slug or "") as bar:
        for slug in bar:
            _upgrade_one(home, slug, applied, problems)
    for slug, revisions in applied.items():
        click.echo(f"{slug}: {', '.join(revisions) or 'up to date'}")
    for slug, problem in problems.items():
        click.echo(f"{slug}: NOT upgraded. {problem}", err=True)
    if problems:
        raise SystemExit(1)


def _upgrade_one(
    home: Path, slug: str, applied: dict[str, list[str]], problems: dict[str, str]
) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    from lms.agencies.opening import opened_site
    from lms.core import migrate

    try:
        with opened_site(home, slug) as site:
            applied[slug] = migrate.upgrade(site)
    except LmsError as error:
        problems[slug] = error.message
    except (SQLAlchemyError, OSError) as error:
        problems[slug] = f"{type(error).__name__}: {error}"


@click.command()
@agency_option
def doctor(agency: str | None) -> None:
    """Look whether everything is in order: one line each, exit code 1 when something is not."""
    from lms.doctor import examine

    wrong = 0
    for finding in examine(chosen_home(), agency):
        wrong += not finding.good
        mark = "ok  " if finding.good else "!!  "
        click.echo(f"{mark}{finding.about}: {finding.text}", err=False)
    if wrong:
        click.echo(f"{wrong} not in order.", err=True)
        raise SystemExit(1)
