"""A small filled demo, made once per worker."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lms.demo import fill_demo

PEOPLE = 120


@pytest.fixture(scope="session")
def filled_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a small demo; tests that change it take a copy."""
    home = tmp_path_factory.mktemp("demo")
    fill_demo(home, people=PEOPLE)
    return home


@pytest.fixture
def own_demo(filled_demo: Path, tmp_path: Path) -> Path:
    """A copy of the small demo to change."""
    home = tmp_path / "home"
    shutil.copytree(filled_demo, home)
    return home
