"""The worker: delivers events and runs jobs of all agencies of a home, one after the other."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from lms.agencies.opening import open_site
from lms.config import AGENCY_FILE, agency_folder, agency_slugs
from lms.core.errors import Conflict, LmsError
from lms.core.hooks.outbox import INLINE_GRACE, deliver_pending
from lms.core.jobs import schedule_due, work_once
from lms.core.migrate import pending
from lms.core.site import Site

log = logging.getLogger(__name__)
PAUSE = 0.5
"""Seconds between two rounds that found nothing to do."""
PAUSE_PER_AGENCY = 0.02
"""Seconds added for each agency, so that looking around costs the same for one and for many."""
AT_ONCE = 20
"""Deliveries in one transaction: on SQLite nobody can save an answer while it lasts."""
RETRY = 30.0
"""Seconds until an agency that could not be opened, or broke off, is tried again."""


@dataclass(slots=True)
class Desk:
    """One agency as the worker has it: its open site, or when to try again."""

    stamp: int
    site: Site | None = None
    retry_at: float = 0.0


class Worker:
    """Goes round the agencies; one agency's trouble does not stop the others."""

    def __init__(self, home: Path, *, safe_mode: bool = False) -> None:
        self.home = home
        self.safe_mode = safe_mode
        self.stop = threading.Event()
        self._desks: dict[str, Desk] = {}

    def run(self, *, once: bool = False) -> None:
        """Work until `stop` is set; `once`: until nothing is due."""
        try:
            while not self.stop.is_set():
                busy = self.round()
                if once and not busy:
                    break
                if not busy:
                    self.stop.wait(PAUSE + PAUSE_PER_AGENCY * len(self._desks))
        finally:
            for slug in list(self._desks):
                self._close(slug)

    def round(self) -> bool:
        """Do a little for each agency; tell whether there was anything to do."""
        slugs = agency_slugs(self.home)
        for gone in set(self._desks) - set(slugs):
            self._close(gone)
        busy = False
        for slug in slugs:
            if self.stop.is_set():
                break
            busy |= self._serve(slug)
        return busy

    def _serve(self, slug: str) -> bool:
        desk = self._desk(slug)
        if time.monotonic() < desk.retry_at:
            return False
        try:
            if desk.site is None:
                desk.site = self._open(slug)
            schedule_due(desk.site)
            delivered = deliver_pending(desk.site, AT_ONCE, inline_grace=INLINE_GRACE)
            return work_once(desk.site) or delivered > 0
        except LmsError as error:
            log.error("%s: %s", slug, error.message, exc_info=error.__cause__)
        except Exception:  # anything may go wrong in one agency; the others are served
            log.exception("%s: the worker broke off", slug)
        self._close(slug)
        self._desks[slug] = Desk(desk.stamp, retry_at=time.monotonic() + RETRY)
        return False

    def _open(self, slug: str) -> Site:
        site = open_site(self.home, slug, safe_mode=self.safe_mode)
        if missing := pending(site):
            site.database.close()
            raise Conflict(f"waits for `lms upgrade` ({', '.join(missing)}).")
        return site

    def _desk(self, slug: str) -> Desk:
        """Give the agency's desk, a new one when its settings changed."""
        try:
            stamp = (agency_folder(self.home, slug) / AGENCY_FILE).stat().st_mtime_ns
        except FileNotFoundError:
            stamp = 0
        if slug in self._desks and self._desks[slug].stamp != stamp:
            self._close(slug)
        return self._desks.setdefault(slug, Desk(stamp))

    def _close(self, slug: str) -> None:
        desk = self._desks.pop(slug)
        if desk.site is not None:
            desk.site.database.close()


def run_worker(
    home: Path, *, once: bool = False, safe_mode: bool = False, parent: int | None = None
) -> None:
    """Run a worker in this process until SIGTERM or SIGINT; what it is at is finished first."""
    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.WARNING)
    worker = Worker(home, safe_mode=safe_mode)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop.set())
    if parent is not None:
        watch_parent(parent, worker.stop)
    worker.run(once=once)


def watch_parent(parent: int, stop: threading.Event) -> None:
    """Set `stop` when the parent process is gone: nobody is left who would end this one."""

    def watch() -> None:
        while os.getppid() == parent and not stop.wait(1.0):
            pass
        stop.set()

    threading.Thread(target=watch, name="watch-parent", daemon=True).start()
