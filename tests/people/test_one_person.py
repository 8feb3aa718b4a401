"""One person by hand: changed, moved, added; and people who are no longer at work."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.core.audit import AuditEntry
from lms.core.learning.evidence import NewEvidence, record_evidence
from lms.core.learning.models import Competency, Evidence, Plan
from lms.core.people.importing import apply_import, read_people_file
from lms.core.people.importing.cells import read_standing
from lms.core.people.models import Person, PersonAlias, Placement
from lms.core.people.queries import find_units, person_card
from lms.core.people.services import unit_named, update_person
from lms.core.site import Site
from tests.conftest import login_as, make_person
from tests.people.files import csv, nip, person


@pytest.fixture
def officer(site: Site, client: FlaskClient) -> Person:
    """An officer who is logged in."""
    with site.database.writing() as session:
        found = make_person(session, name="Petugas", roles=("officer",))
    login_as(client, found)
    return found


def _someone(site: Site, **values: Any) -> Person:
    with site.database.writing() as session:
        return make_person(session, **{"name": "Siti Aminah", **values})


def _stored(site: Site, person_id: int) -> Person:
    with site.database.reading() as session:
        return session.get_one(Person, person_id)


def _count(site: Site, table: type, *where: Any) -> int:
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def _actions(site: Site) -> list[str]:
    with site.database.reading() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


# -- facts ---------------------------------------------------------------------------------------

FACTS = {
    "name": "Siti  Aminah",
    "title_before": "dr.",
    "title_after": "M.Kes.",
    "grade": "pembina iv/A",
    "education": "S2",
    "phone": "+62 812 0000 1234",
    "email": "Siti@Contoh.go.id",
}


def test_facts_are_changed_and_audited(site: Site, client: FlaskClient, officer: Person) -> None:
    someone = _someone(site)
    path = f"/pegawai/{someone.public_id}"
    assert f"{path}/ubah" in client.get(path).text
    answer = client.post(f"{path}/ubah", data=FACTS, follow_redirects=True)
    assert "Data pegawai tersimpan." in answer.text
    stored = _stored(site, someone.id)
    assert stored.full_name == "dr. Siti Aminah, M.Kes."
    assert (stored.grade, stored.education, stored.phone) == ("IV/a", "S2", "081200001234")
    assert stored.email == "siti@contoh.go.id"
    assert _actions(site).count("core:people:write") == 1
    again = client.post(f"{path}/ubah", data=FACTS, follow_redirects=True)
    assert "Tidak ada yang berubah." in again.text
    assert _actions(site).count("core:people:write") == 1


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("name", " \x07 ", "Isi nama pegawai."),
        ("name", "x" * 201, "Paling banyak 200 huruf."),
        ("title_before", "x" * 61, "Paling banyak 60 huruf."),
        ("grade", "sembilan", "Tulis seperti III/c"),
        ("education", "S9", "Pilih satu dari daftar."),
        ("phone", "123", "Nomor ini tidak lengkap."),
        ("email", "siti@", "Alamat email ini tidak lengkap."),
    ],
)
def test_wrong_fact_keeps_what_was_typed(
    site: Site, client: FlaskClient, officer: Person, field: str, typed: str, says: str
) -> None:
    someone = _someone(site)
    answer = client.post(f"/pegawai/{someone.public_id}/ubah", data={**FACTS, field: typed})
    assert answer.status_code == 422
    assert says in answer.text
    for name in {"title_after", "phone", "email"} - {field}:
        assert f'value="{FACTS[name]}"' in answer.text
    assert _stored(site, someone.id).email == ""


def test_stored_education_of_another_kind_stays(
    site: Site, client: FlaskClient, officer: Person
) -> None:
    someone = _someone(site, education="Diklat Khusus")
    path = f"/pegawai/{someone.public_id}/ubah"
    assert '<option selected value="Diklat Khusus">' in client.get(path).text
    answer = client.post(path, data={"name": "Siti", "education": "Diklat Khusus"})
    assert answer.status_code == 303
    assert _stored(site, someone.id).education == "Diklat Khusus"


@pytest.mark.parametrize("role", ["auditor", "administrator", "trainer"])
def test_only_officers_change_people(site: Site, client: FlaskClient, role: str) -> None:
    someone = _someone(site)
    with site.database.writing() as session:
        login_as(client, make_person(session, roles=(role,)))
    path = f"/pegawai/{someone.public_id}"
    for page in (f"{path}/ubah", f"{path}/pindah", "/pegawai/baru"):
        assert client.get(page).status_code == 403
        assert client.post(page, data=FACTS).status_code == 403
    assert client.post(f"{path}/pindah/simpan").status_code == 403
    assert "/ubah" not in client.get(path).text


# -- a move --------------------------------------------------------------------------------------


def _move(**typed: str) -> dict[str, str]:
    values = {"position": "Kepala Bidang", "level": "administrator", "unit": "", "supervisor": ""}
    return {**values, "since": "2026-11-01", **typed}


def _measure(site: Site, person_id: int, code: str = "LD", level: int = 1) -> None:
    with site.database.writing() as session:
        competency_id = session.scalars(select(Competency.id).where(Competency.code == code)).one()
        record_evidence(
            session,
            person_id,
            [
                NewEvidence(
                    key=f"test:{person_id}:{code}:{level}",
                    competency_id=competency_id,
                    level=level,
                    level_low=level,
                    level_high=level,
                    kind="measured",
                    source="Tes",
                    measured_on=date(2026, 10, 1),
                )
            ],
        )


def test_move_is_confirmed_then_stored_with_a_dated_row(
    site: Site, client: FlaskClient, officer: Person
) -> None:
    someone = _someone(site, level="pelaksana", position="Pengadministrasi Umum")
    with site.database.writing() as session:
        unit = unit_named(session, "Bidang Aset", "Badan Keuangan")
        boss = make_person(session, name="Ibu Kepala")
    path = f"/pegawai/{someone.public_id}/pindah"
    typed = _move(unit=str(unit), supervisor=f"{boss.nip[:8]} {boss.nip[8:]}")
    shown = client.post(path, data=typed)
    assert shown.status_code == 200
    for text in (
        "Standar jabatan baru berlaku; hasil lama tetap.",
        "sebelumnya: Pengadministrasi Umum",
        "Administrator (eselon III)",
        "Bidang Aset, Badan Keuangan",
        "Ibu Kepala",
        "1 November 2026",
    ):
        assert text in shown.text
    assert _count(site, Placement, Placement.person_id == someone.id) == 1
    for _ in range(2):  # the second click changes nothing
        assert client.post(f"{path}/simpan", data=typed).status_code == 303
    with site.database.reading() as session:
        query = select(Placement).where(Placement.person_id == someone.id).order_by(Placement.id)
        old, new = session.scalars(query)
        assert (old.until, new.since, new.until) == (date(2026, 11, 1), date(2026, 11, 1), None)
        assert (new.unit_id, new.supervisor_id) == (unit, boss.id)
        card = person_card(session, someone.id)
        assert (card.position, card.position_level) == ("Kepala Bidang", "administrator")
    assert _actions(site).count("core:people:move") == 1
    assert "Riwayat jabatan dan unit" in client.get(f"/pegawai/{someone.public_id}").text


def test_move_compares_with_the_standard_of_the_new_post(
    site: Site, client: FlaskClient, officer: Person
) -> None:
    someone = _someone(site)
    _measure(site, someone.id, "D1", 2)
    before = _count(site, Plan)
    typed = _move(position="Sekretaris", level="jpt_pratama")
    client.post(f"/pegawai/{someone.public_id}/pindah/simpan", data=typed)
    assert _count(site, Plan) == before + 1
    assert _count(site, Evidence) == 1


def test_other_supervisor_alone_is_no_move(
    site: Site, client: FlaskClient, officer: Person
) -> None:
    someone, boss = _someone(site), _someone(site, name="Ibu Kepala")
    path = f"/pegawai/{someone.public_id}/pindah"
    with site.database.reading() as session:
        unit = person_card(session, someone.id).unit_id
    typed = _move(position="PELAKSANA", level="pelaksana", unit=str(unit), supervisor=boss.nip)
    shown = client.post(path, data=typed).text
    assert "Ganti atasan langsung" in shown
    assert "Standar jabatan baru" not in shown
    client.post(f"{path}/simpan", data=typed)
    with site.database.reading() as session:
        row = session.scalars(select(Placement).where(Placement.person_id == someone.id)).one()
        assert row.supervisor_id == boss.id
    same = client.post(path, data=typed)
    assert same.status_code == 422
    assert "Tidak ada yang berubah." in same.text


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("position", "  ", "Isi nama jabatan."),
        ("level", "", "Pilih jenjang jabatan."),
        ("level", "raja", "Pilih satu dari daftar."),
        ("unit", "999999", "Pilih satu dari daftar."),
        ("unit", "9" * 30, "Pilih satu dari daftar."),
        ("supervisor", "131234567", "Ini NIP lama, 9 angka."),
        ("supervisor", "198501012010011001", "NIP ini tidak ada di daftar pegawai."),
        ("supervisor", "own", "Pegawai tidak dapat menjadi atasan dirinya sendiri."),
        ("supervisor", "gone", "Pegawai ini tidak aktif."),
        ("since", "", "Isi tanggal"),
        ("since", "2026-02-31", "Isi tanggal"),
        ("since", "2019-12-31", "Jabatan sekarang baru dimulai 1 Januari 2020."),
        ("since", "2026-11-03", "Tanggal ini belum tiba."),
    ],
)
def test_wrong_move_is_told_and_keeps_what_was_typed(
    site: Site, client: FlaskClient, officer: Person, field: str, typed: str, says: str
) -> None:
    someone, gone = _someone(site), _someone(site, name="Pensiunan", active=False)
    typed = {"own": someone.nip, "gone": gone.nip}.get(typed, typed)
    values = _move(**{"position": "Analis Khusus", field: typed})
    for path in ("pindah", "pindah/simpan"):
        answer = client.post(f"/pegawai/{someone.public_id}/{path}", data=values)
        assert answer.status_code == 422
        assert says in answer.text
        assert field == "position" or 'value="Analis Khusus"' in answer.text
    assert _count(site, Placement, Placement.person_id == someone.id) == 1


def test_unit_is_searched_without_javascript(
    site: Site, client: FlaskClient, officer: Person
) -> None:
    someone = _someone(site)
    with site.database.writing() as session:
        unit = unit_named(session, "SDN 1 Kramatwatu", "Dinas Pendidikan")
        unit_named(session, "SDN 2 Ciruas", "Dinas Pendidikan")
    path = f"/pegawai/{someone.public_id}/pindah"
    assert "SDN 1" not in client.get(path).text
    found = client.post(path, data={**_move(search="kramat pendidikan"), "do": "search"})
    assert found.status_code == 200
    assert f'<option value="{unit}">SDN 1 Kramatwatu, Dinas Pendidikan</option>' in found.text
    assert "SDN 2" not in found.text
    assert 'value="Kepala Bidang"' in found.text
    none = client.post(path, data={**_move(search="%"), "do": "search"})
    assert "Tidak ada unit yang cocok." in none.text
    with site.database.reading() as session:
        assert len(find_units(session, "sdn", limit=1)) == 1


# -- a new person --------------------------------------------------------------------------------


def _new(**typed: str) -> dict[str, str]:
    values = {"nip": nip(7), "name": "dr. Budi Santoso, Sp.A"}
    return {**values, "position": "Dokter Ahli Muda", "level": "ahli_muda", "unit": "", **typed}


def test_person_is_added_by_hand(site: Site, client: FlaskClient, officer: Person) -> None:
    assert "/pegawai/baru" in client.get("/pegawai").text
    with site.database.writing() as session:
        unit = unit_named(session, "RSUD", "RSUD")
    typed = _new(nip=f"{nip(7)[:8]} {nip(7)[8:]}", unit=str(unit))
    answer = client.post("/pegawai/baru", data=typed, follow_redirects=True)
    assert "dr. Budi Santoso, Sp.A ditambahkan." in answer.text
    with site.database.reading() as session:
        stored = session.scalars(select(Person).where(Person.nip == nip(7))).one()
        card = person_card(session, stored.id)
        assert (card.unit, card.position_level) == ("RSUD", "ahli_muda")
        assert (stored.name, stored.title_before, stored.sex) == ("Budi Santoso", "dr.", "L")
    again = client.post("/pegawai/baru", data=typed)
    assert again.status_code == 422
    assert "NIP ini sudah dipakai dr. Budi Santoso, Sp.A." in again.text


def test_odd_nip_is_added_and_told(site: Site, client: FlaskClient, officer: Person) -> None:
    answer = client.post(
        "/pegawai/baru", data=_new(nip="198501012010131001"), follow_redirects=True
    )
    assert "Kode 13 pada angka ke-13 dan ke-14 belum dikenal." in answer.text


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("nip", "", "NIP kosong. Isi 18 angka NIP."),
        ("nip", "1,98501E+17", "NIP rusak oleh Excel"),
        ("nip", "198513012010011001", "Bulan lahir 13 tidak ada."),
        ("nip", "former", "Ini NIP lama seorang pegawai."),
        ("name", "", "Isi nama pegawai."),
        ("position", "", "Isi nama jabatan."),
        ("level", "", "Pilih jenjang jabatan."),
    ],
)
def test_wrong_new_person_is_told(
    site: Site, client: FlaskClient, officer: Person, field: str, typed: str, says: str
) -> None:
    with site.database.writing() as session:
        alias = PersonAlias(nip=nip(9), person_id=officer.id, until=date(2026, 1, 1))
        session.add(alias)
    values = _new(**{field: nip(9) if typed == "former" else typed})
    answer = client.post("/pegawai/baru", data=values)
    assert answer.status_code == 422
    assert says in answer.text
    for name in {"nip", "name", "position"} - {field}:
        assert f'value="{values[name]}"' in answer.text
    assert _count(site, Person) == 1


# -- people who are not at work ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "active"),
    [
        ("01", True),
        ("1", True),
        ("Aktif", True),
        ("03", True),
        ("Tugas Belajar", True),
        ("02", False),
        ("2", False),
        ("CLTN", False),
        ("Cuti di Luar Tanggungan Negara", False),
        ("04", False),
        ("Pemberhentian Sementara", False),
        ("20", False),
        ("Masa Persiapan Pensiun", False),
        ("MPP", False),
        ("98", False),
        ("Mencapai BUP", False),
        ("99", False),
        ("PENSIUN", False),
        ("Tidak Aktif", False),
        ("77", None),
        ("Titipan", None),
        ("Diaktifkan", None),
    ],
)
def test_standing_is_read(text: str, active: bool | None) -> None:
    assert read_standing(text) is active


HEADERS = ["NIP", "Nama", "Jabatan", "Eselon", "Unit Kerja", "OPD"]


def _import(site: Site, *rows: list[str], header: str = "kedudukan_hukum_nama") -> Any:
    content = csv([[*HEADERS, header], *rows])
    with site.database.writing() as session:
        return apply_import(session, read_people_file(content, "p.csv"), None)


@pytest.mark.parametrize("header", ["kedudukan_hukum_nama", "kedudukanPnsNama", "Kedudukan"])
def test_standing_comes_from_the_file(site: Site, header: str) -> None:
    words = ["Aktif", "Pensiun", "Titipan", ""]
    rows = [[*person(nip(n)), word] for n, word in enumerate(words)]
    plan = _import(site, *rows, header=header)
    assert (plan.created, plan.inactive) == (4, 1)
    assert plan.as_json(dry_run=False)["inactive"] == 1
    assert [(p.row, p.message.partition(".")[0]) for p in plan.warnings] == [
        (3, "Kedudukan hukum: Pensiun"),
        (4, "Kedudukan hukum tidak dikenal: Titipan"),
    ]
    with site.database.reading() as session:
        query = select(Person.nip).where(Person.active)
        assert set(session.scalars(query)) == {nip(0), nip(2), nip(3)}
    again = _import(site, *rows, header=header)
    assert (again.unchanged, again.inactive) == (4, 1)


def test_file_without_standing_changes_nobody(site: Site) -> None:
    _import(site, [*person(nip(1)), "Pensiun"])
    for word, header in (("", "kedudukan"), ("Aktif", "kolom lain")):
        assert _import(site, [*person(nip(1)), word], header=header).unchanged == 1
    assert _count(site, Person, Person.active) == 0


def test_inactive_person_gets_no_plan_until_back(site: Site) -> None:
    _import(site, [*person(nip(1)), "CLTN"])
    with site.database.reading() as session:
        person_id = session.scalars(select(Person.id)).one()
    _measure(site, person_id)
    assert (_count(site, Evidence), _count(site, Plan)) == (1, 0)
    plan = _import(site, [*person(nip(1)), "Aktif"])
    assert (plan.updated, plan.moved) == (1, 0)
    assert _count(site, Plan) == 1


def test_inactive_person_who_moves_gets_no_plan(
    site: Site, client: FlaskClient, officer: Person
) -> None:
    someone = _someone(site, active=False)
    _measure(site, someone.id)
    typed = _move(level="jpt_pratama")
    assert client.post(f"/pegawai/{someone.public_id}/pindah/simpan", data=typed).status_code == 303
    assert _count(site, Plan) == 0


def test_person_set_active_by_service_is_compared(site: Site) -> None:
    someone = _someone(site, active=False)
    _measure(site, someone.id)
    with site.database.writing() as session:
        update_person(session, someone.id, {"active": True})
    assert _count(site, Plan) == 1


def test_list_shows_people_at_work_unless_asked(
    site: Site, client: FlaskClient, officer: Person
) -> None:
    _someone(site, name="Masih Bekerja")
    _someone(site, name="Sudah Pensiun", active=False)
    cases = {"": (True, False), "?status=inactive": (False, True), "?status=all": (True, True)}
    for query, (works, left) in cases.items():
        text = client.get(f"/pegawai{query}").text
        assert ("Masih Bekerja" in text, "Sudah Pensiun" in text) == (works, left)
    assert "Hapus saringan" in client.get("/pegawai?status=all").text
    assert "Hapus saringan" not in client.get("/pegawai?status=nonsense").text


def test_preview_counts_people_who_are_not_active(
    site: Site, client: FlaskClient, officer: Person
) -> None:
    import io

    content = csv([[*HEADERS, "Kedudukan Hukum"], [*person(nip(1)), "MPP"]])
    data = {"file": (io.BytesIO(content), "p.csv"), "kind": "people"}
    text = client.post("/masukkan-data", data=data, follow_redirects=True).text
    assert 'data-figure="inactive">1<' in text
    assert "Kedudukan hukum: MPP." in text
