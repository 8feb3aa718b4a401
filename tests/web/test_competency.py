"""Standards in the browser: to read, to change after a look at what follows, Excel in and out."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from lms.core.audit import AuditEntry
from lms.core.jobs import JobRow, work_once
from lms.core.learning.evidence import NewEvidence, record_evidence
from lms.core.learning.exchanging import export_workbook
from lms.core.learning.models import Competency, Framework, Profile, Standard
from lms.core.learning.revising import current_draft
from lms.core.people.models import Position
from lms.core.site import Site, today
from tests.conftest import login_as, make_person


@pytest.fixture
def officer(client: FlaskClient, site: Site) -> FlaskClient:
    """A browser in which an officer is logged in."""
    with site.database.writing() as session:
        login_as(client, make_person(session, roles=("officer",)).id)
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
    """Give what a person reads: no tags, single spaces."""
    plain = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return " ".join(html.unescape(plain).split())


def competency(site: Site, code: str) -> int:
    with site.database.reading() as session:
        query = select(Competency.id).join(Framework).where(Framework.code == "digital")
        return session.scalars(query.where(Competency.code == code)).one()


def typed(site: Site, **more: Any) -> dict[str, Any]:
    """Give the form of the standard in force as a browser would send it."""
    with site.database.reading() as session:
        framework = session.scalars(select(Framework).where(Framework.code == "digital")).one()
        draft = current_draft(session, framework.id)
    levels = {f"L.{level}.{each}": str(n) for (level, each), n in draft.levels.items()}
    posts = {f"P.{post}.{each}": str(n) for (post, each), n in draft.exceptions.items()}
    ids = sorted({str(post) for post, _ in draft.exceptions})
    own = {"base": draft.base_id, "name": draft.name, "source": draft.source, "post": ids}
    return {**own, **levels, **posts, **more}


def show(site: Site, person_id: int, code: str, level: int) -> None:
    with site.database.writing() as session:
        record_evidence(
            session,
            person_id,
            [
                NewEvidence(
                    key=f"{person_id}{code}{level}",
                    competency_id=competency(site, code),
                    level=level,
                    level_low=level,
                    level_high=level,
                    kind="measured",
                    source="Tes contoh",
                    measured_on=today(session),
                )
            ],
        )


# -- reading -------------------------------------------------------------------------------------


def test_standards_show_levels_exceptions_source_and_version(
    officer: FlaskClient, site: Site
) -> None:
    text = text_of(officer.get("/standar?kerangka=digital"))
    assert "Versi 1, berlaku mulai 1 Januari 2026. Sumber: Usulan awal Titian" in text
    assert "Pelaksana (staf) 2 1 2 2 1" in text
    assert "Pranata Komputer Ahli Pertama Ahli pertama 3 – – 3 –" in text
    assert officer.get("/standar?kerangka=entah").status_code == 404
    assert officer.get("/standar?kerangka=digital&versi=9").status_code == 404


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/standar", "Standar jabatan"),
        ("/standar/kerangka", "Kompetensi Digital ASN 5 kompetensi · versi 1"),
        ("/standar/kerangka/digital/1", "D4 · Etika dan keamanan digital"),
        ("/standar/kerangka/digital/1/D1", "Tingkat 1: Dasar"),
        ("/standar/batas-nilai", "mulai 50, di bawah 70"),
        ("/standar/excel", "Unduh (download) standar.xlsx"),
        ("/standar/ubah/digital", "Tulis satu angka. Kosong berarti tidak diminta."),
    ],
)
def test_page_answers_with_a_fixed_number_of_statements(
    officer: FlaskClient, site: Site, path: str, expected: str
) -> None:
    with statements(site) as seen:
        answer = officer.get(path)
    assert answer.status_code == 200
    assert expected in text_of(answer)
    assert len([s for s in seen if s.startswith("SELECT")]) <= 14


@pytest.mark.parametrize("path", ["/standar/kerangka/x/1", "/standar/kerangka/digital/1/X9"])
def test_unknown_framework_or_competency_is_not_found(officer: FlaskClient, path: str) -> None:
    assert officer.get(path).status_code == 404


def test_auditor_reads_but_does_not_change(client: FlaskClient, site: Site) -> None:
    with site.database.writing() as session:
        login_as(client, make_person(session, roles=("auditor",)).id)
    assert "Ubah standar" not in text_of(client.get("/standar"))
    assert client.get("/standar/ubah/digital").status_code == 403
    assert client.post("/standar/ubah/digital/terbitkan", data=typed(site)).status_code == 403
    assert client.post("/standar/excel").status_code == 403


def test_learner_sees_none_of_it(client: FlaskClient, site: Site) -> None:
    with site.database.writing() as session:
        login_as(client, make_person(session).id)
    assert client.get("/standar").status_code == 403


# -- changing ------------------------------------------------------------------------------------


def test_change_is_previewed_published_and_people_compared(
    officer: FlaskClient, site: Site
) -> None:
    with site.database.writing() as session:
        people = [make_person(session, unit=f"Dinas {n % 2}").id for n in range(3)]
    for person_id, level in zip(people, (1, 2, 3), strict=True):
        show(site, person_id, "D1", level)
    form = typed(site, **{f"L.pelaksana.{competency(site, 'D1')}": "3"})

    preview = officer.post("/standar/ubah/digital", data={**form, "do": "preview"})
    text = text_of(preview)
    assert preview.status_code == 200
    assert "4 orang di 3 unit" in text, "the officer is a pelaksana, too"
    assert "Menjadi perlu ditingkatkan 1 orang" in text
    assert "Menjadi sudah sesuai 0 orang" in text
    assert "Pelaksana (staf) Literasi digital 2 3" in text
    with site.database.reading() as session:
        assert len(session.scalars(select(Standard)).all()) == 3, "a look changes nothing"

    hidden = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', preview.get_data(as_text=True)))
    answer = officer.post(
        "/standar/ubah/digital/terbitkan", data={**form, **{"base": hidden["base"]}}
    )
    assert answer.status_code == 303
    page = text_of(officer.get(answer.headers["Location"]))
    assert "Standar baru berlaku." in page
    assert "Versi 2, berlaku mulai 2 November 2026." in page
    assert "Lihat versi 1" in page
    while work_once(site):
        pass
    with site.database.reading() as session:
        rows = session.scalars(select(Profile).order_by(Profile.person_id)).all()
        assert [row.state for row in rows] == ["below", "below", "meets"]
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.action, entry.subject) == ("core:standard:write", "digital 2")
    old = text_of(officer.get("/standar?kerangka=digital&versi=1"))
    assert "Versi lama, tidak berlaku lagi" in old


def test_double_click_publishes_once(officer: FlaskClient, site: Site) -> None:
    form = typed(site, **{f"L.pelaksana.{competency(site, 'D1')}": "3"})
    codes = [
        officer.post("/standar/ubah/digital/terbitkan", data=form).status_code for _ in range(2)
    ]
    assert codes == [303, 409]
    with site.database.reading() as session:
        assert session.scalars(select(JobRow.name)).all().count("core.standard_changed") == 1


def test_wrong_cell_is_named_and_all_typed_is_kept(officer: FlaskClient, site: Site) -> None:
    field = f"L.pelaksana.{competency(site, 'D1')}"
    form = typed(site, name="", do="preview", **{field: "dua"})
    answer = officer.post("/standar/ubah/digital", data=form)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Pelaksana (staf), Literasi digital: Isi dengan satu angka" in text_of(answer)
    assert "Tulis nama standar." in text_of(answer)
    assert f'href="#{field}"' in body
    assert f'name="{field}" value="dua"' in body


def test_level_that_does_not_exist_is_refused_in_words(officer: FlaskClient, site: Site) -> None:
    form = typed(site, do="preview", **{f"L.pelaksana.{competency(site, 'D1')}": "9"})
    answer = officer.post("/standar/ubah/digital", data=form)
    assert answer.status_code == 422
    assert "Literasi digital: tingkat 9 tidak ada." in text_of(answer)


def test_unchanged_form_says_so(officer: FlaskClient, site: Site) -> None:
    answer = officer.post("/standar/ubah/digital", data=typed(site, do="preview"))
    assert "Belum ada yang diubah." in text_of(answer)


def test_post_is_searched_added_and_removed_without_losing_the_form(
    officer: FlaskClient, site: Site
) -> None:
    with site.database.writing() as session:
        make_person(session, position="Bidan Penyelia", level="penyelia", name="Ani")
        post = session.scalars(select(Position).where(Position.name == "Bidan Penyelia")).one().id
    field = f"L.pelaksana.{competency(site, 'D1')}"
    found = officer.post(
        "/standar/ubah/digital", data=typed(site, do="search", search="bidan", **{field: "4"})
    )
    assert "Bidan Penyelia Penyelia · 1 pegawai" in text_of(found)
    assert f'name="{field}" value="4"' in found.get_data(as_text=True)
    form = typed(site, do=f"add:{post}", search="bidan")
    added = officer.post("/standar/ubah/digital", data=form).get_data(as_text=True)
    assert f'name="P.{post}.{competency(site, "D1")}"' in added

    old = typed(site)["post"][0]
    form = typed(site, do="preview", remove=[old], **{f"P.{post}.{competency(site, 'D1')}": "3"})
    form["post"] = [*form["post"], str(post)]
    text = text_of(officer.post("/standar/ubah/digital", data=form))
    assert "Bidan Penyelia Literasi digital – 3" in text
    assert "Pranata Komputer Ahli Pertama Literasi digital 3 –" in text
    officer.post("/standar/ubah/digital/terbitkan", data=form)
    text = text_of(officer.get("/standar"))
    assert "Bidan Penyelia Penyelia 3" in text
    assert "Pranata Komputer" not in text


@pytest.mark.parametrize(
    "extra",
    [
        {"L.entah.1": "2"},
        {"P.99999.1": "2"},
        {"P.99999999999999999999.1": "2"},
        {"P.x.1": "2"},
        {"L.pelaksana.999": "2"},
        {"L.pelaksana.x": "2"},
        {"do": "add:99999999999999999999"},
    ],
)
def test_forged_fields_are_refused_not_stored(
    officer: FlaskClient, site: Site, extra: dict[str, str]
) -> None:
    form = {**typed(site), "do": "preview", **extra}
    assert officer.post("/standar/ubah/digital", data=form).status_code in (200, 404, 422)
    code = officer.post("/standar/ubah/digital/terbitkan", data=form).status_code
    assert code in (404, 422)


# -- Excel ---------------------------------------------------------------------------------------


def changed_workbook(site: Site) -> bytes:
    """Give the exported workbook with one changed rule set name, made by hand."""
    from tests.learning.test_workbook import cell, tables, workbook

    with site.database.reading() as session:
        sheets = tables(export_workbook(session))
    cell("Standar", 2, "Pelaksana (staf)", 3)(sheets)
    return workbook(sheets)


def send(client: FlaskClient, content: bytes, name: str = "standar.xlsx") -> TestResponse:
    return client.post("/standar/excel", data={"file": (io.BytesIO(content), name)})


def test_workbook_is_previewed_then_stored_once(officer: FlaskClient, site: Site) -> None:
    answer = send(officer, changed_workbook(site))
    assert answer.status_code == 303
    where = answer.headers["Location"]
    text = text_of(officer.get(where))
    assert "Standar kompetensi digital (usulan) digital 2 Versi baru" in text
    assert (
        "Akibat: Standar kompetensi digital (usulan) Standar jabatan berubah untuk 1 orang" in text
    )
    assert "Menjadi perlu ditingkatkan 0 orang" in text
    assert "Ya, simpan 1 bagian" in text
    with site.database.reading() as session:
        assert len(session.scalars(select(Standard)).all()) == 3
    for expected in ("1 bagian tersimpan.", "Tidak ada yang berubah."):
        done = officer.post(where)
        assert done.status_code == 303
        assert expected in text_of(officer.get(done.headers["Location"]))
    with site.database.reading() as session:
        assert len(session.scalars(select(Standard)).all()) == 4


def test_downloaded_workbook_comes_back_unchanged(officer: FlaskClient) -> None:
    answer = officer.get("/standar/excel/standar.xlsx")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="standar.xlsx"'
    text = text_of(officer.get(send(officer, answer.get_data()).headers["Location"]))
    assert "Isi berkas ini sama dengan yang tersimpan." in text


def test_problems_are_listed_with_sheet_and_row(officer: FlaskClient, site: Site) -> None:
    from tests.learning.test_workbook import cell, tables, workbook

    with site.database.reading() as session:
        sheets = tables(export_workbook(session))
    cell("Standar", 2, "Pelaksana (staf)", 7)(sheets)
    answer = officer.get(send(officer, workbook(sheets)).headers["Location"])
    assert answer.status_code == 422
    assert "Standar 2 Pelaksana (staf) Tingkat 7 tidak ada" in text_of(answer)
    assert "Ya, simpan" not in text_of(answer)


def test_file_that_is_no_workbook_is_refused_on_the_form(officer: FlaskClient) -> None:
    assert "Berkas ini kosong." in text_of(send(officer, b""))
    assert "format lama" in text_of(send(officer, b"\xd0\xcf\x11\xe0" + b"\0" * 600, "a.xls"))
    answer = officer.post("/standar/excel", data={})
    assert (answer.status_code, "Pilih berkas dulu." in text_of(answer)) == (422, True)


def test_upload_opens_for_its_uploader_only(officer: FlaskClient, site: Site) -> None:
    where = send(officer, changed_workbook(site)).headers["Location"]
    other = officer.application.test_client()
    with site.database.writing() as session:
        login_as(other, make_person(session, roles=("officer",)).id)
    assert other.get(where).status_code == 404
    assert other.post(where).status_code == 404
    assert officer.get(where[:-2] + "xx").status_code == 404
