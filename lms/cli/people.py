"""Commands for people: import, export, list, passwords, roles."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lms.cli.importing import deliver_all, refuse, show
from lms.cli.options import agency_option, chosen_site
from lms.core.errors import Invalid

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def people() -> None:
    """Import, export and list people; make passwords; give roles."""


@people.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON.")
@agency_option
def import_people(file: Path, dry_run: bool, as_json: bool, agency: str | None) -> None:
    """Take people from FILE (.xlsx or .csv), as SIASN or SIMPEG export them.

    Good rows come in although others are wrong; all in one transaction, so an interrupted import
    did nothing and can be repeated. People who are not in FILE stay as they are.
    """
    from lms.core.people.importing import apply_import, plan_import, read_people_file

    with chosen_site(agency) as site:
        try:
            parsed = read_people_file(file, file.name)
        except Invalid as error:
            refuse(file, error, as_json=as_json, dry_run=dry_run)
        if dry_run:
            with site.database.reading() as session:
                plan = plan_import(session, parsed)
        else:
            with site.database.writing(deliver=False) as session:
                plan = apply_import(session, parsed, None)
            deliver_all(site, quiet=as_json)
    report = plan.as_json(dry_run=dry_run)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        show(report, plan.errors, plan.warnings)
    raise SystemExit(0 if plan.usable else 2)


@people.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@agency_option
def export(file: Path, agency: str | None) -> None:
    """Write all active people to FILE (.xlsx), as `lms people import` reads them."""
    from lms.core.people.exporting import export_people

    with chosen_site(agency) as site, site.database.reading() as session:
        file.write_bytes(export_people(session))
    click.echo(f"Written to {file}. It holds personal data: keep it safe.")


@people.command("list")
@click.option("--search", default="", help="Words of the name, or a part of the NIP.")
@click.option("--limit", default=50, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@agency_option
def list_people(search: str, limit: int, as_json: bool, agency: str | None) -> None:
    """List people by name: NIP, name, post, unit."""
    from dataclasses import asdict

    from lms.core.people import queries

    with chosen_site(agency) as site, site.database.reading() as session:
        wanted = queries.PeopleFilter(search=search, active=None)
        lines = queries.list_people(session, wanted, size=limit)
        total = queries.count_people(session, wanted)
    if as_json:
        found = [asdict(line) for line in lines]
        click.echo(json.dumps({"total": total, "people": found}, ensure_ascii=False, indent=2))
        return
    for line in lines:
        click.echo("\t".join((line.nip, line.name, line.position, line.unit)))
    if total > len(lines):
        click.echo(f"… and {total - len(lines)} more (--limit)", err=True)


@people.command()
@click.argument("nip")
@agency_option
def password(nip: str, agency: str | None) -> None:
    """Make a new one-time password for NIP; all sessions of the account end."""
    from lms.core.people.accounts import reset_password

    with chosen_site(agency) as site, site.database.writing() as session:
        made = reset_password(session, _person(session, nip), None)
    click.echo(made)


@people.command()
@click.argument("nip")
@click.argument("role")
@click.option("--remove", is_flag=True, help="Take the role back.")
@agency_option
def role(nip: str, role: str, remove: bool, agency: str | None) -> None:
    """Give NIP a ROLE: trainer, officer, auditor or administrator."""
    from lms.core.people.roles import give_role, take_role

    with chosen_site(agency) as site, site.database.writing() as session:
        person_id = _person(session, nip)
        changed = (take_role if remove else give_role)(session, person_id, role, None)
    done = "taken back" if remove else "given"
    click.echo(f"{role}: {done}." if changed else f"{role}: nothing to change.")


def _person(session: object, nip: str) -> int:
    from typing import cast

    from sqlalchemy.orm import Session

    from lms.core.people.nip import check_nip
    from lms.core.people.queries import find_by_nip

    return find_by_nip(cast(Session, session), check_nip(nip).normalised or nip)
