"""The test in a browser without JavaScript: save, resume, overview, hand-in, receipt, result."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from lms.core.learning.models import Evidence
from lms.core.site import Site
from lms.rehearsal.page import Form, Page, read_page
from plugins.assessment.models import AnswerEvent, Attempt, Result
from tests.assessment.factories import (
    answer_all,
    asked,
    begin,
    finish,
    first_right,
    nothing_right,
    only_single_choice,
    open_site,
    save,
    sit,
)
from tests.assessment.test_measuring import finish_courses, waiting
from tests.conftest import login_as, make_person


def read(answer: TestResponse) -> Page:
    return read_page(answer.request.path, answer.status_code, answer.get_data(as_text=True))


def question_form(page: Page) -> Form:
    return next(form for form in page.forms if form.choices)


def send(client: FlaskClient, path: str, value: str | None = None, **more: str) -> TestResponse:
    """Open a question page and send its form, as a browser without script does."""
    form = question_form(read(client.get(path)))
    chosen = {"answer": value} if value else {}
    return client.post(path, data={**form.values, "go": "next", **chosen, **more})


def stored(site: Site) -> list[tuple[int, str | None, bool | None]]:
    with site.database.reading() as session:
        query = select(AnswerEvent.sequence, AnswerEvent.value, AnswerEvent.flag)
        return [tuple(row) for row in session.execute(query.order_by(AnswerEvent.id))]  # type: ignore[misc]


@pytest.fixture
def person_id(site: Site) -> int:
    """A person who may start; the pages of the other kinds have their own tests."""
    only_single_choice(site)
    return open_site(site)[0]


@pytest.fixture
def learner(client: FlaskClient, person_id: int) -> FlaskClient:
    login_as(client, person_id)
    return client


@contextmanager
def counting(site: Site) -> Iterator[list[str]]:
    """Collect statements that are not the beginning of a transaction."""
    seen: list[str] = []

    def watch(_c: object, _cur: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(site.database.engine, "before_cursor_execute", watch)
    try:
        yield seen
    finally:
        event.remove(site.database.engine, "before_cursor_execute", watch)


# -- start and resume ----------------------------------------------------------------------------


def test_start_page_says_what_comes_and_starts_nothing(learner: FlaskClient, site: Site) -> None:
    text = learner.get("/tes/mulai/digital/awal").get_data(as_text=True)
    assert "30 soal" in text
    assert "Ini bukan ujian" in text
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_start_leads_to_the_first_question(learner: FlaskClient) -> None:
    answer = learner.post("/tes/mulai/digital/awal", follow_redirects=True)
    assert read(answer).heading == "Soal 1 dari 30"


def test_question_page_holds_no_key_and_no_other_question(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    public = begin(site, person_id)
    html = learner.get(f"/tes/{public}/soal/3").get_data(as_text=True)
    with site.database.reading() as session:
        items = asked(session, public)
    for sequence, version, _ in items:
        shown = version.content["options"][0]["text"] in html.replace("&#39;", "'").replace(
            "&#34;", '"'
        )
        assert shown == (sequence == 3)
        assert not version.explanation or version.explanation not in html


@pytest.mark.dataloss
def test_person_goes_on_where_the_test_was_left(
    app: Flask, learner: FlaskClient, site: Site, person_id: int
) -> None:
    """Lesson D9, T5: another device, another session, the same attempt and question."""
    public = begin(site, person_id)
    send(learner, f"/tes/{public}/soal/1", "unknown")
    other = app.test_client()
    login_as(other, person_id)
    page = read(other.get(f"/tes/{public}", follow_redirects=True))
    assert page.heading == "Soal 2 dari 30"
    first = read(other.get(f"/tes/{public}/soal/1"))
    assert question_form(first).values["answer"] == "unknown"
    assert "Tersimpan 10.00" in first.text


@pytest.mark.dataloss
def test_ended_session_comes_back_to_the_same_question(
    app: Flask, site: Site, person_id: int
) -> None:
    """Lesson D9, T8, T11: under htmx by a header, never by a redirect into the page."""
    public = begin(site, person_id)
    path = f"/tes/{public}/soal/4"
    plain = app.test_client().post(path, data={"answer": "a"})
    assert (plain.status_code, f"next={path}" in plain.headers["Location"]) == (303, True)
    script = app.test_client().post(path, data={"answer": "a"}, headers={"HX-Request": "true"})
    assert (script.status_code, path in script.headers["HX-Redirect"]) == (204, True)
    assert stored(site) == []


# -- save ----------------------------------------------------------------------------------------


@pytest.mark.dataloss
def test_answer_is_stored_before_the_next_page(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    """Lesson D12, R3, R6: a chosen option is an answer, whichever button is pressed."""
    public = begin(site, person_id)
    for number, (go, target) in enumerate(
        [("next", "soal/2"), ("back", "soal/1"), ("overview", "periksa"), ("stay", "soal/4")], 1
    ):
        answer = send(learner, f"/tes/{public}/soal/{number}", "unknown", go=go)
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith(f"/tes/{public}/{target}")
    assert [value for _, value, _ in stored(site)] == ["unknown"] * 4


def test_last_question_leads_to_the_overview(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    public = begin(site, person_id)
    answer = send(learner, f"/tes/{public}/soal/30", "a")
    assert answer.headers["Location"].endswith("/periksa")


@pytest.mark.dataloss
def test_double_click_stores_one_answer(learner: FlaskClient, site: Site, person_id: int) -> None:
    public = begin(site, person_id)
    path = f"/tes/{public}/soal/1"
    form = question_form(read(learner.get(path)))
    for _ in range(3):
        learner.post(path, data={**form.values, "answer": "b", "go": "next"})
    assert stored(site) == [(1, "b", None)]


@pytest.mark.dataloss
def test_back_button_stores_the_new_choice_of_the_old_page(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    """B, C and B again on one page means B."""
    public = begin(site, person_id)
    path = f"/tes/{public}/soal/1"
    form = question_form(read(learner.get(path)))
    for value in "bcb":
        learner.post(path, data={**form.values, "answer": value, "go": "next"})
    assert [value for _, value, _ in stored(site)] == ["b", "c", "b"]
    assert question_form(read(learner.get(path))).values["answer"] == "b"


@pytest.mark.dataloss
def test_page_opened_before_the_answer_does_not_erase_it(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    """Lesson D15: two tabs of one question."""
    public = begin(site, person_id)
    path = f"/tes/{public}/soal/1"
    empty = question_form(read(learner.get(path)))
    send(learner, path, "c")
    learner.post(path, data={**empty.values, "go": "next"})
    assert question_form(read(learner.get(path))).values["answer"] == "c"


@pytest.mark.dataloss
def test_two_attempts_in_two_tabs_keep_their_answers(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    """Lesson D15: interleaved saves of two tests."""
    with site.database.writing() as session:
        other = make_person(session).id
    own, foreign = begin(site, person_id), begin(site, other)
    second = learner.application.test_client()
    login_as(second, other)
    for number in (1, 2, 3):
        send(learner, f"/tes/{own}/soal/{number}", "a")
        send(second, f"/tes/{foreign}/soal/{number}", "b")
    for client, public, value in ((learner, own, "a"), (second, foreign, "b")):
        answers = read(client.get(f"/tes/{public}/periksa")).answers
        assert [answers[n] for n in (1, 2, 3)] == [value] * 3


def test_flag_is_kept_apart_from_the_answer(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    public = begin(site, person_id)
    path = f"/tes/{public}/soal/1"
    send(learner, path, flag="1")
    send(learner, path, "a", flag="1")
    assert stored(site) == [(1, None, True), (1, "a", None)]
    html = learner.get(f"/tes/{public}/periksa").get_data(as_text=True)
    assert 'data-n="1" data-answer="a" class="flag"' in html


SCRIPT = {"Accept": "application/json"}


@pytest.mark.dataloss
def test_script_gets_an_acknowledgement_that_names_the_message(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    """Lesson D1: what the outbox may delete is exactly what is named, nothing else."""
    public = begin(site, person_id)
    data = {"answer": "a", "device": "browser-1", "seq": "71", "strict": "1", "go": "stay"}
    answer = learner.post(f"/tes/{public}/soal/1", data=data, headers=SCRIPT)
    body = answer.get_json()
    named = {key: body["ack"][key] for key in ("attempt", "number", "device", "seq")}
    assert named == {"attempt": public, "number": 1, "device": "browser-1", "seq": 71}
    assert (body["ack"]["stale"], body["ack"]["late"]) == (False, False)
    assert "Tersimpan 10.00" in body["saved"]
    assert "page" not in body


def test_script_gets_the_next_question_along(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    public = begin(site, person_id)
    data = {"answer": "a", "device": "browser-1", "seq": "71", "strict": "1", "go": "next"}
    body = learner.post(f"/tes/{public}/soal/1", data=data, headers=SCRIPT).get_json()
    assert body["url"].endswith(f"/tes/{public}/soal/2")
    assert "Soal 2 dari 30" in body["page"]
    assert "<html" not in body["page"]


@pytest.mark.dataloss
def test_script_whose_session_ended_is_told_where_to_log_in(
    app: Flask, site: Site, person_id: int
) -> None:
    """Lessons T11, T13: a redirect would look like success to a script."""
    path = f"/tes/{begin(site, person_id)}/soal/4"
    answer = app.test_client().post(path, data={"answer": "a"}, headers=SCRIPT)
    assert answer.status_code == 401
    assert path in answer.get_json()["login"]
    assert stored(site) == []


@pytest.mark.parametrize(
    "data",
    [
        {"answer": "z", "device": "device-1"},
        {"answer": "a", "device": "x"},
        {"answer": "a", "device": "device-1", "seq": "0"},
        {"answer": "a", "device": "<script>"},
    ],
)
def test_answer_that_no_page_sends_is_refused(
    learner: FlaskClient, site: Site, person_id: int, data: dict[str, str]
) -> None:
    public = begin(site, person_id)
    answer = learner.post(f"/tes/{public}/soal/1", data=data)
    assert answer.status_code == 422
    assert stored(site) == []


@pytest.mark.dataloss
def test_numbered_message_with_other_content_is_a_conflict(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    """R1: same key and same content, the first acknowledgement; other content, 409."""
    public = begin(site, person_id)
    path = f"/tes/{public}/soal/1"
    data = {"answer": "a", "device": "phone-1", "seq": "7", "strict": "1"}
    assert [learner.post(path, data=data).status_code for _ in range(2)] == [303, 303]
    other = learner.post(path, data={**data, "answer": "b"})
    assert other.status_code == 409
    assert "Muat ulang" in other.get_data(as_text=True)
    assert len(stored(site)) == 1


@pytest.mark.dataloss
@pytest.mark.parametrize("strict", ["", "1"])
def test_answer_after_the_hand_in_leads_to_the_receipt(
    learner: FlaskClient, site: Site, person_id: int, strict: str
) -> None:
    """Lesson D4: an open second window cannot change what was handed in."""
    public = begin(site, person_id)
    path = f"/tes/{public}/soal/1"
    form = question_form(read(learner.get(path)))
    finish(site, person_id, public)
    answer = learner.post(path, data={**form.values, "answer": "a", "strict": strict})
    assert answer.status_code == 409
    assert f"/tes/{public}/tanda-terima" in answer.get_data(as_text=True)
    assert stored(site) == []


# -- statements ----------------------------------------------------------------------------------


def test_saved_answer_costs_three_statements_whatever_was_saved_before(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    public = begin(site, person_id)
    counts = []
    for round_ in range(3):
        data = {"answer": "abc"[round_], "device": f"device-{round_}", "go": "next"}
        with counting(site) as seen:
            assert learner.post(f"/tes/{public}/soal/1", data=data).status_code == 303
        counts.append(len(seen))
        for number in range(2, 11):
            save(site, public, number, "abc"[round_], device=f"other-{round_}-{number}")
    assert counts == [3] * 3, seen  # the log-in is checked in the first of them


def test_question_page_costs_the_same_at_the_end(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    public = begin(site, person_id)
    counts = []
    for _ in range(2):
        with counting(site) as seen:
            assert learner.get(f"/tes/{public}/soal/1").status_code == 200
        counts.append(len(seen))
        answer_all(site, public)
    assert counts[0] == counts[1]
    assert counts[0] <= 8, seen


@pytest.mark.parametrize(
    ("page", "most"),
    [("periksa", 8), ("tanda-terima", 8), ("hasil", 11)],  # a result asks all for the next step
)
def test_learner_pages_stay_within_their_statements(
    learner: FlaskClient, site: Site, person_id: int, page: str, most: int
) -> None:
    public = begin(site, person_id)
    answer_all(site, public, first_right(3))
    if page != "periksa":
        finish(site, person_id, public)
    with counting(site) as seen:
        assert learner.get(f"/tes/{public}/{page}").status_code == 200
    assert len(seen) <= most, seen


def test_reading_writes_nothing(learner: FlaskClient, site: Site, person_id: int) -> None:
    public = begin(site, person_id)
    paths = ["", "/mulai/digital/awal", f"/{public}", f"/{public}/soal/1", f"/{public}/periksa"]
    with counting(site) as seen:
        for path in paths:
            assert learner.get(f"/tes{path}").status_code < 400
    assert not [s for s in seen if s.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]


# -- overview, hand-in, receipt ------------------------------------------------------------------


def test_overview_shows_each_answer(learner: FlaskClient, site: Site, person_id: int) -> None:
    public = begin(site, person_id)
    save(site, public, 1, "a")
    save(site, public, 2, "unknown", device="device-2")
    page = read(learner.get(f"/tes/{public}/periksa"))
    assert (page.answers[1], page.answers[2], page.answers[3]) == ("a", "unknown", "")
    assert len(page.answers) == 30
    assert "28 soal belum dijawab" in page.text
    assert isinstance(page.primary, str), "the filled button leads to an open question"


def test_hand_in_with_open_questions_is_asked_first(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    public = begin(site, person_id)
    answer = learner.post(f"/tes/{public}/kirim")
    assert answer.headers["Location"].endswith("/periksa")
    page = read(learner.get(f"/tes/{public}/periksa"))
    form = next(form for form in page.forms if form.action.endswith("/kirim"))
    answer = learner.post(form.action, data=form.values)
    assert answer.headers["Location"].endswith("/tanda-terima")


def test_receipt_counts_and_shows_its_code(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    public = begin(site, person_id)
    save(site, public, 1, "a")
    save(site, public, 2, "unknown", device="device-2")
    receipt = finish(site, person_id, public)
    page = read(learner.get(f"/tes/{public}/tanda-terima"))
    assert "2 dari 30" in page.text
    assert "28 soal" in page.text
    assert receipt[:4].upper() in page.text
    assert page.primary is not None


@pytest.mark.dataloss
def test_every_page_of_the_flow_may_be_loaded_again(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    """Lesson D6: refresh is harmless, before and after the hand-in."""
    public = begin(site, person_id)
    answer_all(site, public)
    learner.post(f"/tes/{public}/kirim")
    before = stored(site)
    for path in ("", "/soal/1", "/periksa", "/tanda-terima", "/hasil"):
        for _ in range(2):
            answer = learner.get(f"/tes/{public}{path}", follow_redirects=True)
            assert answer.status_code == 200, path
    assert stored(site) == before


@pytest.mark.dataloss
def test_fifty_hand_ins_at_once_give_one_result(app: Flask, site: Site, person_id: int) -> None:
    """REL-9, lesson D10: one receipt, one result per competency, evidence once."""
    public = begin(site, person_id)
    answer_all(site, public)

    def hand_in(_: int) -> int:
        client = app.test_client()
        login_as(client, person_id)
        return client.post(f"/tes/{public}/kirim").status_code

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(hand_in, range(50))) == {303}
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Result)) == 5
        assert session.scalar(select(func.count()).select_from(Evidence)) == 5


@pytest.mark.dataloss
def test_answers_racing_with_the_hand_in_are_scored_or_refused(
    app: Flask, site: Site, person_id: int
) -> None:
    """Lesson D10: an acknowledged answer is in the receipt, a refused one is not stored."""
    public = begin(site, person_id)

    def act(number: int) -> tuple[int, int]:
        client = app.test_client()
        login_as(client, person_id)
        if number == 10:
            return number, client.post(f"/tes/{public}/kirim", data={"open": 30}).status_code
        data = {"answer": "unknown", "device": f"device-{number}", "go": "next"}
        return number, client.post(f"/tes/{public}/soal/{number}", data=data).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = dict(pool.map(act, range(1, 21)))
    acknowledged = {n for n, status in statuses.items() if status == 303 and n != 10}
    assert {n for n, _, _ in stored(site)} == acknowledged
    with site.database.reading() as session:
        assert session.scalars(select(Attempt.unknown)).one() == len(acknowledged)


def test_double_click_on_start_makes_one_attempt(app: Flask, site: Site, person_id: int) -> None:
    def start(_: int) -> str:
        client = app.test_client()
        login_as(client, person_id)
        return client.post("/tes/mulai/digital/awal").headers["Location"]

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(16)))) == 1


# -- whose it is ---------------------------------------------------------------------------------


def test_attempt_of_another_person_does_not_exist(learner: FlaskClient, site: Site) -> None:
    with site.database.writing() as session:
        other = make_person(session).id
    public = begin(site, other)
    for path in ("", "/soal/1", "/periksa", "/tanda-terima", "/hasil"):
        assert learner.get(f"/tes/{public}{path}").status_code == 404, path
    assert learner.post(f"/tes/{public}/soal/1", data={"answer": "a"}).status_code == 404
    assert learner.post(f"/tes/{public}/kirim", data={"open": "30"}).status_code == 404
    assert stored(site) == []
    finish(site, other, public)
    assert learner.get(f"/tes/{public}/hasil").status_code == 404


def test_officer_sees_a_result_and_the_look_is_written_down(
    client: FlaskClient, site: Site, person_id: int
) -> None:
    from lms.core.audit import AuditEntry

    public = sit(site, person_id)
    with site.database.writing() as session:
        officer = make_person(session, name="Dewi", roles=("officer",)).id
    login_as(client, officer)
    text = client.get(f"/tes/{public}/hasil").get_data(as_text=True)
    assert "Siti Aminah" in text
    with site.database.reading() as session:
        looks = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "assessment:result:read")
        ).all()
    assert [look.actor_id for look in looks] == [officer]


# -- result and gain -----------------------------------------------------------------------------


def test_result_says_in_words_what_is_reached_and_asked(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    places = {"D1": 6, "D2": 3, "D3": 0, "D4": 6, "D5": 6}
    public = sit(site, person_id, right=lambda code, place: place < places[code])
    html = learner.get(f"/tes/{public}/hasil").get_data(as_text=True)
    page = read_page("", 200, html)
    assert "Tingkat Anda 5. Jabatan meminta tingkat 2." in page.text
    assert "Tingkat Anda 1. Jabatan meminta tingkat 2." in page.text
    assert "1 perlu ditingkatkan" in page.text
    assert html.count('role="img"') == 5
    assert "Aturan batas nilai" in page.text
    assert "Lima tingkat Titian, versi 1" in page.text
    assert page.primary is not None, "there is a next step"


def test_unclear_result_says_that_more_questions_help(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    public = sit(site, person_id, right=lambda code, place: code != "D4" or place < 3)
    text = read(learner.get(f"/tes/{public}/hasil")).text
    assert "Tingkat Anda antara 1 dan 3." in text
    assert "belum cukup untuk memastikan" in text
    assert waiting(site, "extra")


def test_gain_shows_before_and_after(learner: FlaskClient, site: Site, person_id: int) -> None:
    sit(site, person_id, right=lambda code, _place: code != "D4")
    finish_courses(site, person_id)
    public = sit(site, person_id, "retest")
    assert "kenaikan" in learner.get(f"/tes/{public}/hasil").get_data(as_text=True)
    page = read(learner.get(f"/tes/{public}/kenaikan"))
    assert "Dari tingkat 1 ke tingkat 5." in page.text
    assert "Naik jelas" in page.text
    assert "1 kemampuan naik dengan jelas" in page.text


def test_gain_that_is_not_certain_is_not_called_one(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    sit(site, person_id, right=lambda code, place: code != "D4" or place < 1)
    finish_courses(site, person_id)
    public = sit(site, person_id, "retest", first_right(3))
    text = read(learner.get(f"/tes/{public}/kenaikan")).text
    assert "Belum terlihat perubahan" in text
    assert "naik dengan jelas" not in text


def test_first_test_has_no_gain(learner: FlaskClient, site: Site, person_id: int) -> None:
    public = sit(site, person_id)
    assert learner.get(f"/tes/{public}/kenaikan").status_code == 404


def test_own_list_shows_what_waits_and_what_is_done(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    assert "Belum ada hasil" in read(learner.get("/tes")).text
    sit(site, person_id, right=nothing_right)
    finish_courses(site, person_id)
    text = read(learner.get("/tes")).text
    assert "Tes ulang" in text
    assert "Lihat hasil" in text


def test_pages_speak_english_where_asked(learner: FlaskClient, site: Site, person_id: int) -> None:
    public = begin(site, person_id)
    learner.set_cookie("bahasa", "en")
    text = learner.get(f"/tes/{public}/soal/1").get_data(as_text=True)
    assert "Question 1 of 30" in text
    assert re.search(r"I don.t know yet", text)
