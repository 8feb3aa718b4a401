"""The outbox: remember, then tell; nothing lost, nothing applied twice, failures kept apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from lms.core.hooks import outbox
from lms.core.hooks.events import GapsClosed
from lms.core.hooks.models import Delivery, EventRow
from lms.core.hooks.registry import LoadedPlugin
from lms.core.hooks.specs import hookimpl
from lms.core.settings import SettingRow
from lms.core.site import Site
from tests.conftest import TestClock

AddPlugin = Callable[..., LoadedPlugin]
FACT = GapsClosed(person_id=1, plan_id=7)


def _listener(key: str, fail: list[bool] | None = None) -> Any:
    """Make a handler that writes one row, and fails while `fail` holds True."""

    @hookimpl
    def lms_gaps_closed(session: Any, event: GapsClosed) -> None:
        session.add(SettingRow(key=f"{key}.{event.plan_id}", value=1))
        session.flush()
        if fail and fail[0]:
            raise RuntimeError("belum bisa")

    return lms_gaps_closed


def _tell(site: Site) -> None:
    with site.database.writing() as session:
        outbox.record(session, FACT)


def _written(site: Site) -> set[str]:
    with site.database.reading() as session:
        return set(session.scalars(select(SettingRow.key)))


def _states(site: Site) -> dict[str, str]:
    with site.database.reading() as session:
        return dict(session.execute(select(Delivery.plugin, Delivery.state)).all())


def test_inline_plugin_hears_right_after_the_commit(bare: Site, add_plugin: AddPlugin) -> None:
    add_plugin("satu", lms_gaps_closed=_listener("satu"))
    _tell(bare)
    assert _written(bare) == {"satu.7"}
    assert _states(bare) == {"satu": "done"}


def test_agency_plugin_waits_for_the_worker(bare: Site, add_plugin: AddPlugin) -> None:
    add_plugin("satu", inline=False, lms_gaps_closed=_listener("satu"))
    _tell(bare)
    assert _written(bare) == set()
    assert outbox.deliver_pending(bare) == 1
    assert _written(bare) == {"satu.7"}
    assert outbox.deliver_pending(bare) == 0


def test_worker_leaves_fresh_inline_deliveries_to_the_request(
    bare: Site, add_plugin: AddPlugin, clock: TestClock
) -> None:
    """Else a person's next page would not know yet what follows from the hand-in."""
    add_plugin("dalam", lms_gaps_closed=_listener("dalam"))
    add_plugin("luar", inline=False, lms_gaps_closed=_listener("luar"))
    bare.database.after_commit = None  # the request has committed and is about to deliver
    _tell(bare)
    grace = outbox.INLINE_GRACE
    outbox.deliver_pending(bare, inline_grace=grace)
    assert _written(bare) == {"luar.7"}
    clock.moment += grace  # the process of the request has died
    outbox.deliver_pending(bare, inline_grace=grace)
    assert _written(bare) == {"luar.7", "dalam.7"}


def test_failing_plugin_rolls_back_alone_and_is_retried(
    bare: Site, add_plugin: AddPlugin, clock: TestClock
) -> None:
    fails = [True]
    add_plugin("rusak", lms_gaps_closed=_listener("rusak", fails))
    add_plugin("baik", lms_gaps_closed=_listener("baik"))
    _tell(bare)
    assert _written(bare) == {"baik.7"}
    assert _states(bare) == {"rusak": "waiting", "baik": "done"}
    assert "belum bisa" in bare.registry.plugins["rusak"].last_error
    assert outbox.deliver_pending(bare) == 0, "the retry waits"
    fails[0] = False
    clock.move(minutes=5)
    outbox.deliver_pending(bare)
    assert _written(bare) == {"baik.7", "rusak.7"}


def test_plugin_that_keeps_failing_is_stopped_and_can_be_asked_again(
    bare: Site, add_plugin: AddPlugin, clock: TestClock
) -> None:
    fails = [True]
    add_plugin("rusak", lms_gaps_closed=_listener("rusak", fails))
    _tell(bare)
    for _ in range(outbox.MAX_ATTEMPTS):
        clock.move(hours=3)
        outbox.deliver_pending(bare)
    assert _states(bare) == {"rusak": "stopped"}
    fails[0] = False
    with bare.database.writing() as session:
        outbox.retry(session, session.scalars(select(Delivery.id)).one())
    outbox.deliver_pending(bare)
    assert _states(bare) == {"rusak": "done"}


def test_rolled_back_fact_tells_nobody(bare: Site, add_plugin: AddPlugin) -> None:
    add_plugin("satu", lms_gaps_closed=_listener("satu"))

    def fail() -> None:
        with bare.database.writing() as session:
            outbox.record(session, FACT)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with bare.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(EventRow)) == 0
    assert _written(bare) == set()


def test_delivering_twice_applies_once(bare: Site, add_plugin: AddPlugin) -> None:
    add_plugin("satu", lms_gaps_closed=_listener("satu"))
    _tell(bare)
    with bare.database.reading() as session:
        event_id = session.scalars(select(EventRow.id)).one()
    outbox.deliver_inline(bare, [event_id])
    outbox.deliver_pending(bare)
    assert _written(bare) == {"satu.7"}


def test_crash_after_the_commit_loses_no_delivery(bare: Site, add_plugin: AddPlugin) -> None:
    """The process ends between commit and delivery: the worker delivers what was remembered."""
    add_plugin("satu", lms_gaps_closed=_listener("satu"))
    bare.database.after_commit = None
    _tell(bare)
    assert _written(bare) == set()
    outbox.deliver_pending(bare)
    assert _written(bare) == {"satu.7"}


def test_event_recorded_by_a_handler_is_delivered_too(bare: Site, add_plugin: AddPlugin) -> None:
    @hookimpl
    def lms_gaps_closed(session: Any, event: GapsClosed) -> None:
        if event.plan_id < 10:
            outbox.record(session, GapsClosed(person_id=1, plan_id=event.plan_id + 1))

    add_plugin("rantai", lms_gaps_closed=lms_gaps_closed)
    add_plugin("satu", lms_gaps_closed=_listener("satu"))
    _tell(bare)
    assert _written(bare) == {"satu.7", "satu.8", "satu.9", "satu.10"}


def test_new_plugin_is_replayed_the_past_once(bare: Site, add_plugin: AddPlugin) -> None:
    add_plugin("satu", lms_gaps_closed=_listener("satu"))
    _tell(bare)
    add_plugin("baru", inline=False, lms_gaps_closed=_listener("baru"))
    with bare.database.writing() as session:
        assert outbox.replay(session, "baru") == 1
        assert outbox.replay(session, "baru") == 0
    outbox.deliver_pending(bare)
    assert _written(bare) == {"satu.7", "baru.7"}
