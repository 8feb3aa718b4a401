"""A server process for tests that is killed and started again.

Run as a program it serves a home. Two negative controls: `--early` answers before the commit,
which happens a little later in another thread, as a server would that lies about saving;
`--synchronous LEVEL` serves SQLite with less durable settings than the application accepts.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy.orm import Session

from lms.core.database import Database

PATIENCE = 60


def free_port() -> int:
    """Give a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


LATE = 0.05


class Server:
    """A server in a process group of its own, so that SIGKILL takes all of it at once.

    `synchronous` and `early` are the negative controls. `product` is `lms serve` itself, with its
    worker. `under` is put before the command, such as a recorder.
    """

    def __init__(
        self,
        home: Path,
        port: int,
        *,
        early: bool = False,
        synchronous: str = "",
        product: bool = False,
        under: Sequence[str] = (),
    ) -> None:
        self.url = f"http://127.0.0.1:{port}"
        own = [sys.executable, "-m", "lms.cli", "--home", str(home), "serve", "--port", str(port)]
        test = [sys.executable, "-m", "tests.infra.server", str(port)]
        test += ["--early"] if early else []
        test += ["--synchronous", synchronous] if synchronous else []
        self._command = [*under, *(own if product else test)]
        self._recorded = bool(under)
        self._environment = os.environ | {"LMS_HOME": str(home), "LMS_PORT": str(port)}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = subprocess.Popen(
            self._command, env=self._environment, start_new_session=True, stdout=subprocess.DEVNULL
        )
        self.wait()

    def wait(self) -> None:
        """Wait until it answers."""
        assert self._process is not None
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=2).close()
                return
            except (urllib.error.URLError, OSError):
                assert self._process.poll() is None, "the server ended"
                time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def kill_web(self) -> None:
        """End the processes that answer requests, as a crash or the kernel would.

        The product starts them again; two deaths of one within 5.5 s it takes for hopeless.
        """
        children = psutil.Process(self._served()).children()
        web = [child for child in children if "work" not in child.cmdline()]
        assert web, "no web process"
        for child in web:
            child.kill()

    def kill(self) -> None:
        """End every process of it without a chance to tidy up."""
        if self._process is not None:
            with suppress(ProcessLookupError):  # it ended by itself
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def end(self) -> None:
        """Let it end as an administrator would; a recorder ends by itself then."""
        assert self._process is not None
        os.kill(self._served(), signal.SIGTERM)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def _served(self) -> int:
        """The server's own process: behind a recorder it is the child."""
        assert self._process is not None
        children = psutil.Process(self._process.pid).children() if self._recorded else []
        return int(children[0].pid) if children else self._process.pid


def serve(port: int, target: str) -> None:
    """Serve `target` with granian in this process."""
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        target,
        factory=True,
        interface=Interfaces.WSGI,
        address="127.0.0.1",
        port=port,
        blocking_threads=8,
        log_access=False,
        log_enabled=False,
    ).serve()


def early_application() -> Any:
    """Make the host whose answers leave before the commit."""
    from lms.host import application

    lock = threading.Lock()
    plainly = Database.reading

    @contextmanager
    def reading(self: Database) -> Iterator[Session]:
        with lock:  # who reads waits for the late commit: only the answer came too early
            pass
        with plainly(self) as session:
            yield session

    @contextmanager
    def writing(self: Database, *, deliver: bool = True) -> Iterator[Session]:
        lock.acquire()
        info = {**self.info, "recorded": []}
        session = Session(self._write_engine, info=info, expire_on_commit=False)

        def finish() -> None:
            session.commit()
            session.close()
            lock.release()
            if deliver and info["recorded"] and self.after_commit is not None:
                self.after_commit(info["recorded"])

        try:
            session.begin()
            yield session
        except BaseException:
            session.close()
            lock.release()
            raise
        threading.Timer(LATE, finish).start()

    Database.reading = reading  # type: ignore[method-assign]
    Database.writing = writing  # type: ignore[method-assign]
    return application()


def weak_application() -> Any:
    """Make the host with another `synchronous` than it accepts; LMS_TEST_SYNCHRONOUS names it."""
    from lms.agencies import opening
    from lms.core import database
    from lms.host import application

    level = os.environ["LMS_TEST_SYNCHRONOUS"]
    strong = "PRAGMA synchronous=FULL"
    assert strong in database.SQLITE_PRAGMAS
    database.SQLITE_PRAGMAS = tuple(  # type: ignore[assignment]
        f"PRAGMA synchronous={level}" if pragma == strong else pragma
        for pragma in database.SQLITE_PRAGMAS
    )
    opening.weak_durability = lambda engine: []
    return application()


def main() -> None:
    """Serve as the command line says."""
    target = "lms.host:application"
    if "--early" in sys.argv:
        target = "tests.infra.server:early_application"
    elif "--synchronous" in sys.argv:
        os.environ["LMS_TEST_SYNCHRONOUS"] = sys.argv[-1]
        target = "tests.infra.server:weak_application"
    serve(int(sys.argv[1]), target)


if __name__ == "__main__":
    main()
