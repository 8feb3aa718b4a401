"""Pages of trainers who write: drafts, the editor, two tabs, files, history, Word."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.core.audit import AuditEntry
from lms.core.settings import set_setting
from lms.core.site import Site
from plugins.courses.models import Course, Draft, DraftFile, DraftModule, Revision
from plugins.courses.services.personal import erase_personal_data, personal_data
from plugins.courses.settings import RECORDING_MEGABYTES
from tests.conftest import TestClock, login_as, make_person
from tests.courses.factories import SAFE, counted
from tests.courses.word_builder import Document, image, p, picture, run, table

WRITE = "/pelatihan/tulis/"
JSON = {"Accept": "application/json"}
MP4 = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 40


def enter(site: Site, client: FlaskClient, role: str = "trainer", name: str = "Rina") -> int:
    with site.database.writing() as session:
        person = make_person(session, name=name, roles=(role,))
        login_as(client, person)
        return person.id


def body(answer: TestResponse, status: int = 200) -> str:
    text = answer.get_data(as_text=True)
    assert answer.status_code == status, text
    return text


def new_module(client: FlaskClient, title: str = "Aman di kantor") -> str:
    """Start a course with one module through the pages; give the editor's address."""
    answer = client.post(WRITE + "baru", data={"title": title})
    outline = answer.headers["Location"]
    answer = client.post(outline + "/modul", data={"title": "Mengunci layar"})
    return str(answer.headers["Location"])


def fields(client: FlaskClient, address: str) -> dict[str, str]:
    """Give the hidden fields of the editor as an open page has them."""
    text = body(client.get(address))
    return dict(re.findall(r'<input type="hidden" name="(revision|tab)" value="([^"]*)"', text))


def write(client: FlaskClient, address: str, form: dict[str, str], source: str, **more: Any) -> Any:
    data = {"title": "Mengunci layar", "minutes": "15", "source": source, **form, **more}
    return client.post(address, data=data, headers=JSON)


def stored(site: Site) -> str:
    with site.database.reading() as session:
        return session.scalars(select(DraftModule.source)).one()


def kinds(site: Site) -> list[tuple[str, str]]:
    with site.database.reading() as session:
        rows = session.execute(
            select(Revision.kind, Revision.source)
            .where(Revision.module.is_not(None))
            .order_by(Revision.id)
        )
        return [(kind, source) for kind, source in rows]


def test_course_is_written_from_nothing(site: Site, client: FlaskClient) -> None:
    enter(site, client)
    assert "Mulai pelatihan baru" in body(client.get(WRITE))
    assert "Tulis judulnya dulu" in body(client.post(WRITE + "baru", data={"title": " "}), 422)
    editor = new_module(client)
    outline = editor.partition("/modul/")[0]
    assert outline == WRITE + "aman-di-kantor"
    assert "modul ini belum berisi" in body(client.get(outline))
    form = fields(client, editor)
    data = {
        "title": "Mengunci  layar",
        "minutes": "20",
        "objectives": "Mengunci layar\r\n\r\nMembuka lagi",
        "source": "Pembuka.\r\n\r\n## Cara <b>\r\n\r\n::: ingat\r\nKunci selalu.\r\n:::",
    }
    page = body(client.post(editor, data=data | form | {"go": "preview"}))
    assert "Langkah 2 dari 2" in page
    assert '<div class="note">' in page
    assert "Cara &lt;b&gt;" in page
    assert stored(site) == ""  # looking stores nothing
    answer = client.post(editor, data=data | form)
    assert answer.status_code == 303
    assert stored(site).endswith("Kunci selalu.\n:::")
    assert "Tersimpan 10.00" in body(client.get(editor))
    facts = {"title": "Aman di kantor", "summary": "Anda bisa.", "jp": "2", "form": "Kursus",
             "objectives": "Mengunci", "revision": "1", "competency": ["D4", ""],
             "from": ["1", "1"], "to": ["1", "2"]}  # fmt: skip
    assert "lebih tinggi" in body(client.post(outline + "/keterangan", data=facts), 422)
    assert client.post(outline + "/keterangan", data=facts | {"to": ["3", "2"]}).status_code == 303
    text = body(client.get(outline))
    assert "Semua sudah lengkap" in text
    assert "2 langkah" in text
    assert "D4" in body(client.get(outline + "/keterangan"))
    with site.database.reading() as session:
        module = session.scalars(select(DraftModule)).one()
        assert (module.title, module.minutes) == ("Mengunci layar", 20)
        assert module.objectives == ["Mengunci layar", "Membuka lagi"]
        assert session.scalars(select(Course.state).where(Course.slug == "aman-di-kantor")).one()


def test_second_tab_keeps_both_texts(site: Site, client: FlaskClient) -> None:
    enter(site, client)
    editor = new_module(client)
    first, second = fields(client, editor), fields(client, editor)
    answer = write(client, editor, first, "satu")
    assert answer.json == {"revision": 1, "saved": "10.00"}
    assert write(client, editor, first, "satu").json["revision"] == 1  # the answer got lost
    assert write(client, editor, first, "satu dua").json["revision"] == 2  # and it typed on
    lost = write(client, editor, second, "tulisan lain")
    assert lost.status_code == 409
    assert stored(site) == "satu dua"
    assert ("kept", "tulisan lain") in kinds(site)
    again = write(client, editor, second, "tulisan lain")
    assert again.json["url"] == lost.json["url"]
    assert len([1 for kind, _ in kinds(site) if kind == "kept"]) == 1
    entry = body(client.get(lost.json["url"]))
    assert "<del>satu</del>" in entry
    assert "tulisan lain</textarea>" in entry
    assert "satu dua</textarea>" in entry
    plain = client.post(editor, data=second | {"title": "x", "source": "tanpa skrip"})
    assert "Tidak ada yang hilang" in body(plain, 409)
    assert client.post(lost.json["url"]).status_code == 303
    assert stored(site) == "tulisan lain"
    assert ("saved", "satu dua") in kinds(site)
    assert write(client, editor, first, "satu dua tiga").status_code == 409  # restored meanwhile


def test_session_that_ended_gives_the_way_back(site: Site, client: FlaskClient) -> None:
    enter(site, client)
    editor = new_module(client)
    form = fields(client, editor)
    with client.session_transaction() as cookie:
        cookie.clear()
    answer = write(client, editor, form, "belum terkirim")
    assert answer.status_code == 401
    assert answer.json["login"].endswith(editor)
    enter(site, client, name="Orang lain")
    assert write(client, editor, form, "belum terkirim").status_code == 200


def test_history_says_who_and_joins_what_belongs_together(
    site: Site, client: FlaskClient, clock: TestClock
) -> None:
    rina = enter(site, client)
    editor = new_module(client)
    form = fields(client, editor)
    for minute, text in (
        (0, "Kunci layar."),
        (4, "Kunci layar selalu."),
        (11, "Kunci pintu selalu."),
    ):
        clock.move(minutes=minute)
        form["revision"] = str(write(client, editor, form, text).json["revision"])
    enter(site, client, name="Budi")
    write(client, editor, fields(client, editor), "Kunci pintu.")
    assert kinds(site) == [
        ("saved", "Kunci layar selalu."),
        ("saved", "Kunci pintu selalu."),
        ("saved", "Kunci pintu."),
    ]
    outline = editor.partition("/modul/")[0]
    text = body(client.get(outline + "/riwayat"))
    entries = re.findall(r'href="([^"]+/riwayat/[^"]+)"', text)
    assert text.index("Budi</small>") < text.index("Rina</small>")
    middle = body(client.get(entries[1]))
    assert "<del>layar</del><ins>pintu</ins>" in middle
    assert "1 kata ditambahkan, 1 kata dihapus" in middle
    with site.database.writing() as session:
        assert len(personal_data(session, rina)["written"]) == 3
        erase_personal_data(session, rina)
        assert session.scalars(select(Revision.id).where(Revision.by == rina)).all() == []
    client.post(entries[2])
    assert stored(site) == "Kunci layar selalu."
    assert kinds(site)[-1] == ("restored", "Kunci layar selalu.")


def test_modules_are_ordered_removed_and_brought_back(site: Site, client: FlaskClient) -> None:
    enter(site, client)
    client.post(WRITE + SAFE + "/buka")
    outline = WRITE + SAFE
    assert "Berdasar versi 1" in body(client.get(outline))
    moves = re.findall(r'action="([^"]+/(?:naik|turun|hapus))"', body(client.get(outline)))
    before = titles(site)
    client.post(next(move for move in moves if move.endswith("turun")))
    assert titles(site) == [before[1], before[0], *before[2:]]
    gone = client.post([move for move in moves if move.endswith("hapus")][2])
    assert titles(site) == [before[1], before[0], before[3]]
    assert "Kembalikan modul ini" in body(client.get(gone.headers["Location"]))
    removed = moves[-1].replace("/hapus", "")
    late = write(
        client, removed.replace(removed.split("/")[-1], gone_id(site)), {"revision": "0"}, "x"
    )
    assert late.status_code == 409  # somebody was still writing in it
    client.post(gone.headers["Location"])
    assert titles(site) == [before[1], before[0], before[3], before[2]]
    assert client.post(outline + "/modul", data={"title": ""}).status_code == 422
    with counted(site.database.engine) as few:
        body(client.get(outline))
    for n in range(8):
        client.post(outline + "/modul", data={"title": f"Modul {n}"})
    with counted(site.database.engine) as many:
        body(client.get(outline))
    assert len(few) == len(many)
    assert "4" in body(client.get(outline + "/buang"))
    assert client.post(outline + "/buang").status_code == 303
    assert body(client.get(outline), 404)
    client.post(outline + "/buka")
    assert sorted(titles(site)) == sorted(before)
    with site.database.reading() as session:
        actions = set(session.scalars(select(AuditEntry.action)))
        assert {"courses:draft:open", "courses:draft:discard", "courses:module:remove"} <= actions
        ids = set(session.scalars(select(DraftModule.public_id)))
        assert ids <= set(session.scalars(select(Revision.module)))  # history goes on


def titles(site: Site) -> list[str]:
    with site.database.reading() as session:
        return list(session.scalars(select(DraftModule.title).order_by(DraftModule.sequence)))


def gone_id(site: Site) -> str:
    with site.database.reading() as session:
        query = select(Revision.module).where(Revision.kind == "removed")
        return session.scalars(query).one() or ""


def photo(size: tuple[int, int] = (3000, 2000)) -> bytes:
    exif = Image.Exif()
    exif[0x8825] = {1: "S", 2: (6.0, 7.0, 8.0)}
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "JPEG", exif=exif)
    return out.getvalue()


def upload(client: FlaskClient, address: str, name: str, content: bytes, **more: Any) -> Any:
    data = {"file": (io.BytesIO(content), name), **more}
    return client.post(address, data=data, headers=JSON)


def test_files_are_checked_made_smaller_and_shown(site: Site, client: FlaskClient) -> None:
    enter(site, client)
    editor = new_module(client)
    files = editor.partition("/modul/")[0] + "/berkas"
    answer = upload(client, files, "../Foto Saya (1).JPG", photo(), alt="Meja [kosong]")
    assert answer.json["markdown"] == "![Meja (kosong)](media/foto-saya-1.jpg)"
    again = upload(client, files, "lain.jpg", photo(), alt="Meja")
    assert again.json["name"] == "media/foto-saya-1.jpg"
    other = upload(client, files, "foto-saya-1.jpg", photo((10, 10)))
    assert other.json["name"] == "media/foto-saya-1-2.jpg"
    assert (
        upload(client, files, "langkah.pdf", b"%PDF-1.7 x").json["markdown"].startswith("[langkah")
    )
    assert upload(client, files, "film.mp4", MP4, alt="Cara").json["name"] == "media/film.mp4"
    for name, content, reason in (
        ("a.exe", b"MZ", "yang dapat dipakai"),
        ("a.png", b"\x89PNG\r\n\x1a\nrusak", "tidak dapat dibaca"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "bukan gambar SVG"),
        ("a.pdf", b"<html>", "bukan berkas PDF"),
        ("a.mp4", b"#!/bin/sh", "bukan berkas MP4"),
        (
            "a.docx",
            Document([p("x")], extra={"word/vbaProject.bin": b""}).content(),
            "bukan berkas",
        ),
    ):
        answer = upload(client, files, name, content)
        assert (answer.status_code, reason in answer.json["error"]) == (422, True), answer.json
    with site.database.writing() as session:
        kept = session.scalars(
            select(DraftFile).where(DraftFile.name.contains("foto-saya-1."))
        ).one()
        made = Image.open(io.BytesIO(site.files.get(kept.digest)))
        assert (made.size, dict(made.getexif())) == ((1600, 1067), {})
        digest = session.scalars(
            select(DraftFile.digest).where(DraftFile.name == "media/film.mp4")
        ).one()
        set_setting(session, RECORDING_MEGABYTES, 0)
    assert "lebih besar dari 0 MB" in upload(client, files, "b.mp4", MP4).json["error"]
    source = (
        "![Meja](media/foto-saya-1.jpg)\n\n![Cara](media/film.mp4)\n\n"
        "[Lembar](media/langkah.pdf) ![](media/tidak.png)"
    )
    page = body(client.post(editor + "/lihat", data={"title": "M", "source": source}))
    assert (
        f'<video controls preload="none" src="/pelatihan/media/{digest}" aria-label="Cara">' in page
    )
    assert re.search(r'<a href="/pelatihan/media/[0-9a-f]{64}"[^>]*>Lembar</a>', page)
    assert "gambar &#39;media/tidak.png&#39; tidak ada" in page
    assert "gambar perlu keterangan" in page
    write(client, editor, fields(client, editor), source)
    used = client.post(files + "/film.mp4", data={"go": "remove"})
    assert "masih dipakai di modul: Mengunci layar" in body(used, 409)
    assert client.post(files + "/foto-saya-1-2.jpg", data={"go": "remove"}).status_code == 303
    client.post(files + "/film.mp4", data={"alt": "Film cara mengunci"})
    assert "Film cara mengunci" in body(client.get(files))
    check_ranges(client, f"/pelatihan/media/{digest}")
    with site.database.writing() as session:
        login_as(client, make_person(session, name="Peserta"))
    assert client.get(f"/pelatihan/media/{digest}").status_code == 404  # not published yet


def check_ranges(client: FlaskClient, address: str) -> None:
    """Parts of a recording, as players ask for them."""
    whole = client.get(address, buffered=True)
    assert (whole.status_code, whole.data) == (200, MP4)
    assert whole.headers["Accept-Ranges"] == "bytes"
    tag = whole.headers["ETag"]

    def part(value: str, **headers: str) -> TestResponse:
        return client.get(address, headers={"Range": value, **headers}, buffered=True)

    for asked, expected in (
        ("bytes=0-9", MP4[:10]),
        ("bytes=100-", MP4[100:]),
        ("bytes=-5", MP4[-5:]),
    ):
        answer = part(asked)
        assert (answer.status_code, answer.data) == (206, expected)
        assert answer.headers["Content-Range"].endswith(f"/{len(MP4)}")
    assert part("bytes=0-9", **{"If-Range": tag}).status_code == 206
    assert part("bytes=0-9", **{"If-Range": '"lain"'}).data == MP4
    assert part("bytes=0-1,5-6").data == MP4
    assert part(f"bytes={len(MP4)}-").status_code == 416
    same = client.get(address, headers={"If-None-Match": tag}, buffered=True)
    assert same.status_code == 304


def test_plain_form_puts_a_picture_where_the_cursor_was(site: Site, client: FlaskClient) -> None:
    enter(site, client)
    editor = new_module(client)
    data = {
        **fields(client, editor), "title": "M", "source": "Satu.\r\n\r\nDua.", "go": "file",
        "at": "2", "alt": "Merah", "file": (io.BytesIO(picture()), "a b.png"),
    }  # fmt: skip
    assert client.post(editor, data=data).status_code == 303
    assert stored(site) == "Satu.\n\n![Merah](media/a-b.png)\n\nDua.\n"
    data = fields(client, editor) | {"title": "M", "source": "Tiga.", "go": "file"}
    page = body(client.post(editor, data=data), 422)
    assert "Pilih berkas dulu" in page
    assert stored(site) == "Tiga."


def test_word_document_is_looked_at_and_stored(site: Site, client: FlaskClient) -> None:
    enter(site, client)
    editor = new_module(client)
    outline = editor.partition("/modul/")[0]
    document = Document(
        [
            p("Satu", style="Heading1"), p("Pilih ", run("kuat", "b"), "."), p(image(1, "Peta")),
            p("Dua", style="Heading1"), table(["a", "b"], ["c", "d"]), p(image(2)),
        ],
        pictures=[("image1.png", picture("red")), ("image2.jpg", picture("blue", kind="JPEG"))],
    ).content()  # fmt: skip
    answer = client.post(outline + "/word", data={"file": (io.BytesIO(b"x"), "a.docx")})
    assert "bukan dokumen Word" in body(answer, 422)
    answer = client.post(outline + "/word", data={"file": (io.BytesIO(document), "Materi.docx")})
    page = body(client.get(answer.headers["Location"]))
    assert "Gambar 2 belum punya keterangan" in page
    assert 'src="data:image/png;base64,' in page
    assert titles(site) == ["Mengunci layar"]
    assert client.post(answer.headers["Location"]).status_code == 303
    assert titles(site) == ["Mengunci layar", "Satu", "Dua"]
    with site.database.reading() as session:
        sources = list(session.scalars(select(DraftModule.source).order_by(DraftModule.sequence)))
        names = list(session.scalars(select(DraftFile.name).order_by(DraftFile.name)))
    assert sources[1] == "Pilih **kuat**.\n\n![Peta](media/gambar-1.png)"
    assert sources[2] == "| a | b |\n| --- | --- |\n| c | d |\n\n![](media/gambar-2.jpg)"
    assert names == ["media/gambar-1.png", "media/gambar-2.jpg"]


def test_draft_in_review_takes_no_changes_but_loses_nothing(
    site: Site, client: FlaskClient
) -> None:
    enter(site, client)
    editor = new_module(client)
    form = fields(client, editor)
    with site.database.writing() as session:
        session.scalars(select(Draft)).one().state = "in_review"
    assert "sedang diperiksa" in body(client.get(editor))
    answer = write(client, editor, form, "terlambat")
    assert answer.status_code == 409
    assert "sedang diperiksa" in answer.json["error"]
    assert ("kept", "terlambat") in kinds(site)
    assert client.post(answer.json["url"]).status_code == 409
    outline = editor.partition("/modul/")[0]
    assert client.post(outline + "/modul", data={"title": "x"}).status_code == 409


@pytest.mark.parametrize("role", ["officer", "learner"])
def test_others_may_not_write(site: Site, client: FlaskClient, role: str) -> None:
    enter(site, client)
    editor = new_module(client)
    enter(site, client, role if role != "learner" else "auditor", name="Lain")
    for address in (WRITE, editor, editor.partition("/modul/")[0]):
        assert client.get(address).status_code == 403
    assert client.post(editor, data={"source": "x"}).status_code == 403
    assert stored(site) == ""
