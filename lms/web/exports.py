"""A person's own files: what is being made, what can be fetched, until when."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, after_this_request
from flask.typing import ResponseReturnValue

from lms.core.audit import audit
from lms.core.exports import reading as exports
from lms.core.exports.asking import ask_again
from lms.core.operations.work import plain_problem
from lms.web.access import signed_in
from lms.web.context import session, site, viewer
from lms.web.pages import Paging, page, page_number, redirect_to

blueprint = Blueprint("exports", __name__, url_prefix="/berkas")


@blueprint.get("")
@signed_in
def mine() -> ResponseReturnValue:
    """List the files that this person asked for, newest first."""
    me, number = viewer().person_id, page_number()
    paging = Paging(
        items=exports.list_exports(session(), me, number=number),
        total=exports.count_exports(session(), me),
        number=number,
    )
    return page("exports/mine.html", paging=paging)


@blueprint.get("/<public_id>")
@signed_in
def show(public_id: str) -> ResponseReturnValue:
    """Show how far a file is; the page looks again by itself until it is made."""
    line = exports.show_export(session(), viewer().person_id, public_id)
    return page(
        "exports/show.html",
        fragment="exports/_state.html",
        export=line,
        problem=plain_problem(line.error),
    )


@blueprint.get("/<public_id>/unduh")
@signed_in
def fetch(public_id: str) -> ResponseReturnValue:
    """Hand the file over to whoever asked for it, if the permission still holds."""
    found = exports.fetch_export(session(), viewer().person_id, public_id)
    _note_fetch(public_id)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.filename)}",
        "Cache-Control": "no-store",
    }
    return Response(found.content, mimetype=found.media_type, headers=headers)


@blueprint.post("/<public_id>/ulang")
@signed_in
def ask(public_id: str) -> ResponseReturnValue:
    """Have a file that stopped or was removed made anew."""
    made = ask_again(session(), viewer().person_id, public_id)
    return redirect_to("exports.show", public_id=made)


def _note_fetch(public_id: str) -> None:
    """Write into the audit that the file left the house, in a transaction after the page."""
    me = viewer().person_id

    @after_this_request
    def write(response: Response) -> Response:
        with site().database.writing(deliver=False) as own:
            audit(own, me, "core:export:fetch", public_id)
        return response
