"""Which agencies a home has, looked up again every second; only changed settings are read anew."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lms.config import AGENCY_FILE, SECRET_FILE, agency_folder, agency_slugs, is_slug, load_agency
from lms.core.errors import LmsError

REFRESH = 1.0
"""Seconds for which the list is taken as it is."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An agency as the host knows it; `problem` says why its settings cannot be used."""

    slug: str
    name: str
    stamp: tuple[int, int]
    domains: tuple[str, ...] = ()
    hidden: bool = False
    problem: str = ""


class Directory:
    """The agencies by short name and by domain."""

    def __init__(self, home: Path, on_gone: Callable[[str], None] = lambda _slug: None) -> None:
        self.home = home
        self._on_gone = on_gone
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._entries: dict[str, Entry] = {}
        self._by_domain: dict[str, str] = {}

    def all(self) -> list[Entry]:
        """Give every agency, sorted by short name."""
        self._look(REFRESH)
        return list(self._entries.values())

    def listed(self) -> list[Entry]:
        """Give the agencies that the public list shows, sorted by name."""
        shown = (entry for entry in self.all() if not entry.hidden)
        return sorted(shown, key=lambda entry: entry.name.casefold())

    def by_slug(self, slug: str) -> Entry | None:
        """Find an agency by its short name, also one that was added this moment."""
        self._look(REFRESH)
        if slug not in self._entries and is_slug(slug) and _stamp(self.home, slug) != (0, 0):
            self._look(0)
        return self._entries.get(slug)

    def by_domain(self, host: str) -> Entry | None:
        """Find an agency by the host name in the address."""
        self._look(REFRESH)
        slug = self._by_domain.get(host)
        return None if slug is None else self._entries.get(slug)

    def _look(self, age: float) -> None:
        if time.monotonic() - self._looked_at < age:
            return
        with self._lock:
            if time.monotonic() - self._looked_at < age:
                return  # another thread has just looked
            before = self._entries
            slugs = agency_slugs(self.home)
            self._entries = {slug: self._entry(slug, before.get(slug)) for slug in slugs}
            self._by_domain = {
                domain: entry.slug for entry in self._entries.values() for domain in entry.domains
            }
            self._looked_at = time.monotonic()
        for gone in set(before) - set(slugs):
            self._on_gone(gone)

    def _entry(self, slug: str, known: Entry | None) -> Entry:
        stamp = _stamp(self.home, slug)
        if known is not None and known.stamp == stamp:
            return known
        try:
            config = load_agency(self.home, slug)
        except LmsError as error:
            return Entry(slug, slug, stamp, problem=error.message)
        return Entry(slug, config.name, stamp, domains=config.domains, hidden=config.rehearsal)


def _stamp(home: Path, slug: str) -> tuple[int, int]:
    """Give what changes when an agency's settings or key change."""
    folder = agency_folder(home, slug)
    return _changed_at(folder / AGENCY_FILE), _changed_at(folder / SECRET_FILE)


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
