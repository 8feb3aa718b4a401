"""`lms serve` as a process: it answers, ends in good order, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from lms.config import HostConfig
from lms.core.errors import Conflict
from lms.serving import serve

NewAgency = Callable[..., Path]
PATIENCE = 60
pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(home: Path, *options: str, port: int) -> Iterator[psutil.Popen]:
    command = [sys.executable, "-m", "lms.cli", "--home", str(home), "serve", *options]
    server = psutil.Popen(
        [*command, "--port", str(port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        until(lambda: server.poll() is not None or status(port) == 200)
        yield server
    finally:
        family = [*server.children(recursive=True), server] if server.is_running() else []
        for process in family:
            process.kill()
        server.communicate()


def until(true: Callable[[], bool]) -> None:
    """Ask again until it holds; fail when it does not in time."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "never came true"
        time.sleep(0.05)


def status(port: int, path: str = "/healthz") -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return int(answer.status)
    except OSError:
        return 0


def command_line(process: psutil.Process) -> list[str]:
    """Give what a process runs; one that was killed and not collected yet runs nothing."""
    try:
        return list(process.cmdline())
    except psutil.NoSuchProcess:  # a zombie is one of these, too
        return []


def commands(processes: list[psutil.Process]) -> list[str]:
    return [" ".join(command_line(process)) for process in processes]


def test_server_and_worker_end_together_when_told_to(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    port = free_port()
    with serving(home, port=port) as server:
        assert status(port, "/serang/healthz") == 200
        family = server.children(recursive=True)
        assert any(" work " in command for command in commands(family))
        server.send_signal(signal.SIGTERM)
        printed, _ = server.communicate(timeout=PATIENCE)
        assert server.returncode == 0
        assert psutil.wait_procs(family, PATIENCE)[1] == []
    assert printed == f"Titian serves one agency at http://127.0.0.1:{port} (Ctrl+C ends it)\n"


def test_nothing_stays_when_the_server_is_killed(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    port = free_port()
    with serving(home, port=port) as server:
        family = server.children(recursive=True)
        assert len(family) >= 2
        server.kill()
        assert psutil.wait_procs(family, PATIENCE)[1] == []
    with serving(home, "--no-worker", port=port):
        assert status(port, "/serang/healthz") == 200


def test_worker_is_started_again_when_it_dies(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    port = free_port()

    def workers() -> list[psutil.Process]:
        return [p for p in server.children() if "work" in command_line(p)]

    with serving(home, port=port) as server:
        (first,) = workers()
        first.kill()
        until(lambda: any(process.pid != first.pid for process in workers()))
        assert status(port) == 200


def test_server_goes_on_when_web_processes_die_again_and_again(
    home: Path, new_agency: NewAgency
) -> None:
    """Granian takes two deaths within seconds for hopeless."""
    new_agency("serang")
    port = free_port()
    with serving(home, "--no-worker", port=port) as server:
        for _ in range(3):
            (web,) = server.children()
            web.kill()
            until(lambda dead=web.pid: all(p.pid != dead for p in server.children()))  # type: ignore[misc]
            until(lambda: status(port, "/serang/healthz") == 200)


def test_server_runs_alone_when_asked_for(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    with serving(home, "--no-worker", port=free_port()) as server:
        assert not any(" work " in line for line in commands(server.children(recursive=True)))


def test_several_processes_are_warned_about_on_sqlite(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    with serving(home, "--workers", "2", "--no-worker", port=free_port()) as server:
        server.send_signal(signal.SIGTERM)
        printed, _ = server.communicate(timeout=PATIENCE)
    assert "Warning: serang is on SQLite" in printed


def test_taken_port_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.serving.PORT_PATIENCE", 0.0)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        config = HostConfig(port=other.getsockname()[1])
        with pytest.raises(Conflict, match="another port"):
            serve(home, config)
    assert "LMS_SERVER_PID" not in os.environ
