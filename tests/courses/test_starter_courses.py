"""The starter courses keep one form: time that adds up, the same parts, pictures for a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lms.core.resources import bundled
from plugins.courses.domain.pack import CourseSource, ModuleSource, read_course, read_module

COURSES = bundled("content") / "digital-competence" / "courses"
FOLDERS = sorted(path.parent for path in COURSES.glob("*/course.toml"))
JP_MINUTES = 45
TIME = re.compile(r"^Waktu: kira-kira (\d+) menit membaca .+ (\d+) menit tugas\.$", re.MULTILINE)
LAST_STEPS = ("Contoh: ", "Coba di tempat kerja", "Periksa diri", "Ringkasan")
PICTURE = re.compile(r"!\[([^\]]+)\]\((media/[^)]+)\)")
MARKS = re.compile(r"^(?:> ?)?(?:[-*] |\d+\. )?")
SENTENCE = re.compile(r"(?<=[.!?:])[”\"*)]*\s+")
LONGEST = 15
SMALLEST_TEXT = 14
"""Pixels at 360 px, where a drawing of 320 units stands in its own size."""


def course(folder: Path) -> CourseSource:
    return read_course((folder / "course.toml").read_text(encoding="utf-8"))


def modules(folder: Path) -> list[ModuleSource]:
    media = {f"media/{path.name}" for path in (folder / "media").iterdir()}
    texts = [(folder / name).read_text(encoding="utf-8") for name in course(folder).modules]
    return [read_module(text, media) for text in texts]


def long_sentences(markdown: str) -> list[str]:
    """Give long sentences; quotations show how people really write, tables have no sentences."""
    lines = [line for line in markdown.splitlines() if not line.startswith(("#", "|", "!", ":::"))]
    prose = [line for line in lines if not line.startswith("> “") and "Dalam rangka" not in line]
    found = [part for line in prose for part in SENTENCE.split(MARKS.sub("", line))]
    return [part for part in found if len(part.split()) > LONGEST]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_course_lasts_as_long_as_its_learning_hours(folder: Path) -> None:
    minutes = sum(module.minutes for module in modules(folder))
    assert abs(minutes - course(folder).jp * JP_MINUTES) < JP_MINUTES / 2
    assert f"{minutes} menit ({course(folder).jp} JP)" in course(folder).summary


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_modules_have_the_same_parts_and_say_their_time(folder: Path) -> None:
    assert 3 <= len(modules(folder)) <= 6
    for module in modules(folder):
        assert module.objectives, module.title
        found = TIME.search(module.markdown)
        assert found, module.title
        assert int(found[1]) + int(found[2]) == module.minutes, module.title
        last = [step.title for step in module.steps[-4:]]
        assert all(map(str.startswith, last, LAST_STEPS)), last
        assert f"Sediakan waktu {found[2]} menit" in _practice(module) or (
            f"Sediakan sekitar {found[2]} menit" in _practice(module)
        ), module.title


def _practice(module: ModuleSource) -> str:
    return module.steps[-3].markdown


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_sentences_are_short(folder: Path) -> None:
    assert [part for module in modules(folder) for part in long_sentences(module.markdown)] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_module_has_a_picture_and_every_picture_is_used_and_described(folder: Path) -> None:
    used: list[str] = []
    for module in modules(folder):
        pictures = PICTURE.findall(module.markdown)
        assert 1 <= len(pictures) <= 2, module.title
        assert all(len(alt.split()) >= 8 for alt, _ in pictures), module.title
        used += [target for _, target in pictures]
    assert sorted(used) == sorted(f"media/{path.name}" for path in (folder / "media").iterdir())


@pytest.mark.parametrize("path", sorted(COURSES.glob("*/media/*")), ids=lambda path: path.name)
def test_picture_is_a_small_drawing_that_can_be_read_on_a_phone(path: Path) -> None:
    svg = path.read_text(encoding="utf-8")
    assert 'viewBox="0 0 320 ' in svg
    assert "<title" in svg
    assert not re.search(r"<script|<style|style=|<image|<foreignObject|href|\bon\w+=|url\(", svg)
    assert re.search(r'<rect width="320" height="\d+" rx="\d+" fill="#f3ecdf"', svg), "own ground"
    assert min(map(float, re.findall(r'font-size="([\d.]+)"', svg))) >= SMALLEST_TEXT
    assert len(svg) < 6000
