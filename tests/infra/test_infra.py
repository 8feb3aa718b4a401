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
from tests.infra.strace import StraceMissing, read_calls, recording

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


def test_missing_strace_is_told_when_the_chosen_one_is_absent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LMS_TEST_STRACE", "/nowhere/strace")
    with pytest.raises(StraceMissing):
        recording(tmp_path / "log")


def test_calls_are_read_back_when_recorded(tmp_path: Path) -> None:
    log, file = tmp_path / "log", tmp_path / "file"
    file.touch()
    code = f"import os; f = os.open({str(file)!r}, 2); os.pwrite(f, b'a, b)', 7); os.fsync(f)"
    subprocess.run([*recording(log), sys.executable, "-c", code], check=True)
    # Opening a file tells of its path as a text, writing and flushing of what is behind the number.
    moments = [(m, c) for m, c in read_calls(log, lambda _: True) if c.target == str(file)]
    assert [(moment, call.name) for moment, call in moments] == [
        ("begin", "pwrite64"),
        ("end", "pwrite64"),
        ("begin", "fsync"),
        ("end", "fsync"),
    ]
    write = moments[0][1]
    assert (write.whole_text(), write.numbers, write.result) == (b"a, b)", [5, 7], 5)


def test_calls_of_two_processes_are_told_apart_when_they_overlap(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(
        '10 pwrite64(3<\\x2f\\x61>, "\\x41\\x42", 2, 512 <unfinished ...>\n'
        '11 pwrite64(4<\\x2f\\x62>, "\\x43", 1, 0) = 1\n'
        "10 <... pwrite64 resumed>) = 2\n"
        "11 fsync(4<\\x2f\\x62>) = ?\n"
        "11 +++ killed by SIGKILL +++\n"
    )
    seen = [(moment, call.target, call.result) for moment, call in read_calls(log, lambda _: True)]
    assert [(moment, target) for moment, target, _ in seen] == [
        ("begin", "/a"),
        ("begin", "/b"),
        ("end", "/b"),
        ("end", "/a"),
        ("begin", "/b"),
        ("end", "/b"),
    ]
    assert (seen[3][2], seen[5][2]) == (2, None)


def test_cut_off_text_is_refused_when_all_of_it_is_needed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text('10 pwrite64(3<\\x2f\\x61>, "\\x41"..., 9000, 0) = 9000\n')
    _, call = next(read_calls(log, lambda _: True))
    with pytest.raises(ValueError, match="LONGEST"):
        call.whole_text()
