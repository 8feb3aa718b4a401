"""The administrator's pages: jobs, deliveries, settings, plugins, audit, the agency's colour."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select, update
from werkzeug.test import TestResponse

from lms.config import Accent
from lms.core.audit import AuditEntry, audit
from lms.core.hooks.models import Delivery, EventRow
from lms.core.jobs import JobRow, enqueue
from lms.core.operations.work import plain_problem
from lms.core.settings import get_setting
from lms.core.site import Site
from lms.web.contrast import contrast, is_readable
from tests.conftest import login_as, make_person


def log_in(client: FlaskClient, site: Site, role: str) -> int:
    with site.database.writing() as session:
        person_id = make_person(session, roles=(role,), name="Dewi Lestari").id
    login_as(client, person_id)
    return person_id


@pytest.fixture
def admin(client: FlaskClient, site: Site) -> FlaskClient:
    """A browser in which an administrator is logged in."""
    log_in(client, site, "administrator")
    return client


@contextmanager
def statements(site: Site) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(site.database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(site.database.engine, "before_cursor_execute", note)


def text_of(answer: TestResponse) -> str:
    plain = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return " ".join(html.unescape(plain).split())


def add_job(site: Site, state: str = "waiting", **values: Any) -> str:
    with site.database.writing() as session:
        public_id = enqueue(session, "core.standard_changed", {})
        own = JobRow.public_id == public_id
        session.execute(update(JobRow).where(own).values(state=state, **values))
    assert public_id is not None
    return public_id


def add_stopped_delivery(site: Site, error: str = "RuntimeError: x") -> int:
    with site.database.writing() as session:
        moment = site.clock()
        fact = EventRow(name="gaps_closed", payload={"person_id": 1}, recorded_at=moment)
        session.add(fact)
        session.flush()
        row = Delivery(
            event_id=fact.id,
            plugin="certificates",
            inline=True,
            state="stopped",
            attempts=8,
            next_at=moment,
            error=error,
        )
        session.add(row)
        session.flush()
        return row.id


# -- who may -------------------------------------------------------------------------------------

PAGES = {
    "/pengelolaan/proses": {"officer", "auditor", "administrator"},
    "/pengelolaan/kejadian": {"officer", "auditor", "administrator"},
    "/pengelolaan/pengaturan": {"administrator"},
    "/pengelolaan/plugin": {"auditor", "administrator"},
    "/pengelolaan/catatan": {"auditor", "administrator"},
    "/pengelolaan/catatan/rantai": {"auditor", "administrator"},
}


@pytest.mark.parametrize("role", ["trainer", "officer", "auditor", "administrator"])
def test_pages_open_for_their_roles(client: FlaskClient, site: Site, role: str) -> None:
    log_in(client, site, role)
    opened = {path for path in PAGES if client.get(path).status_code == 200}
    assert opened == {path for path, roles in PAGES.items() if role in roles}


def test_officer_does_not_retry(client: FlaskClient, site: Site) -> None:
    log_in(client, site, "officer")
    public_id = add_job(site, "stopped", error="RuntimeError: x")
    assert "Coba lagi" not in text_of(client.get("/pengelolaan/proses"))
    assert client.post(f"/pengelolaan/proses/{public_id}/ulang").status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_page_takes_the_same_statements_for_one_and_for_many(
    admin: FlaskClient, site: Site, path: str
) -> None:
    def fill(n: int) -> None:
        for _ in range(n):
            add_job(site, "stopped", error="OSError: No space left on device")
            add_stopped_delivery(site)
            with site.database.writing() as session:
                audit(session, None, "core:test:write")

    fill(1)
    admin.get(path)
    with statements(site) as few:
        admin.get(path)
    fill(10)
    with statements(site) as many:
        admin.get(path)
    assert len(many) == len(few)


# -- jobs ----------------------------------------------------------------------------------------


def test_jobs_show_progress_and_plain_words(admin: FlaskClient, site: Site) -> None:
    add_job(site, "running", done=1320, total=2000)
    add_job(site, "stopped", error="OSError: [Errno 28] No space left on device")
    add_job(site, "done", done=3, total=3, finished_at=site.clock())
    add_job(site, error="RuntimeError: rahasia teknis")
    answer = admin.get("/pengelolaan/proses")
    text = text_of(answer)
    assert "Membandingkan ulang dengan standar baru Sedang berjalan 1.320 dari 2.000" in text
    assert 'width="66.0%"' in answer.get_data(as_text=True)
    assert "Tempat penyimpanan penuh. Data Anda aman, tidak ada yang berubah." in text
    assert "Selesai 10.00" in text
    assert "Dicoba lagi sendiri pada 2 November 2026, 10.00 WIB." in text
    assert text.index("Sedang berjalan") < text.index("Berhenti") < text.index("Menunggu")
    assert text.index("Menunggu") < text.index("Selesai 10.00")


def test_job_error_in_technical_words_is_for_administrators(
    client: FlaskClient, site: Site
) -> None:
    add_job(site, "stopped", error="RuntimeError: rahasia teknis")
    log_in(client, site, "officer")
    text = text_of(client.get("/pengelolaan/proses"))
    assert "Ada yang salah di pihak kami." in text
    assert "rahasia teknis" not in text


def test_jobs_are_paged_by_twenty(admin: FlaskClient, site: Site) -> None:
    for _ in range(21):
        add_job(site)
    assert "1–20 dari 21" in text_of(admin.get("/pengelolaan/proses"))
    assert "21–21 dari 21" in text_of(admin.get("/pengelolaan/proses?page=2"))
    for far in ("9999", "-3", "x", "9" * 30):
        assert admin.get(f"/pengelolaan/proses?page={far}").status_code == 200


def test_stopped_job_is_started_again_once_and_audited(admin: FlaskClient, site: Site) -> None:
    public_id = add_job(site, "stopped", attempts=5, error="RuntimeError: x")
    codes = [admin.post(f"/pengelolaan/proses/{public_id}/ulang").status_code for _ in range(2)]
    assert codes == [303, 409]
    assert admin.post("/pengelolaan/proses/entah/ulang").status_code == 404
    with site.database.reading() as session:
        row = session.scalars(select(JobRow)).one()
        assert (row.state, row.attempts) == ("waiting", 0)
        assert session.scalars(select(AuditEntry.action)).all() == ["core:job:retry"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (None, ""),
        ("Invalid: Kerangka 'x' belum ada.", "Kerangka 'x' belum ada."),
        ("OperationalError: database or disk is full", "Tempat penyimpanan penuh."),
        ("OperationalError: database is locked", "Penyimpanan sedang sibuk."),
        ("KeyError: 'a'", "Ada yang salah di pihak kami."),
    ],
)
def test_error_becomes_a_sentence_for_people(error: str | None, words: str) -> None:
    assert plain_problem(error).startswith(words)


# -- deliveries ----------------------------------------------------------------------------------


def test_stopped_deliveries_are_shown_and_told_again(admin: FlaskClient, site: Site) -> None:
    first, second = (add_stopped_delivery(site, f"RuntimeError: {n}") for n in "ab")
    text = text_of(admin.get("/pengelolaan/kejadian"))
    assert "certificates 0 0 2" in text
    assert "certificates · gaps_closed Berhenti" in text
    assert "2 kejadian berhenti" in text_of(admin.get("/pengelolaan/proses"))
    codes = [admin.post(f"/pengelolaan/kejadian/{first}/ulang").status_code for _ in range(2)]
    assert codes == [303, 409]
    assert admin.post("/pengelolaan/kejadian/ulang").status_code == 303
    for missing in (999, 10**20):
        assert admin.post(f"/pengelolaan/kejadian/{missing}/ulang").status_code == 404
    with site.database.reading() as session:
        rows = session.execute(select(Delivery.id, Delivery.state, Delivery.attempts)).all()
        assert sorted(tuple(row) for row in rows) == [
            (first, "waiting", 0),
            (second, "waiting", 0),
        ]
        assert session.scalars(select(AuditEntry.action)).all() == ["core:delivery:retry"] * 2


# -- settings ------------------------------------------------------------------------------------


def form_of(client: FlaskClient) -> dict[str, str]:
    """Give the settings form as a browser would send it."""
    body = client.get("/pengelolaan/pengaturan").get_data(as_text=True)
    inputs = re.findall(r'<input id="([^"]+)" name="[^"]+" value="([^"]*)"', body)
    chosen = re.findall(r'<select id="([^"]+)".*?value="([^"]*)" selected', body, re.DOTALL)
    checked = re.findall(r'id="([^"]+)" name="[^"]+" value="(1)" checked', body)
    return {key: html.unescape(value) for key, value in (*inputs, *chosen, *checked)}


def test_settings_are_stored_and_audited_with_before_and_after(
    admin: FlaskClient, site: Site
) -> None:
    form = form_of(admin)
    assert form["core.small_group"] == "10"
    answer = admin.post(
        "/pengelolaan/pengaturan",
        data={**form, "core.small_group": "12", "core.help_phone": "0812 0000 1234"},
    )
    assert answer.status_code == 303
    with site.database.reading() as session:
        assert get_setting(session, "core.small_group") == 12
        entry = session.scalars(select(AuditEntry)).one()
        assert entry.action == "core:setting:write"
        assert entry.details == {
            "core.small_group": [10, 12],
            "core.help_phone": ["", "0812 0000 1234"],
        }
    text = text_of(admin.get("/pengelolaan/pengaturan"))
    assert "Pengaturan tersimpan." in text
    assert "0812 0000 1234" in text, "the help line of every page has it"


def test_unchanged_settings_write_nothing(admin: FlaskClient, site: Site) -> None:
    assert admin.post("/pengelolaan/pengaturan", data=form_of(admin)).status_code == 303
    with site.database.reading() as session:
        assert session.scalars(select(AuditEntry)).all() == []


@pytest.mark.parametrize("wrong", ["", "dua", "1.5", "9" * 30, "²"])
def test_wrong_setting_stores_nothing_and_keeps_what_was_typed(
    admin: FlaskClient, site: Site, wrong: str
) -> None:
    data = {**form_of(admin), "core.small_group": wrong, "core.help_phone": "0812"}
    answer = admin.post("/pengelolaan/pengaturan", data=data)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Isi dengan angka bulat, misalnya 10." in text_of(answer)
    assert 'href="#core.small_group"' in body
    assert 'value="0812"' in body
    with site.database.reading() as session:
        assert get_setting(session, "core.help_phone") == ""


def test_settings_of_every_plugin_have_their_group(admin: FlaskClient, site: Site) -> None:
    text = text_of(admin.get("/pengelolaan/pengaturan"))
    for _owner, settings in site.registry.collect("lms_register_settings"):
        for setting in settings:
            assert setting.title in text


# -- plugins -------------------------------------------------------------------------------------


def test_plugins_show_hooks_and_errors(admin: FlaskClient, site: Site) -> None:
    site.registry.note_error("courses", "lms_home_cards", RuntimeError("belum bisa"))
    text = text_of(admin.get("/pengelolaan/plugin"))
    assert "1 kesalahan" in text
    assert "lms_home_cards: RuntimeError: belum bisa" in text
    assert "lms_evidence_recorded" in text
    assert "agency.toml" in text


def test_plugin_that_did_not_load_is_named(admin: FlaskClient, site: Site) -> None:
    site.config = replace(site.config, plugins=(*site.config.plugins, "hilang"))
    assert "hilang tidak dimuat" in text_of(admin.get("/pengelolaan/plugin"))


# -- audit ---------------------------------------------------------------------------------------


def test_audit_lists_deeds_newest_first_and_filters(admin: FlaskClient, site: Site) -> None:
    with site.database.writing() as session:
        person_id = make_person(session, name="Sri Wahyuni").id
        audit(session, person_id, "core:people:import", "daftar.xlsx", created=5)
        for number in range(25):
            audit(session, None, "core:test:write", f"hal {number}")
    text = text_of(admin.get("/pengelolaan/catatan"))
    assert "1–20 dari 26" in text
    assert text.index("hal 24") < text.index("hal 23")
    assert "Sistem core:test:write hal 24" in text
    text = text_of(admin.get("/pengelolaan/catatan?action=core:people:import"))
    assert "Sri Wahyuni Memasukkan data pegawai daftar.xlsx created: 5" in text
    assert "hal 24" not in text
    assert "1–20 dari 26" in text_of(admin.get("/pengelolaan/catatan?action=entah"))


def test_chain_check_tells_what_was_changed_or_cut(admin: FlaskClient, site: Site) -> None:
    with site.database.writing() as session:
        for _ in range(5):
            audit(session, None, "core:test:write")
    answer = admin.get("/pengelolaan/catatan/rantai")
    assert "Rantai utuh 5 catatan diperiksa" in text_of(answer)
    code = re.search(r"5:[0-9a-f]{64}", answer.get_data(as_text=True))
    assert code is not None
    with site.database.writing() as session:
        session.execute(update(AuditEntry).where(AuditEntry.id == 2).values(subject="x"))
        session.delete(session.get_one(AuditEntry, 5))
    text = text_of(admin.get("/pengelolaan/catatan/rantai"))
    assert "Rantai tidak utuh Catatan 2 diubah." in text
    assert "hilang." not in text
    text = text_of(admin.get(f"/pengelolaan/catatan/rantai?kode={code[0]}"))
    assert "Catatan 5 hilang." in text
    assert "tidak terbaca" in text_of(admin.get("/pengelolaan/catatan/rantai?kode=abc"))


# -- colour --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#ffffff", "#ffffff", 1.0),
        ("#595959", "#ffffff", 7.0),
    ],
)
def test_contrast_follows_the_published_formula(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


@pytest.mark.parametrize(
    ("deep", "pale", "good"),
    [
        ("#21437a", "#bcd0f7", True),
        ("#6f2247", "#f3bfd6", True),
        ("#6f2247", "", True),
        ("#3f6fb5", "#bcd0f7", False),
        ("#21437a", "#21437a", False),
    ],
)
def test_colours_need_enough_contrast(deep: str, pale: str, good: bool) -> None:
    assert is_readable(deep, pale) is good


def test_accent_sheet_is_public_small_and_cached(client: FlaskClient, site: Site) -> None:
    assert client.get("/pengelolaan/warna.css").status_code == 404
    site.config = replace(site.config, accent=Accent(deep="#6f2247", pale="#f3bfd6"))
    answer = client.get("/pengelolaan/warna.css")
    assert answer.get_data(as_text=True) == ":root{--deep:#6f2247;--pale:#f3bfd6}"
    assert answer.mimetype == "text/css"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert "/pengelolaan/warna.css" in client.get("/masuk").get_data(as_text=True)
    site.config = replace(site.config, accent=Accent(deep="#ff0000", pale=""))
    assert client.get("/pengelolaan/warna.css").status_code == 404
