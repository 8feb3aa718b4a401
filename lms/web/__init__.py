"""The web door: what the views of core and of plugins need."""

from __future__ import annotations

from lms.web.access import (
    Claim,
    checks_login,
    claimed_login,
    permission,
    public,
    refuse_login,
    signed_in,
    wants_json,
)
from lms.web.addresses import whole_number
from lms.web.assets import static
from lms.web.context import glancing, reading, session, site, viewer, viewer_or_none, writing
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
from lms.web.translation import ngettext, speak
from lms.web.uploads import (
    Upload,
    find_upload,
    given_file,
    keep_upload,
    read_values,
    sign_values,
)

__all__ = [
    "PAGE_SIZE",
    "Claim",
    "Paging",
    "Upload",
    "_",
    "checks_login",
    "choice",
    "claimed_login",
    "find_upload",
    "given_file",
    "glancing",
    "htmx",
    "keep_upload",
    "ngettext",
    "notify",
    "page",
    "page_number",
    "permission",
    "plugin_blueprint",
    "public",
    "read_values",
    "reading",
    "redirect_to",
    "refuse_login",
    "require",
    "session",
    "sign_values",
    "signed_in",
    "site",
    "speak",
    "static",
    "viewer",
    "viewer_or_none",
    "wants_json",
    "whole_number",
    "writing",
]
