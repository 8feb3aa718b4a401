"""`lms serve`: granian in front of the host, and the worker beside it."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import click

from lms.config import HostConfig, agency_slugs, load_agency
from lms.core.errors import Conflict, LmsError
from lms.hosting.preloading import preload

STOP_PATIENCE = 30
"""Seconds that requests and the worker's piece of work may take to finish."""
RESTART_PAUSE = 2.0
"""Seconds before a worker that ended by itself is started again."""
REVIVAL_PAUSE = 0.2
"""Seconds before web processes that died twice within seconds are started again."""
PORT_PATIENCE = 2.0
"""Seconds to wait for a port to become free."""
BACKLOG = 2048
"""Connections that may wait: 500 people press the button in the same second."""


class WorkerProcess:
    """`lms work` as a child process: started again when it dies, ended with the server."""

    def __init__(self, home: Path, *, safe_mode: bool) -> None:
        options = ["--safe-mode"] if safe_mode else []
        self._command = [
            *(sys.executable, "-m", "lms.cli", "--home", str(home)),
            *("work", "--parent", str(os.getpid())),
            *options,
        ]
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process and a thread that looks after it."""
        self._process = subprocess.Popen(self._command)
        threading.Thread(target=self._keep, name="keep-worker", daemon=True).start()

    def _keep(self) -> None:
        while self._process is not None:
            self._process.wait()
            if self._stopping.wait(RESTART_PAUSE):
                return
            logging.getLogger(__name__).error("the worker ended by itself and is started again")
            self._process = subprocess.Popen(self._command)

    def stop(self) -> None:
        """Let it finish what it is at; end it when that takes too long."""
        self._stopping.set()
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def serve(
    home: Path,
    config: HostConfig,
    *,
    workers: int = 1,
    safe_mode: bool = False,
    with_worker: bool = True,
) -> None:
    """Serve the home until SIGTERM or SIGINT; the worker ends with the server."""
    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.WARNING)
    if workers > 1:
        _warn_about_sqlite(home)
    _refuse_taken_port(config)
    home.mkdir(parents=True, exist_ok=True)
    os.environ["LMS_HOME"] = str(home)  # this is how the web processes hear of it
    os.environ["LMS_HOST"], os.environ["LMS_PORT"] = config.host, str(config.port)
    os.environ["LMS_SERVER_PID"] = str(os.getpid())
    os.environ["LMS_SAFE_MODE"] = "1" if safe_mode else ""
    child = WorkerProcess(home, safe_mode=safe_mode) if with_worker else None
    if child is not None:
        child.start()
    try:
        _serve_until_told(home, config, workers)
    finally:
        if child is not None:
            child.stop()


def _serve_until_told(home: Path, config: HostConfig, workers: int) -> None:
    """Serve until a signal; granian gives up on web processes that die twice within seconds.

    That may be one bad minute of the machine (memory, say), and people are in the middle of a
    test: so it is begun again, and said in the log.
    """
    preload()
    server = _server(config, workers)
    server.on_startup(lambda: _announce(home, config))
    while True:
        try:
            server.serve(target_loader=load_host_app)
        except SystemExit:  # this is how granian gives up
            logging.getLogger(__name__).error("the web processes died and are started again")
        if server.interrupt_signal:
            return
        time.sleep(REVIVAL_PAUSE)
        server = _server(config, workers)


def _refuse_taken_port(config: HostConfig) -> None:
    """Granian shares a taken port with its owner, who would then get half of the requests.

    After a kill the web processes of the killed server need a moment to notice it.
    """
    deadline = time.monotonic() + PORT_PATIENCE
    while (error := _cannot_listen(config)) is not None:
        if time.monotonic() > deadline:
            raise Conflict(
                f"{config.host}:{config.port} cannot be used: {error.strerror}. Is a server "
                "running already? Choose another port: --port or LMS_PORT."
            )
        time.sleep(0.1)


def _cannot_listen(config: HostConfig) -> OSError | None:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as a server after a restart
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            return error
    return None


def load_host_app(_target: str) -> Any:
    """Make the host in a web process; granian calls this at its start.

    Until granian listens for signals there, the process would go on with those of its parent and
    miss the order to end.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    from lms.host import application

    return application()


def _server(config: HostConfig, workers: int) -> Any:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    return Granian(
        "lms.host:application",
        interface=Interfaces.WSGI,
        address=config.host,
        port=config.port,
        workers=workers,
        blocking_threads=config.threads,
        backlog=BACKLOG,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_PATIENCE,
    )


def _announce(home: Path, config: HostConfig) -> None:
    host = f"[{config.host}]" if ":" in config.host else config.host
    count = len(agency_slugs(home))
    what = "one agency" if count == 1 else f"{count} agencies"
    click.echo(f"Titian serves {what} at http://{host}:{config.port} (Ctrl+C ends it)")


def _warn_about_sqlite(home: Path) -> None:
    """Several processes cannot queue up fairly for one SQLite file."""
    for slug in agency_slugs(home):
        try:
            config = load_agency(home, slug)
        except LmsError:
            continue  # its own page and `lms doctor` tell what is wrong with it
        if config.database.startswith("sqlite"):
            click.echo(
                f"Warning: {slug} is on SQLite, where one process is faster than several. "
                "Use PostgreSQL, or leave --workers out.",
                err=True,
            )
            return
