"""Officer, trainer and administrator: every page of their menus, on a laptop and on a phone."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Served, Tab

pytestmark = pytest.mark.browser


def _walk_menu(tab: Tab, url: str) -> None:
    links = tab.page.locator("nav.side a[href^='/']").evaluate_all(
        "found => found.map(each => each.getAttribute('href'))"
    )
    assert len(links) >= 3
    for link in links:
        tab.go(url + link)


@pytest.mark.parametrize("role", ["officer", "trainer", "administrator", "auditor"])
@pytest.mark.parametrize("screen", ["laptop", "phone"])
def test_every_menu_page_is_sound(
    served: Served, request: pytest.FixtureRequest, role: str, screen: str
) -> None:
    tab: Tab = request.getfixturevalue(screen)
    account = served.account("serang", role)
    tab.log_in(served.url, account)
    tab.go(
        tab.page.locator("header a", has_text="Kelola").get_attribute("href", timeout=5000)
        and (
            served.url + str(tab.page.locator("header a", has_text="Kelola").get_attribute("href"))
        )
    )
    _walk_menu(tab, served.url)
    assert tab.complaints == []
