"""Commands for frameworks, standards and cut scores as a workbook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lms.cli.options import agency_option, chosen_site

if TYPE_CHECKING:
    from lms.core.learning.exchanging import WorkbookPlan


@click.group()
def standards() -> None:
    """Export and import frameworks, standards and cut scores as XLSX."""


@standards.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@agency_option
def export(file: Path, agency: str | None) -> None:
    """Write what is in force to FILE (.xlsx), as `lms standards import` reads it."""
    from lms.core.learning.exchanging import export_workbook

    with chosen_site(agency) as site, site.database.reading() as session:
        file.write_bytes(export_workbook(session))
    click.echo(f"Written to {file}.")


@standards.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON.")
@agency_option
def import_standards(file: Path, dry_run: bool, as_json: bool, agency: str | None) -> None:
    """Take frameworks, standards and cut scores from FILE (.xlsx).

    What differs becomes a new version; what is the same stays. With one wrong cell nothing is
    stored. People are compared with a new standard by the worker (`lms work`).
    """
    from lms.core.learning.exchanging import apply_workbook, read_and_plan

    with chosen_site(agency) as site:
        with site.database.reading() as session:
            plan = read_and_plan(session, file, file.name)
        store = bool(plan.to_store) and not plan.problems and not dry_run
        if store:
            with site.database.writing() as session:
                apply_workbook(session, read_and_plan(session, file, file.name), None)
    if as_json:
        click.echo(json.dumps(_report(plan, stored=store), ensure_ascii=False, indent=2))
    else:
        _show(plan, stored=store)
    raise SystemExit(2 if plan.problems else 0)


def _report(plan: WorkbookPlan, *, stored: bool) -> dict[str, object]:
    return {
        "stored": stored,
        "changes": [change.as_json() for change in plan.changes],
        "problems": [problem.as_json() for problem in plan.problems],
        "notes": [note.message for note in plan.notes],
    }


def _show(plan: WorkbookPlan, *, stored: bool) -> None:
    for problem in plan.problems:
        click.echo(problem.text, err=True)
    if plan.problems:
        click.echo(f"Nothing stored: {len(plan.problems)} to mend.", err=True)
        return
    for change in plan.changes:
        click.echo(f"{change.kind} {change.code} version {change.version}: {change.state}")
    for note in plan.notes:
        click.echo(note.message)
    click.echo("Stored." if stored else "Nothing stored.")
