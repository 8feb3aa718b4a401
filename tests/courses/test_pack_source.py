"""A course folder's text: front matter, steps, and what is refused with its line."""

from __future__ import annotations

import pytest

from plugins.courses.domain.pack import content_digest, read_course, read_module
from plugins.courses.domain.steps import SourceError, split_front_matter, split_steps

COURSE = """\
slug = "surat"
title = "Surat"
summary = "Menulis surat."
jp = 2
objectives = ["Menulis"]
teaches = [ { competency = "D1", from = 1, to = 2 } ]
modules = ["01.md"]
"""
MODULE = """\
+++
title = "Modul satu"
minutes = 30
objectives = ["Bisa"]
+++
Pengantar.

## Langkah satu

Isi.

### Bagian

## Langkah dua ##

![Bagan](media/a.svg)
"""
MEDIA = {"media/a.svg"}


def test_headings_start_steps_and_the_beginning_is_one_too() -> None:
    module = read_module(MODULE, MEDIA)
    assert [step.title for step in module.steps] == ["Modul satu", "Langkah satu", "Langkah dua"]
    assert module.steps[0].markdown == "Pengantar."
    assert module.minutes == 30


def test_headings_below_a_step_are_raised() -> None:
    assert "## Bagian" in read_module(MODULE, MEDIA).steps[1].markdown.splitlines()


@pytest.mark.parametrize(
    ("markdown", "titles"),
    [
        ("## Satu\n\nisi", ["Satu"]),
        ("\n\n## Satu\n## Dua", ["Satu", "Dua"]),
        ("hanya teks", ["M"]),
        ("```\n## bukan judul\n```\n## Satu", ["M", "Satu"]),
        ("~~~\n## bukan judul\n~~~", ["M"]),
        ("##bukan judul", ["M"]),
        ("# Besar\n\n## Satu", ["M", "Satu"]),
    ],
)
def test_markdown_is_split(markdown: str, titles: list[str]) -> None:
    assert [step.title for step in split_steps(markdown, "M")] == titles


def test_front_matter_knows_where_the_text_begins() -> None:
    front, markdown, line = split_front_matter(MODULE)
    assert front["minutes"] == 30
    assert MODULE.splitlines()[line - 1] == markdown.splitlines()[0] == "Pengantar."


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("+++\ntitle", "title", 1, "+++"),
        ("]\n+++", "]\n", 1, "tidak ditutup"),
        ("minutes = 30", "minutes = = 30", 3, "TOML"),
        ("minutes = 30", "menit = 30", None, "'menit' tidak dikenal"),
        ("minutes = 30\n", "", None, "'minutes' belum ada"),
        ("minutes = 30", 'minutes = "30"', None, "angka bulat"),
        ("minutes = 30", "minutes = 0", None, "paling sedikit 1"),
        ('title = "Modul satu"', 'title = " "', None, "masih kosong"),
        ('["Bisa"]', "[1]", None, "daftar teks"),
        ("media/a.svg", "media/b.svg", 16, "media/b.svg"),
        ("media/a.svg", "https://contoh.example/a.svg", 16, "tidak ada di folder media"),
        ("![Bagan]", "![ ]", 16, "keterangan"),
        ("Isi.", "```\nIsi.", 10, "blok kode"),
        ("## Langkah satu", "## ", 8, "judul langkah kosong"),
    ],
)
def test_broken_module_is_refused_with_its_line(
    old: str, new: str, line: int | None, words: str
) -> None:
    assert old in MODULE
    with pytest.raises(SourceError) as caught:
        read_module(MODULE.replace(old, new), MEDIA)
    assert caught.value.line == line
    assert words in caught.value.text


def test_empty_module_is_refused() -> None:
    with pytest.raises(SourceError, match="belum berisi"):
        read_module(MODULE[: MODULE.index("Pengantar")], MEDIA)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('slug = "surat"', 'slug = "Surat Dinas"', "huruf kecil"),
        ("jp = 2", "jp = 0", "jp paling sedikit 1"),
        ("jp = 2", "jp = true", "angka bulat"),
        ("jp = 2", "hari = 2", "'hari' tidak dikenal"),
        ('["01.md"]', "[]", "modules"),
        ("from = 1, to = 2", "from = 2, to = 2", "lebih tinggi"),
        ("from = 1, ", "", "'from' belum ada"),
        ('{ competency = "D1", from = 1, to = 2 }', '"D1"', "teaches"),
    ],
)
def test_broken_course_is_refused(old: str, new: str, words: str) -> None:
    assert old in COURSE
    with pytest.raises(SourceError) as caught:
        read_course(COURSE.replace(old, new))
    assert words in caught.value.text


def test_course_has_defaults() -> None:
    course = read_course(COURSE)
    assert (course.version, course.form) == (1, "E-Learning")
    assert course.teaches[0].to_level == 2


def test_digest_changes_with_what_a_learner_sees_and_with_nothing_else() -> None:
    course, module = read_course(COURSE), read_module(MODULE, MEDIA)
    media = {"media/a.svg": "0" * 64}
    digest = content_digest(course, [module], media)
    renumbered = read_course(COURSE.replace('"01.md"', '"satu.md"') + "version = 7\n")
    assert content_digest(renumbered, [module], media) == digest
    other = read_module(MODULE.replace("Isi.", "Isi lain."), MEDIA)
    assert content_digest(course, [other], media) != digest
    assert content_digest(course, [module], {"media/a.svg": "1" * 64}) != digest
    assert (
        content_digest(read_course(COURSE.replace("jp = 2", "jp = 3")), [module], media) != digest
    )
