"""Logging in: forgiving of spaces, the same for unknown and wrong, slow but never locked."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from lms.core.people import accounts
from lms.core.people.models import Account, Person
from lms.core.site import Site
from tests.conftest import TestClock, make_person

PASSWORD = "jembatan ungu 42"

TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')


def _person(site: Site, *, must_change: bool = False) -> Person:
    with site.database.writing() as session:
        person = make_person(session, account=False)
        session.add(
            Account(
                person_id=person.id,
                password_hash=accounts.hash_password(PASSWORD),
                must_change=must_change,
            )
        )
    return person


def _log_in(client: FlaskClient, nip: str, password: str = PASSWORD, **more: str):  # type: ignore[no-untyped-def]
    return client.post("/masuk", data={"nip": nip, "password": password, **more})


def test_nip_may_be_written_in_groups(client: FlaskClient, site: Site) -> None:
    nip = _person(site).nip
    answer = _log_in(client, f" {nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]} ")
    assert answer.status_code == 303
    assert client.get("/").status_code == 200


def test_wrong_password_and_unknown_nip_answer_alike(client: FlaskClient, site: Site) -> None:
    nip = _person(site).nip
    wrong = _log_in(client, nip, "bukan ini")
    unknown = _log_in(client, "196001011985011009", "bukan ini")
    assert wrong.status_code == unknown.status_code == 422
    # The token of a form tells the second in which it was made.
    pages = [TOKEN.sub("", answer.get_data(as_text=True)) for answer in (wrong, unknown)]
    assert pages[0].replace(nip, "") == pages[1].replace("196001011985011009", "")


def test_person_returns_to_the_page_that_asked_for_the_log_in(
    client: FlaskClient, site: Site
) -> None:
    nip = _person(site).nip
    asked = client.get("/saya?x=1")
    assert asked.headers["Location"].endswith("/masuk?next=/saya?x%3D1")
    assert _log_in(client, nip, next="/saya?x=1").headers["Location"] == "/saya?x=1"


def test_next_never_leads_to_another_site(client: FlaskClient, site: Site) -> None:
    nip = _person(site).nip
    for target in ("https://jahat.example/", "//jahat.example", "/\\jahat.example", "javascript:1"):
        assert _log_in(client, nip, next=target).headers["Location"] == "/", target
        client.post("/keluar")


def test_first_password_must_be_changed_before_anything_else(
    client: FlaskClient, site: Site
) -> None:
    nip = _person(site, must_change=True).nip
    _log_in(client, nip)
    assert client.get("/").headers["Location"].endswith("/kata-sandi")
    new = {"new": "perahu kuning 77", "again": "perahu kuning 77"}
    assert client.post("/kata-sandi", data=new).status_code == 303
    assert _log_in(client, nip, "perahu kuning 77").status_code == 303
    assert client.get("/").status_code == 200


def test_weak_passwords_are_refused_with_a_reason(client: FlaskClient, site: Site) -> None:
    nip = _person(site, must_change=True).nip
    _log_in(client, nip)
    for weak in ("pendek", "password", nip, f"{nip[6:8]}{nip[4:6]}{nip[:4]}"):
        answer = client.post("/kata-sandi", data={"new": weak, "again": weak})
        assert answer.status_code == 422, weak
    answer = client.post("/kata-sandi", data={"new": "perahu kuning 77", "again": "lain"})
    assert "belum sama" in answer.get_data(as_text=True)


def test_logging_out_ends_every_copy_of_the_session(app: Flask, site: Site) -> None:
    nip = _person(site).nip
    phone, computer = app.test_client(), app.test_client()
    _log_in(phone, nip)
    _log_in(computer, nip)
    answer = phone.post("/keluar")
    assert "Clear-Site-Data" in answer.headers
    assert computer.get("/").status_code == 303


def test_guessing_slows_down_but_never_locks_out(
    client: FlaskClient, site: Site, clock: TestClock
) -> None:
    nip = _person(site).nip
    answers = [_log_in(client, nip, f"salah {n}").status_code for n in range(8)]
    assert answers[:5] == [422] * 5
    assert 429 in answers
    clock.move(seconds=61)
    assert _log_in(client, nip).status_code == 303


def test_five_hundred_phones_behind_one_address_all_get_in(app: Flask, site: Site) -> None:
    """Right passwords are never slowed down, however many come from one office."""
    nip = _person(site).nip
    for _ in range(50):
        assert _log_in(app.test_client(), nip).status_code == 303


def test_session_gone_under_htmx_redirects_the_whole_page(client: FlaskClient) -> None:
    answer = client.get("/saya", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert "/masuk" in answer.headers["HX-Redirect"]


def test_cookie_belongs_to_the_agency_path(app: Flask, site: Site) -> None:
    nip = _person(site).nip
    client = app.test_client()
    answer = client.post(
        "/masuk",
        data={"nip": nip, "password": PASSWORD},
        environ_overrides={"SCRIPT_NAME": "/serang"},
    )
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("titian"))
    assert "Path=/serang/" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
