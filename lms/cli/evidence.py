"""Commands for evidence: import existing results."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lms.cli.importing import deliver_all, refuse, show
from lms.cli.options import agency_option, chosen_site
from lms.core.errors import Invalid

if TYPE_CHECKING:
    from lms.core.learning.importing import EvidenceFile, EvidencePlan
    from lms.core.site import Site

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def evidence() -> None:
    """Import existing results."""


@evidence.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON.")
@click.option(
    "--measured-on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day of the test, for rows without a date (default: today).",
)
@click.option("--source", default="", help="What the results are from, as people will read it.")
@click.option("--framework", metavar="CODE", help="Take competencies of this framework only.")
@agency_option
def import_evidence(
    file: Path,
    dry_run: bool,
    as_json: bool,
    measured_on: datetime | None,
    source: str,
    framework: str | None,
    agency: str | None,
) -> None:
    """Take results from FILE (.xlsx or .csv): NIP and one column per competency, or one line each.

    The ledger keeps what it has: the same file twice adds nothing. Give --measured-on when the file
    has no date, so that a repeated import is recognised.
    """
    from lms.core.learning.importing import plan_evidence, read_evidence_file

    day: date | None = measured_on.date() if measured_on else None
    with chosen_site(agency) as site:
        try:
            read = read_evidence_file(file, file.name, measured_on=day, framework=framework)
            with site.database.reading() as session:
                plan = plan_evidence(session, read, source)
        except Invalid as error:
            refuse(file, error, as_json=as_json, dry_run=dry_run)
        if not dry_run:
            plan = _record(site, read, source, people=plan.people, quiet=as_json)
            deliver_all(site, quiet=as_json)
    report = plan.as_json(dry_run=dry_run)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        show(report, plan.errors, plan.warnings)
    raise SystemExit(0 if plan.usable else 2)


def _record(
    site: Site, read: EvidenceFile, source: str, *, people: int, quiet: bool
) -> EvidencePlan:
    from lms.core.learning.importing import apply_evidence

    bar = click.progressbar(
        length=max(1, people),
        label="Recording results",
        file=sys.stderr,
        hidden=quiet,
    )
    with bar, site.database.writing(deliver=False) as session:
        return apply_evidence(
            session, read, None, source=source, progress=lambda done, total: bar.update(1)
        )
