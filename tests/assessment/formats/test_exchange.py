"""Pages: upload, preview that stores nothing, confirmation, result, export with an audit entry."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms import Site
from lms.core.audit import AuditEntry
from plugins.assessment.domain.formats import read_questions
from plugins.assessment.models import Item
from tests.assessment.formats.factories import golden, zipped
from tests.conftest import login_as, make_person

IMPORT, EXPORT = "/tes/bank/impor", "/tes/bank/ekspor"


def logged_in(app: Flask, site: Site, role: str) -> FlaskClient:
    with site.database.writing() as session:
        person = make_person(session, name=f"Orang {role}", roles=(role,)).id
    client = app.test_client()
    login_as(client, person)
    return client


@pytest.fixture
def trainer(app: Flask, site: Site) -> FlaskClient:
    return logged_in(app, site, "trainer")


def send(client: FlaskClient, content: bytes, name: str, **values: str) -> TestResponse:
    return client.post(IMPORT, data={"file": (io.BytesIO(content), name), **values})


def count(site: Site) -> int:
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Item)) or 0


def waiting(site: Site) -> int:
    return len(list((site.files.folder / "uploads").glob("??/*")))


def test_upload_is_shown_then_stored_then_reported(site: Site, trainer: FlaskClient) -> None:
    before = count(site)
    asked = send(trainer, golden("moodle.xml"), "Bu Ani/moodle.xml", competency="D2")
    assert asked.status_code == 303
    review = trainer.get(asked.location).get_data(as_text=True)
    assert 'data-figure="imported">7<' in review
    assert 'data-figure="errors">3<' in review
    assert "soal 8 (Esai)" in review
    assert "Masukkan 7 soal" in review
    assert count(site) == before

    done = trainer.post(asked.location)
    assert done.status_code == 303
    report = trainer.get(done.location).get_data(as_text=True)
    assert 'data-figure="imported">7<' in report
    assert "moodle.xml" in report
    assert "Bu Ani" not in report
    assert count(site) == before + 7
    assert waiting(site) == 0


def test_second_click_finds_nothing_to_do(site: Site, trainer: FlaskClient) -> None:
    asked = send(trainer, golden("qti30.xml"), "a.xml")
    again = send(trainer, golden("qti30.xml"), "a.xml")
    trainer.post(asked.location)
    before = count(site)
    assert trainer.post(asked.location).status_code == 404
    assert trainer.post(again.location).status_code == 404  # the same file, and it is used
    assert count(site) == before
    third = send(trainer, golden("qti30.xml"), "a.xml")
    assert "sudah ada di bank soal" in trainer.get(third.location).get_data(as_text=True)


@pytest.mark.parametrize(
    ("content", "name", "part"),
    [
        (b"", "kosong.txt", "kosong"),
        (b"Halo", "halo.txt", "tidak dikenal"),
        (zipped({"../x.xml": "<a/>"}), "tipu.zip", "tidak aman"),
    ],
)
def test_refused_file_says_why_and_is_not_kept(
    site: Site, trainer: FlaskClient, content: bytes, name: str, part: str
) -> None:
    answer = send(trainer, content, name)
    assert answer.status_code == 422
    assert part in answer.get_data(as_text=True)
    assert waiting(site) == 0


def test_missing_file_is_asked_for(trainer: FlaskClient) -> None:
    answer = trainer.post(IMPORT, data={})
    assert answer.status_code == 422
    assert "Pilih berkas dulu." in answer.get_data(as_text=True)


def test_upload_belongs_to_its_uploader(app: Flask, site: Site, trainer: FlaskClient) -> None:
    asked = send(trainer, golden("qti30.xml"), "a.xml")
    other = logged_in(app, site, "trainer")
    assert other.get(asked.location).status_code == 404
    assert other.post(asked.location).status_code == 404
    assert trainer.get(asked.location + "x").status_code == 404


def test_markup_of_a_file_is_shown_as_text(trainer: FlaskClient) -> None:
    nasty = "::<script>x</script>::[plain]<script>alert(1)</script> aman?{=<b>ya</b> ~tidak}\n\n"
    asked = send(trainer, (nasty + "<i>rusak{=a").encode(), "a.gift", format="gift")
    page = trainer.get(asked.location).get_data(as_text=True)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_findings_are_given_as_a_workbook(trainer: FlaskClient) -> None:
    asked = send(trainer, golden("moodle.xml"), "moodle.xml")
    answer = trainer.get(f"{asked.location}/perbaiki.xlsx")
    assert answer.status_code == 200
    assert answer.data.startswith(b"PK")


def test_template_is_given_and_can_be_imported(trainer: FlaskClient) -> None:
    template = trainer.get(f"{IMPORT}/contoh.xlsx")
    asked = send(trainer, template.data, "contoh.xlsx")
    assert 'data-figure="errors">0<' in trainer.get(asked.location).get_data(as_text=True)


@pytest.mark.parametrize("form", ["xlsx", "gift", "qti"])
def test_export_gives_the_filtered_questions_and_is_noted(
    site: Site, trainer: FlaskClient, form: str
) -> None:
    page = trainer.get(f"{EXPORT}?q=laptop").get_data(as_text=True)
    assert 'name="q" value="laptop"' in page
    answer = trainer.post(EXPORT, data={"format": form, "q": "laptop"})
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    parsed = read_questions(answer.data, "soal")
    assert 0 < len(parsed.items) < 50
    assert all("laptop" in item.draft.stem.lower() for item in parsed.items)
    with site.database.reading() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.subject) == ("assessment:item:export", form)
    assert entry.details == {"count": len(parsed.items)}


def test_export_of_nothing_says_so(trainer: FlaskClient) -> None:
    answer = trainer.post(EXPORT, data={"format": "gift", "q": "tidakadakatabegini"})
    assert answer.status_code == 422
    assert "Tidak ada soal" in answer.get_data(as_text=True)


@pytest.mark.parametrize("role", ["officer", "auditor"])
def test_only_who_writes_questions_moves_them(app: Flask, site: Site, role: str) -> None:
    client = logged_in(app, site, role)
    assert client.get(IMPORT).status_code == 403
    assert client.post(EXPORT, data={"format": "gift"}).status_code == 403
