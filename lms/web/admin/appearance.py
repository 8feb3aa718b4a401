"""The agency's colour as a small style sheet of its own."""

from __future__ import annotations

from flask import Response

from lms.core.errors import NotFound
from lms.web.access import public
from lms.web.admin.blueprint import blueprint
from lms.web.context import site
from lms.web.contrast import is_readable


@blueprint.get("/warna.css")
@public
def accent_sheet() -> Response:
    """Give the agency's two colours; none, or a pair that cannot be read well, is not found."""
    accent = site().config.accent
    if not accent.deep or not is_readable(accent.deep, accent.pale):
        raise NotFound("Instansi ini memakai warna bawaan.")
    values = f"--deep:{accent.deep}" + (f";--pale:{accent.pale}" if accent.pale else "")
    headers = {"Cache-Control": "public, max-age=3600"}
    return Response(f":root{{{values}}}", mimetype="text/css", headers=headers)
