"""A person walks the loop on a phone: test, result, course, retest, certificate, verify."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, expect

from lms.rehearsal.knowing import starter_knowledge
from tests.browser.conftest import PHONE, Served, Tab

pytestmark = pytest.mark.browser
KNOWN = starter_knowledge()
MOST = 200


def _options(tab: Tab) -> list[str]:
    texts = tab.page.locator("label.choice:not(.light) span").all_inner_texts()
    return [" ".join(text.split()) for text in texts]


def _answer(tab: Tab, *, right: bool) -> None:
    """Answer by taps anywhere on a row, by typing or by picking, and go on."""
    known = KNOWN.about(" ".join(tab.page.locator("main").inner_text().split()))
    assert known is not None, tab.page.url
    fields = (known.right if right else known.wrong[0]).fields
    for name, value in fields.items():
        if "settled" in fields:
            _put_in_order(tab, fields["answer"])
        elif tab.page.locator(f"main select[name={name}]").count():
            tab.page.locator(f"main select[name={name}]").select_option(value)
        elif tab.page.locator(f"main label.choice input[name={name}]").count():
            for one in [value] if isinstance(value, str) else value:
                _row(tab, f"input[name={name}][value='{one}']").click()
        else:
            tab.page.locator(f"main input[name={name}]").fill(str(value))
    _press_on(tab)


def _press_on(tab: Tab) -> None:
    """Press the filled button and wait for another page: the script may swap it in later."""
    before = tab.page.locator("h1").inner_text()
    tab.press()
    expect(tab.page.locator("h1")).not_to_have_text(before)


def _row(tab: Tab, box: str) -> Locator:
    return tab.page.locator("main label.choice", has=tab.page.locator(box)).first


def _put_in_order(tab: Tab, order: str | list[str]) -> None:
    """Move each row up to its place; then it is settled, or the box says so."""
    for place, wanted in enumerate(order):
        for _ in order:
            rows = tab.page.locator("main ol.rows input[name=answer]").all()
            now = [row.get_attribute("value") for row in rows].index(wanted)
            if now == place:
                break
            tab.page.locator(f"main button[value=up-{wanted}]").click()
            above = tab.page.locator("main ol.rows li").nth(now - 1)
            expect(above).to_have_id(f"urutan-{wanted}")
    if tab.page.locator("main input[type=checkbox][name=settled]:not(:checked)").count():
        _row(tab, "input[name=settled]").click()


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
    while not tab.page.locator("main label.choice input[type=radio]").count():
        _answer(tab, right=False)
    chosen = _options(tab)[0]
    number = tab.page.locator("h1").inner_text()
    tab.page.locator("label.choice", has_text=chosen).first.click()
    _press_on(tab)
    tab.page.get_by_role("link", name="Kembali").or_(
        tab.page.get_by_role("button", name="Kembali")
    ).first.click()
    expect(tab.page.locator("h1")).to_have_text(number)
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
