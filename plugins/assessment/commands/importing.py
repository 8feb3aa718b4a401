"""Commands that take questions into the bank of an agency, and give them out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

import click

from lms import Invalid
from lms.commands import agency_option, agency_slugs, chosen_site
from plugins.assessment.domain.formats import FORMATS, Format, Parsed, Problem, read_questions
from plugins.assessment.domain.formats.values import MAX_FILE
from plugins.assessment.queries.bank import BankFilter
from plugins.assessment.services import exporting
from plugins.assessment.services.exporting import WRITERS, OutFormat
from plugins.assessment.services.importing import (
    ImportPlan,
    apply_import,
    plan_file,
    plan_import,
)
from plugins.assessment.services.places import read_places

SHOWN = 20
COMPETENCY = click.option("--competency", metavar="CODE", default="", help="Code of a competency.")
OTHER_NAMES = {"moodlexml": "moodle", "excel": "xlsx", "csv": "xlsx"}


class _FormatName(click.Choice[str]):
    """A format by our name or as people write it: "Moodle XML", "moodle_xml", "QTI 2.2"."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        plain = "".join(letter for letter in value.lower() if letter.isalpha())
        known = OTHER_NAMES.get(plain, plain)
        return super().convert(known if known in self.choices else value, param, ctx)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--format",
    "form",
    type=_FormatName(list(FORMATS)),
    help="The format (default: found from the content).",
)
@COMPETENCY
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON.")
@agency_option
def import_items(
    file: Path,
    form: Format | None,
    competency: str,
    dry_run: bool,
    as_json: bool,
    agency: str | None,
) -> None:
    """Take questions from FILE into the bank, as drafts.

    Good questions come in although others are wrong; those that are there already are skipped. A
    question goes to the competency that it or its category names, else to --competency, else to
    the first one of the framework with most questions; the report says so. A dry run needs no
    agency: without one, the file alone is checked.
    """
    try:
        parsed = _read(file, form)
        plan = _take(parsed, file, competency, dry_run=dry_run, agency=agency)
    except Invalid as error:
        _refuse(file, error, as_json=as_json)
    if as_json:
        click.echo(json.dumps(plan.as_json(), ensure_ascii=False, indent=2))
    else:
        _show(file, plan, dry_run=dry_run)
    raise SystemExit(0 if plan.usable or not plan.errors else 2)


def _take(
    parsed: Parsed, file: Path, competency: str, *, dry_run: bool, agency: str | None
) -> ImportPlan:
    """Compare with the bank of an agency, and store unless it is a dry run."""
    if dry_run and agency is None and len(agency_slugs()) != 1:
        return plan_file(parsed)
    with chosen_site(agency) as site:
        if dry_run:
            with site.database.reading() as session:
                return plan_import(session, parsed, competency=competency)
        with site.database.writing() as session:
            filename = click.format_filename(file, shorten=True)  # also of bytes that are no text
            return apply_import(session, parsed, None, competency=competency, filename=filename)


def _read(file: Path, form: Format | None) -> Parsed:
    """Read no more than the limit and a byte: a larger file is refused by its size."""
    with file.open("rb") as opened:
        return read_questions(opened.read(MAX_FILE + 1), file.name, form)


def _refuse(file: Path, error: Invalid, *, as_json: bool) -> NoReturn:
    """Tell why a whole file is refused, and end with exit code 2."""
    if not as_json:
        raise error
    first = {"where": click.format_filename(file, shorten=True), "message": error.message}
    report = {"read": 0, "imported": 0, "skipped": 0, "errors": [first], "notes": []}
    click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    raise SystemExit(2)


def _show(file: Path, plan: ImportPlan, *, dry_run: bool) -> None:
    done = "would be" if dry_run else "were"
    click.echo(
        f"{file.name}: {plan.read} questions read; {plan.imported} {done} added as drafts, "
        f"{plan.skipped} are there already."
    )
    _list("Not taken", plan.errors)
    _list("To check", plan.notes)


def _list(title: str, found: tuple[Problem, ...]) -> None:
    if found:
        click.echo(f"{title} ({len(found)}):")
    for problem in found[:SHOWN]:
        click.echo(f"  {problem.where}: {problem.message}")
    if len(found) > SHOWN:
        click.echo(f"  … and {len(found) - SHOWN} more (--json shows all)")


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--format", "form", type=click.Choice(list(WRITERS)), required=True)
@COMPETENCY
@agency_option
def export_items(file: Path, form: OutFormat, competency: str, agency: str | None) -> None:
    """Write the newest versions of all questions to FILE, with their keys: keep it safe."""
    with chosen_site(agency) as site, site.database.reading() as session:
        place = read_places(session).chosen(competency) if competency else None
        wanted = BankFilter(competency_id=place.id if place else None)
        made = exporting.export_items(session, form, wanted)
    file.write_bytes(made.content)
    click.echo(f"{made.count} questions written to {file}. The keys are in it: keep it safe.")
    if made.left_out:
        some = ", ".join(made.left_out[:SHOWN])
        click.echo(f"{form} cannot hold {len(made.left_out)} questions: {some}", err=True)
