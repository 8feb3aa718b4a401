"""Fills demo agencies with invented people, results and activity; a second time keeps them."""

from __future__ import annotations

import fcntl
import json
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lms.agencies import opened_site
from lms.config import HostConfig, agency_folder, load_agency
from lms.core.errors import Conflict, Invalid
from lms.core.migrate import pending, upgrade
from lms.core.site import system_clock
from lms.demo.accounts import DemoAccount, keep_accounts, make_accounts, read_accounts
from lms.demo.filling import Advance, Show, fill_agency
from lms.demo.names import read_data

AGENCIES = ("serang", "cilegon")
COMPLETE = "demo-complete"
LOCK = "demo.lock"
FEWEST, MOST = 100, 20_000
LOG_IN = "/masuk"


@contextmanager
def quietly(_label: str, _total: int) -> Iterator[Advance]:
    """Show nothing of a piece of work."""
    yield lambda _count: None


def fill_demo(
    home: Path, *, people: int | None = None, reset: bool = False, show: Show = quietly
) -> list[DemoAccount]:
    """Make the demo agencies that are missing or half done; give the log-ins of all.

    `people` is the size of the large agency (None: as large as the report); the pilot always has
    its own. `reset` makes both anew. Raises Conflict when an agency of that name is no demo, or
    another process is filling.
    """
    if people is not None and not FEWEST <= people <= MOST:
        raise Invalid(f"A demo has {FEWEST} to {MOST} people, not {people}.")
    home.mkdir(parents=True, exist_ok=True)
    with _alone(home):
        for slug in AGENCIES:
            _refuse_real(home, slug)
        for slug in AGENCIES:
            if reset or not _is_complete(home, slug):
                _fill(home, slug, people, show)
            else:
                _look_after(home, slug)
    return read_accounts(home)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Keep a second `lms demo` from taking a filling under way for an interrupted one."""
    with (home / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(f"Another `lms demo` is filling {home}.") from error
        yield


def _refuse_real(home: Path, slug: str) -> None:
    if (agency_folder(home, slug) / "agency.toml").exists() and not load_agency(home, slug).demo:
        raise Conflict(
            f"{slug} in {home} is an agency, not a demo. Choose another home: --home or LMS_HOME."
        )


def _is_complete(home: Path, slug: str) -> bool:
    return (agency_folder(home, slug) / COMPLETE).is_file()


def _fill(home: Path, slug: str, people: int | None, show: Show) -> None:
    """Make an agency from scratch; the mark of completion is the last thing written."""
    plan: Mapping[str, Any] = read_data(slug)
    _remove(home, slug)
    started = time.monotonic()
    count = plan["people"] if plan.get("pilot") else people or plan["people"]
    filled = fill_agency(home, plan, count, system_clock(), show)
    state = {
        "people": filled.people,
        "seconds": round(time.monotonic() - started, 1),
        "stages": {stage: list(ids) for stage, ids in filled.marks.items()},
    }
    _renew_accounts(home, slug, state["stages"])
    (agency_folder(home, slug) / COMPLETE).write_text(json.dumps(state) + "\n", encoding="utf-8")


def _remove(home: Path, slug: str) -> None:
    """Remove what an earlier or interrupted filling left, also beside the agency's place."""
    folder = agency_folder(home, slug)
    for path in (folder, *folder.parent.glob(f".{slug}.*")):
        shutil.rmtree(path, ignore_errors=True)


def _look_after(home: Path, slug: str) -> None:
    """Bring a kept agency's tables up to date, and make log-ins anew that were lost."""
    with opened_site(home, slug) as site:
        if pending(site):
            upgrade(site)
    if not any(account.agency == slug for account in read_accounts(home)):
        text = (agency_folder(home, slug) / COMPLETE).read_text(encoding="utf-8")
        _renew_accounts(home, slug, json.loads(text)["stages"])


def _renew_accounts(home: Path, slug: str, stages: Any) -> None:
    with opened_site(home, slug) as site, site.database.writing(deliver=False) as session:
        made = make_accounts(session, slug, stages)
    others = [account for account in read_accounts(home) if account.agency != slug]
    keep_accounts(home, sorted([*others, *made], key=lambda each: AGENCIES.index(each.agency)))


def log_in_address(config: HostConfig, agency: str) -> str:
    """Give the address of an agency's log-in page."""
    host = f"[{config.host}]" if ":" in config.host else config.host
    base = config.public_url.rstrip("/") or f"http://{host}:{config.port}"
    return f"{base}/{agency}{LOG_IN}"
