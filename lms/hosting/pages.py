"""The host's own pages: the list of agencies, and what to say when there is none to serve."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from lms.config import HostConfig
from lms.core.errors import NotFound
from lms.core.people.queries import plain
from lms.hosting.directory import Directory
from lms.web.assets import Assets
from lms.web.icons import ICONS
from lms.web.security import HEADERS
from lms.web.translation import gettext, ngettext

FOLDER = Path(__file__).parents[1]
PAGE_SIZE = 50
A_YEAR = "public, max-age=31536000, immutable"


class HostPages:
    """Answers requests that belong to no agency."""

    def __init__(self, directory: Directory, config: HostConfig) -> None:
        self.directory = directory
        self.config = config
        self._assets = Assets({"": FOLDER / "static"})
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            _=gettext, ngettext=ngettext, static=self._static, icons=ICONS
        )

    def front(self, request: Request) -> Response:
        """Lead to the only agency (or the chosen one), or show the list."""
        listed = self.directory.listed()
        chosen = self.config.default_agency or (listed[0].slug if len(listed) == 1 else "")
        if chosen and any(entry.slug == chosen for entry in listed):
            return redirect(f"{request.script_root}/{chosen}/", 303)
        return self.list_agencies(request)

    def list_agencies(self, request: Request) -> Response:
        """Show the agencies, those that fit `?q=` first of all."""
        wanted = request.args.get("q", "").strip()[:100]
        words = plain(wanted).split()
        entries = self.directory.listed()
        found = [entry for entry in entries if all(word in plain(entry.name) for word in words)]
        values: dict[str, Any] = {"q": wanted, "total": len(entries), "count": len(found)}
        return self._page(
            request, "host/agencies.html", entries=found[:PAGE_SIZE], size=PAGE_SIZE, **values
        )

    def health(self) -> Response:
        """Tell that the host answers, and how many agencies it knows."""
        body = {"status": "ok", "agencies": len(self.directory.all())}
        return self._finish(Response(json.dumps(body), mimetype="application/json"))

    def static(self, request: Request, rest: str) -> Response:
        """Send a static file of the host's pages: `/static/<digest>/<name>`."""
        digest, _, name = rest.partition("/")
        try:
            asset = self._assets.get(name)
        except NotFound:
            return self.missing(request)
        response = Response(asset.body, mimetype=asset.media_type)
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response = Response(asset.packed, mimetype=asset.media_type)
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = A_YEAR if digest == asset.digest else "no-cache"
        return self._finish(response)

    def missing(self, request: Request) -> Response:
        """Say that there is no such agency, and how to find the right one."""
        return self._page(request, "host/missing.html", status=404)

    def unavailable(self, request: Request, name: str) -> Response:
        """Say that an agency cannot be served now; the reason stands in the log only."""
        response = self._page(request, "host/unavailable.html", status=503, name=name)
        response.headers["Retry-After"] = "30"
        return response

    def _static(self, name: str) -> str:
        return f"/static/{self._assets.get(name).digest}/{name}"

    def _page(
        self, request: Request, template: str, *, status: int = 200, **values: Any
    ) -> Response:
        text = self._templates.get_template(template).render(root=request.script_root, **values)
        return self._finish(Response(text, status=status, mimetype="text/html"))

    def _finish(self, response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
