"""Commands for the audit chain."""

from __future__ import annotations

import click

from lms.cli.options import agency_option, chosen_site
from lms.core.errors import Invalid


@click.group()
def audit() -> None:
    """Check the record of who did what."""


@audit.command()
@click.option(
    "--since",
    metavar="NUMBER:DIGEST",
    multiple=True,
    help="A head noted earlier (`lms audit head`): also finds what was cut off. Repeatable.",
)
@agency_option
def verify(since: tuple[str, ...], agency: str | None) -> None:
    """Check the whole chain: one line per missing or changed entry, exit code 1 for any."""
    from lms.core.audit import broken_entries
    from lms.core.audit import head as newest

    heads = dict(_noted(text) for text in since if text.strip() != "0:")  # of an empty chain
    with chosen_site(agency) as site, site.database.reading() as session:
        breaks = [str(each) for each in broken_entries(session, heads)]
        number, digest = newest(session)
    for line in breaks:
        click.echo(line, err=True)
    if breaks:
        raise SystemExit(1)
    click.echo(f"{number} entries, none missing or changed. Head: {number}:{digest}")


@audit.command()
@agency_option
def head(agency: str | None) -> None:
    """Print the newest entry's number and digest, to be kept somewhere else."""
    from lms.core.audit import head as newest

    with chosen_site(agency) as site, site.database.reading() as session:
        number, digest = newest(session)
    click.echo(f"{number}:{digest}")


def _noted(text: str) -> tuple[int, str]:
    number, _colon, digest = text.strip().partition(":")
    if not number.isdecimal() or len(digest) != 64:
        raise Invalid(
            f"{text!r} is no head. It looks like 1234:9f86d08…, as `lms audit head` says."
        )
    return int(number), digest
