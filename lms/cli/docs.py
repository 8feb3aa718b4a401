"""Commands for the documentation: make the reference pages, check all pages."""

from __future__ import annotations

import click


@click.group()
def docs() -> None:
    """Make and check the documentation of a checkout."""


@docs.command()
def build() -> None:
    """Write the reference pages in docs/reference/ from the code."""
    from lms.core.resources import checkout
    from lms.docs import reference

    root = checkout()
    for path in reference.build(root):
        click.echo(path.relative_to(root))


@docs.command()
def check() -> None:
    """Look for pages that differ from the code, broken links, wrong examples, missing words."""
    from lms.core.resources import checkout
    from lms.docs.checks import problems

    found = problems(checkout())
    for line in found:
        click.echo(line, err=True)
    if found:
        click.echo(f"{len(found)} not in order.", err=True)
        raise SystemExit(1)
