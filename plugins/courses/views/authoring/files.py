"""Pages: the pictures, recordings and attachments of a draft."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms import get_setting
from lms.web import (
    _,
    given_file,
    notify,
    page,
    permission,
    reading,
    redirect_to,
    session,
    wants_json,
)
from plugins.courses.permissions import DRAFT
from plugins.courses.queries.authoring import file_lines
from plugins.courses.services.authoring.files import (
    add_file,
    describe_file,
    line_for,
    remove_file,
)
from plugins.courses.settings import RECORDING_MEGABYTES
from plugins.courses.views.authoring.blueprint import blueprint, own_draft


@blueprint.get("/<slug>/berkas")
@permission(DRAFT)
def files(slug: str) -> ResponseReturnValue:
    """List the files of a draft, and offer to add one."""
    draft = own_draft(slug)
    return page(
        "courses/authoring/files.html",
        draft=draft,
        files=file_lines(reading(), draft.draft_id, with_modules=True),
        most=get_setting(reading(), RECORDING_MEGABYTES),
    )


@blueprint.post("/<slug>/berkas")
@permission(DRAFT)
def upload(slug: str) -> ResponseReturnValue:
    """Take a file in; a script gets the Markdown that shows it."""
    content, filename = given_file()
    alt = request.form.get("alt", "")
    file = add_file(session(), slug, filename, content, alt)
    if wants_json():
        return {"markdown": line_for(file, alt), "name": file.name}
    notify(_("Berkas %(name)s tersimpan.", name=file.name.removeprefix("media/")))
    return redirect_to("courses_authoring.files", slug=slug)


@blueprint.post("/<slug>/berkas/<name>")
@permission(DRAFT)
def change_file(slug: str, name: str) -> ResponseReturnValue:
    """Change what a file is said to show, or remove it."""
    if request.form.get("go") == "remove":
        remove_file(session(), slug, name)
        notify(_("Berkas dihapus dari draf."))
    else:
        describe_file(session(), slug, name, request.form.get("alt", ""))
        notify(_("Keterangan tersimpan."))
    return redirect_to("courses_authoring.files", slug=slug)
