"""The WSGI host: finds the agency, hands the request to its app.

An agency is found by the host name (`domains` in its settings) or by the first part of the path.
Its app is made when it is first asked for and kept while it is among the recently used ones.
Nothing below the host knows that there are other agencies.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from lms.app import create_app
from lms.config import HostConfig, load_host
from lms.core.errors import PluginError
from lms.core.plugins import discover, load_plugin
from lms.core.site import Site
from lms.hosting.directory import Directory, Entry
from lms.hosting.pages import HostPages
from lms.hosting.pulses import Pulses
from lms.hosting.warm import Unavailable, WarmApps

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Host:
    """A WSGI callable that serves all agencies of a home."""

    def __init__(
        self,
        home: Path,
        config: HostConfig | None = None,
        *,
        make_app: Callable[[Site], WSGIApplication] = create_app,
        safe_mode: bool = False,
    ) -> None:
        self.config = load_host(home) if config is None else config
        self.apps = WarmApps(home, self.config.warm_agencies, make_app, safe_mode=safe_mode)
        self.pulses = Pulses(self.apps.sites)
        self.directory = Directory(home, on_gone=self.apps.forget)
        self.pages = HostPages(self.directory, self.config)

    def start_pulses(self) -> None:
        """Do from now on what plugins want done every few seconds for agencies in use."""
        self.apps.on_open = self.pulses.begin
        self.pulses.start()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        entry = self.directory.by_domain(_host_name(environ))
        if entry is not None:
            return self._serve(entry, environ, start_response)
        first, slash, rest = environ.get("PATH_INFO", "").lstrip("/").partition("/")
        entry = self.directory.by_slug(first)
        if entry is None:
            return self._own(first, rest, environ)(environ, start_response)
        if not slash:
            return _with_slash(environ, first)(environ, start_response)
        inside = environ | {
            "SCRIPT_NAME": f"{environ.get('SCRIPT_NAME', '')}/{first}",
            "PATH_INFO": f"/{rest}",
        }
        return self._serve(entry, inside, start_response)

    def _serve(
        self, entry: Entry, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        try:
            app = self.apps.get(entry)
        except Unavailable:
            return self._excuse(entry, Request(environ))(environ, start_response)
        serve = _timed if entry.hidden else _plainly
        return serve(app, environ, start_response)

    def _excuse(self, entry: Entry, request: Request) -> Response:
        """Say that the agency is away; the page's style sheet has an address in the agency."""
        if request.path.startswith("/static/"):
            return self.pages.static(request, request.path.removeprefix("/static/"))
        return self.pages.unavailable(request, entry.name)

    def _own(self, first: str, rest: str, environ: WSGIEnvironment) -> Response:
        """Answer for the host itself; it only ever shows something."""
        request = Request(environ)
        if request.method not in ("GET", "HEAD"):
            return Response(status=405, headers={"Allow": "GET, HEAD"})
        if first == "static":
            return self.pages.static(request, rest)
        answers = {"": self.pages.front, "agencies": self.pages.list_agencies}
        if first == "healthz" and not rest:
            return self.pages.health()
        return answers.get("/".join((first, rest)).rstrip("/"), self.pages.missing)(request)


def _host_name(environ: WSGIEnvironment) -> str:
    host = environ.get("HTTP_HOST") or environ.get("SERVER_NAME", "")
    return str(host).rsplit(":", 1)[0].rstrip(".").lower()


def _with_slash(environ: WSGIEnvironment, slug: str) -> Response:
    query = environ.get("QUERY_STRING", "")
    address = f"{environ.get('SCRIPT_NAME', '')}/{slug}/" + (f"?{query}" if query else "")
    return redirect(address, 308)


def _plainly(
    app: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    return app(environ, start_response)


def _timed(
    app: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """Tell a rehearsal how much processor time each answer took, in `Server-Timing`."""
    held: list[Any] = []

    def hold(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        held[:] = [status, headers, exc_info]
        return lambda _data: None

    began = time.thread_time()
    body = app(environ, hold)
    spent = (time.thread_time() - began) * 1000
    status, headers, exc_info = held
    start_response(status, [*headers, ("Server-Timing", f"app;dur={spent:.3f}")], exc_info)
    return body


def application() -> WSGIApplication:
    """Make the host of `LMS_HOME`; this is what the web server loads."""
    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.WARNING)
    home = Path(os.environ.get("LMS_HOME") or "instance").absolute()
    host = Host(home, safe_mode=bool(os.environ.get("LMS_SAFE_MODE")))
    _import_plugins()
    _end_with_parent()
    host.start_pulses()
    hops = host.config.proxies
    if not hops:
        return host
    return ProxyFix(host, x_for=hops, x_proto=hops, x_host=hops)


def _import_plugins() -> None:
    """Import the built-in plugins now, not in the first visitor's request."""
    for found in discover().values():
        if found.builtin:
            # One that breaks is told by name when an agency wants it.
            with contextlib.suppress(PluginError):
                load_plugin(found)


def _end_with_parent() -> None:
    """End this web process when the server that started it was killed; it would hold the port."""
    starter = os.environ.get("LMS_SERVER_PID", "")
    if starter != str(os.getppid()):
        return  # somebody else's web server runs us

    def watch() -> None:
        while str(os.getppid()) == starter:
            time.sleep(0.25)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="watch-parent", daemon=True).start()
