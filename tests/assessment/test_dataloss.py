"""REL-7: fifteen ways in which other systems lost answers, each under its own name (lessons.md D).

What only a browser can lose (D2, D3, D7, and the browser's part of D1, D4, D5, D9, D15) is in
tests/browser/test_outbox.py and test_sitting.py, under the same names.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.core.learning.models import Evidence
from lms.core.site import Site
from plugins.assessment.domain import Timing
from plugins.assessment.models import AnswerEvent, Attempt, Result
from plugins.assessment.services.sweeping import sweep
from plugins.certificates.models import Certificate
from plugins.certificates.services import issue
from tests.assessment.factories import begin, finish, open_site, single_numbers, twin
from tests.assessment.test_pages import read, send, stored
from tests.certificates.test_issuing import closed_plan
from tests.conftest import TestClock, login_as, make_person
from tests.people.files import nip
from tests.people.test_evidence_import import bring_in, ledger

pytestmark = pytest.mark.dataloss
SCRIPT = {"Accept": "application/json"}
BEGIN = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


@pytest.fixture
def person_id(site: Site) -> int:
    return open_site(site)[0]


@pytest.fixture
def learner(client: FlaskClient, person_id: int) -> FlaskClient:
    login_as(client, person_id)
    return client


def post(
    client: FlaskClient, public: str, number: int, value: str, seq: int, **more: str
) -> TestResponse:
    """Send an answer as the outbox does."""
    data = {"answer": value, "device": "browser-1", "seq": str(seq), "strict": "1", "go": "stay"}
    return client.post(f"/tes/{public}/soal/{number}", data={**data, **more}, headers=SCRIPT)


def ack(answer: TestResponse) -> tuple[str, int, str, int]:
    """Give what an acknowledgement names."""
    found = answer.get_json()["ack"]
    return found["attempt"], found["number"], found["device"], found["seq"]


def test_d01_acknowledgement_names_what_is_stored_and_nothing_else(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    public = begin(site, person_id)
    number = single_numbers(site, public)[0]
    for _ in range(3):  # the reply was lost twice
        assert ack(post(learner, public, number, "a", 7)) == (public, number, "browser-1", 7)
    assert stored(site) == [(number, "a", False)]
    other = post(learner, public, number, "b", 7)
    assert (other.status_code, "ack" in other.get_json()) == (409, False)


def test_d04_no_device_writes_after_the_hand_in(app: Flask, site: Site, person_id: int) -> None:
    public = begin(site, person_id)
    finish(site, person_id, public)
    for device in ("browser-1", "browser-2"):
        client = app.test_client()
        login_as(client, person_id)
        refused = post(client, public, 1, "a", 1, device=device)
        assert refused.status_code == 409
        assert refused.get_json()["url"] == f"/tes/{public}/tanda-terima"
        plain = client.post(f"/tes/{public}/soal/1", data={"answer": "a", "device": device})
        assert plain.status_code == 409
        assert f"/tes/{public}/tanda-terima" in plain.get_data(as_text=True)
    assert stored(site) == []


def test_d05_refusals_are_told_without_javascript(
    learner: FlaskClient, site: Site, person_id: int, clock: TestClock
) -> None:
    public = begin(site, person_id)
    path = f"/tes/{public}/soal/{single_numbers(site, public)[0]}"
    wrong = learner.post(path, data={"answer": "zzz", "device": "browser-1"})
    assert (wrong.status_code, "Muat ulang halaman" in read(wrong).text) == (422, True)
    foreign = learner.post("/tes/AAAAAAAAAAAAAAAA/soal/1", data={"device": "browser-1"})
    assert (foreign.status_code, "tidak ditemukan" in read(foreign).text) == (404, True)
    with site.database.writing() as session:
        session.query(Attempt).update({"limit_seconds": 60, "grace": 60})
    clock.move(minutes=3)
    late = learner.post(path, data={"answer": "a", "device": "browser-1"})
    assert (late.status_code, "Waktu tes sudah habis" in read(late).text) == (409, True)
    assert stored(site) == []


def test_d06_every_page_of_the_flow_may_be_loaded_again(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    public = begin(site, person_id)
    send(learner, f"/tes/{public}/soal/1", "unknown")
    before = stored(site)
    pages = ("", "/soal/1", "/periksa")
    for path in (*pages, *pages):
        assert learner.get(f"/tes/{public}{path}", follow_redirects=True).status_code == 200
    assert stored(site) == before
    assert learner.post(f"/tes/{public}/kirim", data={"open": 29}).status_code == 303
    for _ in range(2):
        assert learner.get(f"/tes/{public}/periksa").status_code == 303
        assert learner.get(f"/tes/{public}/tanda-terima").status_code == 200
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Result)) == 5


def test_d08_time_out_counts_the_last_acknowledged_answers(
    learner: FlaskClient, site: Site, person_id: int, clock: TestClock
) -> None:
    public = begin(site, person_id)
    with site.database.writing() as session:
        session.query(Attempt).update({"limit_seconds": 600, "grace": 60})
    for number in single_numbers(site, public)[:7]:
        post(learner, public, number, "a", number)
        post(learner, public, number, "unknown", 10 + number)
    clock.move(minutes=30)
    with site.database.writing() as session:
        assert sweep(session) == (1, None)
    with site.database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        assert (attempt.closed_by, attempt.answered, attempt.unknown) == ("sweeper", 7, 7)
        assert session.scalar(select(func.count()).select_from(Result)) == 5


def test_d09_new_login_comes_back_to_the_same_question(
    app: Flask, site: Site, person_id: int
) -> None:
    public = begin(site, person_id)
    path = f"/tes/{public}/soal/4"
    stranger = app.test_client()
    for answer in (stranger.get(path), stranger.post(path, data={"answer": "a"})):
        assert (answer.status_code, f"next={path}" in answer.headers["Location"]) == (303, True)
    told = stranger.post(path, data={"answer": "a"}, headers=SCRIPT)
    assert (told.status_code, f"next={path}" in told.get_json()["login"]) == (401, True)
    login_as(stranger, person_id)
    assert read(stranger.get(path)).heading == "Soal 4 dari 30"


def test_d10_answer_that_meets_the_hand_in_is_counted_or_refused(
    app: Flask, site: Site, person_id: int
) -> None:
    public = begin(site, person_id)
    numbers = [0, *single_numbers(site, public)[:8]]
    together = threading.Barrier(9)

    def act(number: int) -> int:
        client = app.test_client()
        login_as(client, person_id)
        together.wait(60)
        if number == 0:
            return client.post(f"/tes/{public}/kirim", data={"open": 30}).status_code
        return post(client, public, number, "unknown", number).status_code

    with ThreadPoolExecutor(9) as pool:
        statuses = dict(zip(numbers, pool.map(act, numbers), strict=True))
    assert statuses.pop(0) == 303
    assert set(statuses.values()) <= {200, 409}
    acknowledged = {number for number, status in statuses.items() if status == 200}
    assert {number for number, _, _ in stored(site)} == acknowledged
    with site.database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        assert (attempt.answered, attempt.unknown) == (len(acknowledged), len(acknowledged))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    late=st.integers(0, 7200),
    limit=st.integers(60, 7200),
    window=st.integers(60, 7200),
    allowance=st.integers(0, 3600),
)
def test_d11_nobody_gets_time_beyond_the_window_and_what_was_granted(
    late: int, limit: int, window: int, allowance: int
) -> None:
    end = BEGIN + timedelta(seconds=window)
    started = BEGIN + timedelta(seconds=late)
    timing = Timing(started_at=started, limit=limit, window_end=end, allowance=allowance)
    own = started + timedelta(seconds=limit)
    assert timing.deadline == min(own, end) + timedelta(seconds=allowance)


def test_d12_chosen_option_is_an_answer_without_any_button(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    """The outbox sends what is chosen by itself; the hand-in counts it."""
    public = begin(site, person_id)
    assert post(learner, public, single_numbers(site, public)[0], "unknown", 1).status_code == 200
    finish(site, person_id, public)
    with site.database.reading() as session:
        assert session.scalars(select(Attempt.answered)).one() == 1


def test_d13_fifty_requests_at_once_give_one_certificate(site: Site) -> None:
    plan_id = closed_plan(site)

    def work(_: int) -> int | None:
        with site.database.writing() as session:
            row = issue(session, plan_id)
            return row.id if row else None

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(work, range(50)))) == 1
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Certificate)) == 1


def test_d14_sent_acknowledged_and_stored_are_the_same_answers(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    """Every third request is lost on the way, every fifth reply on the way back."""
    public = begin(site, person_id)
    queue = [(number, "ab"[number % 2], number) for number in single_numbers(site, public)]
    sent, acknowledged, turn = set(queue), set(), 0
    while queue:
        turn += 1
        number, value, seq = queue[0]
        if turn % 3 == 0:
            continue
        told = ack(post(learner, public, number, value, seq))
        if turn % 5 == 0:
            continue
        assert told == (public, number, "browser-1", seq)
        acknowledged.add(queue.pop(0))
    with site.database.reading() as session:
        rows = session.execute(select(AnswerEvent.sequence, AnswerEvent.value, AnswerEvent.seq))
        kept = [tuple(row) for row in rows]
    assert sent == acknowledged == set(kept)
    assert len(kept) == len(sent)


def test_d14_report_of_an_import_accounts_for_every_result(site: Site) -> None:
    with site.database.writing() as session:
        for number in (1, 2):
            make_person(session, nip=nip(number))
    rows = [
        [nip(1), "Optimal", "basic", "11-08-2025"],
        [nip(2), "bagus", "basic", "11-08-2025"],
        [nip(1), "Optimal", "", "11-08-2025"],
    ]
    plan = bring_in(site, *rows)
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Evidence)) == plan.created
    assert len(ledger(site)) == plan.created
    assert plan.usable + len(plan.errors) == 5


def test_d15_two_tests_in_two_tabs_keep_their_answers(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    """One person, one browser, two tests: the same device, interleaved."""
    first = begin(site, person_id)
    second = twin(site, first)
    numbers = single_numbers(site, first)[:5]
    for number in numbers:
        post(learner, first, number, "a", 2 * number)
        post(learner, second, number, "b", 2 * number + 1)
    for public, value in ((first, "a"), (second, "b")):
        answers = read(learner.get(f"/tes/{public}/periksa")).answers
        assert [answers[number] for number in numbers] == [value] * 5
