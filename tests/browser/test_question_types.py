"""Every type of question, answered with the mouse, with the keyboard alone and without script."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.agencies import add_agency, open_site
from lms.agencies.adding import starter_pack
from lms.core.learning.models import CutScoreRule
from lms.core.people.models import Person
from lms.core.people.permissions import grant_role
from lms.core.site import Site
from lms.demo.accounts import DemoAccount
from lms.rehearsal.cast import invite_cast
from plugins.assessment.domain import current_answers
from plugins.assessment.models import (
    AnswerEvent,
    Attempt,
    AttemptItem,
    BlueprintLine,
    Form,
    FormItem,
    InstrumentVersion,
    Item,
    ItemVersion,
)
from plugins.assessment.queries.facts import fact
from plugins.assessment.services.bank import save_item
from plugins.assessment.services.instruments import (
    InstrumentSpec,
    LineSpec,
    open_instrument,
    save_instrument,
)
from tests.assessment.factories import competency
from tests.assessment.types.samples import SAMPLES, sample
from tests.browser.conftest import LAPTOP, PHONE, Tab
from tests.infra.server import Server, free_port

pytestmark = pytest.mark.browser

SLUG = "contoh"
MODES = ("mouse", "keyboard", "no-script")
KINDS = tuple(SAMPLES)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 640">'
    '<rect width="360" height="640" fill="#ddd"/></svg>'
)
PDF = b"%PDF-1.7\n%%EOF\n"
RIGHT = {
    "single": "c",
    "multiple": "a,c",
    "true_false": "true",
    "matching": "1=b,2=a",
    "ordering": "b,a,d,c",
    "short_text": "Berkas PDF",
    "numeric": "12.5",
    "hotspot": "2",
    "sjt": "a",
    "scale": "2",
}
FINGER = 44
MOST_TABS = 60


@dataclass(frozen=True)
class Exam:
    """The served agency whose test has one question of every type, and its people."""

    url: str
    site: Site
    people: list[DemoAccount]


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exam]:
    """An agency with a test of eleven questions, one of each type, behind a real server."""
    home = tmp_path_factory.mktemp("types")
    add_agency(home, SLUG, "Contoh", pack=starter_pack())
    site = open_site(home, SLUG)
    people = _invite(site)
    _open_test(site)
    server = Server(home, free_port())
    server.start()
    yield Exam(server.url, site, people)
    server.kill()
    site.database.close()


def _invite(site: Site) -> list[DemoAccount]:
    """One person for each way of answering, and a trainer at the end."""
    with site.database.writing() as session:
        actors, password = invite_cast(session, len(MODES) + 1, random.Random(1))
        trainer = select(Person.id).where(Person.nip == actors[-1].nip)
        grant_role(session, session.scalars(trainer).one(), "trainer", None)
    return [
        DemoAccount(
            agency=SLUG, role="learner", stage="new", nip=a.nip, name=a.name, password=password
        )
        for a in actors
    ]


def _open_test(site: Site) -> None:
    with site.database.writing() as session:
        session.execute(update(Item).values(state="retired"))
        d1 = competency(session, "D1")
        image = site.files.put(SVG.encode())
        for kind in KINDS:
            draft = sample(kind, stem=f"Soal {kind}. Apa jawaban Anda?")
            if kind == "hotspot":
                draft = replace(draft, content={**draft.content, "image": image})
            save_item(session, f"T-{kind}", d1, draft)
        rule = session.scalars(select(CutScoreRule.id).where(CutScoreRule.code == "titian-5")).one()
        line = LineSpec(competency_id=d1, draws_from=(d1,), rule_id=rule, n_pre=len(KINDS))
        spec = InstrumentSpec(code="jenis", name="Semua jenis", about="", lines=(line,))
        save_instrument(session, spec)
        _put_into_forms(session)
        open_instrument(session, None, "jenis")


def _put_into_forms(session: Session) -> None:
    """Put every question into both forms: self-ratings and files are never drawn by chance."""
    query = select(BlueprintLine).join(
        InstrumentVersion, InstrumentVersion.id == BlueprintLine.instrument_version_id
    )
    line = session.scalars(query.where(InstrumentVersion.name == "Semua jenis")).one()
    session.get_one(InstrumentVersion, line.instrument_version_id).mode = "forms"
    found = select(ItemVersion.id).join(Item, Item.id == ItemVersion.item_id)
    ids = session.scalars(found.where(Item.state == "active").order_by(Item.id)).all()
    for label in ("A", "B"):
        form = Form(instrument_version_id=line.instrument_version_id, label=label)
        session.add(form)
        session.flush()
        session.add_all(
            FormItem(
                form_id=form.id, sequence=n, blueprint_line_id=line.id, item_version_id=version_id
            )
            for n, version_id in enumerate(ids, 1)
        )


class Candidate:
    """A person at the test in one of the three ways."""

    def __init__(self, tab: Tab, mode: str, exam: Exam) -> None:
        self.tab, self.mode, self.exam = tab, mode, exam
        self.account = exam.people[MODES.index(mode)]
        self.base = ""

    @property
    def page(self) -> Page:
        return self.tab.page

    def begin(self) -> None:
        """Log in and start, as everyone does; the looks are judged where axe can run."""
        page, url = self.page, f"{self.exam.url}/{SLUG}"
        page.goto(f"{url}/masuk")
        page.get_by_label("NIP").fill(self.account.nip)
        page.get_by_label("Kata sandi").first.fill(self.account.password)
        page.locator("main .btn:not(.second):not(.plain)").first.click()
        page.goto(f"{url}/tes/mulai/jenis/awal")
        page.locator("main .btn:not(.second):not(.plain)").first.click()
        page.wait_for_url("**/soal/1**")
        self.base = page.url.partition("/soal/")[0]

    def numbers(self) -> dict[str, int]:
        """Give kind → number of its question."""
        with self.exam.site.database.reading() as session:
            query = (
                select(ItemVersion.kind, AttemptItem.sequence)
                .join(ItemVersion, ItemVersion.id == AttemptItem.item_version_id)
                .join(Attempt, Attempt.id == AttemptItem.attempt_id)
                .where(Attempt.public_id == self.base.rpartition("/")[2])
            )
            return dict(session.execute(query).all())

    def stored(self, number: int) -> str | None:
        """Give what the server has of an answer."""
        with self.exam.site.database.reading() as session:
            query = select(AnswerEvent).join(Attempt, Attempt.id == AnswerEvent.attempt_id)
            query = query.where(Attempt.public_id == self.base.rpartition("/")[2])
            rows = session.scalars(query.order_by(AnswerEvent.id)).all()
            answer = current_answers([fact(row) for row in rows]).get(number)
            return answer.value if answer else None

    def open(self, number: int) -> None:
        self.page.goto(f"{self.base}/soal/{number}")

    # -- hands ---------------------------------------------------------------------------------

    def press(self, target: Locator) -> None:
        """Press a button or tick a box, with what this person has."""
        if self.mode == "keyboard":
            self.tab_to(target)
            box = target.evaluate("e => e.type === 'checkbox' || e.type === 'radio'")
            self.page.keyboard.press("Space" if box else "Enter")
        else:
            label = target.locator("xpath=ancestor::label")
            (label if label.count() else target).first.click()

    def choose(self, value: str) -> None:
        """Choose one of a group; with the keyboard by the arrows."""
        wanted = self.page.locator(f"main input[type=radio][value='{value}']")
        if self.mode != "keyboard":
            self.press(wanted)
            return
        group = self.page.locator("main input[type=radio]")
        chosen = self.page.locator("main input[type=radio]:checked")
        self.tab_to(chosen if chosen.count() else group.first)
        self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{value} cannot be reached by the arrows")

    def tab_to(self, target: Locator) -> None:
        """Press Tab until the focus is there and can be seen."""
        for _ in range(MOST_TABS):
            if target.evaluate("e => e === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
            self._sees_focus()
        raise AssertionError(f"Tab does not lead to {target}")

    def _sees_focus(self) -> None:
        """The focused part is on the screen, not under the bar at the bottom."""
        seen = self.page.evaluate(
            """() => {
            const e = document.activeElement, r = e.getBoundingClientRect();
            if (e === document.body || !r.height) return true;
            return r.bottom > 0 && r.top < innerHeight;
            }"""
        )
        assert seen, "the focus is off the screen"

    def type(self, target: Locator, text: str) -> None:
        if self.mode == "keyboard":
            self.tab_to(target)
        else:
            target.click()
        self.page.keyboard.type(text)

    def pick(self, target: Locator, text: str) -> None:
        """Pick in a list; with the keyboard by the first letters."""
        if self.mode == "keyboard":
            self.tab_to(target)
            self.page.keyboard.type(text)
        else:
            target.select_option(label=text)

    def attach(self, target: Locator) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.press(target)
        file: Any = {"name": "Surat Tugas.pdf", "mimeType": "application/pdf", "buffer": PDF}
        chooser.value.set_files([file])

    def go_on(self) -> None:
        """Press the filled button and wait for the page after this one."""
        before = self.page.locator("h1").inner_text()
        self.press(self.page.locator("main .move .btn:not(.second)"))
        expect(self.page.locator("h1").first).not_to_have_text(before)


@pytest.fixture(scope="module", params=MODES)
def candidate(request: pytest.FixtureRequest, browser: Browser, exam: Exam) -> Iterator[Candidate]:
    """A person who has started the test; one attempt for all types."""
    context = browser.new_context(
        viewport=PHONE,  # type: ignore[arg-type]
        locale="id-ID",
        has_touch=request.param == "mouse",
        java_script_enabled=request.param != "no-script",
    )
    person = Candidate(Tab(context, PHONE["width"]), request.param, exam)
    person.begin()
    yield person
    context.close()


def answer_single(person: Candidate) -> None:
    person.choose("c")


def answer_multiple(person: Candidate) -> None:
    for value in ("c", "a"):
        person.press(person.page.locator(f"input[name=answer][value={value}]"))


def answer_true_false(person: Candidate) -> None:
    person.choose("true")


def answer_matching(person: Candidate) -> None:
    person.pick(person.page.get_by_label("Dokumen"), "DOCX")
    person.pick(person.page.get_by_label("Gambar"), "JPG")


def answer_ordering(person: Candidate) -> None:
    """By buttons: two steps up; without script each press is saved and comes back."""
    for place, text in ((1, "Dua"), (3, "Empat")):
        person.press(person.page.get_by_role("button", name=f"Naikkan: {text}"))
        expect(person.page.locator("main ol.rows li").nth(place - 1)).to_contain_text(text)


def answer_short_text(person: Candidate) -> None:
    person.type(person.page.get_by_label("Jawaban Anda"), "  Berkas  PDF ")


def answer_numeric(person: Candidate) -> None:
    person.type(person.page.get_by_label("Jawaban Anda (MB)"), "12,5")


def answer_hotspot(person: Candidate) -> None:
    """On the picture itself with the mouse, also without script; by the list with the keyboard."""
    if person.mode == "keyboard":
        person.choose("2")
    else:
        person.page.locator("svg .region label").nth(1).click()


def answer_sjt(person: Candidate) -> None:
    person.choose("a")


def answer_scale(person: Candidate) -> None:
    person.choose("2")


def answer_file(person: Candidate) -> None:
    person.attach(person.page.locator("input[type=file]"))


ANSWER = {kind: globals()[f"answer_{kind}"] for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_question_is_answered_and_comes_back(candidate: Candidate, kind: str) -> None:
    number = candidate.numbers()[kind]
    candidate.open(number)
    _judge(candidate, kind)
    ANSWER[kind](candidate)
    candidate.go_on()
    stored = candidate.stored(number)
    assert stored is not None
    assert (stored.partition("|")[2] if kind == "file" else stored) == RIGHT.get(
        kind, "Surat Tugas.pdf"
    )
    candidate.open(number)
    _shows_again(candidate.page, kind)
    _judge(candidate, f"{kind}-answered")
    assert candidate.tab.complaints == []


def _judge(person: Candidate, name: str) -> None:
    """No sideways scroll and large targets always; axe where scripts run."""
    wide = person.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"], name
    assert _small_targets(person.page) == []
    if person.mode == "mouse":
        # The bar that sticks to the bottom would hide a part of what axe measures.
        person.page.evaluate("scrollTo(0, document.body.scrollHeight)")
        person.tab.look(f"type-{name}")


def _small_targets(page: Page) -> list[str]:
    """Name what is lower or narrower than a finger."""
    script = """smallest => [...document.querySelectorAll(
        "main form button, main form select, main form a, main form label.choice, \
main form input:not([type=hidden]):not([type=radio]):not([type=checkbox]), main form summary")]
        .filter(e => e.checkVisibility() && !e.matches('.hide'))
        .map(e => [e.textContent.trim().slice(0, 40), e.getBoundingClientRect()])
        .filter(([, r]) => r.height < smallest || r.width < smallest)
        .map(([text, r]) => `${text}: ${r.width} x ${r.height}`)"""
    found: list[str] = page.evaluate(script, FINGER)
    return found


def _shows_again(page: Page, kind: str) -> None:
    """The stored answer stands on the page when it is opened again."""
    if kind in ("short_text", "numeric"):
        value = {"short_text": "Berkas PDF", "numeric": "12,5"}[kind]
        expect(page.locator("#answer")).to_have_value(value)
    elif kind == "matching":
        expect(page.get_by_label("Dokumen")).to_have_value("b")
    elif kind == "ordering":
        expect(page.locator("main ol.rows li").first).to_contain_text("Dua")
    elif kind == "file":
        expect(page.locator("main form")).to_contain_text("Surat Tugas.pdf")
    else:
        for value in RIGHT[kind].split(","):
            expect(page.locator(f"main input[name=answer][value='{value}']")).to_be_checked()


def test_not_knowing_replaces_an_answer(candidate: Candidate) -> None:
    """Runs after the others: whoever ticks "Saya belum tahu" has answered with that."""
    number = candidate.numbers()["multiple"]
    candidate.open(number)
    candidate.press(candidate.page.locator("input[name=unknown]"))
    candidate.go_on()
    assert candidate.stored(number) == "unknown"


def test_region_is_marked_on_the_picture(candidate: Candidate) -> None:
    """Who chooses in the list sees it on the picture, without script too."""
    candidate.open(candidate.numbers()["hotspot"])
    region = candidate.page.locator("svg .region label").first
    before = region.evaluate("e => getComputedStyle(e).backgroundColor")
    candidate.choose("1")
    assert region.evaluate("e => getComputedStyle(e).backgroundColor") != before


# -- the authors' pages --------------------------------------------------------------------------


@pytest.mark.parametrize("screen", ["phone", "laptop"])
def test_authoring_of_every_type_is_sound(browser: Browser, exam: Exam, screen: str) -> None:
    size = {"phone": PHONE, "laptop": LAPTOP}[screen]
    context = browser.new_context(viewport=size, locale="id-ID")  # type: ignore[arg-type]
    tab = Tab(context, size["width"])
    tab.log_in(exam.url, exam.people[-1])
    base = f"{exam.url}/{SLUG}/tes/bank"
    for path in ("", "/baru", "/banyak?code=T-single&do=retired"):
        tab.go(base + path)
    for kind in KINDS:
        tab.page.goto(f"{base}/soal/T-{kind}/ubah")
        tab.page.get_by_role("button", name="Lihat seperti peserta").click()
        expect(tab.page.locator(".phone legend")).to_contain_text("Apa jawaban Anda?")
        tab.look(f"author-{kind}-{screen}")
    for path in ("/soal/T-matching", "/soal/T-hotspot/pratinjau"):
        tab.go(base + path)
    assert tab.complaints == []
    context.close()
