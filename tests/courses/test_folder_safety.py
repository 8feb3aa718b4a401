"""A course as a folder: nothing is lost on the way, nothing outside of it is touched."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lms.core.site import Site
from plugins.courses.commands import courses, folder
from tests.courses.factories import SAFE

NEW = """\
slug = "baru"
title = "B"
summary = "R"
jp = 2
teaches = [] # nanti
modules = ["Ü (1).md"]
"""
TEXT = "+++\r\ntitle = 'A'\r\nminutes = 5\r\n+++\r\n\r\n## Satu\r\nisi"


@pytest.fixture
def here(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The commands work on this site."""
    monkeypatch.setattr(folder, "chosen_site", lambda agency: nullcontext(site))
    return site


def run(*words: object) -> Result:
    return CliRunner().invoke(courses, [str(word) for word in words])


def refused(*words: object) -> str:
    """Run a command that people are refused by, with a message and no traceback."""
    error = run(*words).exception
    assert type(error).__name__ in ("Invalid", "Conflict"), error
    return str(error)


def tree(home: Path) -> dict[str, bytes]:
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file()
    }


def new_course(home: Path) -> Path:
    home.mkdir()
    (home / "course.toml").write_bytes(NEW.encode())
    (home / "Ü (1).md").write_bytes(TEXT.encode())
    return home


def remark(home: Path, text: str) -> None:
    """Change what no learner sees: a remark in front, line ends of Windows in a module."""
    path, module = home / "course.toml", sorted(home.glob("*.md"))[0]
    path.write_bytes(text.encode() + path.read_bytes())
    module.write_bytes(module.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def test_remarks_and_line_ends_alone_are_kept_too(here: Site, tmp_path: Path) -> None:
    run("export", SAFE, tmp_path / "in")
    remark(tmp_path / "in", "# catatan pelatih\n")
    assert "is there already" in run("import", tmp_path / "in").output
    run("export", SAFE, tmp_path / "out")
    assert tree(tmp_path / "out") == tree(tmp_path / "in")


def test_remarks_of_a_draft_are_kept_and_it_is_what_a_new_course_exports(
    here: Site, tmp_path: Path
) -> None:
    home = new_course(tmp_path / "in")
    for text in ("", "# satu\r\n", "# dua\n"):
        remark(home, text)
        assert "is a draft now" in run("import", home).output
        result = run("export", "baru", tmp_path / "out")
        assert (result.exit_code, "no version yet" in result.output) == (0, True)
        assert tree(tmp_path / "out") == tree(home)


def test_links_that_lead_out_are_neither_read_nor_written_through(
    here: Site, tmp_path: Path
) -> None:
    outside = tmp_path / "luar"
    outside.mkdir()
    (outside / "mine.jpg").write_bytes(b"\xff\xd8\xff")
    (outside / "mine.md").write_text(TEXT)
    before = tree(outside)
    run("export", SAFE, tmp_path / "a")
    os.symlink(outside, tmp_path / "a" / "link")
    assert "tautan" in refused("import", tmp_path / "a")
    (tmp_path / "a" / "link").unlink()
    module = tmp_path / "a" / "01-kata-sandi.md"
    module.unlink()
    module.symlink_to(outside / "mine.md")
    assert "tautan" in refused("export", SAFE, tmp_path / "a")
    assert "tautan" in refused("import", tmp_path / "a")
    assert "tautan" in refused("import", tmp_path)
    assert tree(outside) == before


def test_files_that_are_too_large_or_no_files_are_refused_before_they_are_read(
    here: Site, tmp_path: Path
) -> None:
    home = new_course(tmp_path / "in")
    module = home / "Ü (1).md"
    with module.open("r+b") as file:
        file.truncate(10**12)
    assert "1 MB" in refused("import", home)
    module.unlink()
    module.mkdir()
    assert "tetapi tidak ada" in refused("import", home)
    module.rmdir()
    module.write_text(TEXT)
    (home / "media").mkdir()
    with (home / "media" / "a.mp4").open("wb") as file:
        file.truncate(10**12)
    assert "200 MB" in refused("import", home)
    with (tmp_path / "a.zip").open("wb") as file:
        file.truncate(10**12)
    assert "terlalu besar" in refused("import", tmp_path / "a.zip")


@pytest.mark.parametrize("value", ["[" * 5000, "1" * 5000])
def test_toml_that_cannot_be_read_is_named(here: Site, tmp_path: Path, value: str) -> None:
    home = new_course(tmp_path / "in")
    (home / "course.toml").write_text(f"jp = {value}\n")
    assert "tulisan TOML tidak dapat dibaca" in refused("import", home)


def test_a_refused_course_of_several_is_named(here: Site, tmp_path: Path) -> None:
    from plugins.courses.services.authoring.drafts import find_draft

    new_course(tmp_path / "in")
    run("import", tmp_path / "in")
    with here.database.writing() as session:
        find_draft(session, "baru")[1].state = "in_review"
    (tmp_path / "in" / "Ü (1).md").write_text(TEXT + " lain")
    assert refused("import", tmp_path).startswith("baru: Draf ini sedang diperiksa.")
