"""The test machinery itself: the server that is shared, the browser that is found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from tests.infra import postgres
from tests.infra.browser import BrowserMissing, chromium_path
from tests.infra.postgres import PostgresMissing, PostgresServer, find_binaries, shared_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.postgres
def test_server_keeps_what_it_confirmed_when_shared(postgres_server: str) -> None:
    engine = create_engine(postgres_server)
    with engine.connect() as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.scalar(text(f"show {name}")) == "on"
    engine.dispose()


@pytest.mark.postgres
def test_server_stops_when_the_last_user_leaves(tmp_path: Path) -> None:
    with shared_server(tmp_path) as first:
        with shared_server(tmp_path) as second:
            assert second == first
        assert Path(first.folder, "data", "postmaster.pid").exists()
    assert not Path(first.folder).exists()


@pytest.mark.postgres
def test_orphan_is_stopped_when_its_run_was_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with monkeypatch.context() as patch:
        patch.setattr(postgres, "_run_id", lambda: ended.pid)
        orphan = PostgresServer.start(port=0)
    next_one = PostgresServer.start(port=0)
    try:
        assert not Path(orphan.folder).exists()
        assert next_one.url.startswith("postgresql+psycopg://lms@127.0.0.1:")
    finally:
        next_one.stop()


def test_missing_server_is_told_when_the_chosen_folder_is_empty(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LMS_TEST_PG_BIN", str(tmp_path))
    with pytest.raises(PostgresMissing):
        find_binaries()


def test_missing_browser_is_told_when_the_chosen_one_is_absent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LMS_TEST_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(BrowserMissing):
        chromium_path()


@pytest.mark.browser
def test_browser_shows_a_page(browser: Browser) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.set_content("<h1>Selamat datang</h1>")
        assert page.get_by_role("heading").inner_text() == "Selamat datang"
