"""The state machine of classes: tables of cases, and 10,000 steps in which nothing bad happens."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as play

from lms.errors import LmsError
from plugins.courses.domain.classes import (
    LIVE_STATES,
    Ask,
    Cancel,
    ClassFacts,
    Decide,
    Event,
    Finish,
    Leave,
    Open,
    Resize,
    Start,
    judged,
    may_scan,
    overlap,
    step,
)

DAY = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
BEFORE = DAY - timedelta(days=7)
HOURS = timedelta(hours=8)
OPEN = ClassFacts(state="open", maximum=2, starts_at=DAY, ends_at=DAY + HOURS)
FREE = replace(OPEN, needs_approval=False)


@pytest.mark.parametrize(
    ("facts", "event", "seat", "seated", "queued"),
    [
        (OPEN, Ask(), "nominated", 0, 0),
        (OPEN, Ask(own=True), "nominated", 0, 0),
        (OPEN, Ask(approved=True), "seated", 1, 0),
        (FREE, Ask(), "seated", 1, 0),
        (replace(FREE, seated=2), Ask(), "waiting", 2, 1),
        (replace(FREE, seated=1, queued=1), Ask(), "waiting", 1, 2),
        (OPEN, Decide(seat="nominated", grant=True), "seated", 1, 0),
        (replace(OPEN, seated=2), Decide(seat="nominated", grant=True), "waiting", 2, 1),
        (OPEN, Decide(seat="nominated", grant=False), "refused", 0, 0),
        (replace(OPEN, seated=2, queued=3), Leave(seat="seated"), "withdrawn", 2, 2),
        (replace(OPEN, seated=2, queued=3), Leave(seat="waiting"), "withdrawn", 2, 2),
        (replace(OPEN, seated=2, queued=3), Leave(seat="nominated"), "withdrawn", 2, 3),
        (replace(OPEN, seated=2, queued=3), Resize(maximum=4), None, 4, 1),
    ],
)
def test_event_gives_a_seat_and_counts(
    facts: ClassFacts, event: Event, seat: str | None, seated: int, queued: int
) -> None:
    found = step(facts, event, BEFORE)
    assert (found.seat, found.after.seated, found.after.queued) == (seat, seated, queued)


@pytest.mark.parametrize(
    ("facts", "event", "moment"),
    [
        (replace(OPEN, state="planned"), Ask(), BEFORE),
        (OPEN, Ask(approved=True), DAY),
        (replace(OPEN, state="running"), Leave(seat="seated"), BEFORE),
        (replace(OPEN, seated=1), Leave(seat="seated"), DAY),
        (OPEN, Decide(seat="nominated", grant=True), DAY),
        (OPEN, Decide(seat="waiting", grant=True), BEFORE),
        (OPEN, Leave(seat="withdrawn"), BEFORE),
        (replace(OPEN, enrol_from=DAY), Ask(own=True), BEFORE),
        (replace(OPEN, enrol_until=BEFORE), Ask(own=True), BEFORE + HOURS),
        (replace(OPEN, seated=2), Resize(maximum=1), BEFORE),
        (OPEN, Resize(maximum=0), BEFORE),
        (OPEN, Resize(maximum=9), DAY),
        (OPEN, Open(), BEFORE),
        (ClassFacts(state="planned", maximum=2), Open(), BEFORE),
        (replace(OPEN, state="planned"), Open(), DAY),
        (OPEN, Start(), BEFORE),
        (replace(OPEN, state="planned"), Start(), DAY),
        (OPEN, Finish(), BEFORE),
        (OPEN, Finish(), DAY + timedelta(hours=1)),
        (replace(OPEN, state="done"), Cancel(), DAY),
        (replace(OPEN, state="cancelled"), Finish(), DAY + HOURS),
    ],
)
def test_event_is_refused_with_a_reason(facts: ClassFacts, event: Event, moment: datetime) -> None:
    with pytest.raises(LmsError) as refused:
        step(facts, event, moment)
    assert refused.value.message.endswith(".")


def test_officers_nominate_outside_of_the_enrolment_window() -> None:
    late = replace(OPEN, enrol_until=BEFORE - HOURS)
    assert step(late, Ask(), BEFORE).seat == "nominated"


@pytest.mark.parametrize(
    ("present", "meetings", "percent", "state"),
    [(4, 5, 80, "completed"), (3, 5, 80, "absent"), (0, 0, 80, "absent"), (2, 3, 66, "completed")],
)
def test_attendance_is_judged(present: int, meetings: int, percent: int, state: str) -> None:
    assert judged(present, meetings, percent) == state


@pytest.mark.parametrize(
    ("minutes", "may"), [(-31, False), (-30, True), (0, True), (510, True), (511, False)]
)
def test_scan_counts_around_the_meeting(minutes: int, may: bool) -> None:
    moment = DAY + timedelta(minutes=minutes)
    assert may_scan(moment, DAY, DAY + HOURS, timedelta(minutes=30)) is may


def test_times_that_touch_do_not_clash() -> None:
    first, second = (DAY, DAY + HOURS), (DAY + HOURS, DAY + 2 * HOURS)
    assert not overlap([first], [second])
    assert overlap([first, second], [(DAY + HOURS / 2, DAY + HOURS)])


# -- ten thousand steps --------------------------------------------------------------------------


@dataclass
class Place:
    """A seat as the machine below keeps it."""

    state: str = ""
    approved: bool = False
    turn: int = 0


@dataclass
class Classroom:
    """The smallest keeper of a class: it does what a step says, like the services do."""

    facts: ClassFacts
    seats: list[Place] = field(default_factory=list)
    turns: int = 0

    def happen(self, event: Event, moment: datetime, seat: Place | None = None) -> bool:
        try:
            decided = step(self.facts, event, moment)
        except LmsError:
            return False
        self.facts = decided.after
        if seat is not None and decided.seat is not None:
            self.put(seat, decided.seat)
        for other in self.seats:
            if other.state in decided.ends:
                other.state = "withdrawn"
        for head in self.waiting()[: decided.admits]:
            head.state = "seated"
        return True

    def put(self, seat: Place, state: str) -> None:
        if state == "waiting":
            self.turns += 1
            seat.turn = self.turns
        seat.state = state

    def waiting(self) -> list[Place]:
        return sorted((s for s in self.seats if s.state == "waiting"), key=lambda s: s.turn)


class ClassMachine(RuleBasedStateMachine):
    """Someone plays with a class in every order there is."""

    counter: Counter[str]

    @initialize(maximum=st.integers(1, 4), approval=st.booleans())
    def plan(self, maximum: int, approval: bool) -> None:
        facts = ClassFacts(
            state="planned",
            maximum=maximum,
            needs_approval=approval,
            starts_at=DAY,
            ends_at=DAY + HOURS,
            enrol_from=BEFORE,
            enrol_until=DAY - timedelta(days=2),
        )
        self.room, self.moment = Classroom(facts), BEFORE - timedelta(days=1)
        self.frozen: list[str] | None = None
        self.before: list[Place] = []
        self.room.happen(Open(), self.moment)

    def _try(self, event: Event, seat: Place | None = None) -> bool:
        self.before = self.room.waiting()
        self.counter[type(event).__name__] += 1
        return self.room.happen(event, self.moment, seat)

    @rule(approved=st.booleans(), own=st.booleans())
    def ask(self, approved: bool, own: bool) -> None:
        seat = Place(approved=approved or not self.room.facts.needs_approval)
        if self._try(Ask(approved=approved, own=own), seat):
            self.room.seats.append(seat)
            assert not own or BEFORE <= self.moment <= DAY - timedelta(days=2)
            assert self.moment < DAY

    @rule(at=st.integers(0, 30), grant=st.booleans())
    def decide(self, at: int, grant: bool) -> None:
        seat = self._seat(at, ("nominated",))
        if self._try(Decide(seat=seat.state, grant=grant), seat):
            seat.approved = grant

    @rule(at=st.integers(0, 30))
    def leave(self, at: int) -> None:
        seat = self._seat(at, LIVE_STATES)
        self._try(Leave(seat=seat.state), seat)

    def _seat(self, at: int, states: tuple[str, ...]) -> Place:
        fitting = [seat for seat in self.room.seats if seat.state in states] or self.room.seats
        return fitting[at % len(fitting)] if fitting else Place()

    @rule(maximum=st.integers(0, 6))
    def resize(self, maximum: int) -> None:
        self._try(Resize(maximum=maximum))

    @rule(event=st.sampled_from([*[Open()] * 12, *[Start()] * 2, *[Finish()] * 2, Cancel()]))
    def run(self, event: Event) -> None:
        if self._try(event) and isinstance(event, Finish):
            for seat in self.room.seats:
                seat.state = "completed" if seat.state == "seated" else seat.state

    @rule(hours=st.sampled_from([1, 6, 20]))
    def wait(self, hours: int) -> None:
        self.counter["wait"] += 1
        self.moment += timedelta(hours=hours)

    @invariant()
    def never_over_the_seats(self) -> None:
        facts, states = self.room.facts, Counter(seat.state for seat in self.room.seats)
        assert 0 <= facts.seated <= facts.maximum
        assert (facts.seated, facts.queued) == (states["seated"], states["waiting"])

    @invariant()
    def nobody_waits_while_a_seat_is_free(self) -> None:
        if self.room.facts.moves(self.moment):
            assert not (self.room.facts.free and self.room.facts.queued)

    @invariant()
    def order_is_kept(self) -> None:
        admitted = [seat.state == "seated" for seat in self.before if seat.state != "withdrawn"]
        assert admitted == sorted(admitted, reverse=True)

    @invariant()
    def approval_is_never_skipped(self) -> None:
        for seat in self.room.seats:
            assert seat.approved or seat.state not in ("waiting", "seated", "completed")

    @invariant()
    def nobody_comes_in_after_the_start(self) -> None:
        started = self.room.facts.state in ("running", "done") or self.moment >= DAY
        if not started:
            self.frozen = None
        elif self.frozen is None:
            self.frozen = [seat.state for seat in self.room.seats]
        else:
            now = [seat.state for seat in self.room.seats]
            assert len(now) == len(self.frozen)
            for was, state in zip(self.frozen, now, strict=True):
                assert state == was or state in ("withdrawn", "completed")

    @invariant()
    def cancelled_class_has_no_live_seats(self) -> None:
        if self.room.facts.state in ("cancelled", "done"):
            assert not any(seat.state in LIVE_STATES for seat in self.room.seats)


def test_nothing_bad_happens_in_ten_thousand_steps() -> None:
    machine = type("Machine", (ClassMachine,), {"counter": Counter()})
    counter: Counter[str] = vars(machine)["counter"]
    while counter.total() < 10_000:  # how long a run gets is drawn too
        play(
            machine,
            settings=settings(
                max_examples=120,
                stateful_step_count=50,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
    assert min(counter.values()) > 20, counter
