"""What an address or a form may hold, so that no database is asked for what it cannot store."""

from __future__ import annotations

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

from lms.web.context import SAFE_METHODS

GREATEST = 2**31 - 1
"""The greatest number that a column of ids holds on PostgreSQL."""
NUL = "\x00"


class BoundedInteger(IntegerConverter):
    """An id or a place in an address; a greater number than any column holds is no page."""

    def __init__(self, map: Map, max: int = GREATEST) -> None:
        super().__init__(map, max=max)


def whole_number(text: str) -> int:
    """Read an id or a count from an address or a form, as `type=` of werkzeug's `get`.

    Raises ValueError for what is no number, and for one that no column holds.
    """
    number = int(text)
    if abs(number) > GREATEST:
        raise ValueError(text)
    return number


def _refuse_nul() -> None:
    """Refuse the sign that PostgreSQL cannot store; no keyboard and no browser types it."""
    if NUL in request.path:
        abort(404)
    given = [request.args] if request.method in SAFE_METHODS else [request.args, request.form]
    if any(NUL in text for form in given for _name, text in form.items(multi=True)):
        abort(400)


def install(app: Flask) -> None:
    """Switch it on, before any address is made known."""
    app.url_map.converters["int"] = BoundedInteger
    app.before_request(_refuse_nul)
