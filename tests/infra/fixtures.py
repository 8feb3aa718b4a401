"""Fixtures for the machine's part: `postgres_server` and `browser`, one each per run or worker."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.infra.postgres import PostgresMissing, shared_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The administrator's URL of a PostgreSQL server shared by all workers of this run.

    Each test makes its own database in it. No server is a failure, never a skip.
    """
    base = tmp_path_factory.getbasetemp()
    # A worker's folder lies in the run's; without workers the folder above belongs to all runs.
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    try:
        with shared_server(folder) as server:
            yield server.url
    except PostgresMissing as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium per worker; give every test its own `browser.new_context()`.

    No browser is a failure, never a skip.
    """
    from tests.infra.browser import BrowserMissing, running_browser

    try:
        with running_browser() as running:
            yield running
    except BrowserMissing as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
