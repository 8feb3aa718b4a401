"""The whole loop in one process: test, gap, course with a reason, study, retest, certificate.

A person without JavaScript presses the one filled button of each page, as the rehearsal does; here
the pages come from the test client, and what core remembers is looked at beside.
"""

from __future__ import annotations

import random
import re

from flask import Flask
from sqlalchemy import select

from lms.core.hooks.models import Delivery, EventRow
from lms.core.learning.models import Evidence, Plan, PlanItem
from lms.core.site import Site
from lms.rehearsal.knowing import starter_knowledge
from lms.rehearsal.page import Form, Page, read_page
from lms.rehearsal.play import question_form
from lms.rehearsal.rehearse import prepare
from tests.conftest import login_as, make_person

KNOWN = starter_knowledge()


class Walker:
    """Presses the one filled button; answers questions rightly or wrongly as told."""

    def __init__(self, app: Flask, person_id: int) -> None:
        self.client = app.test_client()
        login_as(self.client, person_id)
        self.right = False
        self.seen: set[str] = set()
        self.pages: list[str] = []

    def get(self, path: str) -> Page:
        """Open a page."""
        return self._page(self.client.get(path, follow_redirects=True))

    def _page(self, answer) -> Page:  # type: ignore[no-untyped-def]
        html = answer.get_data(as_text=True)
        assert answer.status_code == 200, (answer.request.path, html[:800])
        page = read_page(answer.request.path, 200, html)
        self.pages.append(page.name)
        return page

    def press(self, page: Page, **values: str) -> Page:
        """Send the form or follow the link behind the one filled button."""
        target = page.primary
        assert target is not None, (page.name, page.text[:400])
        if isinstance(target, str):
            return self.get(target)
        return self.send(page, target, **values)

    def send(self, page: Page, form: Form, **values: str | list[str]) -> Page:
        """Send a form."""
        data = {**form.values, **form.submit, **values}
        path = form.action or page.url
        return self._page(self.client.post(path, data=data, follow_redirects=True))

    def answer(self, page: Page) -> Page:
        """Answer the question of a page."""
        form, known = question_form(page), KNOWN.about(page.text)
        assert form is not None
        assert known is not None, page.text[:400]
        self.seen.add(known.stem)
        reply = known.right if self.right else known.wrong[0]
        return self.send(page, form, **reply.fields)

    def go_on(self, until: str, limit: int = 400) -> Page:
        """Go on from home until a page of that name, or until home asks for nothing."""
        page = self.get("/")
        for _ in range(limit):
            if page.name == until or (page.name == "home.home" and page.primary is None):
                return page
            if question_form(page) is not None:
                page = self.answer(page)
            elif page.primary is None or page.name in ("home.help_page",):
                page = self.get("/")
            else:
                page = self.press(page)
        raise AssertionError(f"{until} was not reached: {self.pages[-20:]}")


def _events(site: Site) -> list[str]:
    with site.database.reading() as session:
        return list(session.scalars(select(EventRow.name).order_by(EventRow.id)))


def test_person_goes_from_the_first_test_to_a_certificate(app: Flask, site: Site) -> None:
    prepare(site)
    with site.database.writing() as session:
        person_id = make_person(session, name="Siti Aminah", level="ahli_pertama").id
    walker = Walker(app, person_id)

    walker.go_on("assessment.check")
    first_seen = set(walker.seen)
    page = walker.get(walker.get("/").url)
    walker.go_on("courses_study.step")
    assert _events(site)[:2] == ["evidence_recorded", "gaps_found"]
    with site.database.reading() as session:
        items = list(session.scalars(select(PlanItem)))
        assert items, "wrong answers leave gaps"
        assert all(item.reason.startswith("Karena") for item in items)
        assert {item.state for item in items} == {"assigned"}

    walker.right = True
    walker.seen.clear()
    page = walker.go_on("certificates.my_certificate")
    assert walker.seen.isdisjoint(first_seen), "the retest has unseen questions"
    names = _events(site)
    for name in ("course_completed", "reassessment_due", "gaps_closed", "certificate_issued"):
        assert name in names, name
    assert names.count("certificate_issued") == 1
    _looks_back(site, person_id)

    page = walker.get("/sertifikat")
    html = walker.client.get(page.url).get_data(as_text=True)
    code = re.search(r"/verify/([\w-]+)", html) or _verify_from_detail(walker, html)
    assert code is not None
    stranger = app.test_client().get(f"/verify/{code[1]}")
    text = stranger.get_data(as_text=True)
    assert stranger.status_code == 200
    assert "Siti Aminah" in text


def _verify_from_detail(walker: Walker, html: str) -> re.Match[str] | None:
    own = re.search(r'href="(/sertifikat/[^"/]+)"', html)
    assert own is not None
    return re.search(r"/verify/([\w-]+)", walker.client.get(own[1]).get_data(as_text=True))


def _looks_back(site: Site, person_id: int) -> None:
    """The plan is closed, the ledger kept both measurements, everyone has heard everything."""
    with site.database.reading() as session:
        plan = session.scalars(select(Plan).where(Plan.person_id == person_id)).one()
        assert plan.state == "closed"
        met = list(session.scalars(select(PlanItem)))
        assert all(item.state == "met" and item.level >= item.required for item in met)
        kept = session.scalars(select(Evidence.competency_id)).all()
        assert all(kept.count(item.competency_id) >= 2 for item in met)
        assert set(session.scalars(select(Delivery.state))) == {"done"}


def test_person_who_knows_it_all_gets_no_course(app: Flask, site: Site) -> None:
    prepare(site)
    with site.database.writing() as session:
        person_id = make_person(session, level="pelaksana").id
    walker = Walker(app, person_id)
    walker.right = True
    page = walker.go_on("courses_study.step")
    assert page.name == "home.home"
    with site.database.reading() as session:
        assert session.scalars(select(Plan)).all() == []
        assert "gaps_closed" not in _events(site)


def test_random_people_always_reach_an_end(app: Flask, site: Site) -> None:
    """Whoever guesses goes round the loop, but is never stuck and never without a reason."""
    prepare(site)
    rng = random.Random(5)
    with site.database.writing() as session:
        people = [make_person(session, level="pelaksana").id for _ in range(3)]
    for person_id in people:
        walker = Walker(app, person_id)
        walker.right = rng.random() < 0.5
        walker.go_on("courses_study.step")
    with site.database.reading() as session:
        assert all(item.reason for item in session.scalars(select(PlanItem)))
