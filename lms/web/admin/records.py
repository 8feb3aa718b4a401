"""The audit chain: who did what, and whether the chain holds."""

from __future__ import annotations

import re
from itertools import islice

from flask import request
from flask.typing import ResponseReturnValue

from lms.core.audit import broken_entries, head
from lms.core.operations import records
from lms.core.people.permissions import all_permissions
from lms.web.access import permission
from lms.web.admin.blueprint import blueprint
from lms.web.context import session, site
from lms.web.pages import Paging, page, page_number
from lms.web.translation import gettext as _

NOTED = re.compile(r"\s*(\d{1,9})\s*[:\- ]\s*([0-9a-f]{64})\s*")
SHOWN = 100


@blueprint.get("/catatan")
@permission("core:audit:read")
def audit_log() -> ResponseReturnValue:
    """List the deeds, newest first, or those of one kind."""
    actions = records.audit_actions(session())
    chosen = request.args.get("action", "")
    action = chosen if chosen in actions else ""
    number = page_number()
    paging = Paging(
        items=records.list_audit(session(), action, number=number),
        total=records.count_audit(session(), action),
        number=number,
    )
    titles = {each.name: _(each.title) for each in all_permissions(site().registry)}
    return page("admin/audit.html", actions=actions, action=action, paging=paging, titles=titles)


@blueprint.get("/catatan/rantai")
@permission("core:audit:read")
def audit_chain() -> ResponseReturnValue:
    """Check the whole chain, also against a code that somebody noted earlier."""
    noted = request.args.get("kode", "")
    match = NOTED.fullmatch(noted)
    heads = {int(match[1]): match[2]} if match else {}
    breaks = list(islice(broken_entries(session(), heads), SHOWN))
    number, digest = head(session())
    return page(
        "admin/chain.html",
        breaks=breaks,
        number=number,
        digest=digest,
        noted=noted,
        unreadable=bool(noted.strip()) and match is None,
    )
