"""Finding and starting the machine's own Chromium; no browser is ever downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NOT_FOUND = "No Chromium: install chromium (./dev setup does it as root) or set LMS_TEST_CHROMIUM."

# Playwright itself adds --headless, --no-sandbox and a new empty profile. Without the background
# flags Chromium looks for its maker's hosts at every start.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class BrowserMissing(Exception):
    """No Chromium was found."""


def chromium_path() -> str:
    """The Chromium to drive: LMS_TEST_CHROMIUM alone when it is set, else the first on PATH."""
    chosen = os.environ.get("LMS_TEST_CHROMIUM")
    names = [chosen] if chosen else ["chromium", "google-chrome"]
    for name in names:
        if found := shutil.which(name):
            return found
    raise BrowserMissing(NOT_FOUND)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A headless Chromium, closed at the end.

    Raises BrowserMissing when there is none.
    """
    executable = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=list(FLAGS), chromium_sandbox=False
        )
        try:
            yield browser
        finally:
            browser.close()
