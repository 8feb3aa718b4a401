"""One invented person walks the loop: log in, and press the one filled button until all is done."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lms.rehearsal.browser import Browser, Exchange
from lms.rehearsal.cast import Actor
from lms.rehearsal.knowing import Knowledge, Reply
from lms.rehearsal.page import Form, Page

QUESTION = re.compile(r"(\d+)\D+(\d+)")
MOST_PAGES = 1500
VIEWS = {"": "home", "masuk": "log_in", "tes": "test", "pelatihan": "course"}
LABELS = {"": "view_home", "masuk": "view_log_in", "sertifikat": "certificate", "verify": "verify"}


@dataclass(slots=True)
class Walk:
    """What came of one person's walk."""

    handed_in: int = 0
    retested: int = 0
    courses_posts: int = 0
    answers: int = 0
    lost_answers: int = 0
    certificate: bool = False
    verified: bool = False
    trouble: list[str] = field(default_factory=list)


class Player:
    """Plays one actor. `known` are the answers there are; `note(step, exchange)` measures.

    The person thinks before each answer, `think` seconds in the mean. With `until_hand_in` the
    person goes home after the first test.
    """

    def __init__(
        self,
        actor: Actor,
        password: str,
        base: str,
        known: Knowledge,
        note: Callable[[str, Exchange], None],
        *,
        think: float = 0.0,
        until_hand_in: bool = False,
    ) -> None:
        self.actor = actor
        self.walk = Walk()
        self._password = password
        self._root = urlsplit(base).path.rstrip("/")
        self._known = known
        self._note = note
        self._step = "log_in"
        self._rng = random.Random(actor.seed)
        self._studied = False
        self._acknowledged: dict[int, str] = {}
        self._think = think
        self._until_hand_in = until_hand_in
        self.browser = Browser(base, self._measure)

    def _measure(self, exchange: Exchange) -> None:
        """Name the step: what was sent, or the part of the site that was looked at."""
        part = exchange.path[len(self._root) :].split("?")[0].strip("/").split("/")[0]
        view = LABELS.get(part, f"view_{VIEWS.get(part, 'page')}")
        step = self._step if exchange.method == "POST" else view
        self._note(step, exchange)
        if exchange.status >= 400:
            self.walk.trouble.append(f"{exchange.method} {exchange.path}: {exchange.status}")

    def play(self) -> Walk:
        """Walk until home asks for nothing more, a certificate was checked, or as far as asked."""
        try:
            page = self._log_in()
            for _ in range(MOST_PAGES):
                following = self._act(page)
                if following is None:
                    break
                page = following
            else:
                self.walk.trouble.append(f"no end in sight at {page.url}")
        finally:
            self.browser.close()
        if self._until_hand_in and not self.walk.handed_in:
            self.walk.trouble.append(f"{self.actor.name} did not hand in")
        return self.walk

    def _log_in(self) -> Page:
        page = self.browser.get(f"{self._root}/")
        form = next((form for form in page.forms if "password" in form.values), None)
        if form is None:
            self.walk.trouble.append(f"no log-in form at {page.url}")
            return page
        return self.browser.send(page, form, nip=self.actor.nip, password=self._password)

    def _act(self, page: Page) -> Page | None:
        if page.status >= 400 or (self._until_hand_in and self.walk.handed_in):
            return None
        if page.name.startswith("certificates."):
            return self._verify(page)
        if page.name == "home.home":
            return self._press(page) if page.primary is not None else None
        if question_form(page) is not None:
            return self._answer(page)
        if page.answers:
            return self._hand_in(page)
        if page.primary is None or page.name.startswith("home."):
            return self._home()
        return self._press(page)

    def _home(self) -> Page:
        return self.browser.get(f"{self._root}/")

    def _press(self, page: Page) -> Page:
        if isinstance(page.primary, Form):
            self._step = "study" if page.name.startswith("courses") else "start_test"
            if self._step == "study":
                self.walk.courses_posts += 1
                self._studied = True
            return self.browser.send(page, page.primary)
        assert page.primary is not None
        return self.browser.follow(page, page.primary)

    def _answer(self, page: Page) -> Page:
        form, reply = question_form(page), self._choose(page)
        assert form is not None
        self._wait()
        self._step = "save_answer"
        following = self.browser.send(page, form, **reply.fields)
        found = QUESTION.search(page.heading)
        if following.status < 400 and found is not None:
            self._acknowledged[int(found[1])] = reply.value
            self.walk.answers += 1
        return following

    def _wait(self) -> None:
        """Read and think; a person takes between half and one and a half of the mean."""
        if self._think:
            time.sleep(self._think * self._rng.uniform(0.5, 1.5))

    def _choose(self, page: Page) -> Reply:
        """Choose the right answer as often as this person knows it by now."""
        knows = self.actor.learns if self._studied else self.actor.knows
        known = self._known.about(page.text)
        if known is None:
            raise LookupError(f"a question that is not in the starter pack at {page.url}")
        return known.right if self._rng.random() < knows else self._rng.choice(known.wrong)

    def _hand_in(self, page: Page) -> Page:
        """Compare what the overview shows as stored with what was acknowledged, then hand in."""
        for number, value in self._acknowledged.items():
            if page.answers.get(number) != value:
                self.walk.lost_answers += 1
        self._acknowledged.clear()
        self._step = "hand_in"
        following = self._press_as(page, "hand_in")
        self.walk.handed_in += 1
        self.walk.retested += self._studied
        return following

    def _press_as(self, page: Page, step: str) -> Page:
        self._step = step
        if isinstance(page.primary, Form):
            return self.browser.send(page, page.primary)
        return self._home()

    def _verify(self, page: Page) -> Page | None:
        """Find the verify address, go out, and look at it as a stranger."""
        links = [href for href, _class in page.links]
        address = next((href for href in links if "/verify/" in urlsplit(href).path), None)
        if address is None:
            own = next((href for href in links if f"{self._root}/sertifikat/" in href), None)
            if own is None or page.url.endswith(own):
                self.walk.trouble.append(f"no certificate to check at {page.url}")
                return None
            return self.browser.follow(page, own)
        self.walk.certificate = True
        self.browser.forget()
        shown = self.browser.get(urlsplit(address).path)
        self.walk.verified = shown.status == 200 and self.actor.name in shown.text
        return None


def question_form(page: Page) -> Form | None:
    """Give the form of a question's page, whatever kind of answer it asks for."""
    return next((form for form in page.forms if {"seq", "device"} <= form.values.keys()), None)
