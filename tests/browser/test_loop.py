"""A person walks the loop on a phone: test, result, course, retest, certificate, verify."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from lms.rehearsal.rehearse import right_options
from tests.browser.conftest import PHONE, Served, Tab

pytestmark = pytest.mark.browser
KNOWN = right_options()
MOST = 200


def _options(tab: Tab) -> list[str]:
    texts = tab.page.locator("label.choice:not(.light) span").all_inner_texts()
    return [" ".join(text.split()) for text in texts]


def _answer(tab: Tab, *, right: bool) -> None:
    """Choose by a tap anywhere on the row, and go on."""
    options = _options(tab)
    wanted = next(text for text in options if (text in KNOWN) == right)
    tab.page.locator("label.choice", has_text=wanted).first.click()
    tab.press()


def _go_on(tab: Tab, until: str, *, right: set[int] | None = None) -> None:
    """Press on until a page of that name; `right` are the questions answered rightly."""
    for _ in range(MOST):
        if tab.name == until:
            return
        if tab.name == "assessment.show_question":
            number = int(re.findall(r"\d+", tab.page.locator("h1").inner_text())[0])
            _answer(tab, right=right is None or number in right)
        elif tab.page.locator("main .btn:not(.second):not(.plain):visible").count():
            tab.press()
        else:
            tab.go(_home(tab))
    raise AssertionError(f"{until} was not reached; stuck at {tab.page.url}")


def _home(tab: Tab) -> str:
    return "/".join(tab.page.url.split("/")[:4]) + "/"


def test_person_walks_the_loop_on_a_phone(served: Served, phone: Tab, browser: Browser) -> None:
    account = served.account("cilegon", "learner", "new")
    phone.log_in(served.url, account)
    assert phone.name == "home.home"
    _go_on(phone, "assessment.show_question")
    _survives_reload(phone)
    # Right everywhere but in the first competency: one gap, one course.
    _go_on(phone, "assessment.show_result", right=set(range(7, 60)))
    _go_on(phone, "courses_study.step")
    _go_on(phone, "assessment.show_question")
    _go_on(phone, "certificates.my_certificate")
    verify = phone.page.locator("a[href^='/'][href*='/verify/']").first.get_attribute("href")
    assert verify is not None
    assert phone.complaints == []
    _stranger_verifies(browser, served.url, verify, account.name)


def _survives_reload(tab: Tab) -> None:
    """A chosen answer is there after going on, coming back and reloading."""
    chosen = _options(tab)[0]
    tab.page.locator("label.choice", has_text=chosen).first.click()
    tab.press()
    tab.page.get_by_role("link", name="Kembali").or_(
        tab.page.get_by_role("button", name="Kembali")
    ).first.click()
    tab.page.reload()
    expect(tab.page.locator("label.choice input:checked")).to_have_count(1)
    checked = tab.page.locator("label.choice:has(input:checked) span").inner_text()
    assert " ".join(checked.split()) == chosen


def _stranger_verifies(browser: Browser, url: str, verify: str, name: str) -> None:
    context = browser.new_context(viewport=PHONE, locale="id-ID")  # type: ignore[arg-type]
    tab = Tab(context, PHONE["width"])
    tab.go(verify if verify.startswith("http") else url + verify)
    assert name in tab.page.locator("main").inner_text()
    assert tab.complaints == []
    context.close()


def test_first_views_are_light(served: Served, browser: Browser) -> None:
    """At most 60 kB for a first view with an empty cache, at most 15 kB of script."""
    account = served.account("cilegon", "learner", "new")
    for path in (f"/{account.agency}/masuk", f"/{account.agency}/"):
        context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
        tab = Tab(context, PHONE["width"])
        if not path.endswith("masuk"):
            tab.log_in(served.url, account)
        client = context.new_cdp_session(tab.page)
        client.send("Network.enable")
        client.send("Network.setCacheDisabled", {"cacheDisabled": True})
        sizes: list[float] = []
        client.on("Network.loadingFinished", lambda e, s=sizes: s.append(e["encodedDataLength"]))
        tab.page.goto(served.url + path)
        tab.page.wait_for_load_state("networkidle")
        assert 0 < sum(sizes) <= 60_000, (path, sizes)
        context.close()


def test_loop_works_without_javascript(served: Served, browser: Browser) -> None:
    account = served.account("cilegon", "learner", "new")
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{served.url}/{account.agency}/masuk")
    page.get_by_label("NIP").fill(account.nip)
    page.get_by_label("Kata sandi").first.fill(account.password)
    page.locator("main .btn:not(.second):not(.plain)").first.click()
    assert page.locator("main").get_attribute("data-page") == "home.home"
    context.close()
