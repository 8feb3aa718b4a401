"""How a demo is filled: history in order, and a stop that names who is to blame."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.errors import Invalid, PluginError
from lms.core.hooks.contracts import DemoFiller
from lms.core.hooks.events import PersonMoved
from lms.core.hooks.models import Delivery, EventRow
from lms.core.hooks.outbox import record
from lms.core.people.models import Unit
from lms.core.site import Site
from lms.demo.delivering import count_waiting, deliver_history
from lms.demo.filling import _refuse_problems, _run
from lms.demo.world import DemoWorld
from tests.conftest import make_person

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


def make_world(site: Site) -> DemoWorld:
    site.clock = lambda: NOW
    return DemoWorld(site=site, people=[], now=NOW)


def move_someone(world: DemoWorld, *moments: datetime) -> None:
    with world.site.database.writing(deliver=False) as session:
        person = make_person(session).id
    for moment in moments:
        with world.at(moment), world.site.database.writing(deliver=False) as session:
            record(session, PersonMoved(person_id=person, placement_id=1))


def test_consequences_are_dated_like_their_causes(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, heard = make_world(site), []
    moments = [world.days_ago(9, 8), world.days_ago(9, 15), world.days_ago(2, 10)]
    move_someone(world, *moments)
    monkeypatch.setattr(
        site.registry.__class__, "tell", lambda *_args, **_named: heard.append(site.clock())
    )
    done: list[int] = []
    deliver_history(world, done.append)
    assert heard == [moments[1], moments[1], moments[2]]
    assert (sum(done), count_waiting(world)) == (3, 0)


def test_history_stops_at_a_plugin_that_fails(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_named: Any) -> None:
        raise KeyError("nothing")

    world = make_world(site)
    move_someone(world, world.days_ago(5))
    monkeypatch.setattr(site.registry.__class__, "tell", fail)
    with pytest.raises(PluginError, match=r"core.*KeyError"):
        deliver_history(world, lambda _count: None)
    with site.database.reading() as session:
        assert session.scalar(select(Delivery.state)) == "waiting"
        assert session.scalar(select(func.count(EventRow.id))) == 1


def test_failing_filler_is_named_and_leaves_nothing(site: Site) -> None:
    def fill(session: Session, _world: Any) -> None:
        session.add(Unit(name="Half done"))
        session.flush()
        raise ZeroDivisionError

    with pytest.raises(PluginError, match=r"courses.*courses-half.*ZeroDivisionError"):
        _run(make_world(site), "courses", DemoFiller(name="courses-half", order=1, fill=fill))
    with site.database.reading() as session:
        assert not session.scalars(select(Unit).where(Unit.name == "Half done")).all()


def test_own_file_with_a_problem_is_refused() -> None:
    from lms.core.sheets import Problem

    problem = Problem(row=7, column="NIP", value="", message_id="NIP kosong.")
    with pytest.raises(Invalid) as caught:
        _refuse_problems([], [problem])
    assert caught.value.reasons == ("7: NIP kosong.",)
