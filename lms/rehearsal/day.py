"""A measurement day: people come in with the code that hangs in the room, and sit the test."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from lms.demo.world import DemoWorld
from lms.rehearsal.page import Form, Page
from lms.rehearsal.play import Player

FILLERS_FOR = "rehearsal-day"
"""What a plugin that plans such a day writes into `agencies` of its filler."""
ENTRY = "tes/sesi"


@dataclass(slots=True, kw_only=True)
class DayWorld(DemoWorld):
    """What the filler of a day is given: rooms, minutes and seconds of spread; it sets `code`.

    It expects everyone who is there, seats them all and opens the day.
    """

    rooms: int
    minutes: int
    spread: int
    code: str = ""


class Candidate(Player):
    """Plays one actor on a measurement day; `code` is what hangs on the wall."""

    def __init__(self, *given: Any, code: str, **more: Any) -> None:
        super().__init__(*given, **more)
        self._code = code

    def _log_in(self) -> Page:
        """Log in, then type the code from the wall instead of looking at home."""
        home = super()._log_in()
        if home.status >= 400:
            return home
        asked = self.browser.get(f"{self._root}/{ENTRY}")
        form = next((form for form in asked.forms if "code" in form.values), None)
        if form is None:
            self.walk.trouble.append(f"no field for the entry code at {asked.url}")
            return asked
        self._step = "enter"
        return self.browser.send(asked, form, code=self._code)

    def _act(self, page: Page) -> Page | None:
        """Wait on the entry page as long as it says; nobody goes home before the test."""
        if page.name != "assessment.session_entry" or page.status >= 400:
            return super()._act(page)
        if isinstance(page.primary, Form):
            return self._press_as(page, self._entry_step(page.primary))
        if not page.again:
            self.walk.trouble.append(f"not let in: {page.text[:120]}")
            return None
        time.sleep(page.again)
        return self.browser.get(page.url)

    @staticmethod
    def _entry_step(form: Form) -> str:
        return "start_test" if "helper" in form.values else "enter"
