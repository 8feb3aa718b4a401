"""A course as a folder: out and in again without loss, archives, the command line."""

from __future__ import annotations

import io
import json
import shutil
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms import Conflict, Invalid
from lms.core.content import load_pack
from lms.core.migrate import upgrade
from lms.core.resources import bundled
from lms.core.site import Site
from plugins.courses.domain.folder_text import course_text, front_text
from plugins.courses.domain.pack import ModuleSource, read_course, read_module
from plugins.courses.models import CourseVersion, Draft, DraftFile, DraftModule, Media, Module
from plugins.courses.services.authoring.drafts import find_draft
from plugins.courses.services.authoring.opening import open_draft
from plugins.courses.services.content import parse_course, parse_courses, read_courses
from plugins.courses.services.folder import (
    draft_folder,
    take_draft,
    take_version,
    version_content,
    write_folder,
    write_zip,
)
from plugins.courses.services.folder_zip import parse_zip
from plugins.courses.services.publishing import publish_draft
from tests.conftest import TestClock, login_as, make_person, make_site
from tests.courses.factories import SAFE

PACK = bundled("content") / "digital-competence"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1"/></svg>\r\n'
MP4 = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 40
COURSE = """\
# Kursus ini disimpan di git.
title = 'Surat  "dinas"'   # judul
slug = "surat"

summary = "Ringkasan."
jp = 2
objectives = [ "Bisa" ] # satu saja
teaches = [{ competency = "D1", from = 1, to = 2 }]
# urutan tidak menurut abjad
modules = [
  "B akhir.md", # dulu
  "a-awal.md",
]
alts = [ { file = "media/b.svg", text = "Garis" } ]
"""
MODULE = '+++ \n# waktu\nminutes = 10\ntitle = "Awal"\n+++\n\n## Satu\n\n![Garis](media/b.svg)\n'


def odd_course(folder: Path) -> Path:
    """Write a course with remarks, line ends of Windows, an attachment and a recording."""
    course = folder / "surat"
    (course / "media").mkdir(parents=True)
    (course / "course.toml").write_bytes(COURSE.replace("\n", "\r\n").encode())
    (course / "a-awal.md").write_bytes(MODULE.encode())
    text = "\n\n  ## Dua\t\n\n![Film](media/f.mp4) [Surat](media/Surat-1.pdf)\n\n\u2028akhir \n\n\n"
    last = MODULE.replace("\n", "\r\n") + text.replace("\n", "\r\n") + "tanpa baris akhir"
    (course / "B akhir.md").write_bytes(last.encode())
    for name, content in (("b.svg", SVG), ("f.mp4", MP4), ("Surat-1.pdf", b"%PDF-1.7\r\n\0")):
        (course / "media" / name).write_bytes(content)
    return course


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def export(site: Site, slug: str, folder: Path) -> dict[str, bytes]:
    with site.database.reading() as session:
        write_folder(session, version_content(session, slug), folder)
    return tree(folder)


def versions(site: Site) -> int:
    with site.database.reading() as session:
        return session.scalar(select(func.count(CourseVersion.id))) or 0


@pytest.fixture
def fresh(tmp_path: Path, clock: TestClock) -> Iterator[Site]:
    """An agency with the frameworks, but without a course."""
    pack = tmp_path / "pack"
    shutil.copytree(PACK, pack, ignore=shutil.ignore_patterns("courses", "questions"))
    folder = tmp_path / "kedua"
    folder.mkdir()
    made = make_site(folder, f"sqlite:///{folder / 'lms.db'}", clock, plugins=("courses",))
    upgrade(made)
    with made.database.writing(deliver=False) as session:
        load_pack(session, pack)
    yield made
    made.database.close()


def test_starter_courses_go_to_another_agency_and_come_back_the_same(
    site: Site, fresh: Site, tmp_path: Path
) -> None:
    for source in sorted(path for path in (PACK / "courses").iterdir() if path.is_dir()):
        first = export(site, source.name, tmp_path / "satu" / source.name)
        assert first == tree(source)
        with fresh.database.writing() as session:
            taken = take_draft(session, None, parse_course(tmp_path / "satu" / source.name))
            assert (taken.status, taken.left_out) == ("draft", ())
            author = make_person(session).id
            publish_draft(session, author, *find_draft(session, source.name))
        assert export(fresh, source.name, tmp_path / "dua" / source.name) == first
    before = versions(fresh)
    with fresh.database.writing() as session:
        found = parse_courses(tmp_path / "satu")
        assert {take_version(session, None, each).status for each in found} == {"same"}
        assert {take_draft(session, None, each).status for each in found} == {"same"}
    assert versions(fresh) == before


def test_odd_folder_keeps_every_byte(site: Site, tmp_path: Path) -> None:
    source = odd_course(tmp_path / "pack")
    with site.database.writing() as session:
        assert read_courses(session, tmp_path / "pack") == 1
        assert session.scalar(select(Media.alt).where(Media.name == "media/b.svg")) == "Garis"
    assert export(site, "surat", tmp_path / "keluar") == tree(source)
    with site.database.writing() as session:  # and by way of a draft
        author = make_person(session).id
        open_draft(session, author, "surat")
        write_folder(session, draft_folder(session, "surat"), tmp_path / "draf")
    changed = {
        name for name, content in tree(source).items() if tree(tmp_path / "draf")[name] != content
    }
    assert changed == set()


def test_changed_title_changes_only_its_line(site: Site, tmp_path: Path) -> None:
    source = odd_course(tmp_path / "pack")
    with site.database.writing() as session:
        read_courses(session, tmp_path / "pack")
        author = make_person(session).id
        draft = open_draft(session, author, "surat")
        draft.facts = {**draft.facts, "title": "Surat baru"}
        module = session.scalars(select(DraftModule).where(DraftModule.title == "Awal")).first()
        assert module is not None
        module.minutes = 25
        version = publish_draft(session, author, *find_draft(session, "surat"))
        assert version.version == 2
    before, after = tree(source), export(site, "surat", tmp_path / "keluar")
    assert {name for name in before if before[name] != after[name]} == {"course.toml", "B akhir.md"}
    old, new = before["course.toml"].splitlines(), after["course.toml"].splitlines()
    assert [line for line in new if line not in old] == [b'title = "Surat baru"']
    assert after["course.toml"].count(b"\n") == after["course.toml"].count(b"\r\n")
    assert after["B akhir.md"] == before["B akhir.md"].replace(b"minutes = 10", b"minutes = 25")


def test_older_rows_get_their_texts_when_the_pack_is_loaded_again(
    site: Site, tmp_path: Path
) -> None:
    source = odd_course(tmp_path / "pack")
    with site.database.writing() as session:
        read_courses(session, tmp_path / "pack")
        for version in session.scalars(select(CourseVersion)):
            version.manifest = ""
        for module in session.scalars(select(Module)):
            module.name = module.front = ""
            module.source = "\n".join(module.source.splitlines())
    made_anew = export(site, "surat", tmp_path / "lama")
    assert "01-awal.md" in made_anew
    parsed = parse_course(tmp_path / "lama")
    assert [module.title for module in parsed.modules] == ["Awal", "Awal"]
    with site.database.writing() as session:
        assert read_courses(session, tmp_path / "pack") == 0
    assert export(site, "surat", tmp_path / "keluar") == tree(source)


def test_draft_import_replaces_and_keeps_alt(site: Site, tmp_path: Path) -> None:
    source = odd_course(tmp_path)
    (source / "README.md").write_text("Untuk git.")
    with site.database.writing() as session:
        taken = take_draft(session, None, parse_course(source))
        assert (taken.status, taken.left_out) == ("draft", ("README.md",))
        assert session.scalar(select(DraftFile.alt).where(DraftFile.name == "media/b.svg"))
        assert take_draft(session, None, parse_course(source)).status == "same"
        (source / "a-awal.md").write_text(MODULE + "Tambahan.\n")
        assert take_draft(session, None, parse_course(source)).status == "draft"
        find_draft(session, "surat")[1].state = "in_review"
        session.flush()
        (source / "a-awal.md").write_text(MODULE)
        with pytest.raises(Conflict):
            take_draft(session, None, parse_course(source))


def test_folder_that_is_something_else_is_left_alone(site: Site, tmp_path: Path) -> None:
    target = tmp_path / "x"
    target.mkdir()
    (target / "penting.txt").write_text("a")
    with pytest.raises(Conflict):
        export(site, SAFE, target)
    (target / "penting.txt").unlink()
    export(site, SAFE, target)
    (target / "media" / "lama.svg").write_bytes(SVG)
    (target / "README.md").write_text("milik git")
    assert set(export(site, SAFE, target)) == {*tree(PACK / "courses" / SAFE), "README.md"}
    with pytest.raises(Conflict, match="pelatihan lain"):
        export(site, "bekerja-dengan-data", target)


TEXTS = [
    ("slug='surat'\ntitle = '''\nA\ntitle = \"x\"\n'''\nsummary='S'\njp=1\nteaches=[]\n"
     "modules=['a.md']\n"),
    ("slug='surat'\ntitle='A'\nsummary='S'\njp=1\nmodules=['a.md']\n\n[[teaches]]\n"
     "competency='D1'\nfrom=1\nto=2 # tetap\n"),
    "modules = [\n 'a.md'\n]\ntitle='A'\nslug='surat'\nsummary='S'\njp=1\nteaches=[]",
    "",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_written_manifest_says_what_was_wanted(text: str) -> None:
    course = read_course(text) if text else read_course(TEXTS[0])
    assert not text or course_text(course, text) == text
    for new in (
        replace(course, title='B "c" \\ \n\x7f é'),
        replace(course, jp=7, version=3),
        replace(course, modules=("a.md", "b.md"), objectives=("x", "y")),
    ):
        assert read_course(course_text(new, text)) == new


def test_written_front_matter_says_what_was_wanted() -> None:
    before = MODULE[: MODULE.index("\n\n##") + 1]
    module = read_module(MODULE, {"media/b.svg"})
    assert front_text(module, before) == before
    new: ModuleSource = replace(module, title="C", objectives=("D",))
    text = front_text(new, before)
    assert "# waktu\nminutes = 10\n" in text
    again = read_module(text + module.markdown, {"media/b.svg"})
    assert (again.title, again.objectives) == ("C", ("D",))


@pytest.mark.parametrize("name", ["../x.md", "/x.md", "a/b.md", ".x.md", "x.txt", "c:x.md"])
def test_module_name_stays_in_the_folder(site: Site, tmp_path: Path, name: str) -> None:
    source = odd_course(tmp_path)
    text = (source / "course.toml").read_text().replace("a-awal.md", name)
    (source / "course.toml").write_text(text)
    with pytest.raises(Invalid, match="nama berkas"):
        parse_course(source)


def archive(members: dict[str, bytes], *, link: str = "") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            mode = stat.S_IFLNK | 0o777 if name == link else 0o644
            info.external_attr = mode << 16
            made.writestr(info, content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def test_archive_is_checked(site: Site, tmp_path: Path) -> None:
    good = {f"surat/{name}": content for name, content in tree(odd_course(tmp_path)).items()}
    parsed = parse_zip(archive({**good, "__MACOSX/surat/._a": b"x", "surat/.DS_Store": b"y"}))
    assert (parsed.course.slug, parsed.left_out) == ("surat", ())
    flat = {name.removeprefix("surat/"): content for name, content in good.items()}
    assert parse_zip(archive(flat)).digest == parsed.digest
    for more, words in (
        ({"../luar.md": b"x"}, "tidak aman"),
        ({"/tmp/luar.md": b"x"}, "tidak aman"),
        ({"surat\\luar.md": b"x"}, "tidak aman"),
        ({"SURAT/COURSE.TOML": b"x"}, "tidak aman"),
        ({"surat/media/besar.pdf": b"%PDF-" + bytes(101 * 2**20)}, "terlalu besar"),
        ({f"surat/{n}.txt": b"" for n in range(501)}, "terlalu besar"),
        ({"dua/course.toml": b""}, "lebih dari satu"),
    ):
        with pytest.raises(Invalid, match=words):
            parse_zip(archive({**good, **more}))
    with pytest.raises(Invalid, match="tidak aman"):
        parse_zip(archive(good, link="surat/a-awal.md"))
    for broken in (b"", b"PK", archive(good)[:-40], b"bukan zip" * 50):
        with pytest.raises(Invalid, match="bukan ZIP"):
            parse_zip(broken)
    with pytest.raises(Invalid, match=r"Tidak ada course\.toml"):
        parse_zip(archive({"a.md": b""}))


def got(client: FlaskClient, address: str) -> bytes:
    with client.get(address) as answer:
        assert answer.status_code == 200
        return bytes(answer.data)


def test_zip_pages_take_a_course_in_and_out(
    site: Site, client: FlaskClient, tmp_path: Path
) -> None:
    with site.database.writing() as session:
        login_as(client, make_person(session, roles=("trainer",)))
    content = got(client, f"/pelatihan/folder/{SAFE}.zip")
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        names = {name.removeprefix(f"{SAFE}/"): made.read(name) for name in made.namelist()}
    assert names == tree(PACK / "courses" / SAFE)
    assert got(client, f"/pelatihan/folder/{SAFE}.zip") == content  # whenever it is made
    assert client.get(f"/pelatihan/folder/{SAFE}.zip?versi=9").status_code == 404
    assert client.get("/pelatihan/folder/unggah").status_code == 200
    bad = client.post("/pelatihan/folder/unggah", data={"file": (io.BytesIO(b"x"), "a.zip")})
    assert bad.status_code == 422
    good = {f"surat/{name}": each for name, each in tree(odd_course(tmp_path)).items()}
    data = {"file": (io.BytesIO(archive(good)), "surat.zip")}
    check = client.post("/pelatihan/folder/unggah", data=data).headers["Location"]
    assert "menjadi draf" in client.get(check).get_data(as_text=True)
    assert client.post(check).headers["Location"].endswith("/pelatihan/tulis/surat")
    assert client.post(check).status_code == 404  # used
    sent = got(client, "/pelatihan/folder/surat/draf.zip")
    assert parse_zip(sent).manifest.encode() == good["surat/course.toml"]


def test_commands_move_a_course_between_agencies(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import nullcontext

    from plugins.courses.commands import courses, folder

    monkeypatch.setattr(folder, "chosen_site", lambda agency: nullcontext(site))
    run = CliRunner().invoke
    out = tmp_path / "keluar"
    assert run(courses, ["export", SAFE, str(out)]).exit_code == 0
    assert tree(out) == tree(PACK / "courses" / SAFE)
    before = versions(site)
    same = run(courses, ["import", str(out), "--publish", "--json"])
    assert json.loads(same.output)["courses"][0]["status"] == "same"
    (out / "01-kata-sandi.md").write_text((out / "01-kata-sandi.md").read_text() + "\nTambahan.\n")
    done = run(courses, ["import", str(tmp_path), "--json"])
    assert json.loads(done.output)["courses"][0]["status"] == "draft"
    assert versions(site) == before
    done = run(courses, ["import", str(out), "--publish"])
    assert "published as version 2" in done.output
    assert run(courses, ["export", SAFE, str(tmp_path / "v1"), "--version", "1"]).exit_code == 0
    assert tree(tmp_path / "v1") == tree(PACK / "courses" / SAFE)
    assert run(courses, ["export", SAFE, str(tmp_path / "d"), "--draft"]).exit_code == 0
    assert tree(tmp_path / "d") == tree(out)
    with site.database.reading() as session:
        assert session.scalar(select(Draft.updated_by)) is None
        stream = io.BytesIO()
        write_zip(session, version_content(session, SAFE), stream)
    packed = tmp_path / "a.zip"
    packed.write_bytes(stream.getvalue())
    again = run(courses, ["import", str(packed), "--publish", "--json"])
    assert json.loads(again.output)["courses"][0] == {
        "slug": SAFE, "status": "same", "version": 2, "left_out": [],
    }  # fmt: skip
