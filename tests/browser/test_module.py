"""A module on a phone: its check questions with and without JavaScript, and without a network."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PHONE, Served, Tab, check_axe

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("served")]

COURSE = "aman-di-dunia-digital"


def open_course(tab: Tab, served: Served) -> str:
    """Enrol somebody in a course and open its first step; give the address of the agency."""
    base = f"{served.url}/serang"
    tab.log_in(served.url, served.account("serang", "trainer"))
    tab.go(f"{base}/pelatihan/katalog/{COURSE}")
    for name in ("Daftar pelatihan ini", "Mulai belajar", "Lanjutkan belajar", "Lihat hasilnya"):
        button = tab.page.get_by_role("button", name=name)
        link = tab.page.get_by_role("link", name=name)
        if button.count() or link.count():
            (button if button.count() else link).first.click()
            tab.page.wait_for_load_state()
    return base


def to_question(tab: Tab) -> None:
    """Press on until a step with a check question comes."""
    for _ in range(12):
        if tab.page.locator("form.card").count():
            return
        tab.press()
    raise AssertionError("no step with a question")


def test_question_is_answered_by_keyboard_and_swaps_only_itself(phone: Tab, served: Served) -> None:
    open_course(phone, served)
    to_question(phone)
    page = phone.page
    phone.look("step-with-question")
    page.evaluate("window.stays = 1")
    form = page.locator("form.card").first
    choice = form.locator("input[type=radio], input[type=checkbox]").first
    choice.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    told = form.locator("[role=status]")
    expect(told).to_be_visible()
    expect(told).to_be_focused()
    assert page.evaluate("window.stays") == 1, "the page stays"
    phone.look("step-with-feedback")
    form.get_by_role("button", name="Periksa jawaban").click()
    expect(form.locator("[role=status]")).to_have_count(1)
    phone.press()  # never in the way of Lanjut
    assert phone.complaints == []


def test_question_works_without_javascript(browser: Browser, served: Served) -> None:
    context = browser.new_context(
        viewport=PHONE,  # type: ignore[arg-type]
        java_script_enabled=False,
        locale="id-ID",
    )
    tab = Tab(context, PHONE["width"])
    tab.look = lambda shot="": None  # type: ignore[method-assign]  # axe needs JavaScript
    open_course(tab, served)
    to_question(tab)
    form = tab.page.locator("form.card").first
    form.locator("label.choice").first.click()
    form.get_by_role("button", name="Periksa jawaban").click()
    tab.page.wait_for_load_state()
    assert "/soal/1#soal-1" in tab.page.url
    assert tab.page.locator("form.card").first.locator("[role=status]").count() == 1
    context.close()


def test_opened_module_is_read_offline_until_log_out(phone: Tab, served: Served) -> None:
    base = open_course(phone, served)
    page, context = phone.page, phone.page.context
    page.evaluate("navigator.serviceWorker.ready")
    kept = "caches.open('belajar').then((c) => c.keys()).then((k) => k.map((r) => r.url))"
    page.wait_for_function(f"async () => (await {kept}).includes(location.href)")
    page.wait_for_function(f"async () => (await {kept}).some((u) => u.endsWith('/cetak'))")
    here, title = page.url, page.locator("h1").inner_text()
    bar = page.locator("[data-offline]")
    expect(bar).to_be_hidden()
    context.set_offline(True)
    expect(bar).to_be_visible()
    page.reload()
    assert page.locator("h1").inner_text() == title
    expect(bar).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.btn')).backgroundColor") != (
        "rgba(0, 0, 0, 0)"
    ), "the stylesheet is kept too"
    assert check_axe(page) == []
    page.locator("main form button.btn").last.click()  # Lanjut: comes back and says why
    page.wait_for_load_state()
    assert page.url == here
    expect(bar).to_be_visible()
    page.goto(here.rpartition("/")[0] + "/cetak")
    assert page.locator("main section").count() > 1, "the whole module"
    context.set_offline(False)
    page.goto(f"{base}/saya")
    page.get_by_role("button", name="Keluar").first.click()
    page.wait_for_url("**/masuk*")
    page.wait_for_function("async () => (await caches.keys()).length === 0")
    context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(here)
    context.set_offline(False)
