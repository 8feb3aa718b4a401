"""What the two imports share: reports in words and JSON, and telling events after a mass import."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from lms.core.errors import Invalid
from lms.core.sheets import Problem

if TYPE_CHECKING:
    from lms.core.site import Site

SHOWN = 20


def refuse(file: Path, error: Invalid, *, as_json: bool, dry_run: bool) -> NoReturn:
    """Tell why a whole file is refused, and end with exit code 2."""
    if not as_json:
        raise error
    first = {"row": 0, "column": "", "value": "", "message": error.message}
    counts = dict.fromkeys(("read", "created", "updated", "unchanged"), 0)
    report = {"file": file.name, **counts, "errors": [first], "warnings": [], "dry_run": dry_run}
    click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    raise SystemExit(2)


def show(report: dict[str, Any], errors: Sequence[Problem], warnings: Sequence[Problem]) -> None:
    """Print a report for people: counts, then the first findings."""
    done = "would be" if report["dry_run"] else "were"
    click.echo(
        f"{report['file']}: {report['read']} rows read; {report['created']} {done} added, "
        f"{report['updated']} changed, {report['unchanged']} left as they are."
    )
    if report.get("columns_left_out"):
        click.echo(f"Columns not taken: {', '.join(report['columns_left_out'])}")
    for title, found in (("Not taken", errors), ("To check", warnings)):
        if found:
            click.echo(f"{title} ({len(found)}):")
        for problem in found[:SHOWN]:
            where = f"baris {problem.row}" + (f", {problem.column}" if problem.column else "")
            click.echo(f"  {where}: {problem.message}")
        if len(found) > SHOWN:
            click.echo(f"  … and {len(found) - SHOWN} more (--json shows all)")


def deliver_all(site: Site, *, quiet: bool) -> None:
    """Tell what a mass import recorded, in batches, with a progress bar on stderr."""
    from lms.core.hooks.outbox import deliver_pending

    if not (waiting := _waiting(site)):
        return
    with click.progressbar(
        length=waiting,
        label="Working out what follows",
        file=sys.stderr,
        hidden=quiet,
    ) as bar:
        while told := deliver_pending(site):
            bar.length = bar.pos + told + _waiting(site)
            bar.update(told)


def _waiting(site: Site) -> int:
    from sqlalchemy import func, select

    from lms.core.hooks.models import Delivery

    with site.database.reading() as session:
        due = (Delivery.state == "waiting") & (Delivery.next_at <= site.clock())
        return session.scalar(select(func.count()).where(due)) or 0
