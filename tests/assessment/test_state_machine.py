"""REL-6, first form: an attempt in the database never differs from a pure model of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from lms import Conflict
from lms.core.site import Site
from plugins.assessment.domain import current_answers
from plugins.assessment.models import AnswerEvent, Attempt, Result
from plugins.assessment.queries.facts import fact
from plugins.assessment.services.answers import HandedIn
from tests.assessment.factories import answer_all, asked, begin, finish, open_site, save
from tests.conftest import TestClock, make_site

QUESTIONS = 5
VALUES = st.sampled_from(["a", "b", "c", "unknown"])
PLACES = st.integers(1, QUESTIONS)


class AttemptMachine(RuleBasedStateMachine):
    """Start, answer, retry, back button, two devices, numbered messages, hand in, late answers."""

    site: Site
    person_id: int
    public: str

    def __init__(self) -> None:
        super().__init__()
        self.current: dict[int, str] = {}
        self.flags: dict[int, bool] = {}
        self.numbered: dict[tuple[str, int], tuple[int, str | None, bool]] = {}
        self.pages = 0
        self.next_number = 0
        self.events = 0
        self.receipt = ""

    @initialize()
    def start(self) -> None:
        type(self).person_id = open_site(self.site)[0]
        self.public = begin(self.site, self.person_id)

    # -- plain forms ---------------------------------------------------------------------------

    @precondition(lambda self: not self.receipt)
    @rule(place=PLACES, value=st.none() | VALUES, flag=st.booleans(), again=st.booleans())
    def answer_on_a_fresh_page(
        self, place: int, value: str | None, flag: bool, again: bool
    ) -> None:
        """A page is opened and sent, perhaps by a double click."""
        self.pages += 1
        for _ in range(1 + again):
            self._send(place, value, flag, device=f"page-{self.pages}")

    @precondition(lambda self: not self.receipt)
    @rule(place=PLACES, values=st.lists(VALUES, min_size=2, max_size=4))
    def change_on_one_page(self, place: int, values: list[str]) -> None:
        """The back button or a script sends one page several times, always with number 1."""
        self.pages += 1
        for value in values:
            self._send(place, value, self.flags.get(place, False), device=f"page-{self.pages}")

    def _send(self, place: int, value: str | None, flag: bool, device: str) -> None:
        save(self.site, self.public, place, value, device=device, flag=flag)
        new_value = value is not None and value != self.current.get(place)
        new_flag = flag != self.flags.get(place, False)
        if value is not None:
            self.current[place] = value
        self.flags[place] = flag
        self.events += new_value or new_flag

    # -- numbered messages ---------------------------------------------------------------------

    @precondition(lambda self: not self.receipt)
    @rule(place=PLACES, value=VALUES, device=st.sampled_from(["phone-1", "laptop"]))
    def send_a_numbered_message(self, place: int, value: str, device: str) -> None:
        self.next_number += 1
        self._number(place, value, device, self.next_number)

    def _number(self, place: int, value: str, device: str, seq: int) -> None:
        save(self.site, self.public, place, value, device=device, seq=seq, strict=True)
        self.numbered[device, seq] = (place, value, False)
        self.current[place] = value
        self.flags[place] = False
        self.events += 1

    @precondition(lambda self: self.numbered and not self.receipt)
    @rule(data=st.data())
    def send_a_message_again(self, data: st.DataObject) -> None:
        """The acknowledgement was lost: the same message changes nothing, however old it is."""
        (device, seq), (place, value, _) = data.draw(st.sampled_from(sorted(self.numbered.items())))
        known = save(self.site, self.public, place, value, device=device, seq=seq, strict=True)
        assert not known.stored
        assert known.seq == seq

    @precondition(lambda self: self.numbered and not self.receipt)
    @rule(data=st.data())
    def send_a_number_with_other_content(self, data: st.DataObject) -> None:
        (device, seq), (place, value, _) = data.draw(st.sampled_from(sorted(self.numbered.items())))
        other = "d" if value != "d" else "a"
        with pytest.raises(Conflict):
            save(self.site, self.public, place, other, device=device, seq=seq, strict=True)

    # -- the end -------------------------------------------------------------------------------

    @rule()
    def start_again(self) -> None:
        if not self.receipt:
            assert begin(self.site, self.person_id, seed=2) == self.public

    @rule(times=st.integers(1, 2))
    def hand_in(self, times: int) -> None:
        for _ in range(times):
            receipt = finish(self.site, self.person_id, self.public)
            assert receipt == (self.receipt or receipt)
            self.receipt = receipt

    @precondition(lambda self: self.receipt)
    @rule(place=PLACES, value=VALUES, strict=st.booleans())
    def answer_too_late(self, place: int, value: str, strict: bool) -> None:
        with pytest.raises(HandedIn):
            save(self.site, self.public, place, value, device="late-1", strict=strict)

    @invariant()
    def database_is_like_the_model(self) -> None:
        if not hasattr(self, "public"):
            return
        with self.site.database.reading() as session:
            attempt = session.scalars(select(Attempt).where(Attempt.public_id == self.public)).one()
            query = select(AnswerEvent).where(AnswerEvent.attempt_id == attempt.id)
            rows: list[Any] = list(session.scalars(query.order_by(AnswerEvent.id)))
            results = session.scalars(select(Result).where(Result.attempt_id == attempt.id)).all()
            keys = {n: v.key for n, v, _ in asked(session, self.public)}
        found = current_answers([fact(row) for row in rows])
        assert {n: a.value for n, a in found.items() if a.value} == self.current
        assert {n: a.flag for n, a in found.items() if a.flag} == {
            n: True for n, flag in self.flags.items() if flag
        }
        assert len(rows) == self.events
        assert bool(attempt.handed_in_at) == bool(self.receipt)
        if self.receipt:
            right = sum(keys[n] == value for n, value in self.current.items())
            assert sum(result.correct for result in results) == right
            assert attempt.answered == len(self.current)
        else:
            assert not results


@pytest.mark.dataloss
def test_attempt_is_always_like_its_model(sqlite_template: Path, tmp_path: Path) -> None:
    """Lessons D4, D8, D10, D12, D15: nothing acknowledged is lost, whatever the order of things."""
    folder = tmp_path / "contoh"
    shutil.copytree(sqlite_template, folder)
    site = make_site(folder, f"sqlite:///{folder / 'lms.db'}", TestClock())

    class Machine(AttemptMachine):
        pass

    Machine.site = site
    steps = settings(
        max_examples=20,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        database=None,
    )
    try:
        run_state_machine_as_test(Machine, settings=steps)
    finally:
        site.database.close()


def test_machine_can_fail(sqlite_template: Path, tmp_path: Path) -> None:
    """The negative control: a model that forgets what was stored is found out."""
    folder = tmp_path / "contoh"
    shutil.copytree(sqlite_template, folder)
    site = make_site(folder, f"sqlite:///{folder / 'lms.db'}", TestClock())
    machine = AttemptMachine()
    type(machine).site = site
    machine.start()
    machine.answer_on_a_fresh_page(1, "a", flag=False, again=False)
    machine.database_is_like_the_model()
    answer_all(site, machine.public)
    with pytest.raises(AssertionError):
        machine.database_is_like_the_model()
    site.database.close()
