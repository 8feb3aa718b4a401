"""Pages of rules that assign courses."""

from __future__ import annotations

from plugins.courses.views.rules import running, writing
from plugins.courses.views.rules.blueprint import blueprint

__all__ = ["blueprint", "running", "writing"]
