"""Page of a supervisor or deputy: nominations of my people, answered in two minutes."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms import Invalid, NotAllowed, acts_for, now
from lms.web import (
    PAGE_SIZE,
    Paging,
    _,
    ngettext,
    notify,
    page,
    page_number,
    permission,
    plugin_blueprint,
    redirect_to,
    session,
    viewer,
)
from plugins.courses.permissions import CLASS_APPROVE
from plugins.courses.queries.classes.seats import approval_lines
from plugins.courses.services.classes.deciding import Decided, decide_many

blueprint = plugin_blueprint(
    "courses_approvals", "plugins.courses", url_prefix="/pelatihan/persetujuan"
)


@blueprint.get("/")
@permission(CLASS_APPROVE)
def approvals() -> ResponseReturnValue:
    """List the nominations that wait for my decision."""
    return _page()


@blueprint.post("/")
@permission(CLASS_APPROVE)
def decide() -> ResponseReturnValue:
    """Approve or refuse those that were ticked; a refusal needs a reason."""
    ticked = request.form.getlist("seat")[:PAGE_SIZE]
    grant = request.form.get("decision") != "refuse"
    why = request.form.get("reason", "")
    try:
        done = decide_many(session(), viewer().person_id, ticked, grant=grant, why=why)
    except (Invalid, NotAllowed) as error:
        return _page(status=422, ticked=ticked, reason=why, error=error.message)
    _tell(done)
    return redirect_to("courses_approvals.approvals")


def _tell(done: Decided) -> None:
    approved = done.seated + done.waiting
    if approved:
        notify(ngettext("%(num)s pegawai disetujui.", "%(num)s pegawai disetujui.", approved))
    if done.waiting:
        notify(_("%(n)s di antaranya masuk daftar tunggu.", n=done.waiting), "unclear")
    if done.refused:
        notify(ngettext("%(num)s usulan ditolak.", "%(num)s usulan ditolak.", done.refused))
    if done.left:
        notify(
            _("%(n)s usulan sudah dijawab atau angkatannya sudah mulai.", n=done.left), "unclear"
        )


def _page(
    *, status: int = 200, ticked: list[str] | None = None, reason: str = "", error: str = ""
) -> ResponseReturnValue:
    person_id, number = viewer().person_id, page_number()
    lines, total = approval_lines(
        session(),
        acts_for(session(), person_id),
        person_id,
        now(session()),
        number=number,
        size=PAGE_SIZE,
    )
    return page(
        "courses/classes/approvals.html",
        status=status,
        paging=Paging(items=lines, total=total, number=number),
        ticked=ticked or [],
        reason=reason,
        error=_(error) if error else "",
    )
