"""A meeting hall: people with browsers at a test, a line that breaks, and what is stored of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select, update

from lms.agencies import open_site
from lms.core.site import Site
from lms.rehearsal.cast import Actor
from plugins.assessment.models import AnswerEvent, Attempt, AttemptItem, ItemVersion
from tests.assessment.factories import copied, single_numbers
from tests.browser.conftest import PHONE, STORE, check_axe
from tests.infra.proxy import Cut, Proxy
from tests.infra.server import Server, free_port
from tests.torture.candidates import SLUG, meeting

WAITING = """(attempt) => Object.keys(localStorage)
    .filter((key) => key.startsWith(`titian:${attempt}:`) && !key.endsWith(":last"))
    .map((key) => JSON.parse(localStorage[key]))"""
Event = tuple[int, str, str | None, bool]
"""Number of the question, device, value, stale."""


@dataclass
class Hall:
    """An agency with an open test behind a server and a breakable line."""

    home: Path
    password: str
    actors: list[Actor]
    server: Server
    proxy: Proxy
    site: Site
    taken: int = 0

    def actor(self) -> Actor:
        """Give a person who has not been at the test yet."""
        self.taken += 1
        return self.actors[self.taken - 1]

    def events(self, public: str) -> list[Event]:
        """Give the stored answers of an attempt, oldest first."""
        query = (
            select(AnswerEvent.sequence, AnswerEvent.device, AnswerEvent.value, AnswerEvent.stale)
            .join(Attempt, Attempt.id == AnswerEvent.attempt_id)
            .where(Attempt.public_id == public)
            .order_by(AnswerEvent.id)
        )
        with self.site.database.reading() as session:
            return [tuple(row) for row in session.execute(query)]  # type: ignore[misc]

    def values(self, public: str, number: int) -> list[str | None]:
        """Give the stored values of one question, oldest first."""
        return [value for n, _, value, _ in self.events(public) if n == number]

    def single(self, public: str) -> list[int]:
        """Give the numbers of the questions with one choice among several."""
        return single_numbers(self.site, public)

    def limit(self, public: str, **values: Any) -> None:
        """Change what limits a running attempt."""
        with self.site.database.writing() as session:
            session.execute(update(Attempt).where(Attempt.public_id == public).values(**values))

    def left(self, public: str, seconds: int, **values: Any) -> None:
        """Give an attempt a limit of which so many seconds are left."""
        with self.site.database.reading() as session:
            query = select(Attempt.started_at).where(Attempt.public_id == public)
            gone = self.site.clock() - session.scalars(query).one()
        self.limit(public, limit_seconds=int(gone.total_seconds()) + seconds, **values)

    def ask(self, public: str, number: int, **values: Any) -> None:
        """Ask another question at a place of an attempt."""
        with self.site.database.writing() as session:
            place = session.scalars(
                select(AttemptItem)
                .join(Attempt, Attempt.id == AttemptItem.attempt_id)
                .where(Attempt.public_id == public, AttemptItem.sequence == number)
            ).one()
            version = session.get_one(ItemVersion, place.item_version_id)
            changed = copied(version, id=None, version=version.version + 100, **values)
            session.add(changed)
            session.flush()
            place.item_version_id = changed.id


@contextmanager
def open_hall(home: Path, people: int = 24) -> Iterator[Hall]:
    """Serve an agency with people who may take the test."""
    met = meeting(home, people)
    server = Server(home, free_port())
    server.start()
    proxy = Proxy(int(server.url.rpartition(":")[2]), rb"POST .*/soal/")
    site = open_site(home, SLUG)
    try:
        yield Hall(home, met.password, met.actors, server, proxy, site)
    finally:
        site.database.close()
        proxy.stop()
        server.kill()


@dataclass
class Phone:
    """A phone of a person at the test; `sent` is the person's own ledger: number → value."""

    hall: Hall
    context: BrowserContext
    actor: Actor
    page: Page = field(init=False)
    public: str = ""
    sent: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open a tab."""
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()

    @property
    def root(self) -> str:
        """Give the address of the agency by the breakable line."""
        return f"{self.hall.proxy.url}/{SLUG}"

    def log_in(self) -> None:
        """Log in where the page asks for it."""
        if "/masuk" not in self.page.url:
            self.page.goto(f"{self.root}/masuk")
        self.page.get_by_label("NIP").fill(self.actor.nip)
        self.page.get_by_label("Kata sandi").first.fill(self.hall.password)
        self.page.locator("main .btn:not(.second):not(.plain)").first.click()
        self.page.wait_for_url(lambda url: "/masuk" not in url)

    def start(self) -> None:
        """Begin the test."""
        self.page.goto(f"{self.root}/tes/mulai/digital/awal")
        self.page.get_by_role("button", name="Mulai").click()
        self.page.wait_for_url("**/soal/*")
        self.public = self.page.url.split("/tes/")[1].split("/")[0]

    def url(self, number: int, public: str = "") -> str:
        """Give the address of a question."""
        return f"{self.root}/tes/{public or self.public}/soal/{number}"

    def open(self, number: int, public: str = "") -> None:
        """Open a question."""
        self.page.goto(self.url(number, public))

    def go_away(self) -> None:
        """Leave the page without a line; a page that goes sends once more what waits."""
        self.context.set_offline(True)
        self.page.goto("about:blank")
        self.context.set_offline(False)

    def choose(self, place: int = 0) -> str:
        """Choose one of the options, as a tap does; give its value and remember it."""
        choice = self.page.locator("label.choice input[type=radio]").nth(place)
        value = choice.get_attribute("value") or ""
        choice.locator("xpath=..").click()
        self.sent[self.number] = value
        return value

    @property
    def number(self) -> int:
        """Give the number of the question that is shown."""
        return int(re.findall(r"\d+", self.page.locator("h1").inner_text())[0])

    def checked(self) -> str | None:
        """Give the value of the choice that is shown as chosen."""
        return self.page.locator("label.choice input:checked").get_attribute("value")

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def waiting(self, public: str = "") -> list[dict[str, Any]]:
        """Give the answers that wait in the browser's storage."""
        found: list[dict[str, Any]] = self.page.evaluate(WAITING, public or self.public)
        return found

    def hurry(self) -> None:
        """Try again at once, as when the browser notices that it is back."""
        self.page.evaluate("() => { dispatchEvent(new Event('online')) }")

    def wait_delivered(self) -> None:
        """Wait until no answer waits in the browser."""
        self.page.wait_for_function(f"(attempt) => !({WAITING})(attempt).length", arg=self.public)

    def wait_number(self, number: int) -> None:
        """Wait until a question is shown."""
        expect(self.page.locator("h1")).to_have_text(re.compile(rf"^Soal {number} dari"))

    def look(self, name: str) -> None:
        """Judge the page: no sideways scroll, axe; a picture if asked."""
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], (name, wide)
        assert check_axe(self.page) == []
        if STORE:
            Path(STORE).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{STORE}/{name}-360.png", full_page=True)

    def missing(self) -> dict[int, str]:
        """Give what was chosen here and does not count on the server."""
        stored = {n: value for n, _, value, _ in self.hall.events(self.public)}
        return {n: value for n, value in self.sent.items() if stored.get(n) != value}

    def doubled(self) -> list[Event]:
        """Give what is stored more than once."""
        events = self.hall.events(self.public)
        return [event for event in set(events) if events.count(event) > 1]


def new_phone(hall: Hall, browser: Browser, actor: Actor | None = None, **options: Any) -> Phone:
    """Give a phone whose owner is logged in; close its context when done."""
    context = browser.new_context(viewport=PHONE, locale="id-ID", **options)  # type: ignore[arg-type]
    phone = Phone(hall, context, actor or hall.actor())
    phone.log_in()
    return phone


@contextmanager
def at_the_test(hall: Hall, browser: Browser, **options: Any) -> Iterator[Phone]:
    """Give a phone at the first question."""
    phone = new_phone(hall, browser, **options)
    phone.start()
    yield phone
    phone.context.close()


def cuts(hall: Hall) -> dict[str, Cut]:
    """Give the steps of a save at which the line can break, by what came through before."""
    asked, answered = hall.proxy.requests[-1], hall.proxy.responses[-1]
    return {
        "before the request": Cut("request", 0),
        "after the head of the request": Cut("request", asked.head),
        "in the body of the request": Cut("request", asked.head + asked.body // 2),
        "before the response": Cut("response", 0),
        "in the response": Cut("response", answered.head + 40),
    }
