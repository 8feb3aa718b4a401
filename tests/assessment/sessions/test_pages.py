"""The pages of a measurement day, by a browser without JavaScript."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.core.audit import AuditEntry
from lms.core.site import Site
from plugins.assessment.models import Complaint, Room, SessionMember, TestSession, TimeGrant
from plugins.assessment.queries.sessions.paper import paper_sheet
from plugins.assessment.services.privacy import erase_personal_data, personal_data
from plugins.assessment.services.sessions import complaining, rooms
from plugins.assessment.services.sessions.entering import attempt_of as find_attempt
from plugins.assessment.services.sessions.granting import Target, grant
from plugins.assessment.services.sessions.paper import prepare
from tests.assessment.factories import CODE, answer_all, asked, finish, open_site, right_value
from tests.assessment.sessions.days import (
    Day,
    attempt_of,
    begin_all,
    plan_day,
    public_of,
    statements,
)
from tests.assessment.sessions.test_paper import letters_of
from tests.conftest import TestClock, login_as, make_person


def _figures(html: str) -> dict[str, int]:
    found = re.findall(r'data-figure="(\w+)">([\d.]+)<', html)
    return {name: int(number.replace(".", "")) for name, number in found}


def test_every_page_of_an_officer_opens(client: FlaskClient, site: Site) -> None:
    day = plan_day(site, 4)
    begin_all(site, day, day.people[:2])
    login_as(client, day.officer)
    with site.database.reading() as session:
        first, last = public_of(session, day.people[0]), public_of(session, day.people[3])
    base, room = f"/tes/hari/{day.public}", day.rooms["A"]
    for path in (
        "/tes/hari",
        "/tes/hari/baru",
        base,
        f"{base}/ubah",
        f"{base}/unit",
        f"{base}/ruang",
        f"{base}/ruang?ubah={room}",
        f"{base}/peserta?q=orang&tambah=dewi",
        f"{base}/peserta?ruang={room}",
        f"{base}/peserta?ruang=tanpa",
        f"{base}/pengawas?q=orang",
        f"{base}/buka",
        f"{base}/tutup",
        f"{base}/lembar-masuk",
        f"{base}/daftar-hadir/{room}",
        f"{base}/papan",
        f"{base}/papan?per=unit",
        f"{base}/papan/{room}",
        f"{base}/peserta/{first}",
        f"{base}/peserta/{first}/atur",
        f"{base}/peserta/{first}/batalkan",
        f"{base}/peserta/{last}",
        f"{base}/papan/{room}/kertas",
        f"{base}/laporan",
        "/tes/laporan-soal",
        "/tes/sesi",
        f"/tes/sesi/{day.code}",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path


def test_officer_plans_a_session_from_the_form_to_the_open_doors(
    client: FlaskClient, site: Site
) -> None:
    day = plan_day(site, 3)
    login_as(client, day.officer)
    with site.database.reading() as session:
        version = session.get_one(TestSession, day.session_id).instrument_version_id
    form = {
        "name": "Sesi 7",
        "instrument": version,
        "opens_at": "2026-11-03T08:00",
        "closes_at": "2026-11-03T10:00",
        "limit_minutes": "60",
        "spread_seconds": "30",
        "grace_seconds": "120",
        "outage_cap_minutes": "30",
    }
    wrong = client.post("/tes/hari/baru", data=form | {"closes_at": "2026-11-03T07:00"})
    assert wrong.status_code == 422
    assert "Jam selesai harus sesudah jam mulai" in wrong.text
    assert 'value="Sesi 7"' in wrong.text
    nonsense = client.post("/tes/hari/baru", data=form | {"limit_minutes": "satu jam"})
    assert (nonsense.status_code, "angka bulat" in nonsense.text) == (422, True)
    made = client.post("/tes/hari/baru", data=form)
    public = made.headers["Location"].split("/")[-2]
    base = f"/tes/hari/{public}"
    tree = client.get(f"{base}/unit").text
    units = re.findall(r'name="unit" value="(\d+)"', tree)
    assert units
    client.post(f"{base}/unit", data={"unit": units})
    client.post(f"{base}/ruang", data={"name": "Aula", "seats": "50"})
    client.post(f"{base}/isi")
    with site.database.reading() as session:
        found = session.scalars(select(TestSession).where(TestSession.public_id == public)).one()
        room = session.scalars(select(Room).where(Room.session_id == found.id)).one()
        members = session.scalars(
            select(SessionMember).where(SessionMember.session_id == found.id)
        ).all()
        assert found.opens_at.isoformat() == "2026-11-03T01:00:00+00:00"  # 08.00 WIB
        assert {member.room_id for member in members} == {room.id}
        watcher = public_of(session, day.people[0])
    client.post(f"{base}/pengawas", data={"person": watcher, "ruang": room.public_id})
    assert "Orang 000" in client.get(f"{base}/pengawas").text
    assert client.post(f"{base}/buka").headers["Location"].endswith("/papan")
    copy = client.post(f"{base}/salin").headers["Location"]
    assert 'value="2026-11-10T08:00"' in client.get(copy).text


# -- a candidate ---------------------------------------------------------------------------------


def test_candidate_comes_in_waits_and_starts(
    client: FlaskClient, site: Site, clock: TestClock
) -> None:
    day = plan_day(site, 2, spread_seconds=90)
    login_as(client, day.people[0])
    home = client.get("/").text
    assert "Masukkan kode masuk" in home
    assert day.code not in home
    wrong = client.post("/tes/sesi", data={"code": "AAAAAA"})
    assert (wrong.status_code, "tidak ditemukan" in wrong.text) == (422, True)
    typed = f"{day.code[:3].lower()} {day.code[3:]}"
    entry = client.post("/tes/sesi", data={"code": typed}).headers["Location"]
    first = client.get(entry)
    assert "Saya sudah di ruang" in first.text
    assert "Refresh" not in first.headers
    client.post(f"{entry}/masuk")
    waiting = client.get(entry)
    assert re.search(r"Tes Anda mulai\s+pukul 10\.0\d\.\d\d", waiting.text)
    assert "/mulai" not in waiting.text
    seconds = int(waiting.headers["Refresh"])
    assert client.post(f"{entry}/mulai").headers["Location"] == entry  # too early
    clock.move(seconds=seconds)
    ready = client.get(entry)
    assert "/mulai" in ready.text
    assert "Refresh" not in ready.headers
    refused = client.post(f"{entry}/mulai", data={"helper": "Rudi"})
    assert (refused.status_code, 'value="Rudi"' in refused.text) == (422, True)
    started = client.post(f"{entry}/mulai", data={"helper": "Rudi", "consent": "1"})
    attempt = started.headers["Location"]
    question = client.get(attempt, follow_redirects=True)
    assert "Soal 1 dari" in question.text
    assert "Soal ini bermasalah" in question.text
    assert client.get(entry).headers["Location"] == attempt
    public = attempt.rpartition("/")[2]
    answer_all(site, public)
    finish(site, day.people[0], public)
    assert "Rudi" in client.get(f"{attempt}/tanda-terima").text
    assert "Rudi" in client.get(f"{attempt}/hasil").text


def test_stranger_sees_what_to_do(client: FlaskClient, site: Site) -> None:
    day = plan_day(site, 1)
    with site.database.writing() as session:
        login_as(client, make_person(session, name="Orang Luar"))
    page = client.get(f"/tes/sesi/{day.code}").text
    assert "Nama Anda belum ada di sesi ini" in page
    assert "Orang Luar" in page
    assert client.post(f"/tes/sesi/{day.code}/masuk").status_code == 403


def test_complaint_goes_on_to_the_next_question_and_is_decided(
    client: FlaskClient, site: Site
) -> None:
    day = plan_day(site, 1)
    (public,) = begin_all(site, day)
    login_as(client, day.people[0])
    client.set_cookie("lms_device", f"browser-{day.people[0]}")
    page = f"/tes/{public}/soal/1/masalah"
    assert "Gambar tidak tampil" in client.get(page).text
    assert client.post(page, data={}).status_code == 422
    assert client.post(page, data={"reason": "cut"}).headers["Location"].endswith("/soal/2")
    login_as(client, day.officer)
    board = client.get(f"/tes/hari/{day.public}/papan").text
    assert "1 soal dilaporkan bermasalah" in board
    with site.database.reading() as session:
        complaint = session.scalars(select(Complaint.public_id)).one()
    base = f"/tes/hari/{day.public}/laporan/{complaint}"
    assert "Soal atau pilihan terpotong" in client.get(base).text
    client.post(base, data={"decision": "void-all", "reason": "Gambar hilang"})
    login_as(client, day.people[0])
    client.set_cookie("lms_device", f"browser-{day.people[0]}")
    assert "Soal ini tidak dihitung" in client.get(f"/tes/{public}/soal/1").text


# -- the board -----------------------------------------------------------------------------------


def test_board_gives_minutes_with_one_tap_and_takes_them_back(
    client: FlaskClient, site: Site, clock: TestClock
) -> None:
    day = plan_day(site, 4)
    publics = begin_all(site, day, day.people[:3])
    clock.move(minutes=2)  # nobody's page gives a sign
    login_as(client, day.officer)
    base = f"/tes/hari/{day.public}"
    page = client.get(f"{base}/papan").text
    assert _figures(page) == {"absent": 1, "working": 0, "stuck": 0, "offline": 3, "done": 0}
    client.post(f"{base}/papan/{day.rooms['A']}/menit", data={"minutes": "5"})
    with site.database.reading() as session:
        assert [attempt_of(session, public).allowance for public in publics] == [300, 0, 300]
        person = public_of(session, day.people[1])
    client.post(f"{base}/peserta/{person}/menit", data={"minutes": "10"})
    client.post(f"{base}/menit", data={"minutes": "5"})
    page = client.get(f"{base}/papan").text
    assert "5 menit ditambahkan untuk 3 orang." in page
    batch = re.findall(r"/urungkan/([\w-]+)", page)[0]
    client.post(f"{base}/urungkan/{batch}")
    with site.database.reading() as session:
        assert [attempt_of(session, public).allowance for public in publics] == [300, 600, 300]
    assert "Diurungkan" in client.get(f"{base}/papan").text


def test_poll_swaps_the_table_and_only_changed_figures(
    client: FlaskClient, site: Site, clock: TestClock
) -> None:
    day = plan_day(site, 2)
    login_as(client, day.officer)
    page = client.get(f"/tes/hari/{day.public}/papan").text
    (poll,) = re.findall(r'hx-get="([^"]+)"', page)
    poll = poll.replace("&amp;", "&")
    same = client.get(poll, headers={"HX-Request": "true"}).text
    assert 'id="tabel" hx-swap-oob' in same
    assert 'id="angka"' not in same
    assert "<html" not in same
    begin_all(site, day)
    clock.move(seconds=6)
    changed = client.get(poll, headers={"HX-Request": "true"}).text
    assert _figures(changed)["working"] == 2
    assert client.get(poll).text.count("<html") == 1  # without script the same address is a page


@pytest.mark.parametrize("per", ["", "?per=unit"])
def test_board_page_takes_the_same_statements_for_few_and_many(
    client: FlaskClient, site: Site, clock: TestClock, per: str
) -> None:
    counts = []
    for people in (3, 12):
        day = plan_day(site, people)
        begin_all(site, day)
        login_as(client, day.officer)
        clock.move(seconds=100)
        with statements(site) as seen:
            client.get(f"/tes/hari/{day.public}/papan{per}")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_planning_pages_take_the_same_statements_for_few_and_many(
    client: FlaskClient, site: Site
) -> None:
    counts = []
    for people in (2, 9):
        day = plan_day(site, people)
        login_as(client, day.officer)
        taken = []
        for part in ("", "/unit", "/ruang", "/peserta", f"/papan/{day.rooms['A']}", "/buka"):
            with statements(site) as seen:
                client.get(f"/tes/hari/{day.public}{part}")
            taken.append(len(seen))
        counts.append(taken)
    assert counts[0] == counts[1]


# -- paper ---------------------------------------------------------------------------------------


def _paper(site: Site) -> tuple[Day, str, str]:
    day = plan_day(site, 1)
    with site.database.writing() as session:
        prepare(session, day.officer, day.public, day.people)
        person = public_of(session, day.people[0])
    with site.database.reading() as session:
        public = find_attempt(session, day.session_id, day.people[0])
    assert public
    return day, person, public


def test_paper_is_printed_typed_checked_and_sent(client: FlaskClient, site: Site) -> None:
    day, person, public = _paper(site)
    login_as(client, day.officer)
    base = f"/tes/hari/{day.public}/peserta/{person}/kertas"
    with site.database.reading() as session:
        sheet = paper_sheet(session, site, day.session_id, public)
        right = {sequence: right_value(version) for sequence, version, _ in asked(session, public)}
    printed = client.get(f"{base}/cetak").text
    for item in sheet.items:
        assert f"{item.code}, versi {item.version}" in printed
    assert printed.count('class="paper') == 1
    line = "".join(letters_of(item, right[item.number]) for item in sheet.singles)
    form = {f"q{item.number}": letters_of(item, right[item.number]) for item in sheet.others}
    short = client.post(f"{base}/isi", data={**form, "line": line[:-1]})
    assert (short.status_code, "tetapi soal pilihan ada" in short.text) == (422, True)
    wrong = client.post(f"{base}/isi", data={**form, "line": "T" + line[1:]})
    assert (wrong.status_code, "tidak ada pada soal ini" in wrong.text) == (422, True)
    checked = client.post(f"{base}/isi", data={**form, "line": line.lower()})
    assert checked.status_code == 200
    with site.database.reading() as session:
        assert attempt_of(session, public).handed_in_at is None
    fixed = client.post(f"{base}/isi", data={**form, "line": line, "fix": "1"})
    assert f'value="{line}"' in fixed.text
    sent = client.post(f"{base}/isi", data={**form, "line": line, "confirm": "1"})
    assert sent.status_code == 303
    with site.database.reading() as session:
        attempt = attempt_of(session, public)
        assert (attempt.closed_by, attempt.answered) == ("paper", len(sheet.items))
    assert client.get(base).status_code == 404  # nothing waits any more


def test_candidate_cannot_hand_in_or_take_back_what_is_on_paper(
    client: FlaskClient, site: Site
) -> None:
    day, _person, public = _paper(site)
    login_as(client, day.people[0])
    assert client.post(f"/tes/{public}/kirim", data={"open": "99"}).status_code == 409
    assert client.post(f"/tes/{public}/di-sini").status_code == 409
    with site.database.reading() as session:
        assert attempt_of(session, public).handed_in_at is None


def test_cancelled_test_tells_its_person_why(client: FlaskClient, site: Site) -> None:
    day = plan_day(site, 1)
    (public,) = begin_all(site, day)
    login_as(client, day.officer)
    with site.database.reading() as session:
        person = public_of(session, day.people[0])
    base = f"/tes/hari/{day.public}/peserta/{person}/batalkan"
    assert client.post(base, data={"reason": ""}).headers["Location"].endswith("/batalkan")
    client.post(base, data={"reason": "Listrik padam"})
    login_as(client, day.people[0])
    receipt = client.get(f"/tes/{public}/tanda-terima").text
    assert "Listrik padam" in receipt
    assert "Lihat hasil" not in receipt


def test_helper_can_sit_beside_outside_of_a_session_too(client: FlaskClient, site: Site) -> None:
    (person,) = open_site(site)
    login_as(client, person)
    path = f"/tes/mulai/{CODE}/awal"
    assert "Saya dibantu pendamping" in client.get(path).text
    refused = client.post(path, data={"helper": "Rudi"})
    assert (refused.status_code, 'value="Rudi"' in refused.text) == (422, True)
    started = client.post(path, data={"helper": "Rudi", "consent": "1"})
    with site.database.reading() as session:
        public = started.headers["Location"].rpartition("/")[2]
        assert attempt_of(session, public).assisted_by == "Rudi"
        deeds = select(AuditEntry.details).where(AuditEntry.action == "assessment:attempt:assisted")
        assert session.scalars(deeds).all() == [{"helper": "Rudi"}]


def test_person_gets_a_copy_of_the_sessions_and_can_be_erased(site: Site) -> None:
    day = plan_day(site, 2)
    (public, _) = begin_all(site, day)
    with site.database.writing() as session:
        rooms.add_proctor(
            session, None, day.public, public_of(session, day.people[0]), day.rooms["B"]
        )
        complaining.complain(session, day.people[0], public, 1, "cut")
        target = Target(session_id=day.session_id, public_id=day.public)
        grant(session, day.people[0], target, 5)
        (own,) = personal_data(session, day.people[0])["sessions"]
        assert (own["session"], own["room"], own["seat"]) == ("Sesi 1", "A", "1")
        data = personal_data(session, day.people[0])
        assert [each["room"] for each in data["watched"]] == ["B"]
        (attempt,) = data["attempts"]
        assert [each["seconds"] for each in attempt["minutes"]] == [300]
        assert [each["question"] for each in attempt["complaints"]] == [1]
        erase_personal_data(session, day.people[0])
        erase_personal_data(session, day.officer)
        assert personal_data(session, day.people[0])["sessions"] == []
        assert session.get_one(TestSession, day.session_id).created_by is None
        assert set(session.scalars(select(TimeGrant.granted_by))) == {None}
