"""The errors alone, for a plugin's pure modules: no database, web or plugin machinery behind."""

from __future__ import annotations

from lms.core.errors import Conflict, Invalid, LmsError, NotAllowed, NotFound, PluginError

__all__ = ["Conflict", "Invalid", "LmsError", "NotAllowed", "NotFound", "PluginError"]
