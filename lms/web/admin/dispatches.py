"""How messages travel: what was sent, what waits, what nobody knows; send again."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms.core.hooks.contracts import Link
from lms.core.messages import queries
from lms.core.messages.channels import channels
from lms.core.messages.dispatching import send_again
from lms.core.messages.sending import send_message
from lms.core.site import now
from lms.web.access import permission
from lms.web.admin.blueprint import blueprint
from lms.web.context import session, viewer
from lms.web.pages import Paging, notify, page, page_number, redirect_to
from lms.web.translation import gettext as _

STATE_WORDS = {  # i18n
    "unclear": "Belum pasti",
    "stopped": "Berhenti",
    "sending": "Sedang dikirim",
    "waiting": "Menunggu",
    "sent": "Terkirim",
}


@blueprint.get("/pesan")
@permission("core:message:read")
def dispatches() -> ResponseReturnValue:
    """List how messages travel, newest first, or those in one state."""
    asked = request.args.get("state", "")
    state = asked if asked in queries.STATES else ""
    counts = queries.count_dispatches(session())
    number = page_number()
    paging = Paging(
        items=queries.list_dispatches(session(), state, number=number),
        total=counts[state] if state else sum(counts.values()),
        number=number,
    )
    ways = {name: each.title for name, each in channels(session()).items()}
    return page(
        "admin/dispatches.html",
        paging=paging,
        state=state,
        counts=counts,
        words=STATE_WORDS,
        ways=ways,
    )


@blueprint.post("/pesan/<int(max=2147483647):dispatch_id>/ulang")
@permission("core:message:retry")
def retry_dispatch(dispatch_id: int) -> ResponseReturnValue:
    """Send a stopped or uncertain message again: a person decides that, never the machine."""
    send_again(session(), dispatch_id, viewer().person_id)
    notify(_("Pesan akan dikirim lagi."))
    return redirect_to("admin.dispatches")


@blueprint.post("/pesan/percobaan")
@permission("core:message:retry")
def try_channels() -> ResponseReturnValue:
    """Send a message to oneself through every channel, to see that they work."""
    send_message(
        session(),
        viewer().person_id,
        key=f"core.trial:{viewer().person_id}:{now(session()).isoformat()}",
        kind="core.trial",
        subject=_("Pesan percobaan"),
        text=_("Kalau Anda membaca ini, pengiriman pesan bekerja."),
        link=Link(endpoint="messages.inbox"),
    )
    notify(_("Pesan percobaan dibuat. Hasilnya terlihat di bawah ini."))
    return redirect_to("admin.dispatches")
