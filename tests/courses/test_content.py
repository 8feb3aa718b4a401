"""Reading course folders: the starter content, versions, broken files."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import Invalid
from lms.core.content import load_pack
from lms.core.resources import bundled
from lms.core.site import Site
from plugins.courses.models import Course, CourseVersion, Enrolment, Media, Module, Step, Teaches
from plugins.courses.services.content import read_courses
from plugins.courses.services.enrolling import enrol_by_choice
from tests.conftest import make_person
from tests.courses.factories import write_course

PACK = bundled("content") / "digital-competence"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1"/></svg>'


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def current(session: Session, slug: str) -> CourseVersion:
    query = select(CourseVersion).join(Course, Course.id == CourseVersion.course_id)
    return session.scalars(query.where(Course.slug == slug, CourseVersion.current)).one()


def html(session: Session, slug: str) -> str:
    query = (
        select(Step.html)
        .join(Module, Module.id == Step.module_id)
        .where(Module.course_version_id == current(session, slug).id)
    )
    return "\n".join(session.scalars(query.order_by(Module.sequence, Step.sequence)))


def test_starter_courses_are_read(site: Site) -> None:
    folders = [path for path in (PACK / "courses").iterdir() if path.is_dir()]
    with site.database.reading() as session:
        assert count(session, Course) == len(folders) >= 5
        assert set(session.scalars(select(Course.state))) == {"published"}
        modules = select(func.count(Module.id)).group_by(Module.course_version_id)
        assert min(session.scalars(modules)) >= 3
        assert count(session, Teaches) >= len(folders)
        assert "<h1" not in html(session, "aman-di-dunia-digital")


def test_pictures_are_kept_and_found(site: Site) -> None:
    with site.database.reading() as session:
        media = session.scalars(select(Media)).all()
        text = "".join(session.scalars(select(Step.html)))
    assert len(media) >= 10
    for picture in media:
        assert site.files.get(picture.digest)
        assert f'src="media/{picture.digest}"' in text


def test_loading_the_pack_twice_makes_no_new_version(site: Site) -> None:
    with site.database.writing() as session:
        before = count(session, CourseVersion)
        assert load_pack(session, PACK)["courses"] == 0
        assert count(session, CourseVersion) == before


def test_changed_content_is_a_new_version_and_learners_stay_on_theirs(
    site: Site, tmp_path: Path
) -> None:
    write_course(tmp_path, text="Lama.")
    with site.database.writing() as session:
        assert read_courses(session, tmp_path) == 1
        old = current(session, "surat")
        person = make_person(session)
        enrol_by_choice(session, person.id, "surat")
        write_course(tmp_path, text="Baru.")
        assert read_courses(session, tmp_path) == 1
        new = current(session, "surat")
        assert (old.version, new.version) == (1, 2)
        assert session.scalars(select(Enrolment.course_version_id)).all() == [old.id]
        assert "Baru." in html(session, "surat")


def test_old_content_again_does_not_undo_a_later_version(site: Site, tmp_path: Path) -> None:
    with site.database.writing() as session:
        for text, stored in (("Satu.", 1), ("Dua.", 1), ("Satu.", 0)):
            write_course(tmp_path, text=text)
            assert read_courses(session, tmp_path) == stored
        assert "Dua." in html(session, "surat")


def test_archived_course_stays_archived_when_its_content_changes(
    site: Site, tmp_path: Path
) -> None:
    write_course(tmp_path, text="Satu.")
    with site.database.writing() as session:
        read_courses(session, tmp_path)
        course = session.scalars(select(Course).where(Course.slug == "surat")).one()
        course.state = "archived"
        write_course(tmp_path, text="Dua.")
        read_courses(session, tmp_path)
        assert course.state == "archived"


def test_markdown_is_cleaned_and_dressed(site: Site, tmp_path: Path) -> None:
    text = (
        "> **Ingat.** Satu.\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n"
        '<script>alert(1)</script> <a href="javascript:x" onclick="y">k</a> <img src="https://x.y/z">'
        "\n\n### Bagian"
    )
    write_course(tmp_path, text=text)
    with site.database.writing() as session:
        read_courses(session, tmp_path)
        found = html(session, "surat")
    assert '<div class="note">' in found
    assert '<div class="scroll" tabindex="0" role="region" aria-label="Tabel 1"><table>' in found
    assert "<h2>Bagian</h2>" in found
    for bad in ("script", "javascript", "onclick", "https://x.y", "blockquote"):
        assert bad not in found


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": "![a](media/b.svg)"}, "surat/01.md, baris 7: gambar 'media/b.svg'"),
        ({"text": "```"}, "surat/01.md, baris 7: blok kode"),
        ({"jp": '"dua"'}, "surat/course.toml: jp harus berupa angka bulat"),
        ({"jp": "= 2"}, "surat/course.toml, baris 4: tulisan TOML"),
        ({"modules": '["02.md"]'}, "surat/02.md: berkas ini disebut"),
        ({"teaches": '[{ competency = "X9", from = 1, to = 2 }]'}, "'X9' tidak ada"),
    ],
)
def test_broken_course_names_file_and_line_and_changes_nothing(
    site: Site, tmp_path: Path, change: dict[str, str], words: str
) -> None:
    write_course(tmp_path, "aaa")
    write_course(tmp_path, **change)
    with site.database.reading() as session:
        before = count(session, Course)
    with pytest.raises(Invalid) as caught, site.database.writing() as session:
        read_courses(session, tmp_path)
    assert words in caught.value.message
    with site.database.reading() as session:
        assert count(session, Course) == before


def test_slug_used_twice_is_refused(site: Site, tmp_path: Path) -> None:
    write_course(tmp_path, "satu", slug='"sama"')
    write_course(tmp_path, "dua", slug='"sama"')
    with pytest.raises(Invalid, match="dua kali: sama"), site.database.writing() as session:
        read_courses(session, tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.gif", b"GIF89a", r"hanya gambar \(SVG"),
        ("a.png", b"GIF89a", "bukan gambar PNG"),
        ("a.svg", b"<svg", "bukan gambar SVG"),
        ("a.svg", b"<html/>", "bukan gambar SVG"),
        ("a.svg", SVG.replace(b"<path", b"<script/><path"), "bukan gambar SVG"),
        ("a.svg", b'<!DOCTYPE x [<!ENTITY e "e">]>' + SVG, "bukan gambar SVG"),
        ("a.jpg", b"\xff\xd8\xff" + b"0" * 2**20, "lebih besar dari 1 MB"),
    ],
)
def test_wrong_picture_is_refused(
    site: Site, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (write_course(tmp_path) / "media" / name).write_bytes(content)
    with pytest.raises(Invalid, match=words), site.database.writing() as session:
        read_courses(session, tmp_path)


def test_html_is_made_anew_when_the_rendering_changed(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_course(tmp_path)
    with site.database.writing() as session:
        read_courses(session, tmp_path)
        version = current(session, "surat")
        session.scalars(
            select(Step).join(Module).where(Module.course_version_id == version.id)
        ).first().html = "kuno"  # type: ignore[union-attr]
        assert read_courses(session, tmp_path) == 0
        assert "kuno" in html(session, "surat")
        monkeypatch.setattr("plugins.courses.services.rendering.RENDERING", 99)
        assert read_courses(session, tmp_path) == 0
        session.flush()
        assert "kuno" not in html(session, "surat")
        assert current(session, "surat").id == version.id
