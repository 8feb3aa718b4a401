"""Pages: what a course said before, what changed, bringing it back."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms.web import (
    PAGE_SIZE,
    Paging,
    _,
    notify,
    page,
    page_number,
    permission,
    redirect_to,
    require,
    session,
    site,
    viewer,
)
from plugins.courses.domain.comparing import compare
from plugins.courses.permissions import DRAFT
from plugins.courses.queries.authoring import history_lines, history_page
from plugins.courses.services.authoring.restoring import restore
from plugins.courses.views.authoring.blueprint import blueprint, own_draft


@blueprint.get("/<slug>/riwayat")
@permission(DRAFT)
def history(slug: str) -> ResponseReturnValue:
    """List who changed what and when, newest first."""
    draft = own_draft(slug)
    module = request.args.get("modul", "")[:24]
    number = page_number()
    lines, total = history_lines(session(), draft.course_id, module, number=number, size=PAGE_SIZE)
    paging = Paging(items=lines, total=total, number=number)
    return page("courses/authoring/history.html", draft=draft, paging=paging, module=module)


@blueprint.get("/<slug>/riwayat/<revision_id>")
@permission(DRAFT)
def entry(slug: str, revision_id: str) -> ResponseReturnValue:
    """Show what an entry changed, and how it differs from what is there now."""
    return show_entry(slug, revision_id)


def show_entry(
    slug: str, revision_id: str, *, message: str = "", status: int = 200
) -> ResponseReturnValue:
    """Render an entry; one that was kept beside another text is compared with that text."""
    draft = own_draft(slug)
    with site().database.reading() as s:  # the request's own may have begun before the writing
        found = require(history_page(s, draft.course_id, revision_id))
    kept = found.line.kind == "kept"
    before = (found.now or "") if kept else found.before
    return page(
        "courses/authoring/entry.html",
        status=status,
        draft=draft,
        entry=found,
        change=compare(before, found.source),
        since=None if kept else compare(found.source, found.now or ""),
        message=message,
    )


@blueprint.post("/<slug>/riwayat/<revision_id>")
@permission(DRAFT)
def restore_entry(slug: str, revision_id: str) -> ResponseReturnValue:
    """Bring back what an entry says, as a new entry."""
    module = restore(session(), viewer().person_id, slug, revision_id)
    notify(_("Sudah dikembalikan. Yang tadi tetap ada di riwayat."))
    if module is None:
        return redirect_to("courses_authoring.facts", slug=slug)
    return redirect_to("courses_authoring.edit", slug=slug, public_id=module.public_id)
