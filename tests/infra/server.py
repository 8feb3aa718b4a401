"""A server process for tests that is killed and started again.

Run as a program it serves a home; `--early` is the negative control: it answers before the commit,
which happens a little later in another thread, as a server would that lies about saving.
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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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
    """A server in a process group of its own, so that SIGKILL takes all of it at once."""

    def __init__(self, home: Path, port: int, *, early: bool = False) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._command = [sys.executable, "-m", "tests.infra.server", str(port)]
        self._command += ["--early"] if early else []
        self._environment = os.environ | {"LMS_HOME": str(home), "LMS_PORT": str(port)}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = subprocess.Popen(
            self._command, env=self._environment, start_new_session=True
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=2).close()
                return
            except (urllib.error.URLError, OSError):
                assert self._process.poll() is None, "the server ended"
                time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def kill(self) -> None:
        """End every process of it without a chance to tidy up."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


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


if __name__ == "__main__":
    name = "tests.infra.server:early_application"
    serve(int(sys.argv[1]), name if "--early" in sys.argv else "lms.host:application")
