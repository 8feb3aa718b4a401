"""What comes to the answer's address from outside of our pages: nonsense is refused, not broken."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from lms.core.site import Site
from tests.assessment.factories import begin, single_numbers
from tests.assessment.sessions.days import begin_all, plan_day
from tests.assessment.test_pages import learner, person_id, question_form, read, stored
from tests.conftest import TestClock, login_as

__all__ = ["learner", "person_id"]
HUGE = str(10**30)
JSON = {"Accept": "application/json"}


def _form(client: FlaskClient, path: str, **more: str) -> dict[str, str]:
    return {**question_form(read(client.get(path))).values, "go": "next", **more}


@pytest.mark.parametrize(
    "more",
    [
        {"epoch": HUGE},
        {"epoch": "-" + HUGE},
        {"epoch": "-1"},
        {"epoch": "9"},
        {"epoch": "x"},
        {"seq": HUGE, "strict": "1"},
        {"seq": "-1"},
        {"seq": "0"},
        {"seq": "x"},
        {"at": HUGE},
        {"at": "nan"},
        {"device": "x" * 1_000_000},
        {"device": "a\x00b\x00c\x00"},
        {"device": ""},
        {"answer": "x" * 1_000_000},
        {"answer": "\x00"},
        {"answer": "e"},
        {"go": "x" * 1000},
        {"go": "up-a"},
        {"item": "7", "person": "1", "attempt": "x", "sequence": "9"},
    ],
    ids=lambda more: f"{next(iter(more))}={next(iter(more.values()))[:12]!r}",
)
@pytest.mark.parametrize("headers", [{}, JSON], ids=["form", "json"])
def test_nonsense_in_an_answer_is_refused_or_ignored(
    learner: FlaskClient,
    site: Site,
    person_id: int,
    more: dict[str, str],
    headers: dict[str, str],
) -> None:
    public = begin(site, person_id)
    number = single_numbers(site, public)[0]
    path = f"/tes/{public}/soal/{number}"
    data = {**_form(learner, path, answer="a"), **more}
    answer = learner.post(path, data=data, headers=headers)
    print(answer.status_code, answer.get_data(as_text=True)[:200])
    assert answer.status_code in (200, 303, 400, 404, 413, 422), answer.get_data(as_text=True)
    assert len(stored(site)) <= 1


@pytest.mark.parametrize(
    "path",
    [
        "/tes/{0}/soal/" + HUGE,
        "/tes/{0}/soal/0",
        "/tes/{0}/soal/31",
        "/tes/{0}/soal/" + HUGE + "/masalah",
        "/tes/{0}/hasil/" + HUGE + "/keberatan",
        "/tes/nixnixnix/soal/1",
        "/tes/%00/soal/1",
        "/tes/sesi/%00",
        "/tes/sesi/" + "A" * 5000,
    ],
)
def test_address_of_nothing_is_not_found(
    learner: FlaskClient, site: Site, person_id: int, path: str
) -> None:
    public = begin(site, person_id)
    for method in (learner.get, learner.post, learner.head):
        answer = method(path.format(public))
        print(answer.status_code)
        assert answer.status_code in (404, 405), answer.get_data(as_text=True)


def test_late_answer_is_called_late_on_its_mark_and_on_the_receipt(
    client: FlaskClient, site: Site, clock: TestClock
) -> None:
    day = plan_day(site, 1, limit_minutes=10, grace_seconds=60)
    [public] = begin_all(site, day)
    login_as(client, day.people[0])
    number = single_numbers(site, public)[0]
    clock.move(minutes=10, seconds=5)
    data = {"device": "outbox-1", "seq": "1", "strict": "1", "answer": "a", "go": "stay"}
    answer = client.post(f"/tes/{public}/soal/{number}", data=data, headers=JSON)
    body = answer.get_json()
    assert body["ack"]["late"]
    assert "terlambat" in body["saved"]
    client.post(f"/tes/{public}/kirim", data={"open": "30"})
    assert "setelah waktu habis" in read(client.get(f"/tes/{public}/tanda-terima")).text
