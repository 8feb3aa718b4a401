"""Files of courses: cached for long, since an address never changes its content; sent in parts."""

from __future__ import annotations

import io
import re
from pathlib import Path, PurePath

from flask import Response, request, send_file, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.web import plugin_blueprint, require, session, signed_in, site, viewer
from plugins.courses.permissions import DRAFT, READ
from plugins.courses.queries.outline import stored_file
from plugins.courses.services.media import SVG

blueprint = plugin_blueprint("courses_media", "plugins.courses", url_prefix="/pelatihan/media")

PLACE = re.compile(r'\b(src|href)="media/([0-9a-f]{64})"')
IMAGE = re.compile(r"<img ")
POLICY = "default-src 'none'; sandbox"
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""Pictures from drawing programs carry style of their own; nothing in them may run or load."""


@blueprint.get("/<digest>")
@signed_in
def picture(digest: str) -> ResponseReturnValue:
    """Send a file of a course, or the part of it that was asked for (206).

    Drafts' files are for those who may read drafts. A request for several parts at once gets the
    whole file, as the standard allows: players ask for one.
    """
    drafts = viewer().can(DRAFT) or viewer().can(READ)
    name, kind = require(stored_file(session(), digest, drafts=drafts))
    if "," in request.headers.get("Range", ""):
        del request.environ["HTTP_RANGE"]
    response = send_file(
        _content(digest, kind),
        mimetype=kind,
        etag=digest,
        conditional=True,
        max_age=31536000,
        as_attachment=kind.startswith("application/"),
        download_name=PurePath(name).name,
    )
    return _guarded(response, kind)


def _content(digest: str, kind: str) -> io.BytesIO | Path:
    """Give a picture at once, and where a recording lies: of that only a part may be wanted."""
    if kind.startswith("image/"):
        return io.BytesIO(site().files.get(digest))
    path = site().files.path(digest)
    return require(path if path.exists() else None)


def _guarded(response: Response, kind: str) -> Response:
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = SVG_POLICY if kind == SVG else POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def with_pictures(html: str, *, lazy: bool = True) -> Markup:
    """Put the agency's own address before the files of a step; the HTML was cleaned before.

    What is not on the screen yet loads later, but a print needs all of it.
    """
    placed = PLACE.sub(lambda found: f'{found[1]}="{_address(found[2])}"', html)
    return Markup(IMAGE.sub('<img loading="lazy" ', placed) if lazy else placed)


def _address(digest: str) -> str:
    return url_for("courses_media.picture", digest=digest)
