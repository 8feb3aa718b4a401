"""The plugins of the agency: what runs, what it hooks into, what went wrong."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from lms.core.operations import configuration
from lms.web.access import permission
from lms.web.admin.blueprint import blueprint
from lms.web.context import site
from lms.web.pages import page


@blueprint.get("/plugin")
@permission("core:plugin:read")
def plugins() -> ResponseReturnValue:
    """List the plugins that run, and those that are switched on but did not load."""
    lines = configuration.plugin_lines(site().registry)
    running = {line.name for line in lines}
    missing = [name for name in site().config.plugins if name not in running]
    return page("admin/plugins.html", plugins=lines, missing=missing)
