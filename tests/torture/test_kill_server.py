"""REL-1 and REL-2: the server is killed again and again while people answer.

Nothing acknowledged is lost, doubled or altered, and people can answer again soon. The negative
control answers before the commit and must lose something. LMS_TORTURE=full: what answers requests
is killed 200 times under 500 attempts, and everything at once 50 times.
"""

from __future__ import annotations

import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lms.rehearsal.report import percentile
from tests.infra.server import Server, free_port
from tests.torture.candidates import Candidate, Counter, meeting
from tests.torture.ledger import Findings, compare

FULL = os.environ.get("LMS_TORTURE") == "full"


@dataclass(frozen=True, slots=True)
class Plan:
    """Attempts, answers of each, and a kill after so many acknowledged answers."""

    people: int
    answers: int
    every: int


PLANS = {
    "workers": Plan(500, 12, 30) if FULL else Plan(6, 20, 40),
    "everything": Plan(50, 24, 24) if FULL else Plan(6, 20, 60),
}
CONTROL = Plan(4, 8, 10)
AT_ONCE = 24
MOST_RESUME = 3.0
"""Seconds from a worker's death until an answer counts again; the short form meets busy hosts."""


@dataclass
class Killer:
    """Kills the server, starts it again, and measures how long nobody could answer."""

    server: Server
    everything: bool
    resumed: list[float] = field(default_factory=list)
    kills: int = 0
    _killed: float | None = None
    _rng: random.Random = field(default_factory=lambda: random.Random(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def strike(self) -> None:
        """Kill everything, or only what answers requests."""
        with self._lock:
            time.sleep(self._rng.uniform(0, 0.01))  # hit others anywhere in what they do
            moment = time.monotonic()
            self.kills += 1
            if self.everything:
                self.server.kill()
                self.server.start()
            else:
                self.server.kill_web()
            self.server.wait()
            self._killed = moment

    def note(self) -> None:
        """Hear of an acknowledged answer."""
        killed, self._killed = self._killed, None
        if killed is not None:
            self.resumed.append(time.monotonic() - killed)


def _torture(
    home: Path, database: str | None, plan: Plan, *, everything: bool, early: bool = False
) -> tuple[Findings, Killer, list[Candidate]]:
    met = meeting(home, plan.people, database)
    server = Server(home, free_port(), product=not early, early=early)
    server.start()
    killer = Killer(server, everything)
    counter = Counter(plan.every, killer.strike)

    def note() -> None:
        killer.note()
        counter()

    people = [Candidate(server.url, actor, met.password, note) for actor in met.actors]
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda person: _sit(person, plan.answers), people))
    finally:
        server.kill()
    return compare(home, people), killer, people


def _sit(person: Candidate, answers: int) -> None:
    """Answer, change answers, hand in; whatever breaks is sent again."""
    try:
        person.answer_many(answers, person.begin())
        person.hand_in()
    finally:
        person.browser.close()


@pytest.mark.dataloss
@pytest.mark.slow
@pytest.mark.parametrize("victim", PLANS)
def test_killed_server_loses_doubles_and_alters_nothing(
    tmp_path: Path, database: str | None, victim: str
) -> None:
    plan, everything = PLANS[victim], victim == "everything"
    findings, killer, people = _torture(tmp_path / "home", database, plan, everything=everything)
    waits = sorted(wait for person in people for wait in person.waits)
    print(
        f"\n{'postgresql' if database else 'sqlite'}, {victim}: {killer.kills} kills,"
        f" {len(people)} attempts, {len(waits)} answers,"
        f" {findings}, save p50 {percentile(waits, 50)} ms,"
        f" p99 {percentile(waits, 99)} ms, resume at most {max(killer.resumed):.2f} s"
    )
    assert findings.sound, findings
    assert killer.kills == len(waits) // plan.every
    assert len(waits) == plan.people * plan.answers
    assert not FULL or everything or max(killer.resumed) < MOST_RESUME


@pytest.mark.dataloss
@pytest.mark.slow
def test_server_that_acknowledges_before_the_commit_is_found_out(
    tmp_path: Path, database: str | None
) -> None:
    """The negative control of the test above."""
    findings, killer, _ = _torture(
        tmp_path / "home", database, CONTROL, everything=True, early=True
    )
    assert killer.kills > 0
    assert findings.lost > 0
