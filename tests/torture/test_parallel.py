"""REL-9: fifty at once do what one may do: one result, one certificate, and nobody sees an error.

Threads against the running server, on both databases; also D10, hand-in against save.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from lms.agencies import open_site
from lms.core.people.permissions import grant_role
from lms.core.site import Site
from lms.models import Person
from lms.rehearsal.browser import Browser, Exchange
from lms.rehearsal.page import Form, Page
from plugins.assessment.domain import receipt
from plugins.certificates.models import Withheld
from tests.certificates.factories import make_plan
from tests.infra.server import Server, free_port
from tests.torture.candidates import SLUG, Candidate, Meeting, meeting, question_form

AT_ONCE = 50
ANSWERED = 12
RACES = 6
"""Attempts whose hand-in races with answers."""


@contextmanager
def _running(met: Meeting) -> Iterator[list[Candidate]]:
    """A server, and all people in front of it."""
    server = Server(met.home, free_port(), product=True)
    server.start()
    people = [Candidate(server.url, actor, met.password) for actor in met.actors]
    try:
        yield people
    finally:
        for person in people:
            person.browser.close()
        server.kill()


@contextmanager
def _opened(met: Meeting) -> Iterator[Site]:
    site = open_site(met.home, SLUG)
    try:
        yield site
    finally:
        site.database.close()


def _rows(met: Meeting, statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with _opened(met) as site, site.database.reading() as session:
        return [tuple(row) for row in session.execute(text(statement), values)]


def _all_at_once(tasks: Sequence[Callable[[], Page]]) -> list[Page]:
    """Run all tasks in threads that begin in the same moment."""
    gate = threading.Barrier(len(tasks))

    def run(task: Callable[[], Page]) -> Page:
        gate.wait(30)
        return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def _press_at_once(person: Candidate, page: Page, form: Form) -> tuple[list[Page], list[Exchange]]:
    """Press a button from fifty tabs; give where each led, and what the button answered."""
    posts: list[Exchange] = []

    def note(exchange: Exchange) -> None:
        if exchange.method == "POST":
            posts.append(exchange)

    tabs = [person.twin(note) for _ in range(AT_ONCE)]
    for tab in tabs:
        tab.get(page.url)  # connected, so that all press in the same moment
    ends = _all_at_once([lambda tab=tab: tab.send(page, form) for tab in tabs])
    for tab in tabs:
        tab.close()
    return ends, posts


QUESTIONS = 30


def _answer_some(person: Candidate) -> None:
    """Answer from the first question on; one of another kind than choosing is passed over."""
    person.begin()
    for number in range(1, QUESTIONS + 1):
        if len(person.answers) == ANSWERED:
            return
        person.answer(person.look(number))
    raise AssertionError("hardly any question that is answered by choosing one of several")


@pytest.mark.dataloss
@pytest.mark.slow
def test_one_result_when_fifty_hand_in_at_once(tmp_path: Path, database: str | None) -> None:
    met = meeting(tmp_path / "home", 1, database)
    with _running(met) as [person]:
        _answer_some(person)
        page = person.overview()
        form = next(form for form in page.forms if form.action.endswith("/kirim"))
        ends, posts = _press_at_once(person, page, form)
    assert [post.status for post in posts] == [303] * AT_ONCE
    assert {end.status for end in ends} == {200}
    assert {end.url.partition("/tes/")[2] for end in ends} == {f"{person.public}/tanda-terima"}
    assert len({end.text for end in ends}) == 1
    [(lines,)] = _rows(met, "SELECT count(*) FROM assessment_attempt_line")
    results = _rows(met, "SELECT competency_id, count(*) FROM assessment_result GROUP BY 1")
    assert lines > 1
    assert [count for _, count in results] == [1] * lines
    evidence = _rows(met, "SELECT key, count(*) FROM core_evidence GROUP BY key")
    assert [count for _, count in evidence] == [1] * lines
    assert _rows(met, "SELECT count(*), sum(answered) FROM assessment_attempt") == [(1, ANSWERED)]
    assert len(_rows(met, "SELECT id FROM core_plan")) <= 1
    events = _rows(met, "SELECT payload FROM core_event")
    assert len(set(map(str, events))) == len(events)


def _withheld(met: Meeting) -> str:
    """Let somebody's certificate wait for an officer, who is the first of all; give its id."""
    with _opened(met) as site, site.database.writing() as session:
        officer, holder = session.scalars(select(Person).order_by(Person.id).limit(2))
        grant_role(session, officer.id, "officer", None)
        plan = make_plan(session, holder)
        row = Withheld(plan_id=plan.id, person_id=holder.id, reasons=["Menunggu."], at=site.clock())
        session.add(row)
        session.flush()
        return row.public_id


@pytest.mark.slow
def test_one_certificate_when_fifty_issue_at_once(tmp_path: Path, database: str | None) -> None:
    met = meeting(tmp_path / "home", 2, database)
    waiting = _withheld(met)
    with _running(met) as [officer, _holder]:
        officer.log_in()
        page = officer.browser.get(f"/{SLUG}/sertifikat/kelola/tertahan")
        form = next(form for form in page.forms if waiting in form.action)
        ends, posts = _press_at_once(officer, page, form)
    # Who comes when it is issued already is told so, on a page of its own.
    late = [end for end in ends if end.status == 404]
    assert all("sudah terbit" in end.text for end in late)
    assert {(end.status, end.url) for end in ends if end not in late} == {(200, page.url)}
    assert sorted(post.status for post in posts) == [303] * (AT_ONCE - len(late)) + [404] * len(
        late
    )
    assert len(_rows(met, "SELECT number FROM certificates_certificate")) == 1
    assert _rows(met, "SELECT last FROM certificates_series") == [(1,)]
    assert _rows(met, "SELECT id FROM certificates_withheld") == []
    issued = "SELECT id FROM core_event WHERE name = 'certificate_issued'"
    assert len(_rows(met, issued)) == 1


@pytest.mark.dataloss
@pytest.mark.slow
def test_d10_answers_count_or_are_refused_when_they_race_with_the_hand_in(
    tmp_path: Path, database: str | None
) -> None:
    """Coursemology #2046: handing in and saving at once, from two tabs, lost answers."""
    met = meeting(tmp_path / "home", RACES, database)
    with _running(met) as people:
        outcomes = [_race(person, wait / 100) for wait, person in enumerate(people)]
    for person, (kept, refused) in zip(people, outcomes, strict=True):
        assert len(kept) + len(refused) == ANSWERED
        _check_receipt(met, person, kept)
    assert sum(len(kept) for kept, _ in outcomes) > 0
    assert sum(len(refused) for _, refused in outcomes) > 0


def _race(person: Candidate, wait: float) -> tuple[dict[int, str], dict[int, str]]:
    """Answer many questions and hand in, all in one moment; give what was kept and refused."""
    person.begin()
    pages = _open_questions(person)
    overview = person.overview()
    kept: dict[int, str] = {}
    refused: dict[int, str] = {}

    def save(number: int) -> Page:
        statuses: list[int] = []
        tab = person.twin(lambda exchange: statuses.append(exchange.status))
        form = question_form(pages[number])
        assert form is not None
        value = form.choices[0][1]
        end = tab.send(pages[number], form, answer=value)
        assert statuses[0] in (303, 409), statuses
        (kept if statuses[0] == 303 else refused)[number] = value
        tab.close()
        return end

    def hand_in() -> Page:
        tab: Browser = person.twin(lambda _exchange: None)
        time.sleep(wait)  # each race is handed in a little later than the one before
        form = next(form for form in overview.forms if form.action.endswith("/kirim"))
        end = tab.send(overview, form)
        tab.close()
        return end

    tasks = [hand_in, *(lambda number=number: save(number) for number in pages)]
    end = _all_at_once(tasks)[0]
    assert end.url.endswith("/tanda-terima")
    return kept, refused


def _open_questions(person: Candidate) -> dict[int, Page]:
    """Open the first questions that are answered by choosing, each in a tab."""
    pages: dict[int, Page] = {}
    number = 1
    while len(pages) < ANSWERED:
        page = person.look(number)
        if question_form(page) is not None:
            pages[number] = page
        number += 1
    return pages


def _check_receipt(met: Meeting, person: Candidate, kept: dict[int, str]) -> None:
    """The receipt covers exactly what was acknowledged; nothing slipped in behind it."""
    events = _rows(
        met,
        "SELECT e.sequence, e.value, e.digest FROM assessment_answer_event e"
        " JOIN assessment_attempt a ON a.id = e.attempt_id WHERE a.public_id = :public"
        " ORDER BY e.id",
        public=person.public,
    )
    assert {sequence: value for sequence, value, _ in events} == kept
    attempt = "SELECT answered, receipt FROM assessment_attempt WHERE public_id = :public"
    [(answered, stored)] = _rows(met, attempt, public=person.public)
    assert answered == len(kept)
    assert stored == receipt(person.public, [digest for *_, digest in events])
