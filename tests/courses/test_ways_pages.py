"""Pages of other ways to learn and of everybody's hours, by a browser without JavaScript."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from lms.core.audit import AuditEntry
from lms.core.exports.models import ExportRow
from lms.core.site import Site
from plugins.courses.models import Coaching, Credit, OutsideLearning
from plugins.courses.queries.ways.year_hours import YearFilter, year_counts, year_lines
from plugins.courses.services.hours_files import DEVELOPMENT, SIASN, make_development, make_siasn
from plugins.courses.services.outside import submit, verify
from tests.conftest import TestClock, login_as, make_person
from tests.courses.factories import counted
from tests.courses.ways_factories import SEMINAR, certificate, d1, facts, pdf, photo, willing

LEARN = "/pelatihan/luar/"
DESK = "/pelatihan/periksa-luar/"
COACH = "/pelatihan/coaching/"
HOURS = "/pelatihan/jp-pegawai/"


def body(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address, follow_redirects=status == 200)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def send(client: FlaskClient, address: str, status: int = 303, **data: Any) -> str:
    answer = client.post(address, data=data)
    text = answer.get_data(as_text=True)
    assert answer.status_code == status, text
    return text


def enter(site: Site, client: FlaskClient, *roles: str, **values: Any) -> int:
    with site.database.writing() as session:
        person = make_person(session, roles=roles, **values)
        login_as(client, person)
        return person.id


def typed(**values: Any) -> dict[str, Any]:
    given = {
        "title": "Seminar <b>Data</b>",
        "organiser": "BPSDM Banten",
        "form_code": SEMINAR,
        "amount": 6,
        "starts_on": "2026-10-05",
        "ends_on": "2026-10-05",
        "number": "123/A",
        "competency": 0,
    }
    return {**given, **values}


def upload(content: bytes, name: str = "sertifikat.pdf") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def only(site: Site) -> OutsideLearning:
    with site.database.reading() as session:
        return session.scalars(select(OutsideLearning)).one()


def test_certificate_goes_from_the_phone_to_the_ledger(site: Site, client: FlaskClient) -> None:
    me = enter(site, client, name="Siti Belajar")
    body(client, f"{LEARN}baru")
    text = send(client, f"{LEARN}baru", 422, **typed(title="", file=upload(photo(), "a.jpg")))
    assert "Isi nama kegiatannya." in text
    assert "Sudah diunggah: a.jpg" in text
    kept = re.search(r'name="kept" value="([^"]+)"', text)
    assert kept
    assert 'value="BPSDM Banten"' in text
    wrong = send(client, f"{LEARN}baru", 422, **typed(file=upload(b"<html>")))
    assert "bukan PDF, JPG, atau PNG" in wrong
    assert "Pilih foto atau PDF" in send(client, f"{LEARN}baru", 422, **typed())
    send(client, f"{LEARN}baru", **typed(kept=kept[1]))
    row = only(site)
    page = body(client, LEARN + row.public_id)
    assert "Menunggu diperiksa" in page
    assert "Seminar &lt;b&gt;Data" in page
    again = send(client, f"{LEARN}baru", 422, **typed(file=upload(pdf())))
    assert "mungkin sudah pernah" in again
    assert "Nomor dan penyelenggaranya sama." in again
    assert "1 bukti menunggu diperiksa" in body(client, "/pelatihan/jp")
    body(client, DESK, 403)
    stranger = enter(site, client, name="Orang Lain")
    assert stranger
    body(client, LEARN + row.public_id, 404)
    body(client, f"{LEARN}{row.public_id}/berkas", 404)

    enter(site, client, "officer", name="Petugas")
    assert "Siti Belajar" in body(client, DESK)
    assert "Tidak ada bukti yang cocok." in body(client, f"{DESK}?q=tidakada&keadaan=")
    assert "6 JP di sertifikat = 6 JP" in body(client, DESK + row.public_id)
    answer = client.get(f"{DESK}{row.public_id}/berkas")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("inline")
    with site.database.reading() as session:
        opened = select(AuditEntry).where(AuditEntry.action == "courses:outside:open")
        assert len(session.scalars(opened).all()) == 1
    one = DESK + row.public_id
    send(client, one, 422, decision="return", revision=1, reason="")
    assert "Paling banyak 6" in send(client, one, 422, decision="verify", revision=1, jp=99)
    send(client, one, decision="return", revision=1, reason="Fotonya buram.")

    login_as(client, me)
    assert "perlu diperbaiki" in body(client, "/")
    assert "Fotonya buram." in body(client, f"{LEARN}{row.public_id}/perbaiki")
    send(client, f"{LEARN}{row.public_id}/perbaiki", **typed(file=upload(pdf())))
    file = client.get(f"{LEARN}{row.public_id}/berkas")
    assert file.headers["Content-Disposition"].startswith("attachment")

    enter(site, client, "officer", name="Petugas Dua")
    send(client, one, decision="verify", revision=2, jp=5)
    login_as(client, me)
    page = body(client, "/pelatihan/jp")
    assert "BPSDM Banten" in page
    assert row.public_id in page
    assert "Bukti: 123/A" in page
    send(client, f"{LEARN}{row.public_id}/tarik")
    assert only(site).state == "verified"


def test_queue_takes_as_many_statements_for_one_page_as_for_two(
    site: Site, client: FlaskClient
) -> None:
    enter(site, client, "officer", name="Petugas")
    numbers = []
    for count in (1, 24):
        with site.database.writing() as session:
            for n in range(count):
                person = make_person(session, name=f"Orang {n}").id
                given = facts(title=f"Kegiatan {count} {n}", number="")
                submit(session, person, given, certificate(f"{count}-{n}"))
        with counted(site.database.engine) as statements:
            text = body(client, DESK)
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]
    assert "1–20 dari 25" in text
    assert "21–25 dari 25" in body(client, f"{DESK}?page=2")
    huge = 10**30
    body(client, f"{DESK}?unit={huge}&bentuk={huge}&page={huge}")


def test_colleagues_learn_together_without_levels_on_the_page(
    site: Site, client: FlaskClient, clock: TestClock
) -> None:
    with site.database.writing() as session:
        coach = willing(session, name="Rekan Hebat", level=5)
        coach_id, public, competency = coach.id, coach.public_id, d1(session)
    me = enter(site, client, name="Siti Belajar")
    find = f"{COACH}cari?kemampuan={competency}"
    page = body(client, find)
    assert "Rekan Hebat" in page
    assert "unit yang sama" in page
    assert not re.search(r"[Tt]ingkat \d", page)
    answer = send(client, f"{COACH}cari", 422, kemampuan=competency, rekan="x", cara="coaching")
    assert "sedang tidak dapat diminta" in answer
    send(client, f"{COACH}cari", kemampuan=competency, rekan=public, words="Bu, tolong.")
    with site.database.reading() as session:
        one = COACH + session.scalars(select(Coaching.public_id)).one()
    assert "Menunggu jawaban" in body(client, COACH)
    login_as(client, coach_id)
    assert "Siti Belajar meminta bantuan Anda" in body(client, "/")
    assert "Bu, tolong." in body(client, one)
    send(client, f"{one}/jawab", decision="agree")
    clock.move(days=2)
    text = send(client, f"{one}/pertemuan", 422, held_on="", minutes="x")
    assert "Isi tanggalnya." in text
    send(client, f"{one}/pertemuan", 422, held_on="2026-12-01", minutes=60)
    send(client, f"{one}/pertemuan", held_on="2026-11-03", minutes=95)
    login_as(client, me)
    met = re.search(r"/pertemuan/([\w-]+)\"", body(client, one))
    assert met
    send(client, f"{one}/pertemuan/{met[1]}", go="confirm")
    assert "2 JP" in body(client, f"{one}/selesai")
    send(client, f"{one}/selesai")
    assert "Coaching: " in body(client, "/pelatihan/jp")
    enter(site, client, name="Orang Lain")
    body(client, one, 404)
    body(client, f"{COACH}tawaran")
    send(client, f"{COACH}tawaran", 422, go="save")
    send(client, f"{COACH}tawaran", go="save", semua="ya", cara="peer")
    assert "Berhenti tampil" in body(client, f"{COACH}tawaran?cara=peer")
    send(client, f"{COACH}tawaran", go="stop", cara="peer")


def test_officer_changes_the_table(site: Site, client: FlaskClient) -> None:
    enter(site, client, "trainer")
    body(client, "/pelatihan/bentuk/", 403)
    enter(site, client, "officer")
    page = body(client, "/pelatihan/bentuk/")
    assert "25. Nonklasikal lainnya" in page
    assert "PerLAN 10/2018 (periksa)" in page
    row = {"unit": "day", "rate": "x", "legal_basis": "Perbup", "active": "y"}
    text = send(client, "/pelatihan/bentuk/9", 422, **row)
    assert "Isi dengan angka" in text
    assert "Perbup" in text
    body(client, "/pelatihan/bentuk/26", 404)
    send(client, "/pelatihan/bentuk/9", **{**row, "rate": "4,5", "most_jp": "12"})
    assert "4,50" in body(client, "/pelatihan/bentuk/")


def credit(person_id: int, jp: int, number: int, **values: Any) -> Credit:
    given = {
        "person_id": person_id,
        "year": 2026,
        "jp": jp,
        "kind": "course",
        "title": f"=Kursus {number}",
        "form": "E-Learning",
        "form_code": 16,
        "ref": f"test:{number}:{person_id}",
        "earned_on": date(2026, 3, 9),
        "organiser": "Kabupaten Contoh",
    }
    return Credit(**{**given, **values})


def test_officer_sees_the_year_of_everybody(site: Site, client: FlaskClient) -> None:
    with site.database.writing() as session:
        for n, (employment, parts) in enumerate(
            [("pns", (19,)), ("pns", (12, 8)), ("pppk", ()), ("pppk", (20, 4)), ("pppk", (20, 5))]
        ):
            person = make_person(session, name=f"Orang {n}", employment=employment)
            session.add_all(credit(person.id, jp, at) for at, jp in enumerate(parts))
            session.add(credit(person.id, 50, 9, year=2025))
    enter(site, client, "officer", name="Petugas")
    with site.database.reading() as session:
        wanted = YearFilter(year=2026, search="orang")
        counts = year_counts(session, wanted)
        assert counts == {"below": 1, "reached": 1, "within": 2, "beyond": 1}
        for state, count in counts.items():
            only_these = YearFilter(year=2026, search="orang", state=state)
            lines = year_lines(session, only_these, number=1, size=20)
            assert len(lines) == count
            assert {line.state for line in lines} == {state}
    body(client, f"{HOURS}?tahun={10**30}&unit={10**30}")
    assert "Lebih dari 24 JP" in body(client, f"{HOURS}?keadaan=beyond")
    few = _statements(site, client)
    with site.database.writing() as session:
        for n in range(30):
            person = make_person(session, name=f"Banyak {n}")
            session.add(credit(person.id, 3, n))
    assert _statements(site, client) == few
    send(client, f"{HOURS}berkas", jenis="siasn", tahun=2026, unit="")
    with site.database.reading() as session:
        assert session.scalars(select(ExportRow.name)).all() == ["courses.siasn"]
    enter(site, client, "trainer")
    body(client, HOURS, 403)


def _statements(site: Site, client: FlaskClient) -> int:
    with counted(site.database.engine) as statements:
        body(client, HOURS)
    return len(statements)


def test_files_have_the_columns_and_text_as_text(site: Site) -> None:
    with site.database.writing() as session:
        me = make_person(session, nip="198501012010012001", name="Siti").id
        officer = make_person(session, name="Petugas").id
        public = submit(session, me, facts(number="0012"), certificate()).public_id
        verify(session, officer, public, revision=1, jp=6)
        session.add(credit(me, 2, 1, kind="course"))
    with site.database.reading() as session:
        seen: list[tuple[int, int]] = []
        made = make_development(session, {"year": 2026}, lambda *at: seen.append(at))
        siasn = make_siasn(session, {"year": 2026}, lambda *at: None)
        csv = make_siasn(session, {"year": 2026, "format": "csv"}, lambda *at: None)
        none = make_siasn(session, {"year": 2026, "unit": -1}, lambda *at: None)
    assert (made.rows, none.rows, seen[-1]) == (2, 0, (2, 2))
    header, course, outside = rows(made.content)
    assert header == list(DEVELOPMENT)
    assert course[0] == "198501012010012001"
    assert course[9] == "'=Kursus 1"
    assert outside[7:] == [
        "Seminar", "BPSDM Banten", "Seminar Data", "05-10-2026", "05-10-2026", 6.0, "Nomor 0012",
    ]  # fmt: skip
    header, _course, outside = rows(siasn.content)
    assert header == list(SIASN)
    assert outside == [
        "", "BPSDM Banten", 9.0, "Seminar", "", 6.0, "", "Seminar Data", "0012", "", 2026.0,
        "05-10-2026", "05-10-2026", "198501012010012001", "Siti",
    ]  # fmt: skip
    assert csv.filename == "siasn-kursus-2026.csv"
    assert b";0012;;2026;05-10-2026;05-10-2026;198501012010012001;" in csv.content


def rows(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
