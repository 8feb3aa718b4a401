"""The whole loop over real HTTP, in a scratch agency that is gone afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from lms.agencies import add_agency, add_rehearsal
from lms.agencies.adding import starter_pack
from lms.cli import lms
from lms.config import agency_slugs
from tests.infra.server import Server, free_port


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Server]]:
    """A home with one agency, and a server in front of it."""
    home = tmp_path_factory.mktemp("home")
    add_agency(home, "contoh", "Contoh", pack=starter_pack())
    server = Server(home, free_port())
    server.start()
    yield home, server
    server.kill()


def test_rehearsal_closes_the_loop_and_removes_its_agency(running: tuple[Path, Server]) -> None:
    home, server = running
    add_rehearsal(home, "contoh")  # what a killed rehearsal left
    options = ["--agency", "contoh", "--people", "4", "--url", server.url, "--json"]
    result = CliRunner().invoke(lms, ["--home", str(home), "rehearse", *options])
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    counts = report["counts"]
    assert (report["people"], report["database"], report["lost_answers"]) == (4, "sqlite", 0)
    assert counts["handed_in"] == 4
    assert counts["below"] == counts["assigned"] > 0
    assert counts["without_reason"] == 0
    assert counts["certificates"] == counts["verified"] == counts["plans_closed"]
    assert report["steps"]["save_answer"]["errors"] == 0
    assert report["steps"]["save_answer"]["server_cpu_ms"] > 0
    assert agency_slugs(home) == ["contoh"]
    assert list((home / "agencies").iterdir()) == [home / "agencies" / "contoh"]


def test_rehearsal_without_a_server_says_so_and_leaves_nothing(
    running: tuple[Path, Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, _server = running
    monkeypatch.setattr("lms.rehearsal.browser.TRIES", 1)
    options = ["--agency", "contoh", "--people", "1", "--url", f"http://127.0.0.1:{free_port()}"]
    result = CliRunner().invoke(lms, ["--home", str(home), "rehearse", *options])
    assert result.exit_code == 1
    assert "refused" in result.output
    assert agency_slugs(home) == ["contoh"]


@pytest.mark.parametrize("only", ["exam", "day"])
def test_only_the_test_is_taken_when_asked_for(running: tuple[Path, Server], only: str) -> None:
    home, server = running
    options = ["--agency", "contoh", "--people", "3", "--url", server.url, "--json"]
    options += ["--only", only, "--concurrency", "2", "--think", "0.01", "--rooms", "2"]
    result = CliRunner().invoke(lms, ["--home", str(home), "rehearse", *options])
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    assert (report["only"], report["concurrency"], report["think"]) == (only, 2, 0.01)
    assert report["counts"] == {"handed_in": 3, "answers": report["steps"]["save_answer"]["n"]}
    assert report["lost_answers"] == 0
    assert "study" not in report["steps"]
    assert ("enter" in report["steps"]) == (only == "day")
    assert agency_slugs(home) == ["contoh"]
