"""The machine of classes once more, through the services and the tables."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from hypothesis.stateful import run_state_machine_as_test as play

from lms.core.site import Site
from lms.errors import LmsError
from plugins.courses.services.classes.changing import edit_class
from plugins.courses.services.classes.deciding import decide_many
from plugins.courses.services.classes.opening import cancel_class
from plugins.courses.services.classes.running import finish_class, start_class
from plugins.courses.services.classes.seating import enrol_oneself, give_up, nominate, take_out
from tests.conftest import TestClock, make_person, make_site
from tests.courses.class_factories import FIRST, assert_sound, new_class, seats, spec, the_class
from tests.courses.conftest import ALONE

MEMBERS = 6
members = st.integers(0, MEMBERS - 1)


class PlayedClass(RuleBasedStateMachine):
    """Each run has a class of its own; site and people are shared."""

    site: Site
    clock: TestClock
    people: list[int]
    boss: int

    @initialize(maximum=st.integers(1, 3), approval=st.booleans())
    def plan(self, maximum: int, approval: bool) -> None:
        self.clock.moment = FIRST - timedelta(days=3)
        self.values: dict[str, Any] = {"maximum": maximum, "needs_approval": approval}
        with self.site.database.writing(deliver=False) as session:
            self.public = new_class(session, **self.values)

    def _try(self, act: Callable[..., object], *args: object, **values: object) -> None:
        with self.site.database.writing(deliver=False) as session:
            try:
                act(session, *args, **values)
            except LmsError:
                session.rollback()

    def _check(self) -> None:
        with self.site.database.reading() as session:
            assert_sound(session, self.public)

    @rule(who=members)
    def enrol(self, who: int) -> None:
        self._try(enrol_oneself, self.people[who], self.public)
        self._check()

    @rule(who=st.lists(members, min_size=1, max_size=4), boss=st.booleans())
    def propose(self, who: list[int], boss: bool) -> None:
        actor = self.boss if boss else self.people[0]
        self._try(nominate, actor, self.public, [self.people[at] for at in who])
        self._check()

    @rule(who=st.lists(members, min_size=1, max_size=4), grant=st.booleans())
    def decide(self, who: list[int], grant: bool) -> None:
        ids = [self._seat(at) for at in who]
        found = [each for each in ids if each]
        self._try(decide_many, self.boss, found, grant=grant, why="Tugas.")
        self._check()

    def _seat(self, at: int) -> str:
        with self.site.database.reading() as session:
            seat = seats(session, self.public).get(self.people[at])
            return seat.public_id if seat else ""

    @rule(who=members, officer=st.booleans())
    def leave(self, who: int, officer: bool) -> None:
        seat = self._seat(who)
        if officer and seat:
            self._try(take_out, self.boss, self.public, seat, "Sakit.")
        else:
            self._try(give_up, self.people[who], self.public)
        self._check()

    @rule(maximum=st.integers(1, 5))
    def resize(self, maximum: int) -> None:
        self._try(edit_class, self.boss, self.public, spec(**{**self.values, "maximum": maximum}))
        self._check()

    @rule(
        hours=st.sampled_from([1, 6, 30]),
        act=st.sampled_from([None, None, "start", "finish", "cancel"]),
    )
    def go_on(self, hours: int, act: str | None) -> None:
        self.clock.move(hours=hours)
        deeds = {"start": start_class, "finish": finish_class}
        if act == "cancel":
            self._try(cancel_class, self.boss, self.public, "Gempa.")
        elif act:
            self._try(deeds[act], self.boss, self.public)
        self._check()

    def teardown(self) -> None:
        """End the class, so that its people are free for the next run."""
        with self.site.database.writing(deliver=False) as session:
            if the_class(session, self.public).state not in ("done", "cancelled"):
                cancel_class(session, self.boss, self.public, "Selesai bermain.")
        self._check()


@pytest.mark.slow
def test_tables_stay_sound_whatever_happens(courses_on_sqlite: Path, tmp_path: Path) -> None:
    folder, clock = tmp_path / "contoh", TestClock()
    shutil.copytree(courses_on_sqlite, folder)
    site = make_site(folder, f"sqlite:///{folder / 'lms.db'}", clock, plugins=ALONE)
    with site.database.writing(deliver=False) as session:
        boss = make_person(session, name="Atasan")
        people = [make_person(session, supervisor=boss).id for _ in range(MEMBERS)]
    values = {"site": site, "clock": clock, "people": people, "boss": boss.id}
    play(
        type("Machine", (PlayedClass,), values),
        settings=settings(
            max_examples=16,
            stateful_step_count=25,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    site.database.close()
