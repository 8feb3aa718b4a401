"""Background work: enqueued with the fact, done once, retried, taken over from the dead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.hooks.contracts import Job
from lms.core.hooks.registry import LoadedPlugin
from lms.core.hooks.specs import hookimpl
from lms.core.jobs import LEASE, MAX_ATTEMPTS, JobRow, _claim, enqueue, schedule_due, work_once
from lms.core.settings import SettingRow
from lms.core.site import Site
from tests.conftest import TestClock

AddPlugin = Callable[..., LoadedPlugin]


@pytest.fixture
def fails(add_plugin: AddPlugin) -> list[bool]:
    """A job kind `alat.tulis` that writes a row, and fails while `fails[0]`."""
    failing = [False]

    def run(session: Any, payload: Mapping[str, Any], progress: Any) -> None:
        progress(1, 2)
        session.add(SettingRow(key=f"alat.{payload['n']}", value=1))
        session.flush()
        if failing[0]:
            raise RuntimeError("belum bisa")

    @hookimpl
    def lms_register_jobs() -> list[Job]:
        return [
            Job(name="alat.tulis", title="Menulis", run=run),
            Job(name="alat.sapu", title="Menyapu", run=lambda *_: None, every_seconds=60),
        ]

    add_plugin("alat", lms_register_jobs=lms_register_jobs)
    return failing


def _enqueue(site: Site, n: int, key: str | None = None) -> str | None:
    with site.database.writing() as session:
        return enqueue(session, "alat.tulis", {"n": n}, unique_key=key)


def _rows(site: Site) -> list[JobRow]:
    with site.database.reading() as session:
        own = select(JobRow).where(JobRow.name.not_like("core.%"))  # core's repeat themselves
        return list(session.scalars(own.order_by(JobRow.id)))


def _written(site: Site) -> int:
    with site.database.reading() as session:
        return len(session.scalars(select(SettingRow.key)).all())


def test_job_is_done_once_with_its_effect(bare: Site, fails: list[bool]) -> None:
    _enqueue(bare, 1)
    assert work_once(bare)
    assert not work_once(bare)
    assert _written(bare) == 1
    assert (_rows(bare)[0].state, _rows(bare)[0].done) == ("done", 1)


def test_job_of_a_rolled_back_fact_does_not_exist(bare: Site, fails: list[bool]) -> None:
    def fail() -> None:
        with bare.database.writing() as session:
            enqueue(session, "alat.tulis", {"n": 1})
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not work_once(bare)


def test_unique_work_is_enqueued_once_until_done(bare: Site, fails: list[bool]) -> None:
    assert _enqueue(bare, 1, "k") is not None
    assert _enqueue(bare, 2, "k") is None
    work_once(bare)
    assert _enqueue(bare, 3, "k") is not None


def test_failed_job_leaves_nothing_half_done_and_is_retried(
    bare: Site, fails: list[bool], clock: TestClock
) -> None:
    fails[0] = True
    _enqueue(bare, 1)
    work_once(bare)
    assert _written(bare) == 0
    assert _rows(bare)[0].state == "waiting"
    assert not work_once(bare), "it waits before it tries again"
    fails[0] = False
    clock.move(minutes=5)
    assert work_once(bare)
    assert _written(bare) == 1


def test_job_that_keeps_failing_is_stopped_with_its_error(
    bare: Site, fails: list[bool], clock: TestClock
) -> None:
    fails[0] = True
    _enqueue(bare, 1, "k")
    for _ in range(MAX_ATTEMPTS):
        clock.move(hours=2)
        work_once(bare)
    row = _rows(bare)[0]
    assert (row.state, row.attempts, row.unique_key) == ("stopped", MAX_ATTEMPTS, None)
    assert "belum bisa" in (row.error or "")


def test_job_of_a_killed_worker_is_taken_over_after_its_lease(
    bare: Site, fails: list[bool], clock: TestClock
) -> None:
    _enqueue(bare, 1)
    assert _claim(bare) is not None  # this worker is killed here
    assert not work_once(bare)
    clock.moment += LEASE
    clock.move(seconds=1)
    assert work_once(bare)
    assert _written(bare) == 1


def test_repeating_job_is_scheduled_at_its_distance(
    bare: Site, fails: list[bool], clock: TestClock
) -> None:
    for _ in range(3):
        schedule_due(bare)
    assert len(_rows(bare)) == 1
    while work_once(bare):
        pass
    clock.move(seconds=59)
    schedule_due(bare)
    assert len(_rows(bare)) == 1
    clock.move(seconds=2)
    schedule_due(bare)
    assert [row.state for row in _rows(bare)] == ["waiting"], "the run before is not kept"
