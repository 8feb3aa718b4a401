"""The worker goes round the agencies; one agency's trouble does not stop the others."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from lms import worker as worker_module
from lms.agencies import opened_site
from lms.core.hooks.events import GapsClosed
from lms.core.hooks.models import Delivery
from lms.core.hooks.outbox import record
from lms.core.jobs import JobRow, enqueue
from lms.worker import Worker, watch_parent
from tests.host.conftest import drop_in

NewAgency = Callable[..., Path]
JOBS = """
from lms import Job

def run(session, payload, progress):
    if payload.get("broken"):
        raise ValueError("broken")

@hookimpl
def lms_register_jobs():
    return [Job(name="{name}.run", title="x", run=run)]

@hookimpl
def lms_gaps_closed(session, event): ...
"""


def agency_with_jobs(new_agency: NewAgency, slug: str, plugin: str) -> None:
    folder = new_agency(slug, plugins=f'["{plugin}"]')
    drop_in(folder, plugin, JOBS.format(name=plugin))


def add_job(home: Path, slug: str, name: str, *, broken: bool = False) -> None:
    with opened_site(home, slug) as site, site.database.writing() as session:
        enqueue(session, name, {"broken": broken})


def job_states(home: Path, slug: str) -> list[str]:
    with opened_site(home, slug) as site, site.database.reading() as session:
        own = select(JobRow.state).where(JobRow.name.not_like("core.%"))  # core's repeat themselves
        return list(session.scalars(own.order_by(JobRow.id)))


def test_all_agencies_are_worked_for(home: Path, new_agency: NewAgency) -> None:
    for slug, plugin in (("serang", "giat"), ("cilegon", "rajin")):
        agency_with_jobs(new_agency, slug, plugin)
        add_job(home, slug, f"{plugin}.run")
        add_job(home, slug, f"{plugin}.run")
    Worker(home).run(once=True)
    assert job_states(home, "serang") == ["done", "done"]
    assert job_states(home, "cilegon") == ["done", "done"]


def test_events_reach_agency_plugins(home: Path, new_agency: NewAgency) -> None:
    agency_with_jobs(new_agency, "serang", "tekun")
    with opened_site(home, "serang") as site, site.database.writing() as session:
        record(session, GapsClosed(person_id=1, plan_id=1))
    Worker(home).run(once=True)
    with opened_site(home, "serang") as site, site.database.reading() as session:
        assert set(session.scalars(select(Delivery.state))) == {"done"}


def test_others_are_worked_for_when_one_agency_is_broken(home: Path, new_agency: NewAgency) -> None:
    (new_agency("aaa") / "lms.db").unlink()
    (new_agency("bbb") / "agency.toml").write_text("name = ")
    agency_with_jobs(new_agency, "ccc", "sabar")
    add_job(home, "ccc", "sabar.run")
    Worker(home).run(once=True)
    assert job_states(home, "ccc") == ["done"]


def test_others_are_worked_for_when_a_job_breaks(home: Path, new_agency: NewAgency) -> None:
    agency_with_jobs(new_agency, "serang", "ulet")
    add_job(home, "serang", "ulet.run", broken=True)
    add_job(home, "serang", "ulet.run")
    Worker(home).run(once=True)
    assert job_states(home, "serang") == ["waiting", "done"]


def test_agency_is_served_again_when_mended(
    home: Path, new_agency: NewAgency, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency_with_jobs(new_agency, "serang", "cermat")
    add_job(home, "serang", "cermat.run")
    monkeypatch.setattr(worker_module, "RETRY", 0.0)
    worker = Worker(home)
    folder = home / "agencies" / "serang"
    (folder / "lms.db").rename(folder / "away.db")
    assert worker.round() is False
    (folder / "away.db").rename(folder / "lms.db")
    assert worker.round() is True


def test_removed_agency_is_let_go(home: Path, new_agency: NewAgency) -> None:
    folder = new_agency("serang")
    worker = Worker(home)
    worker.round()
    folder.rename(home / "elsewhere")
    assert worker.round() is False


def test_worker_ends_when_told_to(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    worker = Worker(home)
    thread = threading.Thread(target=worker.run)
    thread.start()
    worker.stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_worker_ends_when_its_parent_is_gone() -> None:
    stop = threading.Event()
    watch_parent(os.getppid() + 1, stop)  # not our parent, as after the real one was killed
    assert stop.wait(10)


def test_command_ends_by_itself_when_only_once(home: Path, new_agency: NewAgency) -> None:
    agency_with_jobs(new_agency, "serang", "gesit")
    add_job(home, "serang", "gesit.run")
    command = [sys.executable, "-m", "lms.cli", "--home", str(home), "work", "--once"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert job_states(home, "serang") == ["done"]
