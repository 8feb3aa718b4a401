"""The pages: a person's own, the officer's, and the public check."""

from __future__ import annotations

import json
import re
from types import ModuleType
from urllib.parse import unquote_plus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import login_user
from sqlalchemy import event, select

from lms import person_card
from lms.core.audit import AuditEntry
from lms.core.people.permissions import signed_in_person
from lms.core.site import Site
from lms.models import Person
from lms.web.auth import User
from lms.web.pages import render_part
from plugins.certificates.domain.codes import grouped
from plugins.certificates.models import Certificate, Withheld
from plugins.certificates.services import erase, issue, revoke, store_file
from tests.certificates.factories import make_plan
from tests.conftest import TestClock, login_as, make_person

NIP = "197104122000032003"
REASON = "Penulisan nama salah, sertifikat diganti."


def issued(site: Site, name: str = "Siti Rohmah", nip: str = NIP, **values: object) -> Certificate:
    with site.database.writing() as session:
        person = session.scalar(select(Person).where(Person.nip == nip))
        person = person or make_person(session, name=name, nip=nip, title_after="S.Kep.")
        row = issue(session, make_plan(session, person, **values).id)
    assert row is not None
    return row


def staff(site: Site, role: str = "officer") -> int:
    with site.database.writing() as session:
        return make_person(session, name="Dewi Lestari", roles=(role,)).id


def text_of(client: FlaskClient, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def statements(site: Site, client: FlaskClient, url: str) -> int:
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(site.database.engine, "before_cursor_execute", note)
    try:
        client.get(url)
    finally:
        event.remove(site.database.engine, "before_cursor_execute", note)
    return len(seen)


# -- the public check ----------------------------------------------------------------------------


def test_verify_page_repeats_the_content_without_log_in(site: Site, client: FlaskClient) -> None:
    row = issued(site, levels={"D1": (1, 2), "D4": (2, 3)})
    text = text_of(client, f"/verify/{grouped(row.code)}")
    for expected in (
        "Asli dan berlaku",
        "Kabupaten Contoh",
        "Siti Rohmah, S.Kep.",
        "1971********2003",
        "Kenaikan kemampuan (hasil terukur)",
        "Literasi digital dan Etika dan keamanan digital",
        "1 (Dasar)",
        "2 (Mandiri)",
        "3 (Andal)",
        "Tes ulang kompetensi digital",
        row.number,
        grouped(row.code),
        "2 November 2026",
        "Diperiksa 2 November 2026, 10.00 WIB",
    ):
        assert expected in text
    assert NIP not in text
    assert NIP[4:-4] not in text


@pytest.mark.parametrize("change", [str, str.lower, lambda code: code.replace("-", "")])
def test_verify_page_opens_when_the_code_is_typed_in_any_way(
    site: Site, client: FlaskClient, change: object
) -> None:
    row = issued(site)
    assert callable(change)
    assert row.number in text_of(client, f"/verify/{change(grouped(row.code))}")


def test_verify_address_of_the_qr_code_is_the_page(site: Site, client: FlaskClient) -> None:
    site.extra["public_root"] = "https://belajar.example/contoh"
    row = issued(site)
    path = row.content["verify_url"].removeprefix("https://belajar.example/contoh")
    assert row.number in text_of(client, path)


def test_unknown_code_and_no_code_get_the_same_answer(site: Site, client: FlaskClient) -> None:
    issued(site)
    pages = {
        re.sub(r'value="[^"]*"', "", text_of(client, f"/verify/{code}", 404))
        for code in ("ABCD-EFGH-JKLM", "kode", "1", "a/b/../c")
    }
    assert len(pages) == 1
    assert "Kode ini belum ditemukan" in pages.pop()


def test_typed_code_leads_to_its_page(site: Site, client: FlaskClient) -> None:
    row = issued(site)
    assert "Kode verifikasi" in text_of(client, "/verify")
    answer = client.get("/verify", query_string={"kode": f" {row.code.lower()} "})
    assert answer.status_code == 303
    assert row.number in text_of(client, answer.location)


def test_verify_page_shows_when_and_why_it_was_revoked(
    site: Site, client: FlaskClient, clock: TestClock
) -> None:
    row = issued(site)
    clock.move(days=3)
    with site.database.writing() as session:
        revoke(session, row.code, REASON, None)
    text = text_of(client, f"/verify/{row.code}")
    assert "Sertifikat ini sudah dicabut" in text
    assert "5 November 2026" in text
    assert REASON in text
    assert "Asli dan berlaku" not in text
    assert row.number in text


def test_verify_page_says_so_when_the_holder_was_erased(site: Site, client: FlaskClient) -> None:
    row = issued(site)
    with site.database.writing() as session:
        erase(session, row.person_id)
    text = text_of(client, f"/verify/{row.code}")
    assert "Data pemegang sudah dihapus" in text
    assert "Asli dan berlaku" in text
    assert "Siti" not in text
    data = client.get(f"/verify/{row.code}", headers={"Accept": "application/json"}).json
    assert data is not None
    assert data["holder"] is None
    assert data["holder_erased"] is True


def test_verify_answers_programs_with_the_same_content(site: Site, client: FlaskClient) -> None:
    row = issued(site)
    answer = client.get(f"/verify/{row.code}", headers={"Accept": "application/json"})
    data = answer.json
    assert data is not None
    assert answer.headers["Vary"].startswith("Accept")
    assert (data["status"], data["number"]) == ("valid", row.number)
    assert data["kind"] == "measured_gain"
    assert data["holder"]["name"] == "Siti Rohmah, S.Kep."
    assert data["holder"]["nip"] == "1971********2003"
    assert (data["competencies"][0]["before"], data["competencies"][0]["after"]) == (1, 2)
    assert data["issued_on"] == "2026-11-02"
    assert NIP not in json.dumps(data)
    with site.database.writing() as session:
        revoke(session, row.code, REASON, None)
    data = client.get(f"/verify/{row.code}", headers={"Accept": "application/json"}).json
    assert data is not None
    assert (data["status"], data["revoked_reason"]) == ("revoked", REASON)
    unknown = client.get("/verify/ABCDEFGHJKLM", headers={"Accept": "application/json"})
    assert (unknown.status_code, unknown.json) == (404, {"status": "unknown"})


def test_verify_page_is_html_when_a_browser_asks(site: Site, client: FlaskClient) -> None:
    row = issued(site)
    for accept in ("text/html,application/xhtml+xml,*/*;q=0.8", "*/*", ""):
        answer = client.get(f"/verify/{row.code}", headers={"Accept": accept})
        assert answer.mimetype == "text/html"


def test_verify_page_asks_to_wait_when_one_network_tries_codes(
    site: Site, client: FlaskClient, clock: TestClock
) -> None:
    row = issued(site)
    for number in range(60):
        near = {"REMOTE_ADDR": f"203.0.113.{number}"}
        assert client.get("/verify/ABCDEFGHJKLM", environ_overrides=near).status_code == 404
    answer = client.get(f"/verify/{row.code}", environ_overrides={"REMOTE_ADDR": "203.0.113.99"})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"
    assert "Tunggu sebentar" in answer.get_data(as_text=True)
    other = client.get(f"/verify/{row.code}", environ_overrides={"REMOTE_ADDR": "198.51.100.1"})
    assert other.status_code == 200
    clock.move(seconds=1)
    again = client.get(f"/verify/{row.code}", environ_overrides={"REMOTE_ADDR": "203.0.113.99"})
    assert again.status_code == 200


def test_verify_page_is_english_when_chosen(site: Site, client: FlaskClient) -> None:
    row = issued(site)
    client.set_cookie("bahasa", "en")
    text = text_of(client, f"/verify/{row.code}")
    assert "Genuine and valid" in text
    assert "Measured gain in competency" in text
    assert "Asli dan berlaku" not in text


def test_verify_page_costs_four_statements_at_most(site: Site, client: FlaskClient) -> None:
    row = issued(site, levels={"D1": (1, 2), "D2": (1, 2), "D3": (1, 2), "D4": (2, 3)})
    assert 1 <= statements(site, client, f"/verify/{row.code}") <= 4


# -- a person's own ------------------------------------------------------------------------------


def test_own_page_shows_the_certificate_and_how_to_share_it(
    site: Site, client: FlaskClient
) -> None:
    row = issued(site)
    login_as(client, row.person_id)
    assert row.number in text_of(client, "/sertifikat")
    text = text_of(client, f"/sertifikat/{grouped(row.code)}")
    assert "Sertifikat Anda sudah siap" in text
    assert "dari tingkat 1 ke tingkat 2" in text
    assert 'class="qr"' in text
    link = re.search(r'href="(https://wa\.me/\?text=[^"]+)"', text)
    assert link is not None
    assert row.content["verify_url"] in unquote_plus(link[1])
    assert NIP not in text


def test_own_file_is_sent_under_its_number(site: Site, client: FlaskClient) -> None:
    row = issued(site)
    login_as(client, row.person_id)
    url = f"/sertifikat/{grouped(row.code)}/unduh"
    before = client.get(url)
    assert before.mimetype == "application/pdf"
    assert 'filename="Sertifikat-0001-TITIAN-XI-2026.pdf"' in before.headers["Content-Disposition"]
    with site.database.writing() as session:
        store_file(session, row.id)
    assert client.get(url).data == before.data


@pytest.mark.parametrize("path", ["", "/unduh"])
def test_certificate_of_another_person_is_not_found(
    site: Site, client: FlaskClient, path: str
) -> None:
    row = issued(site)
    url = f"/sertifikat/{grouped(row.code)}{path}"
    assert client.get(url).status_code == 303
    login_as(client, staff(site, "learner"))
    assert client.get(url).status_code == 404
    assert client.get(f"/sertifikat/ABCD-EFGH-JKLM{path}").status_code == 404
    assert row.number not in text_of(client, "/sertifikat")


def test_own_list_says_what_is_missing_when_it_is_empty(
    site: Site, client: FlaskClient, others: ModuleType
) -> None:
    others.reasons = ["Identitas belum diperiksa."]
    with site.database.writing() as session:
        person = make_person(session)
    login_as(client, person)
    assert "Belum ada sertifikat" in text_of(client, "/sertifikat")
    with site.database.writing() as session:
        issue(session, make_plan(session, person).id)
    text = text_of(client, "/sertifikat")
    assert "Petugas sedang memeriksa" in text
    assert "Identitas belum diperiksa" not in text


def test_own_page_says_so_when_it_was_revoked(site: Site, client: FlaskClient) -> None:
    row = issued(site)
    with site.database.writing() as session:
        revoke(session, row.code, REASON, None)
    login_as(client, row.person_id)
    text = text_of(client, f"/sertifikat/{row.code}")
    assert REASON in text
    assert "wa.me" not in text


def test_home_shows_the_new_certificate_and_the_path(
    site: Site, client: FlaskClient, clock: TestClock
) -> None:
    row = issued(site)
    login_as(client, row.person_id)
    text = text_of(client, "/")
    assert "Unduh sertifikat Anda" in text
    assert f"Terbit, nomor {row.number}" in text
    clock.move(days=15)
    text = text_of(client, "/")
    assert "Unduh sertifikat Anda" not in text
    assert f"Terbit, nomor {row.number}" in text


# -- the officer's -------------------------------------------------------------------------------


def test_officer_finds_certificates_by_name_nip_number_code_and_state(
    site: Site, client: FlaskClient
) -> None:
    first = issued(site)
    second = issued(site, name="Nur'aini", nip="198501012010012001")
    with site.database.writing() as session:
        revoke(session, second.code, REASON, None)
    login_as(client, staff(site))
    for query, found, missing in (
        ("cari=rohmah", first, second),
        ("cari=nur'aini", second, first),
        ("cari=nuraini", second, first),
        ("cari=198501012010012001", second, first),
        (f"cari={first.number}", first, second),
        (f"cari={grouped(second.code).lower()}", second, first),
        ("keadaan=revoked", second, first),
        ("keadaan=valid", first, second),
    ):
        text = text_of(client, f"/sertifikat/kelola?{query}")
        assert found.number in text, query
        assert missing.number not in text, query
    both = text_of(client, "/sertifikat/kelola?keadaan=apa")
    assert first.number in both
    assert second.number in both
    assert NIP not in both


def test_officers_list_has_pages_and_few_statements(site: Site, client: FlaskClient) -> None:
    rows = [issued(site) for _ in range(23)]
    login_as(client, staff(site))
    newest, oldest = rows[-1].number, rows[0].number
    text = text_of(client, "/sertifikat/kelola")
    assert newest in text
    assert oldest not in text
    assert oldest in text_of(client, "/sertifikat/kelola?page=2")
    many = statements(site, client, "/sertifikat/kelola")
    assert many == statements(site, client, "/sertifikat/kelola?page=2")
    assert many <= 9


def test_officer_revokes_with_a_reason_and_a_second_click_is_harmless(
    site: Site, client: FlaskClient
) -> None:
    row, officer = issued(site), staff(site)
    login_as(client, officer)
    url = f"/sertifikat/kelola/{grouped(row.code)}/cabut"
    assert "Yang akan terjadi" in text_of(client, url)
    short = client.post(url, data={"alasan": "salah"})
    assert short.status_code == 422
    assert "salah" in short.get_data(as_text=True)
    for expected in ("Sertifikat dicabut.", "sudah dicabut sebelumnya"):
        answer = client.post(url, data={"alasan": REASON}, follow_redirects=True)
        assert expected in answer.get_data(as_text=True)
    with site.database.reading() as session:
        again = session.get_one(Certificate, row.id)
        assert (again.state, again.revoked_by) == ("revoked", officer)
        entries = [e.actor_id for e in session.scalars(select(AuditEntry))]
        assert entries == [officer]


def test_officer_asks_again_for_a_withheld_certificate(
    site: Site, client: FlaskClient, others: ModuleType
) -> None:
    others.reasons = ["Identitas belum diperiksa."]
    with site.database.writing() as session:
        person = make_person(session, name="Siti Rohmah")
        issue(session, make_plan(session, person).id)
        withheld = session.scalars(select(Withheld.public_id)).one()
    login_as(client, staff(site))
    text = text_of(client, "/sertifikat/kelola/tertahan")
    assert "Identitas belum diperiksa." in text
    assert "Siti Rohmah" in text
    url = f"/sertifikat/kelola/tertahan/{withheld}/periksa"
    still = client.post(url, follow_redirects=True).get_data(as_text=True)
    assert "masih tertahan" in still
    others.reasons = []
    done = client.post(url, follow_redirects=True).get_data(as_text=True)
    assert "Sertifikat 0001/TITIAN/XI/2026 terbit." in done
    assert "Tidak ada yang tertahan" in done
    assert client.post(url).status_code == 404


OFFICE = ("", "/{code}", "/{code}/unduh", "/tertahan")


@pytest.mark.parametrize(
    ("role", "read", "change"),
    [
        ("learner", 403, 403),
        ("trainer", 403, 403),
        ("auditor", 200, 403),
        ("officer", 200, 200),
        ("administrator", 200, 200),
    ],
)
def test_office_pages_open_only_for_those_who_may(
    site: Site, client: FlaskClient, role: str, read: int, change: int
) -> None:
    row = issued(site)
    login_as(client, staff(site, role))
    for path in OFFICE:
        url = f"/sertifikat/kelola{path.format(code=row.code)}"
        assert client.get(url).status_code == read, url
    url = f"/sertifikat/kelola/{row.code}/cabut"
    assert client.get(url).status_code == change
    done = client.post(url, data={"alasan": REASON}).status_code
    assert done == (303 if change == 200 else 403)
    again = client.post("/sertifikat/kelola/tertahan/x/periksa").status_code
    assert again == (404 if change == 200 else 403)


def test_person_page_shows_certificates_and_what_is_withheld(
    site: Site, app: Flask, others: ModuleType
) -> None:
    row = issued(site)
    others.reasons = ["Identitas belum diperiksa."]
    with site.database.writing() as session:
        person = session.get_one(Person, row.person_id)
        issue(session, make_plan(session, person).id)
    for who, linked in ((staff(site), True), (row.person_id, False)):
        text = panel_text(app, person, who)
        assert row.number in text
        assert "Identitas belum diperiksa." in text
        assert (f"/sertifikat/kelola/{grouped(row.code)}" in text) is linked


def site_of_app(app: Flask) -> Site:
    found: Site = app.extensions["lms"]
    return found


def panel_text(app: Flask, person: Person, who: int) -> str:
    """Render the panel as a person's page does, for somebody who is logged in."""
    with app.test_request_context(), site_of_app(app).database.reading() as session:
        found = signed_in_person(session, who)
        assert found is not None
        login_user(User(found))
        card = person_card(session, person.id)
        (panel,) = site_of_app(app).registry.present(
            "lms_person_panels", session=session, viewer=found.viewer, person=card
        )
        return str(render_part(panel))


# -- reading never writes ------------------------------------------------------------------------


def test_no_get_changes_database_or_files(site: Site, app: Flask) -> None:
    row = issued(site)
    writes: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().split(" ")[0].upper() in ("INSERT", "UPDATE", "DELETE"):
            writes.append(statement)

    code, officer = grouped(row.code), staff(site)
    event.listen(site.database.engine, "before_cursor_execute", note)
    for person, urls in (
        (row.person_id, ("/", "/sertifikat", f"/sertifikat/{code}", f"/sertifikat/{code}/unduh")),
        (officer, [f"/sertifikat/kelola{p.format(code=code)}" for p in OFFICE]),
        (officer, (f"/sertifikat/kelola/{code}/cabut",)),
        (None, ("/verify", f"/verify/{code}", "/verify/x", f"/verify?kode={code}")),
    ):
        client = app.test_client()
        if person is not None:
            login_as(client, person)
        for url in urls:
            assert client.get(url).status_code < 405, url
    event.remove(site.database.engine, "before_cursor_execute", note)
    assert not writes
    with site.database.reading() as session:
        assert session.get_one(Certificate, row.id).file_digest is None
    assert not site.files.folder.exists()
