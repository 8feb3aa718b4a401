"""What plugins want done every few seconds in a web process, for the agencies that are in use.

One thread goes round the warm agencies. An agency whose database is slow makes the others late, not
wrong: a pulse must not take its own lateness for something that happened. What takes long is named
in the log.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lms.core.hooks.contracts import Pulse
from lms.core.site import Site

log = logging.getLogger(__name__)
ROUND = 1.0
"""Seconds between two looks at what is due."""
SLOW = 2.0
"""A pulse that takes longer than this is named in the log, in seconds."""
_KEY = "lms.pulses"


@dataclass(slots=True)
class _Beating:
    """A pulse of one agency and when it is due, by the process's own clock."""

    plugin: str
    pulse: Pulse
    due: float = 0.0


class Pulses:
    """Runs the pulses of the agencies that `sites` gives."""

    def __init__(
        self,
        sites: Callable[[], Iterable[Site]],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sites = sites
        self._monotonic = monotonic
        self.stop = threading.Event()

    def begin(self, site: Site) -> None:
        """Run each pulse of an agency that was opened just now, before its first request."""
        for each in _beating(site):
            self._run(site, each)

    def tick(self) -> None:
        """Run each pulse that is due; one that fails is noted on its plugin."""
        for site in self._sites():
            for each in _beating(site):
                if self._monotonic() >= each.due:
                    self._run(site, each)

    def start(self) -> None:
        """Go round until `stop` is set or the process ends."""
        threading.Thread(target=self._go_round, name="pulses", daemon=True).start()

    def _go_round(self) -> None:
        while not self.stop.wait(ROUND):
            try:
                self.tick()
            except Exception:  # nothing may end this thread
                log.exception("a round of pulses broke off")

    def _run(self, site: Site, each: _Beating) -> None:
        began = self._monotonic()
        each.due = began + each.pulse.every_seconds
        try:
            each.pulse.run(site)
        except Exception as error:  # the other pulses and agencies go on
            site.registry.note_error(each.plugin, f"pulse {each.pulse.name}", error)
        if (spent := self._monotonic() - began) > SLOW:
            log.warning("%s: pulse %s took %.1f s", site.slug, each.pulse.name, spent)


def _beating(site: Site) -> list[_Beating]:
    """Give the pulses of a site with their times; they live as long as the site."""
    if _KEY not in site.extra:
        found = site.registry.collect("lms_register_pulses")
        site.extra[_KEY] = [_Beating(plugin, pulse) for plugin, own in found for pulse in own]
    beating: list[_Beating] = site.extra[_KEY]
    return beating
