"""The served demo: made once per run, small, with a real server in front."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from lms.demo import fill_demo
from lms.demo.accounts import DemoAccount
from tests.infra.server import Server, free_port

if TYPE_CHECKING:
    from tests.browser.hall import Hall

PHONE = {"width": 360, "height": 740}
LAPTOP = {"width": 1280, "height": 860}
STORE = os.environ.get("LMS_SCREENSHOTS", "")


@dataclass(frozen=True)
class Served:
    """The address of the running demo and its log-ins."""

    url: str
    accounts: list[DemoAccount]

    def account(self, agency: str, role: str, stage: str = "") -> DemoAccount:
        """Give a log-in of a role (and stage)."""
        return next(
            a
            for a in self.accounts
            if (a.agency, a.role) == (agency, role) and (not stage or a.stage == stage)
        )


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A small demo behind a real server."""
    home = tmp_path_factory.mktemp("demo")
    accounts = fill_demo(home, people=120)
    server = Server(home, free_port())
    server.start()
    yield Served(server.url, accounts)
    server.kill()


@pytest.fixture(scope="session")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A meeting hall with people at a test; tests that use it belong to the group `hall`."""
    from tests.browser.hall import open_hall

    with open_hall(tmp_path_factory.mktemp("hall")) as opened:
        yield opened


class Tab:
    """A tab of a browser that looks at every page it comes to, as a strict reviewer would."""

    def __init__(self, context: BrowserContext, width: int) -> None:
        self.page: Page = context.new_page()
        self.width = width
        self.complaints: list[str] = []
        self.seen: set[str] = set()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))

    def _hear(self, message) -> None:  # type: ignore[no-untyped-def]
        if message.type in ("error", "warning"):
            self.complaints.append(f"{self.page.url}: {message.text}")

    @property
    def name(self) -> str:
        """Give the name of the page: the endpoint that made it."""
        return self.page.locator("main").get_attribute("data-page") or ""

    def go(self, url: str) -> None:
        """Open an address."""
        answer = self.page.goto(url)
        assert answer is not None
        assert answer.status < 400, (url, answer.status)
        self.look()

    def look(self, shot: str = "") -> None:
        """Judge a page the first time it is seen: no sideways scroll; axe; a picture if asked."""
        name = shot or self.name
        if name in self.seen:
            return
        self.seen.add(name)
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        if wide > self.width:
            self.complaints.append(f"{name}: {wide} px wide at {self.width}")
        self.complaints += [f"{name}: {line}" for line in check_axe(self.page)]
        if STORE:
            Path(STORE).mkdir(parents=True, exist_ok=True)
            path = Path(STORE) / f"{name}-{self.width}.png"
            self.page.screenshot(path=str(path), full_page=True)

    def press(self) -> None:
        """Press the one filled button of the page."""
        button = self.page.locator("main .btn:not(.second):not(.plain):visible").first
        button.click()
        self.page.wait_for_load_state()
        self.look()

    def log_in(self, url: str, account: DemoAccount) -> None:
        """Log in with the NIP written in groups, as on the card."""
        nip = account.nip
        self.go(f"{url}/{account.agency}/masuk")
        self.page.get_by_label("NIP").fill(f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}")
        self.page.get_by_label("Kata sandi").first.fill(account.password)
        self.press()


def check_axe(page: Page) -> list[str]:
    """Give axe's findings (WCAG 2.2 A and AA) as lines."""
    from axe_playwright_python.sync_playwright import Axe

    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
    return [
        f"{violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in found.response["violations"]
    ]


@pytest.fixture
def phone(browser: Browser) -> Iterator[Tab]:
    """A tab on a phone's screen."""
    context = browser.new_context(viewport=PHONE, locale="id-ID")  # type: ignore[arg-type]
    yield Tab(context, PHONE["width"])
    context.close()


@pytest.fixture
def laptop(browser: Browser) -> Iterator[Tab]:
    """A tab on a laptop's screen."""
    context = browser.new_context(viewport=LAPTOP, locale="id-ID")  # type: ignore[arg-type]
    yield Tab(context, LAPTOP["width"])
    context.close()
