"""Static files under hashed names, compressed once, cached for a year."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from base64 import b64encode
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, request, url_for

from lms.core.errors import NotFound
from lms.web.access import public

blueprint = Blueprint("assets", __name__)
HTMX = "htmx.js"


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file in memory: its address carries the start of its digest."""

    body: bytes
    packed: bytes
    media_type: str
    digest: str
    integrity: str


class Assets:
    """The static files of core and plugins: `titian.css`, `courses/x.js`, `htmx.js`."""

    def __init__(self, roots: dict[str, Path]) -> None:
        self.roots = roots
        self._loaded: dict[str, Asset] = {}

    def get(self, name: str) -> Asset:
        """Give a file by its logical name; raises NotFound."""
        if name not in self._loaded:
            self._loaded[name] = _load(self._path(name))
        return self._loaded[name]

    def _path(self, name: str) -> Path:
        if name == HTMX:  # comes from its wheel, not from our tree
            return Path(str(files("js_lib_htmx"))) / "static/htmx/htmx.min.js"
        owner, _, rest = name.partition("/")
        root = self.roots.get(owner) if rest else None
        root, rest = (root, rest) if root else (self.roots[""], name)
        path = (root / rest).resolve()
        if not path.is_relative_to(root.resolve()) or not path.is_file():
            raise NotFound("Berkas tidak ditemukan.")
        return path


def _load(path: Path) -> Asset:
    body = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(
        body=body,
        packed=gzip.compress(body, 9, mtime=0),
        media_type=kind,
        digest=hashlib.sha256(body).hexdigest()[:12],
        integrity="sha384-" + b64encode(hashlib.sha384(body).digest()).decode(),
    )


def _assets() -> Assets:
    assets: Assets = current_app.extensions["lms-assets"]
    return assets


def static(name: str) -> str:
    """Give the address of a static file."""
    return url_for("assets.serve", digest=_assets().get(name).digest, name=name)


def integrity(name: str) -> str:
    """Give the integrity attribute of a static file."""
    return _assets().get(name).integrity


@blueprint.get("/static/<digest>/<path:name>")
@public
def serve(digest: str, name: str) -> Response:
    """Send a static file; an old digest gets today's file without long caching."""
    asset = _assets().get(name)
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(asset.packed if packed else asset.body, mimetype=asset.media_type)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    current = digest == asset.digest
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if current else "no-cache"
    )
    return response


def install(app: Flask, roots: dict[str, Path]) -> None:
    """Serve static files and make `static()` known to templates."""
    app.extensions["lms-assets"] = Assets(roots)
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(static=static, integrity=integrity)
