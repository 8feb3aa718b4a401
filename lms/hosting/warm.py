"""The apps of recently used agencies; each is made once, when it is first asked for."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lms.agencies.opening import open_site
from lms.core.errors import Conflict, LmsError
from lms.core.migrate import pending
from lms.core.site import Site
from lms.hosting.directory import Entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed.wsgi import WSGIApplication

    AppMaker = Callable[[Site], WSGIApplication]

log = logging.getLogger(__name__)
RETRY = 5.0
"""Seconds until an agency that could not be opened is tried again."""


def keep_in_place(*, look_again: bool = False) -> None:
    """Take all that is there out of the garbage collector's rounds: it stays for good.

    An app is some hundred thousand objects that never go; walking them again and again cost about
    a tenth of every saved answer. `look_again` frees what was put aside before and is no longer
    in use: it takes the longer the more there is, so only when an app has gone.
    """
    if look_again:
        gc.unfreeze()
    gc.collect()
    gc.freeze()


class Unavailable(Exception):
    """The agency cannot be served now; the reason is in the log and in `lms doctor`."""


@dataclass(frozen=True, slots=True)
class Warm:
    """An app that is ready, or (without app) a failure that is remembered for a while."""

    stamp: tuple[int, int]
    app: WSGIApplication | None = None
    site: Site | None = None
    retry_at: float = 0.0


class WarmApps:
    """At most `limit` apps; the one that was not asked for the longest gives way."""

    def __init__(
        self, home: Path, limit: int, make_app: AppMaker, *, safe_mode: bool = False
    ) -> None:
        self.home = home
        self.make_app = make_app
        self.limit = limit
        self.safe_mode = safe_mode
        self.on_open: Callable[[Site], None] = _nothing
        """Called with an agency's site after its app was made, before its first request."""
        self._guard = threading.Lock()
        self._making: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._warm: OrderedDict[str, Warm] = OrderedDict()

    def get(self, entry: Entry) -> WSGIApplication:
        """Give an agency's app, made now if need be; raises Unavailable."""
        warm = self._ready(entry)
        if warm is None:
            with self._guard:
                making = self._making[entry.slug]
            with making:  # others who want the same agency wait; other agencies do not
                warm = self._ready(entry) or self._make(entry)
        if warm.app is None:
            raise Unavailable(entry.slug)
        return warm.app

    def names(self) -> list[str]:
        """Name the agencies that are warm now, the last used one last."""
        with self._guard:
            return [slug for slug, warm in self._warm.items() if warm.app is not None]

    def sites(self) -> list[Site]:
        """Give the sites of the agencies that are warm now."""
        with self._guard:
            return [warm.site for warm in self._warm.values() if warm.site is not None]

    def forget(self, slug: str) -> None:
        """Let go of an agency, which is no longer there."""
        with self._guard:
            warm = self._warm.pop(slug, None)
            self._making.pop(slug, None)
        _close(warm)

    def _ready(self, entry: Entry) -> Warm | None:
        with self._guard:
            warm = self._warm.get(entry.slug)
            if warm is None or warm.stamp != entry.stamp:
                return None
            if warm.app is None and time.monotonic() >= warm.retry_at:
                return None
            self._warm.move_to_end(entry.slug)
            return warm

    def _make(self, entry: Entry) -> Warm:
        made = self._open(entry)
        with self._guard:
            replaced = self._warm.pop(entry.slug, None)
            self._warm[entry.slug] = made
            evicted = [
                self._warm.popitem(last=False)[1] for _ in range(len(self._warm) - self.limit)
            ]
        gone = [warm for warm in (replaced, *evicted) if warm is not None]
        for warm in gone:
            _close(warm)
        keep_in_place(look_again=bool(gone))
        return made

    def _open(self, entry: Entry) -> Warm:
        site: Site | None = None
        try:
            site = open_site(self.home, entry.slug, safe_mode=self.safe_mode)
            if missing := pending(site):
                raise Conflict(f"It waits for `lms upgrade` ({', '.join(missing)}).")
            app = self.make_app(site)
            self.on_open(site)
            return Warm(entry.stamp, app, site)
        except LmsError as error:
            cause = error.__cause__  # what a plugin's own code raised, when it was that
            log.error("%s is not served: %s", entry.slug, error.message, exc_info=cause)
        except Exception:  # one agency's plugin or database must not take the others down
            log.exception("%s is not served", entry.slug)
        if site is not None:
            site.database.close()
        return Warm(entry.stamp, retry_at=time.monotonic() + RETRY)


def _nothing(_site: Site) -> None:
    """Do nothing when an agency is opened."""


def _close(warm: Warm | None) -> None:
    """Give the idle connections back; requests under way keep theirs to the end."""
    if warm is not None and warm.site is not None:
        warm.site.database.close()
