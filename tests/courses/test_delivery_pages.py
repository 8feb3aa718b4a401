"""A learner's way through a module: activities, place, progress, time, a newer version."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import (
    ActivityView,
    EmbeddedActivity,
    PluginError,
    PluginManifest,
    embedded_activities,
    hookimpl,
)
from lms.core.hooks.models import EventRow
from lms.core.settings import set_setting
from lms.core.site import Site
from plugins.courses.models import Enrolment, StepProgress
from plugins.courses.services.content import read_courses
from plugins.courses.services.enrolling import enrol_by_choice
from tests.conftest import TestClock, login_as, make_person
from tests.courses.factories import counted, person_with, write_course

TEXT = "Baca.\n\n::: kuis A\n\n::: kuis B\n\n::: lain C"


def show(
    _session: Any, refs: Sequence[str], given: Mapping[str, Mapping[str, Sequence[str]]]
) -> dict[str, ActivityView]:
    """Show A and B, not what is gone; a wrong answer raises when it says so."""
    if any("rusak" in fields.get("answer", ()) for fields in given.values()):
        raise RuntimeError("rusak")
    return {
        ref: ActivityView(
            html=f'<label>Kuis {ref} <input name="answer"></label>',
            feedback=f"<b>Kata {given[ref]['answer'][0]}</b>" if ref in given else None,
            right=given[ref]["answer"][0] == "ya" if ref in given else None,
        )
        for ref in refs
        if ref in "AB"
    }


def quiz_plugin() -> ModuleType:
    """A plugin with an activity."""
    plugin = ModuleType("kuis")
    kind = EmbeddedActivity(kind="kuis", title="Kuis", find=lambda *_: [], show=show)
    plugin.__dict__["manifest"] = PluginManifest(name="kuis", title="Kuis", version="1.0")

    def lms_register_embedded_activities() -> list[EmbeddedActivity]:
        return [kind]

    plugin.__dict__["lms_register_embedded_activities"] = hookimpl(lms_register_embedded_activities)
    return plugin


def enrolled(site: Site, folder: Path, **course: str) -> Enrolment:
    """A person in a small course."""
    write_course(folder / "pack", text=course.pop("text", TEXT), **course)
    with site.database.writing() as session:
        read_courses(session, folder / "pack")
        return enrol_by_choice(session, make_person(session).id, "surat")


@pytest.fixture
def quiz(site: Site, client: FlaskClient, tmp_path: Path) -> tuple[FlaskClient, str]:
    """A learner's browser, and the address of a step with activities; the plugin is there."""
    site.registry.register(quiz_plugin(), inline=True)
    enrolment = enrolled(site, tmp_path)
    login_as(client, enrolment.person_id)
    return client, f"/pelatihan/belajar/{enrolment.public_id}/1/1"


def text_of(answer: Any, status: int = 200) -> str:
    body = str(answer.get_data(as_text=True))
    assert answer.status_code == status, body
    return body


def main_of(body: str) -> str:
    return body.partition("<main")[2].partition("</main>")[0]


# -- activities ----------------------------------------------------------------------------------


def test_module_reads_on_when_no_plugin_knows_the_activities(
    site: Site, client: FlaskClient, tmp_path: Path
) -> None:
    enrolment = enrolled(site, tmp_path)
    login_as(client, enrolment.person_id)
    for address in ("1/1", "1/cetak"):
        body = main_of(text_of(client.get(f"/pelatihan/belajar/{enrolment.public_id}/{address}")))
        assert "Baca." in body
        assert not re.search("data-activity|:::|kuis|soal-", body)
    wrong = client.post(f"/pelatihan/belajar/{enrolment.public_id}/1/1/soal/1")
    assert text_of(wrong)


def test_activities_stand_in_the_step_and_answer_without_javascript(
    site: Site, quiz: tuple[FlaskClient, str]
) -> None:
    client, address = quiz
    body = main_of(text_of(client.get(address)))
    assert body.index("Kuis A") < body.index("Kuis B")
    assert body.count("Periksa jawaban") == 2
    assert ":::" not in body
    assert "Kata" not in body
    after = main_of(text_of(client.post(f"{address}/soal/2", data={"answer": "tidak"})))
    assert after.count("<b>Kata tidak</b>") == 1
    assert after.index("Kuis B") < after.index("Kata tidak")
    assert "msg is-unclear" in after
    assert "Lanjut" in after
    part = text_of(
        client.post(f"{address}/soal/1", data={"answer": "ya"}, headers={"HX-Request": "true"})
    )
    assert part.startswith("<form")
    assert "msg is-meets" in part
    assert "Kuis B" not in part
    assert client.get(f"{address}/soal/1").headers["Location"] == address
    with site.database.reading() as session:
        assert session.scalars(select(StepProgress)).all() == []


def test_print_shows_activities_with_nothing_to_press(quiz: tuple[FlaskClient, str]) -> None:
    client, address = quiz
    body = main_of(text_of(client.get(f"{address.rpartition('/')[0]}/cetak")))
    assert "Kuis A" in body
    assert "Kuis B" in body
    assert "<form" not in body
    assert "<button" not in body
    assert 'loading="lazy"' not in body


def test_failing_plugin_loses_its_activities_only(
    site: Site, quiz: tuple[FlaskClient, str]
) -> None:
    client, address = quiz
    body = main_of(text_of(client.post(f"{address}/soal/1", data={"answer": "rusak"})))
    assert "Baca." in body
    assert "Kuis A" not in body
    assert site.registry.plugins["kuis"].errors


def test_statements_do_not_grow_with_activities(
    site: Site, client: FlaskClient, tmp_path: Path
) -> None:
    site.registry.register(quiz_plugin(), inline=True)
    enrolment = enrolled(site, tmp_path, text="Baca.\n\n" + "::: kuis A\n\n::: kuis B\n\n" * 9)
    login_as(client, enrolment.person_id)
    address = f"/pelatihan/belajar/{enrolment.public_id}/1"
    client.get(f"{address}/1")
    with counted(site.database.engine) as many:
        assert main_of(text_of(client.get(f"{address}/1"))).count("Kuis A") == 1
    with counted(site.database.engine) as none:
        client.get(f"{address}/2")
    # The first step also says what the course teaches.
    assert len(many) <= len(none) + 1
    assert not [each for each in many if not each.startswith(("SELECT", "WITH"))]


def test_foreign_step_is_not_found(site: Site, quiz: tuple[FlaskClient, str]) -> None:
    client, address = quiz
    with site.database.writing() as session:
        other = make_person(session).id
    login_as(client, other)
    text_of(client.get(address), 404)
    text_of(client.post(f"{address}/soal/1", data={"answer": "ya"}), 404)
    text_of(client.get(f"{address.rsplit('/', 2)[0]}/pindah"), 404)


# -- place, progress, time -----------------------------------------------------------------------


def press(client: FlaskClient, address: str, opened: str | None = None) -> str:
    """Press Lanjut with the moment of the page, or another one."""
    found = re.search(r'name="opened" value="([^"]+)"', text_of(client.get(address)))
    assert found
    data = {"opened": found[1] if opened is None else opened}
    return str(client.post(address, data=data).headers["Location"])


def test_place_is_remembered_and_progress_says_why_it_waits(
    quiz: tuple[FlaskClient, str],
) -> None:
    client, address = quiz
    base = address.removesuffix("/1/1")
    assert client.get(base).headers["Location"] == address
    assert "0 dari 2 langkah modul ini selesai" in text_of(client.get(address))
    body = text_of(client.get(f"{base}/1/2"))
    assert "Langkah 1 belum selesai." in body
    assert "Selesaikan pelatihan" not in body
    assert press(client, f"{base}/1/2") == address
    last = text_of(client.get(address))
    assert "1 dari 2 langkah modul ini selesai" in last
    assert "Selesaikan pelatihan" in last
    assert "kira-kira 5 menit lagi" in last
    assert "Langkah 1 belum selesai" in text_of(client.get("/pelatihan/katalog/surat"))
    assert press(client, address).endswith("/selesai")


def test_time_of_a_page_is_stored_by_the_server_capped_and_only_with_its_seal(
    site: Site, quiz: tuple[FlaskClient, str], clock: TestClock
) -> None:
    client, address = quiz
    found = re.search(r'name="opened" value="([^"]+)"', text_of(client.get(address)))
    assert found
    clock.move(seconds=70)
    checked = client.post(f"{address}/soal/1", data={"answer": "ya", "opened": found[1]})
    assert f'value="{found[1]}"' in text_of(checked), "an answer does not begin the time anew"
    clock.move(seconds=20)
    client.post(address, data={"opened": found[1]})
    foreign = address.removesuffix("1") + "2"
    client.post(foreign, data={"opened": found[1]})
    with site.database.reading() as session:
        query = select(StepProgress.step, StepProgress.seconds)
        assert dict(session.execute(query).all()) == {1: 90, 2: None}


# -- short study ---------------------------------------------------------------------------------


def due(site: Site) -> list[int]:
    with site.database.reading() as session:
        rows = session.scalars(select(EventRow).where(EventRow.name == "reassessment_due"))
        return [len(row.payload["competency_ids"]) for row in rows]


@pytest.mark.parametrize(("seconds", "short"), [(1, True), (300, False)])
def test_short_study_only_brings_the_retest_earlier(
    site: Site, client: FlaskClient, clock: TestClock, seconds: int, short: bool
) -> None:
    person = person_with(site, levels={"D1": 1, "D4": 1}, level="pengawas")
    login_as(client, person)
    with site.database.reading() as session:
        query = select(Enrolment).where(Enrolment.person_id == person).order_by(Enrolment.id)
        first, *others = session.scalars(query).all()
    assert others, "another course is still to be done"
    address = str(client.get(f"/pelatihan/belajar/{first.public_id}").headers["Location"])
    while not address.endswith("/selesai"):
        found = re.search(r'name="opened" value="([^"]+)"', text_of(client.get(address)))
        assert found
        clock.move(seconds=seconds)
        address = str(client.post(address, data={"opened": found[1]}).headers["Location"])
    body = text_of(client.get(address))
    assert ("Anda belajar cepat." in body) is short
    assert "JP" in body
    assert due(site) == ([1] if short else [])
    with site.database.reading() as session:
        assert session.get_one(Enrolment, first.id).short_study is short


# -- a newer version -----------------------------------------------------------------------------


def newer(site: Site, folder: Path, **course: str) -> None:
    pack = folder / "pack"
    write_course(pack, text="Isi baru.", modules='["01.md", "02.md"]', **course)
    front = '+++\ntitle = "Tambahan"\nminutes = 10\n+++\n'
    (pack / "surat" / "02.md").write_text(f"{front}## Tiga\n\nIsi.\n")
    with site.database.writing() as session:
        read_courses(session, pack)


def test_learner_stays_until_the_offer_is_taken_and_keeps_progress(
    site: Site, quiz: tuple[FlaskClient, str], tmp_path: Path
) -> None:
    client, address = quiz
    base = address.removesuffix("/1/1")
    press(client, address)
    assert "Ada versi baru" not in text_of(client.get("/pelatihan/katalog/surat"))
    newer(site, tmp_path)
    assert "Kuis A" in text_of(client.get(address)), "nobody is moved unasked"
    body = text_of(client.get("/pelatihan/katalog/surat"))
    assert "Ada versi baru" in body
    assert "Modul baru: Tambahan" in body
    confirm = text_of(client.get(f"{base}/pindah"))
    assert "1 langkah yang sudah Anda baca tetap tercatat." in confirm
    version = re.search(r'name="version" value="(\d+)"', confirm)
    assert version
    text_of(client.post(f"{base}/pindah", data={"version": "1"}), 409)
    moved = client.post(f"{base}/pindah", data={"version": version[1]})
    assert moved.headers["Location"] == "/pelatihan/katalog/surat"
    assert "Ada versi baru" not in text_of(client.get("/pelatihan/katalog/surat"))
    assert "Isi baru." in text_of(client.get(address))
    assert client.get(base).headers["Location"] == f"{base}/1/2"
    assert client.get(f"{base}/pindah").status_code == 303


def test_version_that_teaches_less_is_not_offered(
    site: Site, client: FlaskClient, tmp_path: Path
) -> None:
    write_course(tmp_path / "pack", teaches='[{ competency = "D1", from = 1, to = 3 }]')
    with site.database.writing() as session:
        read_courses(session, tmp_path / "pack")
    person = person_with(site, levels={"D1": 1}, level="pengawas")
    with site.database.reading() as session:
        query = select(Enrolment).where(Enrolment.person_id == person)
        enrolment = session.scalars(query).first()
    assert enrolment is not None
    login_as(client, person)
    newer(site, tmp_path, teaches='[{ competency = "D2", from = 1, to = 2 }]')
    assert client.get(f"/pelatihan/belajar/{enrolment.public_id}/pindah").status_code == 303


# -- offline -------------------------------------------------------------------------------------


def test_worker_is_in_charge_of_modules_only_and_can_be_switched_off(
    site: Site, client: FlaskClient, tmp_path: Path
) -> None:
    enrolment = enrolled(site, tmp_path)
    login_as(client, enrolment.person_id)
    address = f"/pelatihan/belajar/{enrolment.public_id}/1/1"
    assert 'data-worker="/pelatihan/belajar/offline.js"' in text_of(client.get(address))
    answer = client.get("/pelatihan/belajar/offline.js")
    assert len(text_of(answer)) <= 2048
    assert "Service-Worker-Allowed" not in answer.headers
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    with site.database.writing() as session:
        set_setting(session, "courses.offline", False)
    assert "data-worker" not in text_of(client.get(address))
    assert "unregister" in text_of(client.get("/pelatihan/belajar/offline.js"))


def test_whoever_comes_to_log_in_starts_without_kept_pages(app: Flask) -> None:
    assert "forget.js" in text_of(app.test_client().get("/masuk"))


def test_kind_of_activity_belongs_to_one_plugin(site: Site) -> None:
    site.registry.register(quiz_plugin(), inline=True)
    assert list(embedded_activities(site)) == ["kuis"]
    second = quiz_plugin()
    second.__dict__["manifest"] = PluginManifest(name="kuis2", title="Kuis", version="1.0")
    site.registry.register(second, inline=True)
    with pytest.raises(PluginError, match="twice"):
        embedded_activities(site)
