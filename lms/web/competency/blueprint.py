"""The blueprint that the competency views share."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("competency", __name__, url_prefix="/standar")
