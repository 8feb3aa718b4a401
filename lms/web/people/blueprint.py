"""The blueprint that the views about people share."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("people", __name__)
