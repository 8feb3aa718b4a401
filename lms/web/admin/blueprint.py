"""The blueprint that the administrator's views share."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/pengelolaan")
