"""Pages of the administrator: jobs, deliveries, messages, settings, plugins, audit, colour."""

from __future__ import annotations

# Each module adds its views to the blueprint when it is imported.
import lms.web.admin.appearance
import lms.web.admin.dispatches
import lms.web.admin.plugins
import lms.web.admin.records
import lms.web.admin.settings
import lms.web.admin.work  # noqa: F401
from lms.web.admin.blueprint import blueprint

__all__ = ["blueprint"]
