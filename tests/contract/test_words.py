"""Words that are never said to a learner: gagal, tidak lulus, gaptek (failed, clueless)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Whole words only: "menggagalkan" is another word. Markup or a line break may stand between two.
FORBIDDEN = re.compile(r"\b(?:gagal|gaptek|tidak(?:[\s_-]|<[^>]*>|&nbsp;)+lulus)\b", re.IGNORECASE)

SHOWN = {".html", ".txt", ".xml", ".svg", ".typ", ".po", ".pot", ".js", ".css", ".webmanifest"}
NOT_TEXT = {".png", ".jpg", ".jpeg", ".webp", ".avif", ".woff2", ".ttf", ".otf", ".pdf", ".xlsx"}

# (file, the line's text) with the reason why the word may stand there.
ALLOWED: dict[tuple[str, str], str] = {}


def found_in(text: str) -> list[tuple[int, str]]:
    """Line numbers and lines in which a forbidden word begins."""
    lines = text.splitlines()
    numbers = [text.count("\n", 0, match.start()) for match in FORBIDDEN.finditer(text)]
    return [(number + 1, lines[number].strip()) for number in numbers]


def strings(source: str) -> Iterator[tuple[int, str]]:
    """String literals with their line numbers; docstrings speak to programmers and stay out."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from [] if id(node) in docstrings else [(node.lineno, node.value)]


def shown_files() -> Iterator[Path]:
    for folder in ("lms", "plugins"):
        yield from (path for path in (ROOT / folder).rglob("*") if path.suffix in SHOWN)
    for path in (ROOT / "content").rglob("*"):
        if path.is_file() and path.suffix not in NOT_TEXT:
            yield path


def findings() -> Iterator[tuple[str, int, str]]:
    for path in shown_files():
        name = path.relative_to(ROOT).as_posix()
        yield from ((name, number, line) for number, line in found_in(path.read_text()))
    for path in (*(ROOT / "lms").rglob("*.py"), *(ROOT / "plugins").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        for number, value in strings(path.read_text()):
            yield from ((name, number, line) for _, line in found_in(value))


def test_learners_are_never_told_that_they_failed() -> None:
    found = [
        f"{name}:{number}: {line}"
        for name, number, line in findings()
        if (name, line) not in ALLOWED
    ]
    assert not found, "\n" + "\n".join(found)


def test_allowed_words_are_still_there() -> None:
    present = {(name, line) for name, _, line in findings()}
    assert set(ALLOWED) <= present


@pytest.mark.parametrize(
    "text", ["Anda gagal.", "GAGAL", "Tidak  lulus", "tidak\nlulus", "tidak</b> lulus", "si gaptek"]
)
def test_word_is_found_when_said(text: str) -> None:
    assert found_in(text)


@pytest.mark.parametrize("text", ["menggagalkan", "kegagalan", "belum lulus", "tidak. Lulus"])
def test_other_words_are_left_alone(text: str) -> None:
    assert not found_in(text)


def test_docstrings_are_left_alone() -> None:
    source = '"""Never say gagal."""\nx = "gagal"\ny = f"gagal {x}"\n'
    assert [number for number, value in strings(source) if found_in(value)] == [2, 3]
