"""The web door: what the views of core and of plugins need."""

from __future__ import annotations

from lms.web.access import permission, public, signed_in
from lms.web.assets import static
from lms.web.context import reading, session, site, viewer, viewer_or_none, writing
from lms.web.forms import choice
from lms.web.pages import (
    PAGE_SIZE,
    Paging,
    htmx,
    notify,
    page,
    page_number,
    plugin_blueprint,
    redirect_to,
    require,
)
from lms.web.translation import gettext as _
from lms.web.translation import ngettext

__all__ = [
    "PAGE_SIZE",
    "Paging",
    "_",
    "choice",
    "htmx",
    "ngettext",
    "notify",
    "page",
    "page_number",
    "permission",
    "plugin_blueprint",
    "public",
    "reading",
    "redirect_to",
    "require",
    "session",
    "signed_in",
    "site",
    "static",
    "viewer",
    "viewer_or_none",
    "writing",
]
