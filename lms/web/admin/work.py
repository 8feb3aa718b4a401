"""Background work and deliveries of events: what runs, what stopped, start it again."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from lms.core.operations import work
from lms.web.access import permission
from lms.web.admin.blueprint import blueprint
from lms.web.context import session, viewer
from lms.web.pages import PAGE_SIZE, Paging, notify, page, page_number, redirect_to
from lms.web.translation import gettext as _
from lms.web.translation import ngettext


@blueprint.get("/proses")
@permission("core:job:read")
def jobs() -> ResponseReturnValue:
    """List background work, what runs and what stopped first."""
    number = page_number()
    paging = Paging(
        items=work.list_jobs(session(), number=number),
        total=work.count_jobs(session()),
        number=number,
    )
    stopped = sum(line.stopped for line in work.delivery_counts(session()))
    return page("admin/jobs.html", paging=paging, stopped_deliveries=stopped)


@blueprint.post("/proses/<public_id>/ulang")
@permission("core:job:retry")
def retry_job(public_id: str) -> ResponseReturnValue:
    """Start stopped work again."""
    work.retry_job(session(), public_id, viewer().person_id)
    notify(_("Proses dimulai lagi."))
    return redirect_to("admin.jobs")


@blueprint.get("/kejadian")
@permission("core:job:read")
def events() -> ResponseReturnValue:
    """Show how many events each plugin has heard, and those that it could not take."""
    number = page_number()
    counts = work.delivery_counts(session())
    paging = Paging(
        items=work.stopped_deliveries(session(), number=number, size=PAGE_SIZE),
        total=sum(line.stopped for line in counts),
        number=number,
    )
    return page("admin/events.html", counts=counts, paging=paging)


@blueprint.post("/kejadian/<int(max=2147483647):delivery_id>/ulang")
@permission("core:job:retry")
def retry_delivery(delivery_id: int) -> ResponseReturnValue:
    """Tell a plugin a stopped event again."""
    work.retry_delivery(session(), delivery_id, viewer().person_id)
    notify(_("Kejadian akan disampaikan lagi."))
    return redirect_to("admin.events")


@blueprint.post("/kejadian/ulang")
@permission("core:job:retry")
def retry_deliveries() -> ResponseReturnValue:
    """Tell all stopped events again."""
    count = work.retry_deliveries(session(), viewer().person_id)
    text = "%(num)s kejadian akan disampaikan lagi."
    notify(ngettext(text, text, count))
    return redirect_to("admin.events")
