"""People for torture tests: they log in, begin the test, and keep their own ledger of promises."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lms.agencies import add_agency, open_site
from lms.agencies.adding import starter_pack
from lms.core.site import Site
from lms.rehearsal.browser import Browser, Exchange
from lms.rehearsal.cast import Actor, invite_cast
from lms.rehearsal.page import Form, Page
from lms.rehearsal.rehearse import prepare

SLUG = "contoh"
SAVED = (200, 303)
AMONG = 20
"""Questions that are answered again are among the first ones."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """An agency with people who may take the test, and their common password."""

    home: Path
    actors: list[Actor]
    password: str


def meeting(home: Path, people: int, database: str | None = None) -> Meeting:
    """Add an agency whose test is open to people; `database` is an empty PostgreSQL database."""
    add_agency(home, SLUG, "Contoh", pack=starter_pack(), ready_database=database)
    site = open_site(home, SLUG)
    try:
        with site.database.writing() as session:
            actors, password = invite_cast(session, people, random.Random(1))
        prepare(site)
    finally:
        site.database.close()
    return Meeting(home, actors, password)


def database_file(site: Site) -> Path:
    """The SQLite file of a site."""
    assert site.database.url.database is not None
    return Path(site.database.url.database).resolve()


@dataclass(frozen=True, slots=True)
class Told:
    """What the server told a person about one answer that was sent."""

    number: int
    device: str
    value: str
    status: int


class Candidate:
    """One person with a browser without JavaScript; `told` is the person's own ledger.

    `note` hears of each acknowledged answer at once, before the next page is asked for.
    """

    def __init__(
        self, server: str, actor: Actor, password: str, note: Callable[[], None] = lambda: None
    ) -> None:
        self.actor = actor
        self.rng = random.Random(actor.seed)
        self.public = ""
        self.told: list[Told] = []
        self.waits: list[float] = []
        """Milliseconds from sending an answer to its acknowledgement, repetitions included."""
        self._password = password
        self._note = note
        self._last: Exchange | None = None
        self._root = f"/{SLUG}"
        self.browser = Browser(f"{server}{self._root}", self._hear)

    def _hear(self, exchange: Exchange) -> None:
        if exchange.method == "POST":
            self._last = exchange
            if "/soal/" in exchange.path and exchange.status in SAVED:
                self._note()

    @property
    def kept(self) -> list[Told]:
        """What was acknowledged."""
        return [told for told in self.told if told.status in SAVED]

    @property
    def answers(self) -> dict[int, str]:
        """The last acknowledged value of each question."""
        return {told.number: told.value for told in self.kept}

    def log_in(self) -> Page:
        """Log in; give the page after it."""
        page = self.browser.get(f"{self._root}/")
        form = next(form for form in page.forms if "password" in form.values)
        return self.browser.send(page, form, nip=self.actor.nip, password=self._password)

    def twin(self, note: Callable[[Exchange], None]) -> Browser:
        """Another connection of the same browser, as a second tab has; call it logged in."""
        tab = Browser(self.browser.base, note)
        tab._cookies.update(self.browser._cookies)
        return tab

    def begin(self) -> Page:
        """Log in and go to the first question."""
        page = self.log_in()
        for _ in range(8):
            if question_form(page) is not None:
                self.public = page.url.split("/tes/")[1].split("/")[0]
                return page
            assert page.primary is not None, f"nothing to press at {page.url}"
            if isinstance(page.primary, Form):
                page = self.browser.send(page, page.primary)
            else:
                page = self.browser.follow(page, page.primary)
        raise AssertionError(f"no question in sight at {page.url}")

    def look(self, number: int) -> Page:
        """Open one question."""
        return self.browser.get(f"{self._root}/tes/{self.public}/soal/{number}")

    def answer_many(self, count: int, page: Page) -> None:
        """Send so many answers: mostly one question after the other, some again."""
        end = len(self.told) + count
        for turn in range(1, 4 * count):
            if len(self.told) >= end:
                return
            if turn % 9 == 0 or question_form(page) is None:
                page = self.look(self.rng.randrange(1, AMONG))
            page = self.answer(page)
        raise AssertionError("hardly any question that is answered by choosing one of several")

    def answer(self, page: Page) -> Page:
        """Answer the question of a page by another value than before; give the next page.

        A question that is not answered by choosing one of several is left as it is.
        """
        form = question_form(page)
        if form is None:
            return page
        number = _number(page)
        before = self.answers.get(number)
        values = [choice[1] for choice in form.choices if choice[1] != before]
        chosen = self.rng.choice(values)
        following = self.browser.send(page, form, answer=chosen)
        self._told(number, form.values["device"], chosen)
        return following

    def _told(self, number: int, device: str, value: str) -> None:
        assert self._last is not None
        self.told.append(Told(number, device, value, self._last.status))
        self.waits.append(self._last.ms)

    def overview(self) -> Page:
        """Open the overview before the hand-in."""
        return self.browser.get(f"{self._root}/tes/{self.public}/periksa")

    def hand_in(self, page: Page | None = None) -> Page:
        """Hand in from the overview; open questions are no obstacle."""
        page = page or self.overview()
        for _ in range(3):
            form = next((form for form in page.forms if form.action.endswith("/kirim")), None)
            assert form is not None, f"no button to hand in: {page.status} at {page.url}"
            page = self.browser.send(page, form)
            if page.url.endswith("/tanda-terima"):
                return page
        raise AssertionError(f"no receipt: {page.url}")


def question_form(page: Page) -> Form | None:
    """The form of a question that is answered by choosing one of several."""
    if "/soal/" not in page.url:
        return None
    return next((form for form in page.forms if {c[0] for c in form.choices} == {"answer"}), None)


def _number(page: Page) -> int:
    return int(page.url.split("/soal/")[1].split("?")[0])


class Counter:
    """Counts across threads, and calls back each time so many were counted."""

    def __init__(self, every: int, then: Callable[[], None]) -> None:
        self._every, self._then = every, then
        self._lock = threading.Lock()
        self.count = 0

    def __call__(self) -> None:
        """Count one."""
        with self._lock:
            self.count += 1
            due = self.count % self._every == 0
        if due:
            self._then()
