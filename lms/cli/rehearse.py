"""`lms rehearse`: play the whole loop, the test, or a measurement day against the server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from lms.cli.options import agency_option, chosen_agency, chosen_home
from lms.config import agency_slugs, load_agency, load_host


def _demo_agency(home: Path) -> str | None:
    """Give the demo's large agency, so that the demo needs no `--agency`; None elsewhere."""
    demos = [slug for slug in agency_slugs(home) if load_agency(home, slug).demo]
    return demos[-1] if demos else None


@click.command()
@agency_option
@click.option("--people", default=200, show_default=True, type=click.IntRange(1, 20_000))
@click.option(
    "--only",
    type=click.Choice(["exam", "day"]),
    help="exam: the first test alone; day: a measurement day in rooms. Default: the whole loop.",
)
@click.option(
    "--concurrency",
    "--clients",
    default=16,
    show_default=True,
    type=click.IntRange(1, 500),
    help="How many people are there at once; the others wait.",
)
@click.option(
    "--think",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0, 600),
    help="Mean seconds before each answer.",
)
@click.option(
    "--rooms", default=5, show_default=True, type=click.IntRange(1, 100), help="Of a day."
)
@click.option(
    "--minutes", default=60, show_default=True, type=click.IntRange(1, 480), help="Limit of a day."
)
@click.option("--url", default="", help="The server; default: LMS_HOST and LMS_PORT, lms.toml.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def rehearse(agency: str | None, people: int, url: str, as_json: bool, **how: Any) -> None:
    """Rehearse the day: PEOPLE invented people walk the loop in a scratch agency.

    It is played over real HTTP against the running server and removed afterwards; the agency's
    own data is never touched. Exit code 1 when anything went wrong.
    """
    from lms.rehearsal.programme import Programme
    from lms.rehearsal.rehearse import rehearse as play

    home = chosen_home()
    slug = agency or _demo_agency(home) or chosen_agency(None)
    host = load_host(home)
    address = url or f"http://{host.host}:{host.port}"
    with click.progressbar(length=people, label="People", hidden=as_json) as bar:
        report = play(home, slug, people, address, Programme(**how), tell=lambda _: bar.update(1))
    click.echo(
        json.dumps(report.as_json(), ensure_ascii=False) if as_json else "\n".join(report.lines())
    )
    if not report.sound:
        raise SystemExit(1)
