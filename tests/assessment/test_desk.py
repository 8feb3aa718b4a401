"""Pages of trainers and officers: the bank, a new version, instruments, open and close."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.core.audit import AuditEntry
from lms.core.site import Site
from lms.rehearsal.page import read_page
from plugins.assessment.models import InstrumentVersion, Item, ItemVersion
from plugins.assessment.services.attempts import preview
from tests.assessment.factories import CODE, begin, competency, open_site, sit
from tests.assessment.test_pages import counting
from tests.conftest import login_as, make_person


@pytest.fixture
def trainer(app: Flask, site: Site) -> FlaskClient:
    return logged_in(app, site, "trainer")


@pytest.fixture
def officer(app: Flask, site: Site) -> FlaskClient:
    return logged_in(app, site, "officer")


def logged_in(app: Flask, site: Site, role: str) -> FlaskClient:
    with site.database.writing() as session:
        person = make_person(session, name=f"Orang {role}", roles=(role,)).id
    client = app.test_client()
    login_as(client, person)
    return client


def form(site: Site, **changes: str) -> dict[str, str]:
    with site.database.reading() as session:
        d1 = competency(session, "D1")
    return {
        "competency_id": str(d1),
        "level": "2",
        "stem": "Anda menerima berkas. Apa langkah pertama Anda?",
        "option_a": "Membukanya",
        "option_b": "Bertanya dulu",
        "key": "b",
        "explanation": "",
        "difficulty": "0,5",
        "tags": "berkas",
        **changes,
    }


def versions(site: Site, code: str) -> list[ItemVersion]:
    with site.database.reading() as session:
        query = select(ItemVersion).join(Item, Item.id == ItemVersion.item_id)
        return list(session.scalars(query.where(Item.code == code).order_by(ItemVersion.version)))


# -- the bank ------------------------------------------------------------------------------------


def test_bank_is_searched_and_paged(trainer: FlaskClient) -> None:
    whole = read_page("", 200, trainer.get("/tes/bank").get_data(as_text=True))
    assert "187 soal" in whole.text, "115 that measure and 72 inside courses"
    assert "1–20 dari 187" in whole.text
    found = trainer.get("/tes/bank?q=D1-0 laptop").get_data(as_text=True)
    assert "D1-01" in found
    assert "D2-01" not in found
    assert "Belum ada soal" in trainer.get("/tes/bank?q=%25zzz").get_data(as_text=True)


def test_bank_page_costs_the_same_for_every_length(trainer: FlaskClient, site: Site) -> None:
    counts = []
    for query in ("?q=D1-01", ""):
        with counting(site) as seen:
            trainer.get(f"/tes/bank{query}")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_item_page_shows_key_versions_and_use(trainer: FlaskClient) -> None:
    text = read_page("", 200, trainer.get("/tes/bank/soal/D1-01").get_data(as_text=True)).text
    assert "Jawaban benar" in text
    assert "Kemampuan digital dasar v1" in text
    assert "belum diuji coba" in text


def test_preview_looks_like_the_test_without_the_key(trainer: FlaskClient) -> None:
    html = trainer.get("/tes/bank/soal/D1-01/pratinjau").get_data(as_text=True)
    assert html.count('type="radio"') == 5
    assert "Jawaban benar" not in html


def test_change_of_a_question_is_a_new_version(trainer: FlaskClient, site: Site) -> None:
    answer = trainer.post("/tes/bank/soal/D1-01/ubah", data=form(site))
    assert answer.headers["Location"].endswith("/tes/bank/soal/D1-01")
    old, new = versions(site, "D1-01")
    assert old.stem != new.stem
    assert (new.version, new.scoring, new.difficulty) == (2, {"key": "b"}, 0.5)
    assert [option["id"] for option in new.content["options"]] == ["a", "b"]
    assert new.created_by is not None
    trainer.post("/tes/bank/soal/D1-01/ubah", data=form(site))
    assert len(versions(site, "D1-01")) == 2, "the same content is no new version"
    with site.database.reading() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
    assert actions.count("assessment:item:write") == 1


def test_new_question_gets_a_free_code(trainer: FlaskClient, site: Site) -> None:
    answer = trainer.post("/tes/bank/baru/single", data=form(site))
    assert answer.headers["Location"].endswith("/tes/bank/soal/D1-24")
    assert len(versions(site, "D1-24")) == 1
    assert state_of(site, "D1-24") == "draft", "nobody is asked what nobody has read twice"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stem": ""}, "Tulis pertanyaannya."),
        ({"option_b": "  membukanya "}, "Dua pilihan isinya sama"),
        ({"key": "d"}, "Pilih jawaban yang benar."),
        ({"key": ""}, "Pilih jawaban yang benar."),
        ({"difficulty": "sulit"}, "Perkiraan kesulitan antara"),
        ({"option_a": ""}, "Tulis paling sedikit dua pilihan."),
        ({"competency_id": "999"}, "Pilih kompetensi."),
        ({"level": "9"}, "Tingkat soal antara 1 dan 5."),
        ({"tags": "x" * 41}, "Paling banyak 20 label"),
    ],
)
def test_question_with_a_mistake_keeps_what_was_typed(
    trainer: FlaskClient, site: Site, changes: dict[str, str], words: str
) -> None:
    answer = trainer.post("/tes/bank/soal/D1-01/ubah", data=form(site, **changes))
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in text
    assert 'value="Bertanya dulu"' in text or "option_b" in changes
    assert len(versions(site, "D1-01")) == 1


def state_of(site: Site, code: str) -> str:
    with site.database.reading() as session:
        return session.scalars(select(Item.state).where(Item.code == code)).one()


def test_retired_question_is_not_drawn(trainer: FlaskClient, site: Site) -> None:
    [person_id] = open_site(site)
    for number in range(1, 24):
        trainer.post(f"/tes/bank/soal/D1-{number:02}/keadaan", data={"state": "retired"})
    with site.database.reading() as session:
        assert preview(session, person_id, CODE, "pre").n_items == 24
    assert "Tidak dipakai lagi" in trainer.get("/tes/bank/soal/D1-01").get_data(as_text=True)


def test_unknown_state_changes_nothing(trainer: FlaskClient, site: Site) -> None:
    assert trainer.post("/tes/bank/soal/D1-01/keadaan", data={"state": "x"}).status_code == 422
    assert state_of(site, "D1-01") == "active"


def test_new_tags_alone_are_no_new_version(trainer: FlaskClient, site: Site) -> None:
    trainer.post("/tes/bank/soal/D1-01/ubah", data=form(site))
    trainer.post("/tes/bank/soal/D1-01/ubah", data=form(site, tags="Berkas, Undangan"))
    assert len(versions(site, "D1-01")) == 2
    assert "berkas, undangan" in trainer.get("/tes/bank/soal/D1-01").get_data(as_text=True)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("keadaan=retired", 1),
        ("keadaan=draft", 0),
        ("label=khusus", 1),
        ("label=khus", 0),
        ("jenis=single", 138),
        ("jenis=multiple", 8),
        ("label=latihan", 72),
        ("jenis=file", 0),
        ("keadaan=retired&label=khusus", 0),
    ],
)
def test_bank_is_narrowed(trainer: FlaskClient, site: Site, query: str, count: int) -> None:
    with site.database.writing() as session:
        session.scalars(select(Item).where(Item.code == "D1-01")).one().state = "retired"
        tagged = session.scalars(select(Item).where(Item.code == "D1-02")).one()
        tagged.tags = [*tagged.tags, "khusus"]
    text = read_page("", 200, trainer.get(f"/tes/bank?{query}").get_data(as_text=True)).text
    assert f"{count} soal ditemukan" in " ".join(text.split())


def test_many_are_asked_about_first(trainer: FlaskClient, site: Site) -> None:
    text = trainer.get("/tes/bank/banyak?code=D1-01&code=D1-02&do=retired").get_data(as_text=True)
    assert "Ubah 2 soal?" in text
    assert "Ya, ubah 2 soal" in text
    assert state_of(site, "D1-01") == "active"
    data = {"code": ["D1-01", "D1-02"], "state": "retired"}
    assert trainer.post("/tes/bank/banyak", data=data).status_code == 303
    assert state_of(site, "D1-02") == "retired"
    with site.database.reading() as session:
        [entry] = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "assessment:item:retired")
        )
        assert entry.details["codes"] == ["D1-01", "D1-02"]


def test_many_get_a_tag_at_once(trainer: FlaskClient, site: Site) -> None:
    data = {"code": ["D1-01", "D1-02"], "tag": "Khusus"}
    for _ in range(2):
        trainer.post("/tes/bank/banyak", data=data)
    text = trainer.get("/tes/bank?label=khusus").get_data(as_text=True)
    assert "D1-01" in text
    with site.database.reading() as session:
        assert session.scalars(select(AuditEntry.action)).all().count("assessment:item:tag") == 1


@pytest.mark.parametrize(
    "data",
    [
        {"code": ["D1-01", "X-1"], "state": "retired"},
        {"code": [], "state": "retired"},
        {"code": ["D1-01"], "state": "gone"},
        {"code": ["D1-01"], "tag": "a,b"},
        {"code": ["D1-01"], "tag": "x" * 41},
        {"code": ["D1-01"], "tag": "a", "state": "draft"},
        {"code": ["D1-01"]},
    ],
)
def test_wrong_change_of_many_changes_none(
    trainer: FlaskClient, site: Site, data: dict[str, object]
) -> None:
    assert trainer.post("/tes/bank/banyak", data=data).status_code in (404, 422)
    assert state_of(site, "D1-01") == "active"


def test_unknown_question_cannot_be_changed_into_being(trainer: FlaskClient, site: Site) -> None:
    assert trainer.post("/tes/bank/soal/X-1/ubah", data=form(site)).status_code == 404
    assert versions(site, "X-1") == []


def test_officer_reads_the_bank_but_does_not_write(officer: FlaskClient, site: Site) -> None:
    assert officer.get("/tes/bank/soal/D1-01").status_code == 200
    assert officer.post("/tes/bank/soal/D1-01/ubah", data=form(site)).status_code == 403
    assert officer.get("/tes/bank/baru").status_code == 403


# -- instruments ---------------------------------------------------------------------------------


def test_instrument_page_shows_blueprint_and_counts(officer: FlaskClient, site: Site) -> None:
    people = open_site(site, count=3)
    sit(site, people[0])
    begin(site, people[1])
    text = read_page("", 200, officer.get("/tes/alat/digital").get_data(as_text=True)).text
    assert "2 belum mulai" in _figures(text) or "belum mulai 2" in text
    assert "sedang mengerjakan 1" in text
    assert "tes awal selesai 1" in text
    assert "ld-3 v1" in text
    assert "Soal masih sedikit" not in text


def _figures(text: str) -> str:
    return " ".join(text.split())


def test_small_bank_is_warned_about(officer: FlaskClient, site: Site) -> None:
    with site.database.writing() as session:
        for item in session.scalars(select(Item).where(Item.code < "D3-07", Item.code > "D3")):
            item.state = "retired"
    text = officer.get("/tes/alat/digital").get_data(as_text=True)
    assert "Pelayanan publik digital: ada 17 soal." in text


def test_opening_is_asked_first_and_written_down(officer: FlaskClient, site: Site) -> None:
    page = read_page("", 200, officer.get("/tes/alat/digital/buka").get_data(as_text=True))
    assert "Buka “Kemampuan digital dasar”?" in page.heading
    data = {"opens_at": "2026-11-02T08:00", "closes_at": "2026-11-05T16:00"}
    assert officer.post("/tes/alat/digital/buka", data=data).status_code == 303
    with site.database.reading() as session:
        version = session.scalars(select(InstrumentVersion)).one()
        assert version.state == "open"
        assert version.opens_at is not None
        assert version.opens_at.hour == 1, "08.00 in Jakarta is 01.00 in UTC"
        assert "assessment:instrument:open" in session.scalars(select(AuditEntry.action)).all()


@pytest.mark.parametrize(
    "data",
    [
        {"opens_at": "besok"},
        {"opens_at": "2026-11-05T16:00", "closes_at": "2026-11-02T08:00"},
    ],
)
def test_window_with_a_mistake_opens_nothing(
    officer: FlaskClient, site: Site, data: dict[str, str]
) -> None:
    assert officer.post("/tes/alat/digital/buka", data=data).status_code == 422
    with site.database.reading() as session:
        assert session.scalars(select(InstrumentVersion.state)).one() == "draft"


def test_closing_is_asked_first(officer: FlaskClient, site: Site) -> None:
    open_site(site)
    assert "Ya, tutup tes" in officer.get("/tes/alat/digital/tutup").get_data(as_text=True)
    assert officer.post("/tes/alat/digital/tutup").status_code == 303
    assert officer.post("/tes/alat/digital/tutup").status_code == 409


def test_trainer_reads_instruments_but_sees_no_counts_and_opens_nothing(
    trainer: FlaskClient,
) -> None:
    text = trainer.get("/tes/alat/digital").get_data(as_text=True)
    assert "Susunan soal" in text
    assert "belum mulai" not in text
    assert trainer.post("/tes/alat/digital/buka").status_code == 403


def test_menu_has_what_the_role_may_open(trainer: FlaskClient, officer: FlaskClient) -> None:
    assert "Alat tes" not in trainer.get("/tes/bank").get_data(as_text=True)
    assert "Alat tes" in officer.get("/tes/bank").get_data(as_text=True)


def test_counts_need_no_query_per_person(officer: FlaskClient, site: Site) -> None:
    counts = []
    people = open_site(site, count=6)
    for person_id in people[:2]:
        with counting(site) as seen:
            officer.get("/tes/alat/digital")
        counts.append(len(seen))
        sit(site, person_id)
    assert counts[0] == counts[1]
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Item)) == 187
