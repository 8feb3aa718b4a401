"""At the test on a phone: time, other devices, the way to the hand-in, and what is not sent."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.hall import Hall, Phone, at_the_test, new_phone
from tests.infra.proxy import Cut

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("hall")]
NO_LINE = Cut("request", 0)


# -- the time that is left -----------------------------------------------------------------------


def test_time_is_spoken_seldom_and_can_be_hidden(hall: Hall, browser: Browser) -> None:
    """Lessons T15, T17: at 30, 10, 5 and 1 minutes; who hid it hears only of the last five."""
    with at_the_test(hall, browser) as phone:
        page, spoken = phone.page, phone.page.locator("#ucap")
        hall.left(phone.public, 31 * 60 + 30)
        page.route("**/denyut", lambda route: route.abort())
        page.clock.install()
        page.reload()
        expect(page.locator("#sisa b")).to_have_text("32 menit")
        expect(spoken).to_be_empty()
        phone.look("timer")
        page.clock.fast_forward(60_000)
        expect(page.locator("#sisa b")).to_have_text("31 menit")
        expect(spoken).to_be_empty()
        page.clock.fast_forward(60_000)
        expect(spoken).to_have_text("Sisa waktu 30 menit")
        phone.press("Sembunyikan waktu")
        expect(page.locator("#sisa b")).to_be_hidden()
        page.clock.fast_forward(20 * 60_000)
        expect(page.locator("#sisa b")).to_have_text("10 menit")
        expect(spoken).to_have_text("Sisa waktu 30 menit")
        phone.press("Lanjut")
        phone.wait_number(2)
        expect(page.locator("#sisa b")).to_be_hidden()
        phone.press("Tampilkan waktu")
        expect(page.locator("#sisa b")).to_be_visible()


@pytest.mark.dataloss
def test_last_choice_is_sent_when_the_time_ends(hall: Hall, browser: Browser) -> None:
    with at_the_test(hall, browser) as phone:
        number = hall.single(phone.public)[0]
        hall.left(phone.public, 8, grace=60)
        phone.open(number)
        expect(phone.page.locator("#sisa b")).to_have_text("1 menit")
        with hall.proxy.cutting(NO_LINE):  # the line is back after the end, within the grace
            phone.choose()
            expect(phone.page.locator("#antrean")).to_contain_text(
                "Waktu tes sudah habis.", timeout=15_000
            )
        phone.hurry()
        phone.page.wait_for_url("**/periksa")
        assert phone.missing() == {}
        expect(phone.page.locator("main")).to_contain_text("Waktu tes sudah habis.")
        phone.look("check-over")
        phone.press("Kirim jawaban sekarang")
        phone.page.wait_for_url("**/tanda-terima")


# -- to the end ----------------------------------------------------------------------------------


@pytest.mark.dataloss
def test_hand_in_waits_for_what_was_not_sent(hall: Hall, browser: Browser) -> None:
    with at_the_test(hall, browser) as phone:
        first, second = hall.single(phone.public)[:2]
        with hall.proxy.cutting(NO_LINE):
            for number in (first, second):
                phone.open(number)
                phone.choose()
                phone.press("Lanjut")
                expect(phone.page.locator("#antrean")).to_contain_text("menunggu")
            phone.look("offline")
            phone.page.goto(f"{phone.root}/tes/{phone.public}/periksa")
            expect(phone.page.locator("#antrean")).to_contain_text("2 menunggu")
            phone.page.locator("form[action$='/kirim'] button").click()
            expect(phone.page.locator("#antrean")).to_contain_text("2 jawaban masih menunggu.")
            phone.look("check-waiting")
        phone.hurry()
        phone.page.wait_for_url("**/tanda-terima")
        assert phone.missing() == {}
        expect(phone.page.locator("main")).to_contain_text("2 dari 30")
        kept = f"Object.keys(localStorage).filter((key) => key.includes('{phone.public}'))"
        assert phone.page.evaluate(kept) == []


@pytest.mark.dataloss
def test_d04_choice_after_the_hand_in_leads_to_the_receipt(hall: Hall, browser: Browser) -> None:
    with at_the_test(hall, browser) as phone:
        number = hall.single(phone.public)[0]
        phone.open(number)
        first, phone.page = phone.page, phone.context.new_page()
        phone.page.goto(f"{phone.root}/tes/{phone.public}/periksa")
        phone.page.locator("form[action$='/kirim'] button").click()
        phone.page.wait_for_url("**/tanda-terima")
        phone.page = first
        phone.choose()
        phone.press("Lanjut")
        expect(first.locator("#antrean")).to_contain_text("sudah dikirim")
        phone.look("closed")
        first.get_by_role("link", name="Lihat tanda terima").click()
        first.wait_for_url("**/tanda-terima")
        assert (hall.events(phone.public), phone.waiting()) == ([], [])


# -- one phone, several people; several phones, one person ---------------------------------------


@pytest.mark.cve
def test_v11_outbox_of_another_test_or_made_up_is_never_sent(hall: Hall, browser: Browser) -> None:
    """A shared phone holds answers of somebody else, and what somebody put there by hand."""
    entry = {"number": 1, "device": "d" * 16, "epoch": 1, "body": "answer=a", "at": 1, "seq": 7}
    with at_the_test(hall, browser) as phone:
        stored = {
            "titian:AAAAAAAAAAAAAAAA:7": json.dumps(entry),
            f"titian:{phone.public}:8": json.dumps(entry),
            f"titian:{phone.public}:9": "<img src=x onerror=alert(1)>",
            f"titian:{phone.public}:last": "[]",
        }
        phone.page.evaluate("(all) => Object.assign(localStorage, all)", stored)
        sent: list[str] = []
        phone.page.on("request", lambda r: r.method == "POST" and sent.append(r.url))
        phone.open(hall.single(phone.public)[0])
        phone.choose()
        phone.press("Lanjut")
        phone.wait_number(hall.single(phone.public)[0] + 1)
        assert {url for url in sent if phone.public not in url} == set()
        assert (phone.missing(), len(hall.events(phone.public))) == ({}, 1)
        assert phone.page.evaluate("localStorage['titian:AAAAAAAAAAAAAAAA:7']") is not None


def test_other_phone_is_told_before_it_goes_on(hall: Hall, browser: Browser) -> None:
    with at_the_test(hall, browser) as phone:
        second = new_phone(hall, browser, phone.actor)
        second.page.goto(phone.page.url)
        expect(second.page.locator("h1")).to_have_text("Tes ini terbuka di perangkat lain")
        second.look("elsewhere")
        second.context.close()


# -- hands ---------------------------------------------------------------------------------------


def test_double_tap_goes_on_by_one_question(hall: Hall, browser: Browser) -> None:
    with at_the_test(hall, browser) as phone:
        phone.look("question")
        phone.page.get_by_role("button", name="Lanjut", exact=True).dblclick()
        phone.wait_number(2)
        phone.page.wait_for_load_state("networkidle")
        assert phone.number == 2
        assert phone.page.evaluate("document.activeElement.tagName") == "H1"
        phone.page.go_back()
        phone.wait_number(1)


ORDER = {
    "kind": "ordering",
    "stem": "Urutkan langkah ini.",
    "content": {"options": [{"id": x, "text": f"Langkah {x}"} for x in "abc"]},
    "scoring": {"order": ["c", "a", "b"]},
}


def test_rows_move_by_keyboard_and_survive_a_broken_line(hall: Hall, browser: Browser) -> None:
    with at_the_test(hall, browser) as phone:
        hall.ask(phone.public, 1, **ORDER)
        phone.open(1)
        with hall.proxy.cutting(NO_LINE):
            for _ in range(2):
                phone.page.get_by_role("button", name="Naikkan: Langkah c").focus()
                phone.page.keyboard.press("Enter")
            assert "Turunkan: Langkah c" in focused(phone)
            phone.go_away()
        phone.open(1)
        rows = phone.page.locator("ol.rows li")
        assert [row.split("\n")[0] for row in rows.all_inner_texts()] == [
            "1. Langkah c",
            "2. Langkah a",
            "3. Langkah b",
        ]
        phone.press("Lanjut")
        phone.wait_number(2)
        phone.wait_delivered()
        assert hall.values(phone.public, 1) == ["c,a,b"]


def focused(phone: Phone) -> str:
    return str(phone.page.evaluate("document.activeElement.getAttribute('aria-label')"))


@pytest.mark.dataloss
def test_test_works_without_javascript(hall: Hall, browser: Browser) -> None:
    """R6: save, back, reload, two tabs and the hand-in are plain pages."""
    with at_the_test(hall, browser, java_script_enabled=False) as phone:
        number = hall.single(phone.public)[0]
        phone.open(number)
        value = phone.choose(1)
        phone.press("Lanjut")
        phone.wait_number(number + 1)
        phone.page.reload()
        phone.page.go_back()
        phone.wait_number(number)
        assert phone.checked() == value
        other = phone.page.context.new_page()
        other.goto(phone.url(number))
        expect(other.locator("#tersimpan")).to_have_text(re.compile(r"Tersimpan \d\d\.\d\d"))
        phone.press("Lihat semua soal")
        phone.page.locator("form[action$='/kirim'] button").click()
        phone.page.wait_for_url("**/tanda-terima")
        phone.page.reload()
        phone.page = other
        phone.choose(2)
        phone.press("Lanjut")
        expect(other.locator("h1")).to_have_text("Jawaban sudah dikirim")
        assert hall.values(phone.public, number) == [value]
