"""A learner's pages, by a browser without JavaScript."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.core.site import Site
from plugins.courses.models import Enrolment, Media, Objection, StepProgress
from plugins.courses.services.content import read_courses
from plugins.courses.services.enrolling import enrol_by_choice
from tests.conftest import TestClock, login_as, make_person
from tests.courses.factories import (
    SAFE,
    counted,
    credits_of,
    enrolments,
    finish_course,
    person_with,
    study,
    write_course,
)


@pytest.fixture
def learner(site: Site) -> int:
    """A person with one assigned course."""
    return person_with(site, levels={"D4": 1}, level="pengawas")


@pytest.fixture
def browser(client: FlaskClient, learner: int) -> FlaskClient:
    """The learner's browser."""
    login_as(client, learner)
    return client


def body(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def rows(site: Site, *models: type) -> list[int]:
    with site.database.reading() as session:
        return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def live(site: Site, person_id: int, slug: str = SAFE) -> Enrolment:
    with site.database.reading() as session:
        return enrolments(session, person_id)[slug]


def test_my_courses_show_the_reason(browser: FlaskClient) -> None:
    text = body(browser, "/pelatihan/")
    assert "Aman di dunia digital" in text
    assert "Karena hasil tes awal Anda pada" in text
    assert "Ditugaskan" in text


def test_my_courses_without_any_lead_to_the_catalogue(site: Site, client: FlaskClient) -> None:
    with site.database.writing() as session:
        login_as(client, make_person(session))
    text = body(client, "/pelatihan/")
    assert 'class="empty"' in text
    assert 'href="/pelatihan/katalog"' in text


def test_course_is_studied_from_start_to_end(
    site: Site, browser: FlaskClient, learner: int
) -> None:
    page = body(browser, f"/pelatihan/katalog/{SAFE}")
    assert "Mengapa saya dapat pelatihan ini?" in page
    start = re.search(r'action="(/pelatihan/belajar/[^"]+/mulai)"', page)
    assert start is not None
    answer = browser.post(start[1])
    assert answer.status_code == 303
    steps = 0
    address = browser.get(answer.location).location
    while "selesai" not in address:
        step = body(browser, address)
        steps += 1
        assert re.search(r"Modul \d · Langkah \d dari 9", step)
        form = re.search(r'<form method="post" action="([^"]+/\d+/\d+)">', step)
        assert form is not None
        answer = browser.post(form[1])
        assert answer.status_code == 303
        address = answer.location
    assert steps == 36
    text = body(browser, address)
    assert "Anda mendapat 3 JP." in text
    with site.database.reading() as session:
        assert enrolments(session, learner)[SAFE].state == "completed"
        assert [credit.jp for credit in credits_of(session, learner)] == [3]
    assert "Sudah selesai" in body(browser, "/pelatihan/")
    assert '<b class="big">3</b>' in body(browser, "/pelatihan/jp")


def test_place_is_remembered(site: Site, browser: FlaskClient, learner: int) -> None:
    public_id = live(site, learner).public_id
    for number in (1, 2):
        browser.post(f"/pelatihan/belajar/{public_id}/1/{number}")
    assert browser.get(f"/pelatihan/belajar/{public_id}").location.endswith("/1/3")
    assert "Modul 1 dari 4" in body(browser, "/pelatihan/")
    assert "2 dari 36 langkah" in body(browser, "/pelatihan/")
    assert "sudah dibaca" in body(browser, f"/pelatihan/belajar/{public_id}/1/3")


def test_double_post_of_a_step_changes_nothing(
    site: Site, browser: FlaskClient, learner: int
) -> None:
    address = f"/pelatihan/belajar/{live(site, learner).public_id}/1/1"
    assert browser.post(address).location == browser.post(address).location
    assert rows(site, StepProgress) == [1]


def test_skipped_step_is_pointed_out(site: Site, browser: FlaskClient, learner: int) -> None:
    public_id = live(site, learner).public_id
    with site.database.writing() as session:
        study(session, enrolments(session, learner)[SAFE], leave_out=2)
    answer = browser.post(f"/pelatihan/belajar/{public_id}/4/9")
    assert answer.location.endswith("/4/8")
    assert "Masih ada langkah yang belum dibaca" in body(browser, answer.location)


@pytest.mark.parametrize(
    "path",
    ["", "/1/1", "/1/cetak", "/selesai", "/mundur", "/keberatan"],
)
def test_enrolment_of_someone_else_is_not_found(
    site: Site, client: FlaskClient, learner: int, path: str
) -> None:
    with site.database.writing() as session:
        login_as(client, make_person(session))
    body(client, f"/pelatihan/belajar/{live(site, learner).public_id}{path}", 404)


@pytest.mark.parametrize("path", ["/mulai", "/1/1", "/mundur", "/keberatan"])
def test_posting_to_someone_elses_enrolment_is_not_found(
    site: Site, client: FlaskClient, learner: int, path: str
) -> None:
    with site.database.writing() as session:
        login_as(client, make_person(session))
    address = f"/pelatihan/belajar/{live(site, learner).public_id}{path}"
    assert client.post(address, data={"words": "Alasan"}).status_code == 404
    assert rows(site, StepProgress, Objection) == [0, 0]


def addresses(site: Site, learner: int) -> list[str]:
    public_id = live(site, learner).public_id
    return [
        "/pelatihan/",
        "/pelatihan/katalog",
        "/pelatihan/katalog?q=digital&kemampuan=Etika dan keamanan digital",
        f"/pelatihan/katalog/{SAFE}",
        "/pelatihan/katalog/bekerja-dengan-data",
        "/pelatihan/jp",
        "/pelatihan/jp?tahun=2020",
        f"/pelatihan/belajar/{public_id}/2/3",
        f"/pelatihan/belajar/{public_id}/2/cetak",
        f"/pelatihan/belajar/{public_id}/keberatan",
        f"/pelatihan/belajar/{public_id}/mundur",
    ]


def test_reading_writes_nothing_and_takes_few_statements(
    site: Site, browser: FlaskClient, learner: int
) -> None:
    tables = (Enrolment, StepProgress, Objection)
    before = rows(site, *tables)
    for address in addresses(site, learner):
        with counted(site.database.engine) as seen:
            body(browser, address)
        assert len(seen) <= 9, "\n".join([address, *seen])
        assert not [s for s in seen if not s.startswith(("SELECT", "WITH"))]
    assert rows(site, *tables) == before
    assert live(site, learner).state == "assigned"


def test_statements_stay_the_same_with_more_courses(
    site: Site, browser: FlaskClient, learner: int, tmp_path: Path
) -> None:
    def statements(address: str) -> int:
        with counted(site.database.engine) as seen:
            body(browser, address)
        return len(seen)

    pages = ("/pelatihan/", "/pelatihan/katalog")
    before = [statements(page) for page in pages]
    for number in range(30):
        write_course(tmp_path, f"surat-{number}")
    with site.database.writing() as session:
        read_courses(session, tmp_path)
        for number in range(9):
            enrol_by_choice(session, learner, f"surat-{number}")
    assert [statements(page) for page in pages] == before


def test_catalogue_is_searched_filtered_and_paged(
    site: Site, browser: FlaskClient, tmp_path: Path
) -> None:
    for number in range(25):
        write_course(tmp_path, f"surat-{number:02}", text=f"Isi {number}.")
    with site.database.writing() as session:
        read_courses(session, tmp_path)
    assert 'page=2"' in body(browser, "/pelatihan/katalog")
    assert "<b>25 pelatihan</b>" in body(browser, "/pelatihan/katalog?q=SURAT")
    second = body(browser, "/pelatihan/katalog?q=surat&page=2")
    assert second.count('<section class="card"') == 5
    assert "q=surat" in second
    assert "<b>1 pelatihan</b>" in body(browser, "/pelatihan/katalog?q=surat-07")
    assert "<b>1 pelatihan</b>" in body(
        browser, "/pelatihan/katalog?kemampuan=Etika dan keamanan digital"
    )
    none = body(browser, "/pelatihan/katalog?q=%25")
    assert "Tidak ada pelatihan yang cocok" in none


def test_course_is_chosen_left_and_shown_in_the_catalogue(
    site: Site, browser: FlaskClient, learner: int
) -> None:
    slug = "bekerja-dengan-data"
    assert "Daftar pelatihan ini" in body(browser, f"/pelatihan/katalog/{slug}")
    for _ in range(2):
        assert browser.post(f"/pelatihan/katalog/{slug}/daftar").status_code == 303
    assert rows(site, Enrolment) == [2]
    assert "Terdaftar" in body(browser, f"/pelatihan/katalog?q={slug[:7]}")
    public_id = live(site, learner, slug).public_id
    assert "Ya, batalkan" in body(browser, f"/pelatihan/belajar/{public_id}/mundur")
    assert browser.post(f"/pelatihan/belajar/{public_id}/mundur").status_code == 303
    assert live(site, learner, slug).state == "withdrawn"
    assert "Daftar pelatihan ini" in body(browser, f"/pelatihan/katalog/{slug}")


def test_assigned_course_is_not_left_by_post(
    site: Site, browser: FlaskClient, learner: int
) -> None:
    public_id = live(site, learner).public_id
    assert browser.post(f"/pelatihan/belajar/{public_id}/mundur").status_code == 403
    assert live(site, learner).state == "assigned"


def test_objection_is_sent_and_shown(site: Site, browser: FlaskClient, learner: int) -> None:
    address = f"/pelatihan/belajar/{live(site, learner).public_id}/keberatan"
    empty = browser.post(address, data={"words": " "})
    assert empty.status_code == 422
    assert "Tulis alasannya dulu." in empty.get_data(as_text=True)
    assert browser.post(address, data={"words": "Sudah ikut."}).status_code == 303
    assert rows(site, Objection) == [1]
    text = body(browser, f"/pelatihan/katalog/{SAFE}")
    assert "Keberatan Anda sudah kami terima." in text


def test_second_time_in_a_year_says_that_jp_stay(
    site: Site, browser: FlaskClient, learner: int
) -> None:
    finish_course(site, learner, SAFE)
    with site.database.writing() as session:
        again = enrol_by_choice(session, learner, SAFE)
        study(session, again)
    text = body(browser, f"/pelatihan/belajar/{again.public_id}/selesai")
    assert "JP tidak bertambah lagi" in text


def test_course_may_be_repeated_in_another_year_only(
    site: Site, browser: FlaskClient, learner: int, clock: TestClock
) -> None:
    finish_course(site, learner, SAFE)
    assert "Ikuti lagi" not in body(browser, f"/pelatihan/katalog/{SAFE}")
    clock.move(days=100)
    assert "Ikuti lagi tahun ini" in body(browser, f"/pelatihan/katalog/{SAFE}")


def test_hours_of_an_earlier_year_are_shown(
    site: Site, browser: FlaskClient, learner: int, clock: TestClock
) -> None:
    finish_course(site, learner, SAFE)
    clock.move(days=100)
    assert "Belum ada JP di tahun 2027" in body(browser, "/pelatihan/jp")
    text = body(browser, "/pelatihan/jp?tahun=2026")
    assert "Aman di dunia digital" in text
    assert "Tahun 2026 tercatat 3 JP dari minimal 20 JP." in text


def test_pppk_reads_at_most(site: Site, client: FlaskClient) -> None:
    with site.database.writing() as session:
        login_as(client, make_person(session, employment="pppk"))
    text = body(client, "/pelatihan/jp")
    assert "dari maksimal 24 JP" in text
    assert "Masih bisa 24 JP lagi" in text


def test_picture_is_sent_with_its_own_policy(
    site: Site, browser: FlaskClient, learner: int
) -> None:
    public_id = live(site, learner).public_id
    pages = [body(browser, f"/pelatihan/belajar/{public_id}/2/{n}") for n in range(1, 10)]
    found = re.search(r'<img[^>]* src="(/pelatihan/media/[0-9a-f]{64})"', "".join(pages))
    assert found is not None
    answer = browser.get(found[1])
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "script" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert "private" in answer.headers["Cache-Control"]
    again = browser.get(found[1], headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("digest", ["0" * 64, "x", "..%2Flms.db"])
def test_picture_that_is_not_there_is_not_found(browser: FlaskClient, digest: str) -> None:
    body(browser, f"/pelatihan/media/{digest}", 404)


def test_visitor_is_asked_to_log_in(site: Site, app: Flask, learner: int) -> None:
    with site.database.reading() as session:
        digest = session.scalars(select(Media.digest)).first()
    for address in [*addresses(site, learner), f"/pelatihan/media/{digest}"]:
        answer = app.test_client().get(address)
        assert (answer.status_code, "/masuk" in answer.location) == (303, True)


def test_printed_module_holds_every_step(site: Site, browser: FlaskClient, learner: int) -> None:
    text = body(browser, f"/pelatihan/belajar/{live(site, learner).public_id}/2/cetak")
    for words in ("Tiga tanda pesan penipuan", "Berkas .apk adalah program", "Ringkasan"):
        assert f"<h2>{words}</h2>" in text


def test_pages_carry_no_inline_code(site: Site, browser: FlaskClient, learner: int) -> None:
    for address in addresses(site, learner):
        text = body(browser, address)
        assert not re.search(r"<script(?! src=)|\sstyle=|\son\w+=|javascript:", text), address


def test_pages_speak_english(site: Site, browser: FlaskClient, learner: int) -> None:
    browser.set_cookie("bahasa", "en")
    expected: dict[str, Any] = {
        "/pelatihan/": "My courses",
        "/pelatihan/katalog": "Course catalogue",
        "/pelatihan/jp": "20 JP to go until 31 December 2026.",
    }
    for address, words in expected.items():
        assert words in body(browser, address)
