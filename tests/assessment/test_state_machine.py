"""REL-6: an attempt in the database never differs from a pure model of it.

`LMS_TORTURE=full` runs 20,000 steps instead of 2,000.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from lms import Conflict
from lms.core.learning.models import CutScoreRule
from lms.core.site import Site
from lms.hosting.pulses import Pulses
from plugins.assessment.domain import AnswerFact
from plugins.assessment.domain import answers as answer_rules
from plugins.assessment.models import (
    AnswerEvent,
    Attempt,
    Beat,
    Item,
    ItemVersion,
    Outage,
    Result,
    TimeGrant,
)
from plugins.assessment.presence import presence, pulse
from plugins.assessment.queries import counting
from plugins.assessment.queries import overview as overview_page
from plugins.assessment.queries.overview import Overview, overview
from plugins.assessment.services import clock as clock_service
from plugins.assessment.services import handing_in, sweeping
from plugins.assessment.services.answers import Acknowledgement, HandedIn, TimeOver
from plugins.assessment.services.attempts import Terms, start
from plugins.assessment.services.devices import take_over
from plugins.assessment.services.instruments import (
    InstrumentSpec,
    LineSpec,
    open_instrument,
    save_instrument,
)
from tests.assessment.attempt_model import DAY, AttemptModel, Event, Message, Refused
from tests.assessment.factories import asked, competency, finish, save
from tests.conftest import START, TestClock, make_person, make_site

FULL = os.environ.get("LMS_TORTURE") == "full"
QUESTIONS = 5
CODE = "mesin"
PLACES = st.sampled_from([1, 1, 1, 2, 2, 3, 4, 5])
VALUES = st.sampled_from(["a", "b", "c", "unknown"])
DEVICES = st.sampled_from(["phone-1", "phone-1", "phone-1", "laptop"])
REFUSALS = {"closed": HandedIn, "over": TimeOver, "conflict": Conflict}
EVENTS = (
    select(
        AnswerEvent.device,
        AnswerEvent.seq,
        AnswerEvent.sequence,
        AnswerEvent.value,
        AnswerEvent.flag,
        AnswerEvent.stale,
        AnswerEvent.late,
        AnswerEvent.server_time,
    )
    .where(AnswerEvent.attempt_id == bindparam("attempt"))
    .order_by(AnswerEvent.id)
)
OUTAGES = select(Outage.started_at, Outage.ended_at).order_by(Outage.id)
CHOICES = st.none() | VALUES
Draw = Callable[[st.SearchStrategy[Any]], Any]
HAPPENINGS = [
    *["write_a_message"] * 8,
    *["answer_on_a_page"] * 5,
    *["send_an_old_page"] * 3,
    *["send_an_old_message"] * 5,
    *["send_other_content"] * 1,
    *["go_on_with"] * 2,
    *["wait_a_moment"] * 3,
    *["wait"] * 2,
    *["wait_for_the_end"] * 3,
    *["set_the_clock_back"] * 1,
    *["lose_the_server"] * 2,
    *["sweep_while_the_server_is_away"] * 1,
    *["give_time"] * 1,
    *["hand_in"] * 1,
    *["sweep"] * 4,
]


class AttemptMachine(RuleBasedStateMachine):
    """Everything that can happen to an attempt, in any order, on real tables."""

    site: Site
    clock: TestClock
    steps: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.pages: list[tuple[str, int, int]] = []
        self.messages: list[Message] = []
        self.numbers: Counter[str] = Counter()
        self.receipt = ""

    @initialize(
        limit=st.sampled_from([None, 300, 600]),
        window=st.sampled_from([None, None, 400, 900]),
        grace=st.sampled_from([0, 120]),
    )
    def begin(self, limit: int | None, window: int | None, grace: int) -> None:
        self.clock.moment = START
        end = None if window is None else START + timedelta(seconds=window)
        with self.site.database.writing() as session:
            forget_everything(session)
            self.person_id = make_person(session).id
            terms = Terms(limit_seconds=limit, window_end=end, grace=grace)
            self.public = start(
                session,
                self.person_id,
                CODE,
                "pre",
                random.Random(1),  # the same questions whenever an example is played again
                device="phone-1",
                terms=terms,
            )
            self.keys = {n: v.scoring["key"] for n, v, _ in asked(session, self.public)}
            session.add(Beat(id=1, beat_at=START, active=True))
        self.model = AttemptModel(QUESTIONS, limit, window, grace, device="phone-1")
        self.server = new_process(self.site)

    @rule(what=st.sampled_from(HAPPENINGS), data=st.data())
    def something_happens(self, what: str, data: st.DataObject) -> None:
        """Weights are ours: Hypothesis alone would play a few rules much more than others."""
        if what in ("send_an_old_page", "send_an_old_message", "send_other_content"):
            what = what if self.pages and self.messages else "write_a_message"
        type(self).steps[what] += 1
        getattr(self, what)(data.draw)

    # -- answers -------------------------------------------------------------------------------

    def answer_on_a_page(self, draw: Draw) -> None:
        """Each page has a key of its own; it is sent once, by a double click, or not yet."""
        page = (f"page-{len(self.pages)}", draw(PLACES), self.model.epoch)
        self.pages.append(page)
        value, flag = draw(CHOICES), draw(st.booleans())
        for _ in range(draw(st.sampled_from([1, 1, 2, 0]))):
            self.deliver(Message(page[0], page[1], value, flag, page[2]))

    def send_an_old_page(self, draw: Draw) -> None:
        """By the back button, from another tab, from a device left behind."""
        device, place, epoch = draw(st.sampled_from(self.pages))
        self.deliver(Message(device, place, draw(CHOICES), draw(st.booleans()), epoch))

    def write_a_message(self, draw: Draw) -> None:
        """The browser's outbox numbers its messages; some are held up on their way."""
        device, skew = draw(DEVICES), draw(st.sampled_from([None, 0, 0, -900, 900]))
        self.numbers[device] += 1
        self.messages.append(
            Message(
                device=device,
                place=draw(PLACES),
                value=draw(CHOICES),
                flag=draw(st.booleans()),
                epoch=self.model.epoch,
                number=self.numbers[device],
                made_at=None if skew is None else self.model.now + skew,
            )
        )
        if draw(st.booleans()):
            self.deliver(self.messages[-1])

    def send_an_old_message(self, draw: Draw) -> None:
        """For the first time or again: the network decides."""
        self.deliver(draw(st.sampled_from(self.messages)))

    def send_other_content(self, draw: Draw) -> None:
        """A number that was used, or waits, for something else."""
        message = draw(st.sampled_from(self.messages))
        self.deliver(replace(message, value="d" if message.value != "d" else "a"))

    def deliver(self, message: Message) -> None:
        try:
            expected = self.model.arrive(message)
        except Refused as refused:
            with pytest.raises(REFUSALS[refused.why]):
                self.send(message)
            return
        saved = self.send(message)
        if expected is None:
            assert not saved.stored
            return
        assert (saved.stale, saved.late) == (expected.stale, expected.late)
        assert saved.seq == expected.number
        assert saved.saved_at == START + timedelta(seconds=expected.at)

    def send(self, message: Message) -> Acknowledgement:
        made_at = message.made_at
        return save(
            self.site,
            self.public,
            message.place,
            message.value,
            device=message.device,
            seq=message.number or 1,
            flag=message.flag,
            strict=message.number is not None,
            epoch=message.epoch,
            client_time=None if made_at is None else START + timedelta(seconds=made_at),
        )

    def go_on_with(self, draw: Draw) -> None:
        """Start again and go on here: the same attempt, on this device from now on."""
        device = draw(DEVICES)
        try:
            self.model.move_to(device)
        except Refused:
            with pytest.raises(Conflict), self.site.database.writing() as session:
                take_over(session, self.person_id, self.public, device)
            return
        with self.site.database.writing() as session:
            assert start(session, self.person_id, CODE, "pre", device=device) == self.public
            assert take_over(session, self.person_id, self.public, device) == self.model.epoch

    # -- time ----------------------------------------------------------------------------------

    def wait_a_moment(self, draw: Draw) -> None:
        self.move(draw(st.integers(1, 15)))
        pulse(self.server)
        self.model.server_comes_back()

    def wait(self, draw: Draw) -> None:
        """The server runs on; its many signs are written as one."""
        spans = [20, 60, 150, DAY] if self.model.end is None else [20, 60, 150]
        self.run_on(draw(st.sampled_from(spans)))

    def wait_for_the_end(self, draw: Draw) -> None:
        """What is near the deadline or near the end of the grace goes wrong first."""
        end = self.model.end
        if end is None:
            return self.wait(draw)
        if self.model.phase != "running":
            end += self.model.grace
        return self.run_on(max(1, end - self.model.now + draw(st.integers(-10, 10))))

    def run_on(self, seconds: int) -> None:
        self.move(seconds)
        with self.site.database.writing() as session:
            session.execute(update(Beat).values(beat_at=self.clock.moment))
        presence(self.server).used_at = self.clock.moment
        self.model.server_runs()

    def move(self, seconds: int) -> None:
        self.clock.move(seconds=seconds)
        self.model.now += seconds

    def set_the_clock_back(self, draw: Draw) -> None:
        self.move(-draw(st.integers(0, min(120, self.model.now))))

    def lose_the_server(self, draw: Draw) -> None:
        """It is killed and comes back, perhaps as two processes; or its clock is set forward."""
        self.move(draw(st.sampled_from([5, 16, 30, 200, 601, 2400])))
        self.come_back(draw)

    def sweep_while_the_server_is_away(self, draw: Draw) -> None:
        """The worker lives in another process and must not judge what it cannot know."""
        self.move(draw(st.sampled_from([20, 100, 400])))
        self.sweep(draw)
        self.come_back(draw)

    def come_back(self, draw: Draw) -> None:
        for _ in range(draw(st.integers(1, 2))):
            self.server = new_process(self.site)
        self.model.server_comes_back()

    def give_time(self, draw: Draw) -> None:
        if self.model.closed_by:
            return
        seconds = draw(st.sampled_from([60, 300]))
        mine = update(Attempt).where(Attempt.public_id == self.public)
        with self.site.database.writing() as session:
            session.execute(mine.values(allowance=Attempt.allowance + seconds))
        self.model.allowance += seconds

    # -- the end -------------------------------------------------------------------------------

    def hand_in(self, draw: Draw) -> None:
        """Not at once: there is more to find in an attempt that goes on."""
        if self.model.phase == "running" and len(self.model.events) < 6:
            return
        self.model.hand_in("person", self.keys)
        for _ in range(draw(st.integers(1, 2))):
            receipt = finish(self.site, self.person_id, self.public)
            assert receipt == (self.receipt or receipt)
            self.receipt = receipt

    def sweep(self, _draw: Draw) -> None:
        with self.site.database.writing() as session:
            sweeping.sweep(session)
        self.model.sweep(self.keys)

    # -- the comparison ------------------------------------------------------------------------

    @invariant()
    def database_is_like_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        model = self.model
        with self.site.database.reading() as session:
            found = overview(session, self.person_id, self.public)
            attempt = session.get_one(Attempt, found.attempt_id)
            rows = session.execute(EVENTS, {"attempt": attempt.id}).all()
            outages = session.execute(OUTAGES).all()
            query = select(Result.correct).where(Result.attempt_id == attempt.id)
            results = session.scalars(query).all() if model.closed_by else []
        events = [Event(*row[:-1], at=since(row.server_time)) for row in rows]
        assert events == model.events
        assert (attempt.epoch, attempt.device) == (model.epoch, model.device)
        assert (attempt.allowance, attempt.n_events) == (model.allowance, len(model.events))
        assert [(since(a), since(b)) for a, b in outages] == model.outages
        assert found.timing.phase(self.clock.moment) == model.phase
        assert found.timing.left(self.clock.moment) == model.left
        assert attempt.closed_by == model.closed_by
        if not model.closed_by:
            assert cells(found) == [cell(model, place) for place in range(1, QUESTIONS + 1)]
            assert attempt.answered == sum(c.value is not None for c in found.cells)
            return
        assert attempt.receipt == (self.receipt or attempt.receipt)
        self.receipt = attempt.receipt or ""
        assert self.receipt
        assert sum(results) == model.score
        assert (attempt.answered, attempt.unknown) == (model.answered, model.unknown)


def since(moment: Any) -> int:
    return int((moment - START).total_seconds())


def cells(found: Overview) -> list[tuple[str | None, bool, bool]]:
    return [(each.value, each.flag, each.other) for each in found.cells]


def cell(model: AttemptModel, place: int) -> tuple[str | None, bool, bool]:
    found = model.cell(place)
    return found.value, found.flag, found.other is not None


def new_process(site: Site) -> Site:
    """Start a web process: its pulses run before its first request, which is one of a test."""
    new = replace(site, extra={})
    Pulses(list).begin(new)
    assert not new.registry.plugins["assessment"].errors
    presence(new).used_at = new.clock()
    return new


def forget_everything(session: Session) -> None:
    """Clear what the example before left: outages are everybody's."""
    for table in (TimeGrant, Outage, Beat):
        session.execute(delete(table))
    session.execute(
        update(Attempt).where(Attempt.handed_in_at.is_(None)).values(handed_in_at=START)
    )


@pytest.fixture
def machine(sqlite_template: Path, tmp_path: Path) -> Iterator[type[AttemptMachine]]:
    """The machine on a site with a test of five questions with one right option each."""
    folder = tmp_path / "contoh"
    shutil.copytree(sqlite_template, folder)
    clock = TestClock()
    site = make_site(folder, f"sqlite:///{folder / 'lms.db'}", clock)
    with site.database.writing() as session:
        other = select(ItemVersion.item_id).where(ItemVersion.kind != "single")
        session.execute(update(Item).where(Item.id.in_(other)).values(state="retired"))
        measured = competency(session, "D1")
        rule_id = session.scalars(select(CutScoreRule.id)).first()
        assert rule_id is not None
        line = LineSpec(
            competency_id=measured, draws_from=(measured,), rule_id=rule_id, n_pre=QUESTIONS
        )
        save_instrument(session, InstrumentSpec(code=CODE, name="M", about="", lines=(line,)))
        open_instrument(session, None, CODE)
    site.database.after_commit = None  # what follows from a result is tested elsewhere
    made = type("Machine", (AttemptMachine,), {})
    made.site, made.clock, made.steps = site, clock, Counter()
    yield made
    site.database.close()


def play(machine: type[AttemptMachine], examples: int, *, steps: int = 40) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=not FULL,
            phases=[Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
@pytest.mark.dataloss
def test_attempt_is_always_like_its_model(machine: type[AttemptMachine]) -> None:
    """Lessons D4, D8, D10, D11, D12, D15: nothing acknowledged is lost, in whatever order."""
    play(machine, 600 if FULL else 58)
    steps = machine.steps
    print(f"{steps.total()} steps: {dict(steps.most_common())}")
    assert steps.total() >= (20_000 if FULL else 1_900)
    assert set(steps) == set(HAPPENINGS)


# -- negative controls: the machine finds what is planted ------------------------------------------


def stale_overrides(patch: pytest.MonkeyPatch) -> None:
    """A device that was left behind still replaces answers."""
    real = overview_page.fact
    for module in (overview_page, counting):
        patch.setattr(module, "fact", lambda row: replace(real(row), stale=False))


def late_always_counts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(counting, "late_counts", lambda *_: True)


def sweeper_ignores_the_last_answer(patch: pytest.MonkeyPatch) -> None:
    """Lesson D8: what was saved but not sent by the person is not used."""
    real, hand_in = counting.counting, sweeping.hand_in

    def without_the_last(session: Any, attempt: Any, events: Any) -> Any:
        return real(session, attempt, events[:-1])

    def forgetful(*arguments: Any, **options: Any) -> str:
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(handing_in, "counting", without_the_last)
            return hand_in(*arguments, **options)

    patch.setattr(sweeping, "hand_in", forgetful)


def overtaken_message_comes_back(patch: pytest.MonkeyPatch) -> None:
    """The newest arrival wins, also when its device has sent a later one before."""

    def newest(events: Any) -> AnswerFact | None:
        return next(iter(list(events)[::-1]), None)

    patch.setattr(answer_rules, "_newest", newest)


def only_the_overlap_is_given_back(patch: pytest.MonkeyPatch) -> None:
    """Who had ten seconds left when the server went has none when it is back."""
    real = clock_service.given_back

    def overlap(timing: Any, outage: Any, cap: int, already: int = 0) -> int:
        ended = min(outage.ended_at, timing.deadline or outage.ended_at)
        return real(timing, replace(outage, ended_at=ended), cap, already)

    patch.setattr(clock_service, "given_back", overlap)


def sweeper_does_not_wait_for_the_server(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sweeping, "_judged", lambda *_: True)


@pytest.mark.parametrize(
    "plant",
    [
        stale_overrides,
        late_always_counts,
        sweeper_ignores_the_last_answer,
        overtaken_message_comes_back,
        only_the_overlap_is_given_back,
        sweeper_does_not_wait_for_the_server,
    ],
)
def test_machine_finds_a_planted_fault(
    machine: type[AttemptMachine],
    plant: Callable[[pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        play(machine, 300)
