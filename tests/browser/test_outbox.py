"""REL-5, REL-7 in the browser: whatever breaks, an answer arrives, and it arrives once.

Each person keeps a ledger of what was chosen; it is compared with the database. The negative
controls change the script on its way to the browser and must lose or double an answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.assessment.factories import twin
from tests.browser.hall import Hall, Phone, at_the_test, cuts, new_phone
from tests.infra.proxy import Cut

pytestmark = [pytest.mark.browser, pytest.mark.dataloss, pytest.mark.xdist_group("hall")]
SCRIPT = Path("plugins/assessment/static/outbox.js")
SAVES = re.compile(r"/soal/\d+$")


@contextmanager
def answering(phone: Phone, status: int, body: str = "{}") -> Iterator[None]:
    """Let something else than our server answer; what a page sends as it goes is cut off."""

    def reply(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=status, body=body, content_type="application/json")
        else:
            route.fallback()

    phone.page.route(SAVES, reply)
    with phone.hall.proxy.cutting(Cut("request", 0)):
        yield
    phone.page.unroute(SAVES)


def choose_and_lose(hall: Hall, phone: Phone, number: int, cut: Cut) -> str:
    """Choose while the line breaks; the answer is in the browser and the page says so."""
    phone.open(number)
    before = hall.proxy.cuts
    value = phone.choose(number % 3)
    phone.press("Lanjut")
    hall.proxy.wait_for_cut(before)
    expect(phone.page.locator("#antrean")).to_contain_text("Jawaban aman")
    assert [entry["number"] for entry in phone.waiting()] == [number]
    return value


# -- REL-5 ---------------------------------------------------------------------------------------


def after_reload(hall: Hall, phone: Phone, number: int, value: str) -> None:
    phone.page.reload()
    assert phone.checked() == value


def after_back(hall: Hall, phone: Phone, number: int, value: str) -> None:
    phone.page.go_back()
    assert phone.number != number


def after_second_tab(hall: Hall, phone: Phone, number: int, value: str) -> None:
    """The same question in another tab shows the choice; both tabs send it at once."""
    first, phone.page = phone.page, phone.context.new_page()
    phone.open(number)
    assert phone.checked() == value
    first.evaluate("() => { dispatchEvent(new Event('online')) }")


AFTERMATHS: tuple[Callable[[Hall, Phone, int, str], None], ...] = (
    after_reload,
    after_back,
    after_second_tab,
)


@pytest.mark.slow
def test_answer_arrives_once_when_the_line_breaks_at_any_step(hall: Hall, browser: Browser) -> None:
    with at_the_test(hall, browser) as phone:
        numbers = iter(hall.single(phone.public))
        phone.open(next(numbers))
        phone.choose()
        phone.press("Lanjut")
        phone.wait_delivered()
        for step, cut in cuts(hall).items():
            for aftermath in AFTERMATHS:
                number = next(numbers)
                with hall.proxy.cutting(cut):
                    value = choose_and_lose(hall, phone, number, cut)
                    aftermath(hall, phone, number, value)
                phone.hurry()
                phone.wait_delivered()
                assert hall.values(phone.public, number) == [value], (step, aftermath.__name__)
                for other in phone.context.pages:
                    if other is not phone.page:
                        other.close()
        assert (phone.missing(), phone.doubled()) == ({}, [])


def test_answer_arrives_once_when_a_second_phone_takes_over(hall: Hall, browser: Browser) -> None:
    """What the first phone still holds counts where the second one answered nothing else (R4)."""
    with at_the_test(hall, browser) as phone:
        second = new_phone(hall, browser, phone.actor)
        second.public = phone.public
        first_number, *numbers = hall.single(phone.public)
        phone.open(first_number)
        phone.choose()
        phone.press("Lanjut")
        phone.wait_delivered()
        asked: list[str] = []
        phone.page.on("request", lambda r: r.method == "POST" and asked.append(r.url))
        for number, cut in zip(numbers, cuts(hall).values(), strict=False):
            with hall.proxy.cutting(cut):
                value = choose_and_lose(hall, phone, number, cut)
                take_over(second, number)
            phone.hurry()
            expect(phone.page.locator("main")).to_contain_text("terbuka di perangkat lain")
            phone.wait_delivered()
            assert hall.values(phone.public, number) == [value]
            take_over(phone, number)
            assert phone.checked() == value
        assert (phone.missing(), phone.doubled()) == ({}, [])
        assert len(asked) < 50  # patient, not a storm
        second.context.close()


def take_over(phone: Phone, number: int) -> None:
    """Go on with this phone."""
    phone.open(number)
    expect(phone.page.locator("main")).to_have_attribute("data-page", "assessment.show_question")
    phone.press("Lanjutkan di sini")
    phone.wait_number(number)


def test_stale_answer_replaces_nothing_when_the_other_phone_answered(
    hall: Hall, browser: Browser
) -> None:
    with at_the_test(hall, browser) as phone:
        second = new_phone(hall, browser, phone.actor)
        second.public = phone.public
        number = hall.single(phone.public)[0]
        with hall.proxy.cutting(Cut("request", 0)):
            choose_and_lose(hall, phone, number, Cut("request", 0))
            phone.go_away()
            take_over(second, number)  # the line is still bad: a page that goes sends once more
        newer = second.choose(3)
        second.press("Lanjut")
        second.wait_delivered()
        phone.open(number)
        phone.press("Lanjutkan di sini")
        phone.page.wait_for_url(re.compile("kept=1$"))  # what came too late is delivered, and told
        phone.wait_delivered()
        events = hall.events(phone.public)
        assert [stale for n, _, _, stale in events if n == number] == [False, True]
        assert phone.checked() == newer
        expect(phone.page.locator("main")).to_contain_text("Dari perangkat lain")
        second.context.close()


@pytest.mark.parametrize(
    ("plain", "broken", "finding"),
    [
        pytest.param(
            "const r = await post(e, data)",
            "box.removeItem(key(e.seq)); const r = await post(e, data)",
            "missing",
            id="deleted before the acknowledgement",
        ),
        pytest.param("fails++;", "write(e); fails++;", "doubled", id="numbered anew at each try"),
    ],
)
def test_control_finds_what_a_broken_outbox_does(
    hall: Hall, browser: Browser, plain: str, broken: str, finding: str
) -> None:
    source = SCRIPT.read_text()
    assert plain in source
    with at_the_test(hall, browser) as phone:
        changed = source.replace(plain, broken)
        phone.page.route("**/outbox.js", lambda route: route.fulfill(body=changed))
        number = hall.single(phone.public)[0]
        phone.open(number)
        # What was deleted too early is lost with the request, what is numbered anew with the reply.
        cut = Cut("request" if finding == "missing" else "response", 0)
        before = hall.proxy.cuts
        with hall.proxy.cutting(cut):
            phone.choose()
            phone.press("Lanjut")
            hall.proxy.wait_for_cut(before)
            expect(phone.page.locator("#antrean")).to_contain_text("Jawaban aman")
            phone.go_away()
            phone.open(number)  # the line is still bad: a page that goes sends once more
        phone.hurry()
        phone.wait_delivered()
        assert getattr(phone, finding)()


# -- REL-7, the lessons of others ----------------------------------------------------------------

NOT_NAMED = [
    (503, "{}"),
    (200, "<html>Masuk ke Wi-Fi hotel</html>"),
    (200, "{}"),
    (200, json.dumps({"ack": {"attempt": "x", "number": 1, "device": "x", "seq": 1}})),
]


def test_d01_entry_stays_until_an_acknowledgement_names_it(hall: Hall, browser: Browser) -> None:
    with at_the_test(hall, browser) as phone:
        number = hall.single(phone.public)[0]
        phone.open(number)
        value = ""
        for status, body in NOT_NAMED:
            with answering(phone, status, body):
                value = value or phone.choose()
                phone.press("Lanjut")
                expect(phone.page.locator("#antrean")).to_contain_text("Jawaban aman")
                phone.page.reload()
                assert phone.checked() == value
                assert len(phone.waiting()) == 1
        assert hall.events(phone.public) == []
        phone.page.reload()
        phone.wait_delivered()
        assert hall.values(phone.public, number) == [value]


def test_d02_outbox_needs_nothing_but_plain_http(hall: Hall, browser: Browser) -> None:
    missing = "for (const name of ['WebSocket', 'EventSource', 'BroadcastChannel', 'indexedDB',"
    missing += " 'SharedWorker']) Object.defineProperty(window, name, {value: undefined});"
    with at_the_test(hall, browser) as phone:
        phone.context.add_init_script(missing)
        phone.open(hall.single(phone.public)[0])
        with answering(phone, 503):
            phone.choose()
            phone.press("Lanjut")
            expect(phone.page.locator("#antrean")).to_contain_text("Server sedang sibuk.")
        phone.hurry()
        phone.wait_delivered()
        assert phone.missing() == {}


def test_d03_answer_is_written_down_before_it_is_sent(hall: Hall, browser: Browser) -> None:
    spy = """(() => { const send = window.fetch; window.seen = [];
        window.fetch = (url, options) => {
            const kept = Object.keys(localStorage).filter((k) => /^titian:.*[0-9]$/.test(k));
            if (/soal/.test(url)) seen.push(kept.length);
            return send(url, options); }; })();"""
    with at_the_test(hall, browser) as phone:
        phone.context.add_init_script(spy)
        phone.open(hall.single(phone.public)[0])
        phone.choose()
        with answering(phone, 503):
            phone.press("Lanjut")
            expect(phone.page.locator("#antrean")).to_contain_text("Jawaban aman")
            assert phone.page.evaluate("seen")[0] == 1
            # The page may go away between the reply and its handling: nothing depends on that.
            phone.go_away()
        phone.open(hall.single(phone.public)[0])
        phone.wait_delivered()
        assert phone.missing() == {}


def test_d05_every_refusal_is_told(hall: Hall, browser: Browser) -> None:
    told = {
        400: "Jawaban ini belum dapat disimpan.",
        403: "Jawaban ini belum dapat disimpan.",
        404: "Jawaban ini belum dapat disimpan.",
        413: "Jawaban ini belum dapat disimpan.",
        422: "Jawaban ini belum dapat disimpan.",
        429: "Server sedang sibuk.",
        500: "Server sedang sibuk.",
        502: "Server sedang sibuk.",
    }
    with at_the_test(hall, browser) as phone:
        phone.open(hall.single(phone.public)[0])
        for place, (status, text) in enumerate(told.items()):
            with answering(phone, status, "<html>403 Forbidden</html>"):
                phone.choose(place % 4)
                phone.press("Lanjut")
                expect(phone.page.locator("#antrean")).to_contain_text(text)
                expect(phone.page.locator("#tersimpan")).not_to_contain_text("Tersimpan")
                assert len(phone.waiting()) == 1
        with answering(
            phone, 422, json.dumps({"error": "Tulis angka saja, <b>misalnya</b> 12,5."})
        ):
            phone.choose(2)
            phone.press("Lanjut")
            expect(phone.page.locator("#antrean")).to_contain_text("saja, <b>misalnya</b> 12,5.")
        phone.page.reload()
        phone.wait_delivered()
        assert phone.missing() == {}


def test_d07_state_follows_from_acknowledgements_alone(hall: Hall, browser: Browser) -> None:
    offline = "Object.defineProperty(navigator, 'onLine', {get: () => false})"
    with at_the_test(hall, browser) as phone:
        phone.context.add_init_script(offline)
        first, second = hall.single(phone.public)[:2]
        phone.open(first)
        phone.page.evaluate("() => { dispatchEvent(new Event('offline')) }")
        phone.choose()
        expect(phone.page.locator("#tersimpan")).to_contain_text("Tersimpan")
        expect(phone.page.locator("#antrean")).to_be_empty()
        phone.open(second)
        asked: list[str] = []
        phone.page.on("request", lambda r: r.method == "POST" and asked.append(r.url))
        with hall.proxy.cutting(Cut("request", 0)):
            phone.choose()
            expect(phone.page.locator("#antrean")).to_contain_text("Internet terputus.")
            expect(phone.page.locator("#antrean")).to_contain_text("1 dari 2 terkirim")
            expect(phone.page.locator("#tersimpan")).to_have_text("1 menunggu")
            assert phone.page.evaluate("document.activeElement.name") == "answer"
            phone.page.wait_for_timeout(2500)
        assert 1 <= len(asked) <= 4  # patient, not a storm
        phone.hurry()
        expect(phone.page.locator("#tersimpan")).to_contain_text("Tersimpan")
        expect(phone.page.locator("#antrean")).to_be_empty()
        assert (phone.missing(), phone.number) == ({}, second)


def test_d09_new_login_comes_back_to_the_same_question(hall: Hall, browser: Browser) -> None:
    with at_the_test(hall, browser) as phone:
        number = hall.single(phone.public)[2]
        phone.open(number)
        phone.context.clear_cookies(name=re.compile("^titian"))
        value = phone.choose()
        phone.press("Lanjut")
        expect(phone.page.locator("#antrean")).to_contain_text("Anda perlu masuk lagi.")
        phone.page.get_by_role("link", name="Masuk lagi").click()
        phone.log_in()
        phone.wait_number(number)
        assert phone.checked() == value
        phone.wait_delivered()
        assert hall.values(phone.public, number) == [value]


def test_d15_two_tests_in_two_tabs_stay_apart(hall: Hall, browser: Browser) -> None:
    with at_the_test(hall, browser) as phone:
        other = twin(hall.site, phone.public)
        numbers = hall.single(phone.public)[:4]
        first, second = phone.page, phone.context.new_page()
        sent: dict[tuple[str, int], str] = {}
        for place, number in enumerate(numbers):
            for tab, public in ((first, phone.public), (second, other)):
                phone.page = tab
                tab.bring_to_front()
                phone.open(number, public)
                sent[public, number] = phone.choose((place + (tab is second)) % 4)
                phone.press("Lanjut")
        for tab, public in ((first, phone.public), (second, other)):
            phone.page = tab
            tab.wait_for_function(
                "(public) => !Object.keys(localStorage).some("
                "(key) => key.startsWith(`titian:${public}:`) && !key.endsWith(':last'))",
                arg=public,
            )
        for (public, number), value in sent.items():
            assert hall.values(public, number) == [value]
