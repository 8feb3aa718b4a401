"""What a demo filler gets: a clock to turn back, days, marks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lms.core.errors import Invalid
from lms.core.site import Site
from lms.demo.world import DemoWorld

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


def make_world(site: Site) -> DemoWorld:
    return DemoWorld(site=site, people=[], now=NOW)


def test_clock_stands_at_the_moment_and_goes_on_afterwards(site: Site) -> None:
    world, before = make_world(site), site.clock()
    moment = NOW - timedelta(days=9)
    with world.at(moment), world.at(moment - timedelta(days=1)):
        assert site.clock() == moment - timedelta(days=1)
        assert world.now == NOW
    assert site.clock() == before


def test_clock_goes_on_when_the_block_raises(site: Site) -> None:
    before = site.clock()
    with pytest.raises(ZeroDivisionError), make_world(site).at(NOW):
        1 / 0  # noqa: B018
    assert site.clock() == before


def test_days_ago_is_an_hour_of_the_agency(site: Site) -> None:
    moment = make_world(site).days_ago(3, 9, 30)
    assert moment.astimezone(UTC) == datetime(2026, 11, 17, 2, 30, tzinfo=UTC)


def test_days_ago_is_never_in_the_future(site: Site) -> None:
    assert make_world(site).days_ago(0, 23) == NOW


def test_person_has_one_stage(site: Site) -> None:
    world = make_world(site)
    world.mark("learning", 7)
    world.mark("retest", 7)
    assert world.marks["retest"] == [7]
    assert not world.marks["learning"]


def test_unknown_stage_is_refused(site: Site) -> None:
    with pytest.raises(Invalid, match="assigned"):
        make_world(site).mark("lost", 1)  # type: ignore[arg-type]


def test_draws_repeat(site: Site) -> None:
    first, second = make_world(site), make_world(site)
    assert [first.rng.random() for _ in range(3)] == [second.rng.random() for _ in range(3)]
