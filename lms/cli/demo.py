"""`lms demo`: two agencies full of invented people, and the log-ins to try them with."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from lms.cli.options import chosen_home
from lms.config import load_host

if TYPE_CHECKING:
    from lms.demo.accounts import DemoAccount

STAGES = {
    "new": "pre-assessment not started",
    "assigned": "course assigned",
    "learning": "in the middle of a course",
    "retest": "waits for the retest",
    "certified": "has a certificate",
}


@click.group(invoke_without_command=True)
@click.option("--serve", "then_serve", is_flag=True, help="Serve the demo afterwards.")
@click.option("--reset", is_flag=True, help="Throw the demo away and make it anew.")
@click.option("--people", type=int, help="People in the large agency (default 2000).")
@click.pass_context
def demo(ctx: click.Context, then_serve: bool, reset: bool, people: int | None) -> None:
    """Make the demo agencies serang and cilegon; a second time keeps what is there."""
    if ctx.invoked_subcommand is not None:
        return
    from lms.demo import fill_demo

    home = chosen_home()
    config = load_host(home)
    started = time.monotonic()
    found = fill_demo(home, people=people, reset=reset, show=show)
    _print_accounts(found)
    address = f"http://{config.host}:{config.port}/"
    click.echo(f"Ready after {time.monotonic() - started:.0f} s. Address: {address}")
    if then_serve:
        from lms.serving import serve

        serve(home, config)


@demo.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, with the addresses.")
def accounts(as_json: bool) -> None:
    """Print the log-ins of the demo."""
    from lms.demo import log_in_address
    from lms.demo.accounts import read_accounts

    home = chosen_home()
    found = read_accounts(home)
    if not found:
        raise click.ClickException(f"There is no demo in {home}. Make it: lms demo")
    if as_json:
        config = load_host(home)
        rows = [_row(each, log_in_address(config, each.agency)) for each in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        _print_accounts(found)


def _row(account: DemoAccount, url: str) -> dict[str, Any]:
    row = {**asdict(account), "url": url}
    if not account.stage:
        del row["stage"]
    return row


def _print_accounts(found: list[DemoAccount]) -> None:
    config = load_host(chosen_home())
    from lms.demo import log_in_address

    for agency in dict.fromkeys(account.agency for account in found):
        click.echo(f"\n{agency}: {log_in_address(config, agency)}")
        for account in found:
            if account.agency == agency:
                click.echo(_line(account))
    click.echo()


def _line(account: DemoAccount) -> str:
    stage = f" ({STAGES[account.stage]})" if account.stage else ""
    what = f"{account.role}{stage}"
    return f"  {what:<38} {account.nip}  {account.password:<26} {account.name}"


@contextmanager
def show(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on a terminal, one line with the time elsewhere."""
    started = time.monotonic()
    with click.progressbar(length=max(1, total), label=f"{label:<48}", show_pos=True) as bar:
        yield bar.update
        bar.update(max(0, (bar.length or 0) - bar.pos))  # the total was an estimate
    if not bar._is_atty:
        click.echo(f"  {time.monotonic() - started:.1f} s")
