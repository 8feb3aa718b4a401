"""Pages about people: who may open them, what they show, what they change."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import event, select

from lms.core.audit import AuditEntry, broken_entries
from lms.core.hooks.outbox import deliver_pending
from lms.core.learning.importing import apply_evidence, read_evidence_file
from lms.core.people import accounts
from lms.core.people.models import Account, Person
from lms.core.people.roles import granted_roles
from lms.core.site import Site
from tests.conftest import login_as, make_person
from tests.people.files import HEADERS, csv, nip, person, xlsx


@pytest.fixture
def officer(site: Site, client: FlaskClient) -> Person:
    """An officer who is logged in."""
    return _enter(site, client, "officer")


def _enter(site: Site, client: FlaskClient, *roles: str) -> Person:
    with site.database.writing() as session:
        found = make_person(session, name=f"Petugas {' '.join(roles)}", roles=roles)
    login_as(client, found)
    return found


def _people(site: Site, count: int, **values: Any) -> list[Person]:
    with site.database.writing() as session:
        return [make_person(session, name=f"Orang {n:03}", **values) for n in range(count)]


def _text(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:2000]
    return answer.text


def _audit(site: Site, action: str) -> list[AuditEntry]:
    with site.database.reading() as session:
        assert list(broken_entries(session)) == []
        query = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
        return list(session.scalars(query))


# -- list ----------------------------------------------------------------------------------------


def test_list_is_paged_by_twenty_with_masked_nip(
    site: Site, client: FlaskClient, officer: Person
) -> None:
    _people(site, 45)
    first = _text(client, "/pegawai")
    assert first.count('<th scope="row">') == 20
    assert "46 pegawai" in first
    assert officer.nip not in first
    last = _text(client, "/pegawai?page=3")
    assert last.count('<th scope="row">') == 6
    assert _text(client, "/pegawai?page=99").count('<th scope="row">') == 6


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=aini", 1),
        ("q=NURAINI", 1),
        ("q=Nur%27aini", 1),
        ("q=nur+budi", 0),
        ("q=budi+santoso", 1),
        ("q=santoso+budi", 1),
        ("q=197503", 1),
        ("q=%25", 0),
        ("q=_", 0),
        ("q=Dinas", 0),
        ("state=below", 0),
        ("unit=999", 0),
        ("unit=abc", 3),
        ("state=nonsense", 3),
    ],
)
def test_search_finds_words_and_digits(
    site: Site, client: FlaskClient, officer: Person, query: str, found: int
) -> None:
    with site.database.writing() as session:
        make_person(session, name="Hj. Nur’aini", nip="197503072000012901")
        make_person(session, name="Budi Santoso")
    assert _text(client, f"/pegawai?{query}").count('<th scope="row">') == found


def test_list_is_filtered_by_unit_state_and_competency(
    site: Site, client: FlaskClient, officer: Person
) -> None:
    with site.database.writing() as session:
        one = make_person(session, name="Satu", nip=nip(1), unit="Dinas Satu")
        make_person(session, name="Dua", nip=nip(2), unit="Dinas Dua")
    _results(site, [nip(1), "Optimal", "basic"], [nip(2), "Optimal", "advance"])
    with site.database.reading() as session:
        from lms.core.learning.models import Competency
        from lms.core.people.models import Unit

        unit = session.scalars(select(Unit.id).where(Unit.name == "Dinas Satu")).one()
        msk, ld = (
            session.scalars(select(Competency.id).where(Competency.code == code)).one()
            for code in ("MSK", "LD")
        )
    assert "Satu" in _text(client, f"/pegawai?unit={unit}")
    assert ">Dua<" not in _text(client, f"/pegawai?unit={unit}")
    below = _text(client, f"/pegawai?unit={unit}&state=below")
    assert one.public_id in below
    assert "Perlu ditingkatkan" in below
    assert one.public_id in _text(client, f"/pegawai?state=below&competency={ld}")
    assert one.public_id not in _text(client, f"/pegawai?state=below&competency={msk}")
    assert one.public_id in _text(client, f"/pegawai?state=meets&competency={msk}")


def _results(site: Site, *rows: list[str]) -> None:
    content = csv([["NIP", "MSK", "LD"], *rows])
    with site.database.writing(deliver=False) as session:
        apply_evidence(session, read_evidence_file(content, "h.csv"), None)
    while deliver_pending(site):
        pass


def test_list_costs_the_same_statements_however_many_people(
    site: Site, client: FlaskClient, officer: Person
) -> None:
    counts = []
    for _ in range(2):
        _people(site, 10)
        client.get("/pegawai")
        counts.append(_statements(site, client, "/pegawai"))
    assert counts[0] == counts[1] <= 12


def _statements(site: Site, client: FlaskClient, path: str) -> int:
    seen: list[str] = []

    def note(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(site.database.engine, "before_cursor_execute", note)
    try:
        _text(client, path)
    finally:
        event.remove(site.database.engine, "before_cursor_execute", note)
    return len(seen)


def test_learner_sees_no_list(site: Site, client: FlaskClient) -> None:
    _enter(site, client)
    for path in ("/pegawai", "/pegawai-saya", "/masukkan-data", "/pegawai/kartu"):
        assert client.get(path).status_code == 403


def test_auditor_reads_and_changes_nothing(site: Site, client: FlaskClient) -> None:
    _enter(site, client, "auditor")
    (other,) = _people(site, 1)
    _text(client, "/pegawai")
    page = _text(client, f"/pegawai/{other.public_id}")
    assert "Buat kata sandi baru" not in page
    assert client.post(f"/pegawai/{other.public_id}/kata-sandi").status_code == 403
    assert client.post("/masukkan-data").status_code == 403


# -- person --------------------------------------------------------------------------------------


def test_person_page_shows_where_results_come_from(
    site: Site, client: FlaskClient, officer: Person
) -> None:
    with site.database.writing() as session:
        boss = make_person(session, name="Ibu Kepala")
        other = make_person(session, name="Satu", nip=nip(1), supervisor=boss, level="pengawas")
    _results(site, [nip(1), "Optimal", "basic"])
    page = _text(client, f"/pegawai/{other.public_id}")
    for words in (
        "Ibu Kepala",
        "Pengawas (eselon IV)",
        "Tes komputer nasional (CACT), dimasukkan dari h.csv",
        "Kategori dari berkas hasil",
        "2 November 2026",
        "Rencana belajar",
        "Karena",
    ):
        assert words in page, words


def test_looking_at_another_persons_result_is_audited(
    site: Site, client: FlaskClient, officer: Person
) -> None:
    (other,) = _people(site, 1)
    _text(client, f"/pegawai/{other.public_id}")
    (entry,) = _audit(site, "core:people:look")
    assert (entry.actor_id, entry.subject) == (officer.id, other.public_id)


def test_looking_at_oneself_and_at_nobody_is_not_audited(
    site: Site, client: FlaskClient, officer: Person
) -> None:
    _text(client, f"/pegawai/{officer.public_id}")
    _text(client, "/pegawai/tidak-ada", 404)
    assert _audit(site, "core:people:look") == []


def test_supervisor_sees_own_people_only(site: Site, client: FlaskClient) -> None:
    boss = _enter(site, client)
    with site.database.writing() as session:
        own = make_person(session, name="Bawahan", supervisor=session.get_one(Person, boss.id))
        other = make_person(session, name="Orang lain")
    team = _text(client, "/pegawai-saya")
    assert "Bawahan" in team
    assert "Orang lain" not in team
    _text(client, f"/pegawai/{own.public_id}")
    _text(client, f"/pegawai/{other.public_id}", 404)
    assert [entry.subject for entry in _audit(site, "core:people:look")] == [own.public_id]
    assert client.get("/pegawai").status_code == 403


def test_former_supervisor_sees_nothing_any_more(
    site: Site, client: FlaskClient, clock: Any
) -> None:
    from lms.core.people.services import move_person

    boss = _enter(site, client)
    with site.database.writing() as session:
        own = make_person(session, name="Bawahan", supervisor=session.get_one(Person, boss.id))
        make_person(session, name="Tetap", supervisor=session.get_one(Person, boss.id))
    _text(client, f"/pegawai/{own.public_id}")
    with site.database.writing() as session:
        move_person(session, own.id, unit_id=None, position_id=None, supervisor_id=None)
    _text(client, f"/pegawai/{own.public_id}", 404)


# -- passwords and cards -------------------------------------------------------------------------


def test_reset_shows_the_new_password_once(
    site: Site, client: FlaskClient, officer: Person
) -> None:
    (other,) = _people(site, 1)
    path = f"/pegawai/{other.public_id}/kata-sandi"
    before = _hash(site, other)
    _text(client, path)
    assert _hash(site, other) == before
    answer = client.post(path)
    assert answer.headers["Cache-Control"] == "no-store"
    found = re.search(r"data-password>([a-z]+-[a-z]+-[a-z]+-\d\d)<", answer.text)
    assert found is not None
    assert accounts.check_password(_hash(site, other), found[1])
    assert found[1] not in _text(client, f"/pegawai/{other.public_id}")
    (entry,) = _audit(site, "core:people:reset")
    assert found[1] not in str(entry.details)


def test_officer_cannot_take_over_somebody_with_a_role(
    site: Site, client: FlaskClient, officer: Person
) -> None:
    with site.database.writing() as session:
        admin = make_person(session, name="Orang Adm", roles=("administrator",), account=False)
    path = f"/pegawai/{admin.public_id}/kata-sandi"
    assert (client.get(path).status_code, client.post(path).status_code) == (403, 403)
    assert client.post("/pegawai/kartu", data={"id": [admin.public_id]}).status_code == 303
    assert client.post("/pegawai/kartu", data={"q": "orang adm"}).status_code == 303
    with site.database.reading() as session:
        assert session.get(Account, admin.id) is None


def _hash(site: Site, other: Person) -> str:
    with site.database.reading() as session:
        return session.get_one(Account, other.id).password_hash


def test_cards_make_accounts_for_those_without(
    site: Site, client: FlaskClient, officer: Person
) -> None:
    _people(site, 9, account=False, unit="Dinas Baru")
    (used,) = _people(site, 1, unit="Dinas Baru")
    before = _hash(site, used)
    assert "untuk 9 pegawai" in _text(client, "/pegawai/kartu?q=orang")
    answer = client.post("/pegawai/kartu", data={"q": "orang"})
    assert answer.mimetype == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.data))
    assert len(reader.pages) == 2
    text = "".join(page.extract_text() for page in reader.pages)
    passwords = re.findall(r"[a-z]{4,6}-[a-z]{4,6}-[a-z]{4,6}-\d\d", text)
    assert len(set(passwords)) == 9
    with site.database.reading() as session:
        hashes = list(session.scalars(select(Account.password_hash).where(Account.must_change)))
    assert all(any(accounts.check_password(h, p) for h in hashes) for p in passwords[:2])
    assert _hash(site, used) == before
    assert [entry.details for entry in _audit(site, "core:people:account")] == [{"count": 9}]


def test_cards_for_chosen_people_only(site: Site, client: FlaskClient, officer: Person) -> None:
    chosen, _other = _people(site, 2, account=False)
    answer = client.post("/pegawai/kartu", data={"id": [chosen.public_id]})
    assert "Orang 000" in PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
    with site.database.reading() as session:
        assert session.scalars(select(Account.person_id).where(Account.must_change)).all() == [
            chosen.id
        ]


def test_no_cards_when_all_have_logged_in(site: Site, client: FlaskClient, officer: Person) -> None:
    _people(site, 2)
    assert "Tidak ada kartu" in _text(client, "/pegawai/kartu")
    assert client.post("/pegawai/kartu").status_code == 303


# -- roles ---------------------------------------------------------------------------------------


def test_administrator_gives_and_takes_a_role_after_a_page_to_confirm(
    site: Site, client: FlaskClient
) -> None:
    _enter(site, client, "administrator")
    (other,) = _people(site, 1)
    base = f"/pegawai/{other.public_id}/peran"
    assert "Pengelola" in _text(client, base)
    assert "Memasukkan data pegawai" in _text(client, f"{base}/officer")
    assert _roles(site, other) == []
    assert client.post(f"{base}/officer/beri").status_code == 303
    assert _roles(site, other) == ["officer"]
    assert "Peran Pengelola diberikan" in _text(client, base)
    client.post(f"{base}/officer/cabut")
    assert _roles(site, other) == []
    assert client.get(f"{base}/supervisor").status_code == 404
    assert client.post(f"{base}/raja/beri").status_code == 422


def _roles(site: Site, other: Person) -> list[str]:
    with site.database.reading() as session:
        return granted_roles(session, other.id)


def test_officer_gives_no_roles(site: Site, client: FlaskClient, officer: Person) -> None:
    assert client.post(f"/pegawai/{officer.public_id}/peran/administrator/beri").status_code == 403


# -- import --------------------------------------------------------------------------------------


def _upload(client: FlaskClient, content: bytes, name: str = "pegawai.xlsx", **form: str) -> Any:
    data = {"file": (io.BytesIO(content), name), **form}
    return client.post("/masukkan-data", data=data, content_type="multipart/form-data")


def _figures(text: str) -> dict[str, str]:
    return dict(re.findall(r'data-figure="(\w+)">([^<]+)<', text))


def test_file_is_previewed_confirmed_and_forgotten(
    site: Site, client: FlaskClient, officer: Person
) -> None:
    content = xlsx([HEADERS, person(nip(1)), person("131234567", "Lama"), person(nip(2))])
    answer = _upload(client, content)
    assert answer.status_code == 303
    preview = urlsplit(answer.location).path
    text = _text(client, preview)
    assert _figures(text) == {
        "created": "2",
        "updated": "0",
        "unchanged": "0",
        "warnings": "0",
        "errors": "1",
    }
    assert "Ini NIP lama, 9 angka. Isi dengan NIP baru, 18 angka." in text
    assert "Belum ada yang disimpan." in text
    with site.database.reading() as session:
        assert session.scalar(select(Person.id).where(Person.nip == nip(1))) is None
    done = client.post(preview)
    assert done.status_code == 303
    assert _figures(_text(client, urlsplit(done.location).path))["created"] == "2"
    assert client.post(preview).status_code == 404  # a second click; the file is gone
    assert client.get(preview).status_code == 404
    assert list((site.files.folder / "uploads").glob("??/*")) == []
    (entry,) = _audit(site, "core:people:import")
    assert (entry.actor_id, entry.details["created"]) == (officer.id, 2)


def test_all_findings_can_be_downloaded(site: Site, client: FlaskClient, officer: Person) -> None:
    rows = [person(f"13123{n:04}", f"=Lama {n}") for n in range(60)]
    answer = _upload(client, xlsx([HEADERS, person(nip(1)), *rows]))
    preview = urlsplit(answer.location).path
    assert _text(client, preview).count("Ini NIP lama") == 50
    from python_calamine import CalamineWorkbook

    content = client.get(f"{preview}/perbaiki.xlsx").data
    table = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(table) == 61
    assert table[1][:3] == [3.0, "'=Lama 0", "NIP"]


def test_upload_belongs_to_its_uploader(site: Site, client: FlaskClient, officer: Person) -> None:
    preview = urlsplit(_upload(client, xlsx([HEADERS, person(nip(1))])).location).path
    _enter(site, client, "officer")
    assert client.get(preview).status_code == 404
    assert client.post(preview).status_code == 404
    assert client.get(preview[:-3] + "abc").status_code == 404


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "kosong"),
        (b"%PDF-1.4", "bukan Excel"),
        (b"Nomor;Alamat\n1;x\n", "Kolom NIP dan Nama tidak ditemukan"),
    ],
)
def test_file_that_cannot_be_used_is_explained(
    site: Site, client: FlaskClient, officer: Person, content: bytes, words: str
) -> None:
    answer = _upload(client, content)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'type="file"' in answer.text


def test_upload_without_a_file_is_explained(client: FlaskClient, officer: Person) -> None:
    answer = client.post("/masukkan-data", data={"kind": "people"})
    assert (answer.status_code, "Pilih berkas dulu." in answer.text) == (422, True)


def test_existing_results_come_in_by_the_same_way(
    site: Site, client: FlaskClient, officer: Person
) -> None:
    with site.database.writing() as session:
        make_person(session, nip=nip(1))
    content = csv([["NIP", "Literasi digital"], [nip(1), "basic"], [nip(2), "basic"]])
    answer = _upload(client, content, "hasil.csv", kind="evidence", measured_on="2025-08-11")
    preview = urlsplit(answer.location).path
    assert _figures(_text(client, preview)) == {
        "created": "1",
        "unchanged": "0",
        "warnings": "0",
        "errors": "1",
    }
    done = client.post(preview)
    assert _figures(_text(client, urlsplit(done.location).path))["created"] == "1"
    with site.database.reading() as session:
        from lms.core.learning.models import Evidence, Plan

        assert session.scalars(select(Evidence.key)).all() == [f"import:{nip(1)}:LD:2025-08-11"]
        assert len(session.scalars(select(Plan)).all()) == 1  # followed at once


def test_reading_pages_write_nothing(site: Site, client: FlaskClient, officer: Person) -> None:
    preview = urlsplit(_upload(client, xlsx([HEADERS, person(nip(1))])).location).path
    written: list[str] = []

    def note(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        if statement.split()[0] in ("INSERT", "UPDATE", "DELETE"):
            written.append(statement)

    event.listen(site.database.engine, "before_cursor_execute", note)
    for path in (preview, f"{preview}/perbaiki.xlsx", "/pegawai", "/pegawai/kartu"):
        assert client.get(path).status_code == 200
    event.remove(site.database.engine, "before_cursor_execute", note)
    assert written == []
