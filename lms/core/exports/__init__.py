"""Files made in the background for one person: asked for, watched, fetched, removed."""

from __future__ import annotations

from lms.core.exports.models import ExportRow

__all__ = ["ExportRow"]
