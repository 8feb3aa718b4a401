"""The clock of a test (trust R7): deadlines, outages, what is given back, what counts late."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from lms.core.audit import AuditEntry
from lms.core.database import Database
from lms.core.jobs import JobRow
from lms.core.site import Site
from lms.hosting.pulses import Pulses
from plugins.assessment.domain import (
    Silence,
    Timing,
    given_back,
    late_counts,
    may_close,
    silence,
    start_delay,
)
from plugins.assessment.domain.clock import BEAT_EVERY, JUDGE, SETTLE
from plugins.assessment.models import (
    AnswerEvent,
    Attempt,
    Beat,
    InstrumentVersion,
    Outage,
    TestSession,
    TimeGrant,
)
from plugins.assessment.presence import IN_USE, ensure_sign, note_saved, note_seen, presence, pulse
from plugins.assessment.services.answers import TimeOver
from plugins.assessment.services.attempts import Terms, start
from plugins.assessment.services.clock import REASON
from tests.assessment.factories import CODE, asked, begin, finish, open_site, owner, save
from tests.conftest import TestClock, login_as

NOON = datetime(2026, 11, 2, 5, 0, tzinfo=UTC)
TEN_MINUTES = 600


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def away(begin: float, end: float) -> Silence:
    return Silence(started_at=at(begin), ended_at=at(end))


def timing(
    limit: int | None = TEN_MINUTES,
    window: float | None = None,
    allowance: int = 0,
    grace: int = 120,
    begin: float = 0,
) -> Timing:
    return Timing(
        started_at=at(begin),
        limit=limit,
        window_end=None if window is None else at(window),
        allowance=allowance,
        grace=grace,
    )


# -- the rules -----------------------------------------------------------------------------------

seconds = st.integers(0, 4 * 3600)
timings = st.builds(
    timing,
    limit=st.none() | st.integers(60, 7200),
    window=st.none() | seconds,
    allowance=st.integers(0, 3600),
    grace=st.integers(0, 300),
    begin=seconds,
)
outages = st.builds(
    lambda begin, length: away(begin, begin + length), seconds, st.integers(16, 7200)
)


@pytest.mark.dataloss
@given(timings)
def test_deadline_is_never_beyond_the_window_and_what_was_granted(limits: Timing) -> None:
    """Lesson D11: who starts a minute before the window ends has a minute."""
    deadline, granted = limits.deadline, timedelta(seconds=limits.allowance)
    if limits.window_end is not None:
        assert deadline is not None
        assert deadline <= limits.window_end + granted
    if limits.limit is not None:
        assert deadline is not None
        assert deadline <= limits.started_at + timedelta(seconds=limits.limit) + granted
    assert (deadline is None) == (limits.limit is None and limits.window_end is None)


@given(timings, seconds, seconds)
def test_time_that_passes_never_gives_time(limits: Timing, one: int, other: int) -> None:
    early, later = sorted((at(one), at(other)))
    order = ("running", "grace", "over")
    assert order.index(limits.phase(early)) <= order.index(limits.phase(later))
    if limits.deadline is not None:
        assert (limits.left(early) or 0) >= (limits.left(later) or 0)


@given(timings, st.integers(0, 3600), seconds)
def test_more_allowance_is_never_worse(limits: Timing, more: int, moment: int) -> None:
    longer = replace(limits, allowance=limits.allowance + more)
    assert limits.phase(at(moment)) != "running" or longer.phase(at(moment)) == "running"
    if limits.deadline is not None and longer.deadline is not None:
        assert longer.deadline - limits.deadline == timedelta(seconds=more)


@given(timings, outages, st.integers(0, 7200), st.integers(0, 7200))
def test_no_more_is_given_back_than_was_lost_and_the_cap_allows(
    limits: Timing, outage: Silence, cap: int, already: int
) -> None:
    got = given_back(limits, outage, cap, already)
    assert 0 <= got <= outage.seconds
    assert got <= max(0, cap - already)
    if limits.deadline is None or outage.ended_at <= limits.started_at:
        assert got == 0
    else:
        assert got == 0 or outage.started_at < limits.deadline > limits.started_at


@given(timings, outages)
def test_what_was_left_before_an_outage_is_left_after_it(limits: Timing, outage: Silence) -> None:
    assume(limits.deadline is not None)
    assume(limits.started_at <= outage.started_at < (limits.deadline or NOON))
    got = given_back(limits, outage, cap=10**6)
    after = replace(limits, allowance=limits.allowance + got)
    assert after.phase(outage.ended_at) == "running"
    assert (after.left(outage.ended_at) or 0) - (limits.left(outage.started_at) or 0) in (0, 1)


@given(timings, outages, st.integers(1, 7000))
def test_two_outages_in_a_row_give_as_much_as_one(
    limits: Timing, outage: Silence, part: int
) -> None:
    """A server that comes back for a moment and goes again costs nobody anything."""
    middle = outage.started_at + timedelta(seconds=part)
    assume(middle < outage.ended_at)
    whole = given_back(limits, outage, cap=10**6)
    first = given_back(limits, replace(outage, ended_at=middle), cap=10**6)
    longer = replace(limits, allowance=limits.allowance + first)
    second = given_back(longer, replace(outage, started_at=middle), 10**6, already=first)
    assert first + second == whole


@pytest.mark.parametrize(
    ("outage", "cap", "already", "expected"),
    [
        (away(100, 130), 1800, 0, 30),
        (away(100, 130.2), 1800, 0, 31),
        (away(-20, 30), 1800, 0, 30),  # it ran from its start on
        (away(-60, -20), 1800, 0, 0),  # before the start
        (away(-60, 0), 1800, 0, 0),
        (away(590, 620), 1800, 0, 30),  # the deadline passed meanwhile: 10 s were left, and are
        (away(600, 630), 1800, 0, 0),  # after the deadline
        (away(700, 900), 1800, 0, 0),
        (away(100, 700), 300, 0, 300),
        (away(100, 130), 300, 280, 20),
        (away(100, 130), 300, 300, 0),
    ],
)
def test_given_back(outage: Silence, cap: int, already: int, expected: int) -> None:
    assert given_back(timing(), outage, cap, already) == expected


@pytest.mark.parametrize(
    ("gap", "expected"), [(0, None), (5, None), (15, None), (15.5, 16), (30, 30), (-60, None)]
)
def test_silence_is_an_outage_from_fifteen_seconds_on(gap: float, expected: int | None) -> None:
    found = silence(at(0), at(gap))
    assert (found.seconds if found else None) == expected


@pytest.mark.parametrize(
    ("outage", "moment", "flagged", "expected"),
    [
        (None, 599, True, True),  # in time by what was granted since
        (None, 600, True, False),
        (None, 650, False, True),  # it was never late
        (away(580, 640), 650, True, True),
        (away(580, 600), 650, True, True),
        (away(600, 640), 650, True, False),  # the deadline passed before
        (away(540, 599), 650, True, False),  # there was time left after it
        (away(580, 660), 650, True, False),  # it came before the outage ended
        (away(300, 340), 650, True, False),
    ],
)
def test_late_answer_counts_only_when_the_server_was_away_at_the_deadline(
    outage: Silence | None, moment: float, flagged: bool, expected: bool
) -> None:
    known = [outage] if outage else []
    assert late_counts(timing(), at(moment), known, flagged) is expected


@pytest.mark.parametrize(
    ("outage", "moment", "expected"),
    [
        (None, 719, False),
        (None, 720, True),
        (away(650, 700), 725, False),
        (away(650, 700), 700 + SETTLE.seconds, True),
        (away(590, 700), 725, False),  # the deadline fell into it: people judge first
        (away(590, 700), 700 + JUDGE.seconds - 1, False),
        (away(590, 700), 700 + JUDGE.seconds, True),
    ],
)
def test_server_hands_in_only_when_every_outage_has_settled(
    outage: Silence | None, moment: float, expected: bool
) -> None:
    assert may_close(timing(), at(moment), [outage] if outage else []) is expected


def test_nothing_without_a_limit_is_ever_closed() -> None:
    assert not may_close(timing(limit=None), at(10**7), [])


def test_start_is_spread_evenly_and_always_the_same_for_a_person() -> None:
    delays = [start_delay("s", f"p{number}", 60) for number in range(6000)]
    assert delays == [start_delay("s", f"p{number}", 60) for number in range(6000)]
    assert set(delays) == set(range(60))
    shares = [delays.count(second) for second in range(60)]
    assert max(shares) < 1.5 * 100
    assert min(shares) > 0.5 * 100
    assert start_delay("s", "p", 0) == 0
    assert delays != [start_delay("t", f"p{number}", 60) for number in range(6000)]


# -- a server that runs, goes away and comes back --------------------------------------------------


def timed(site: Site, person_id: int, **terms: object) -> str:
    """Start an attempt of ten minutes, unless told otherwise."""
    values: dict[str, object] = {"limit_seconds": TEN_MINUTES, "grace": 120} | terms
    with site.database.writing() as session:
        return start(session, person_id, CODE, "pre", terms=Terms(**values))  # type: ignore[arg-type]


def another_process(site: Site) -> Site:
    """The same agency as a process that has just been started has it."""
    return replace(site, extra={})


def run(site: Site, clock: TestClock, seconds: float) -> None:
    """Let the server run while somebody is at a test."""
    for _ in range(int(seconds // BEAT_EVERY)):
        clock.move(seconds=BEAT_EVERY)
        ensure_sign(site)
        pulse(site)


def come_up(site: Site) -> Site:
    """Start a process: its pulses run before the first request, which is one of a test."""
    new = another_process(site)
    Pulses(list).begin(new)
    ensure_sign(new)
    return new


def attempts(session: Session) -> list[Attempt]:
    return list(session.scalars(select(Attempt).order_by(Attempt.id)))


def recorded(site: Site) -> tuple[list[Outage], list[TimeGrant], list[AuditEntry]]:
    with site.database.reading() as session:
        audit = select(AuditEntry).where(AuditEntry.action == "assessment:outage:give-back")
        return (
            list(session.scalars(select(Outage))),
            list(session.scalars(select(TimeGrant).order_by(TimeGrant.attempt_id))),
            list(session.scalars(audit)),
        )


def granted(site: Site) -> list[int]:
    with site.database.reading() as session:
        return [each.allowance for each in attempts(session)]


def test_outage_in_the_middle_is_given_back_once_to_everybody(site: Site, clock: TestClock) -> None:
    """Fifty people, ten minutes each, thirty seconds away; two processes come back."""
    people = open_site(site, count=50)
    first = come_up(site)
    for person_id in people:
        timed(site, person_id)
    run(first, clock, 300)
    clock.move(seconds=30)
    statements = count_statements(site)
    second, third = come_up(site), come_up(site)
    assert statements[0] < 30, "set-based: not a statement for each attempt"
    run(second, clock, 20)
    run(third, clock, 20)
    assert granted(site) == [30] * 50
    known, grants, audit = recorded(site)
    assert [(each.ended_at - each.started_at).total_seconds() for each in known] == [30]
    assert [(each.seconds, each.reason, each.granted_by) for each in grants] == [
        (30, REASON, None)
    ] * 50
    assert {each.outage_id for each in grants} == {known[0].id}
    assert [each.details["attempts"] for each in audit] == [50]
    assert [each.details["seconds"] for each in audit] == [1500]


def count_statements(site: Site) -> list[int]:
    count = [0]

    @event.listens_for(site.database.engine, "before_cursor_execute")
    def note(_c: object, _cur: object, statement: str, *_: object) -> None:
        count[0] += not statement.startswith("BEGIN")

    return count


def test_outage_is_recorded_once_when_processes_come_back_at_the_same_moment(
    site: Site, clock: TestClock
) -> None:
    [person_id] = open_site(site)
    first = come_up(site)
    timed(site, person_id)
    run(first, clock, 60)
    clock.move(seconds=40)
    together = threading.Barrier(4)
    failed: list[Exception] = []

    def process() -> None:
        own = another_process(site)
        own.database = Database(site.database.url.render_as_string(hide_password=False))
        own.database.info["site"] = own
        together.wait()
        try:
            Pulses(list).begin(own)
            assert not own.registry.plugins["assessment"].errors
        except Exception as error:
            failed.append(error)
        own.database.close()

    threads = [threading.Thread(target=process) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert granted(site) == [40]
    assert len(recorded(site)[0]) == 1


def test_no_answer_is_judged_late_before_the_outage_is_known(site: Site, clock: TestClock) -> None:
    """The deadline passed while the server was away: what was left then is left now."""
    [person_id] = open_site(site)
    public = timed(site, person_id)
    first = come_up(site)
    run(first, clock, 580)
    clock.move(seconds=600)
    with pytest.raises(TimeOver):
        save(site, public, 1, "a")  # a server that does not know of its outage would say this
    come_up(site)
    assert granted(site) == [600]
    assert not save(site, public, 1, "a").late
    clock.move(seconds=20)
    assert save(site, public, 2, "a", device="device-2").late, "20 s were left"


def test_cap_limits_what_all_outages_together_give_back(site: Site, clock: TestClock) -> None:
    one, other = open_site(site, count=2)
    capped = session_with_cap(site, clock, minutes=1)
    timed(site, one, session_id=capped)
    timed(site, other)
    server = come_up(site)
    for _ in range(2):
        run(server, clock, 10)
        clock.move(seconds=45)
        server = come_up(site)
    assert granted(site) == [60, 90]
    assert [each.seconds for each in recorded(site)[1]] == [45, 15, 45, 45]


def session_with_cap(site: Site, clock: TestClock, minutes: int) -> int:
    with site.database.writing() as session:
        version = session.scalars(select(InstrumentVersion.id)).first()
        row = TestSession(
            name="Sesi",
            instrument_version_id=version,
            opens_at=clock.moment,
            closes_at=clock.moment + timedelta(hours=4),
            outage_cap_minutes=minutes,
            entry_code="KODE",
            created_at=clock.moment,
        )
        session.add(row)
        session.flush()
        return row.id


def test_cap_of_thirty_minutes_outside_a_session(site: Site, clock: TestClock) -> None:
    [person_id] = open_site(site)
    timed(site, person_id)
    server = come_up(site)
    run(server, clock, 60)
    clock.move(hours=2)
    come_up(site)
    assert granted(site) == [1800]


def test_outage_before_the_start_or_after_the_end_gives_nothing(
    site: Site, clock: TestClock
) -> None:
    early, late, done, free = open_site(site, count=4)
    timed(site, early, limit_seconds=30)
    finish(site, done, timed(site, done))
    with site.database.writing() as session:
        start(session, free, CODE, "pre")
    server = come_up(site)
    run(server, clock, 60)
    clock.move(seconds=60)
    come_up(site)
    timed(site, late)
    assert granted(site) == [0, 0, 0, 0]
    known, grants, audit = recorded(site)
    assert (len(known), grants, len(audit)) == (1, [], 1)


def test_idle_time_is_no_outage(site: Site, clock: TestClock) -> None:
    """Nobody is at a test for a quarter of an hour: the last sign says that it is the last."""
    [person_id] = open_site(site)
    timed(site, person_id, limit_seconds=24 * 3600)
    server = come_up(site)
    for _ in range(100):
        clock.move(seconds=10)
        pulse(server)
    with site.database.reading() as session:
        beat = session.scalars(select(Beat)).one()
        assert not beat.active
        assert (
            timedelta(0)
            <= clock.moment - beat.beat_at - (timedelta(seconds=1000) - IN_USE)
            < timedelta(seconds=20)
        )
    clock.move(hours=3)
    server = come_up(site)
    run(server, clock, 60)
    assert recorded(site) == ([], [], [])
    assert granted(site) == [0]


def test_process_that_falls_idle_leaves_the_sign_of_another_one(
    site: Site, clock: TestClock
) -> None:
    [person_id] = open_site(site)
    timed(site, person_id, limit_seconds=24 * 3600)
    idle, busy = come_up(site), come_up(site)
    for _ in range(70):
        clock.move(seconds=15)
        pulse(idle)
        ensure_sign(busy)
        pulse(busy)
    clock.move(seconds=60)
    come_up(site)
    assert granted(site) == [60]


def test_site_where_nobody_was_at_a_test_costs_no_writing(site: Site, clock: TestClock) -> None:
    server = another_process(site)
    Pulses(list).begin(server)
    statements = count_statements(site)
    for _ in range(10):
        clock.move(minutes=1)
        pulse(server)
    assert statements == [0]
    with site.database.reading() as session:
        assert session.scalars(select(Beat)).all() == []


def test_first_request_after_a_pause_gives_a_sign_at_once(site: Site, clock: TestClock) -> None:
    """Who kills the server a second after the first request still finds the outage."""
    [person_id] = open_site(site)
    server = another_process(site)
    Pulses(list).begin(server)
    clock.move(hours=1)
    ensure_sign(server)
    timed(site, person_id)
    clock.move(seconds=40)
    come_up(site)
    assert granted(site) == [40]


def test_late_pulse_is_no_outage_while_answers_are_saved(site: Site, clock: TestClock) -> None:
    """Another agency's slow database holds the thread up; this one's people never noticed."""
    [person_id] = open_site(site)
    public = timed(site, person_id)
    server = come_up(site)
    for number in range(1, 7):
        clock.move(seconds=10)
        ensure_sign(server)
        save(site, public, number, "a", device=f"device-{number}")
        note_saved(server, 1)
    pulse(server)
    assert recorded(site)[0] == []


def test_clock_that_is_set_forward_takes_nobodys_time(site: Site, clock: TestClock) -> None:
    [person_id] = open_site(site)
    timed(site, person_id)
    server = come_up(site)
    run(server, clock, 60)
    clock.move(seconds=120)
    pulse(server)
    assert granted(site) == [120]
    clock.move(seconds=-300)
    pulse(server)
    run(server, clock, 30)
    assert granted(site) == [120]


def test_pages_that_gave_a_sign_are_written_together(site: Site, clock: TestClock) -> None:
    people = open_site(site, count=3)
    for person_id in people:
        timed(site, person_id)
    server = come_up(site)
    run(server, clock, 60)
    with site.database.reading() as session:
        ids = [each.id for each in attempts(session)]
    for attempt_id in ids[:2]:
        note_seen(server, attempt_id)
    statements = count_statements(site)
    pulse(server)
    assert statements[0] <= 6
    with site.database.reading() as session:
        seen = [each.seen_at for each in attempts(session)]
    assert seen == [clock.moment, clock.moment, None]


def test_pulse_that_fails_keeps_what_was_seen(
    site: Site, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = come_up(site)
    note_seen(server, 7)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("plugins.assessment.presence.beat", broken)
        with pytest.raises(RuntimeError):
            pulse(server)
        clock.move(seconds=60)
        ensure_sign(server)  # a request of a test goes on
    assert site.registry.plugins["assessment"].errors["pulse assessment.beat"] == 1
    assert presence(server).take_seen() == {7}


def test_pulse_asks_for_the_sweeper_twice_a_minute(site: Site, clock: TestClock) -> None:
    server = come_up(site)

    def asked() -> int:
        with site.database.writing() as session:
            rows = session.scalars(select(JobRow).where(JobRow.name == "assessment.sweep")).all()
            found = [row for row in rows if row.unique_key]
            session.execute(update(JobRow).values(unique_key=None))
        return len(found)

    assert asked() == 1
    run(server, clock, 25)
    assert asked() == 0
    run(server, clock, 5)
    assert asked() == 1
    run(server, clock, 600)
    assert asked() == 1, "one that waits is enough"


# -- the page's sign of life -----------------------------------------------------------------------


def give_sign(client: FlaskClient, public: str) -> tuple[int, dict[str, object]]:
    answer = client.post(f"/tes/{public}/denyut", headers={"Accept": "application/json"})
    assert answer.json is not None
    return answer.status_code, answer.json


def test_page_hears_how_much_time_is_left(site: Site, app: Flask, clock: TestClock) -> None:
    one, other = open_site(site, count=2)
    public, free = timed(site, one), begin(site, other)
    client = app.test_client()
    login_as(client, one)
    clock.move(seconds=100)
    statements = count_statements(site)
    assert give_sign(client, public) == (200, {"left": 500, "notice": ""})
    assert statements[0] <= 2
    clock.move(seconds=900)
    assert give_sign(client, public)[1]["left"] == 0
    login_as(client, other)
    assert give_sign(client, free)[1] == {"left": None, "notice": ""}
    assert give_sign(client, public)[0] == 404, "not one's own"


def test_page_hears_that_time_was_given_back(site: Site, app: Flask, clock: TestClock) -> None:
    [person_id] = open_site(site)
    public = timed(site, person_id)
    run(come_up(site), clock, 60)
    clock.move(seconds=90)
    come_up(site)
    client = app.test_client()
    login_as(client, person_id)
    answer = {"left": 540, "notice": "Waktu Anda ditambah 2 menit."}
    assert give_sign(client, public) == (200, answer)
    clock.move(minutes=5)
    assert give_sign(client, public)[1]["notice"] == ""


def test_page_hears_that_the_test_was_handed_in(site: Site, app: Flask, clock: TestClock) -> None:
    [person_id] = open_site(site)
    public = timed(site, person_id)
    finish(site, person_id, public)
    client = app.test_client()
    login_as(client, person_id)
    status, said = give_sign(client, public)
    assert (status, said["code"]) == (409, "handed-in")
    assert str(said["url"]).endswith("/tanda-terima")


def test_sign_without_log_in_is_told_where_to_log_in(client: FlaskClient) -> None:
    answer = client.post("/tes/x/denyut", headers={"Accept": "application/json"})
    assert answer.status_code == 401


def test_pages_of_a_test_note_who_is_there(site: Site, app: Flask, clock: TestClock) -> None:
    [person_id] = open_site(site)
    public = timed(site, person_id)
    client = app.test_client()
    login_as(client, person_id)
    with site.database.reading() as session:
        number = next(n for n, version, _ in asked(session, public) if version.kind == "single")
    assert presence(site).take_seen() == set()
    client.get(f"/tes/{public}/soal/{number}")
    assert len(presence(site).take_seen()) == 1
    form = {"device": "halaman-1", "seq": "1", "answer": "a", "go": "next"}
    assert client.post(f"/tes/{public}/soal/{number}", data=form).status_code == 303
    assert len(presence(site).take_seen()) == 1
    assert presence(site).saved_at == clock.moment
    with site.database.reading() as session:
        assert session.scalars(select(AnswerEvent)).all()
        assert owner(session, public) == person_id


def test_request_after_an_outage_finds_its_time_given_back(
    site: Site, app: Flask, clock: TestClock
) -> None:
    """The database was away, the web process was not: the request itself brings the sign."""
    [person_id] = open_site(site)
    public = timed(site, person_id)
    Pulses(list).begin(site)
    client = app.test_client()
    login_as(client, person_id)
    assert give_sign(client, public)[1]["left"] == 600
    clock.move(seconds=595)
    pulse(site)  # it is given back, too: this process's signs had stopped for ten minutes
    clock.move(seconds=700)
    assert give_sign(client, public)[1]["left"] == 600
