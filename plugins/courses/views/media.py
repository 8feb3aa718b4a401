"""Pictures of courses: cached for long, since an address never changes its content."""

from __future__ import annotations

import re

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.web import plugin_blueprint, require, session, signed_in, site
from plugins.courses.queries.outline import media_type
from plugins.courses.services.media import SVG

blueprint = plugin_blueprint("courses_media", "plugins.courses", url_prefix="/pelatihan/media")

PLACE = re.compile(r'src="media/([0-9a-f]{64})"')
POLICY = "default-src 'none'; sandbox"
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""Pictures from drawing programs carry style of their own; nothing in them may run or load."""


@blueprint.get("/<digest>")
@signed_in
def picture(digest: str) -> ResponseReturnValue:
    """Send a picture of a course."""
    kind = require(media_type(session(), digest))
    response = Response(site().files.get(digest), mimetype=kind)
    response.set_etag(digest)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = SVG_POLICY if kind == SVG else POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response.make_conditional(request)


def with_pictures(html: str) -> Markup:
    """Put the agency's own address before the pictures of a step; the HTML was cleaned before."""
    return Markup(PLACE.sub(lambda found: f'src="{_address(found.group(1))}" loading="lazy"', html))


def _address(digest: str) -> str:
    return url_for("courses_media.picture", digest=digest)
