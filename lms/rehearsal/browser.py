"""A browser without JavaScript for one invented person: cookies, forms, redirects, one connection.

The standard library is enough: no address but the given server's is ever asked.
"""

from __future__ import annotations

import gzip
import http.client
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from lms.rehearsal.page import Form, Page, read_page

TIMEOUT = 60
TRIES = 480
"""For two minutes: an outage of half a minute, and a server that starts slowly after it."""
PAUSE = 0.25
TIMING = re.compile(r"app;dur=([0-9.]+)")
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, as measured here; times in milliseconds."""

    method: str
    path: str
    status: int
    ms: float
    server_ms: float | None
    size: int


class Browser:
    """Keeps a person's cookies and follows redirects; `note` hears of every exchange.

    A connection that breaks is tried again with the same content, as a person would do: saving is
    idempotent, so a repeated request cannot count twice.
    """

    def __init__(self, base: str, note: Callable[[Exchange], None]) -> None:
        self.base = base
        self._note = note
        self._cookies: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Page:
        """Open a page, following redirects."""
        return self._ask("GET", path, None)

    def send(self, page: Page, form: Form, **values: str | list[str]) -> Page:
        """Send a form of a page with its primary button and these values."""
        body = {**form.values, **form.submit, **values}
        target = urljoin(page.url, form.action) if form.action else page.url
        if form.method == "get":
            return self.get(f"{target.split('?')[0]}?{urlencode(body, doseq=True)}")
        return self._ask("POST", target, urlencode(body, doseq=True))

    def follow(self, page: Page, target: str) -> Page:
        """Open a link of a page."""
        return self.get(urljoin(page.url, target))

    def forget(self) -> None:
        """Drop all cookies: from here on this is a stranger."""
        self._cookies.clear()

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, method: str, url: str, body: str | None) -> Page:
        for _ in range(12):
            status, headers, text = self._exchange(method, _path(url), body)
            url = urljoin(self.base, url)
            if status not in REDIRECTS:
                page = read_page(url, status, text)
                page.again = _seconds(headers.get("Refresh", ""))
                return page
            url = urljoin(url, headers.get("Location") or "/")
            method, body = "GET", None
        raise RuntimeError(f"too many redirects at {url}")

    def _exchange(
        self, method: str, path: str, body: str | None
    ) -> tuple[int, http.client.HTTPMessage, str]:
        headers = {"Accept-Encoding": "gzip", "Accept": "text/html", "Cookie": self._cookie()}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        start = time.perf_counter()
        response, data = self._patiently(method, path, body, headers)
        ms = (time.perf_counter() - start) * 1000
        self._keep_cookies(response.headers)
        timing = TIMING.search(response.headers.get("Server-Timing", ""))
        server_ms = float(timing[1]) if timing else None
        self._note(Exchange(method, path, response.status, ms, server_ms, len(data)))
        if response.headers.get("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        return response.status, response.headers, data.decode("utf-8", "replace")

    def _patiently(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Send, and send again while the server is away (it may be starting again)."""
        for attempt in range(TRIES):
            try:
                return self._once(method, path, body, headers)
            except (OSError, http.client.HTTPException):
                self.close()
                if attempt + 1 == TRIES:
                    raise
                time.sleep(PAUSE)
        raise AssertionError("unreachable")

    def _once(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        if self._connection is None:
            where = urlsplit(self.base)
            self._connection = http.client.HTTPConnection(
                where.hostname or "127.0.0.1", where.port or 80, timeout=TIMEOUT
            )
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        return response, response.read()

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def _keep_cookies(self, headers: http.client.HTTPMessage) -> None:
        for line in headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                if morsel.value and morsel["max-age"] != "0":
                    self._cookies[name] = morsel.value
                else:
                    self._cookies.pop(name, None)


def _seconds(refresh: str) -> int:
    """Read the seconds of a Refresh header, with or without an address behind them."""
    found = refresh.partition(";")[0].strip()
    return int(found) if found.isdigit() else 0


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
