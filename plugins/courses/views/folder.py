"""Pages: a course as a ZIP of its folder, to take away and to bring in."""

from __future__ import annotations

from tempfile import TemporaryFile

from flask import request, send_file
from flask.typing import ResponseReturnValue

from lms import Invalid
from lms.web import (
    _,
    find_upload,
    given_file,
    keep_upload,
    notify,
    page,
    permission,
    plugin_blueprint,
    redirect_to,
    session,
    viewer,
)
from plugins.courses.permissions import DRAFT, READ
from plugins.courses.services.folder import (
    draft_folder,
    status_of,
    take_draft,
    version_content,
    write_zip,
)
from plugins.courses.services.folder_zip import parse_zip
from plugins.courses.services.versions import NewVersion

blueprint = plugin_blueprint("courses_folder", "plugins.courses", url_prefix="/pelatihan/folder")
PURPOSE = "courses-folder"


@blueprint.get("/<slug>.zip")
@permission(READ)
def download(slug: str) -> ResponseReturnValue:
    """Send a version of a course as a ZIP, the current one unless asked."""
    content = version_content(session(), slug, request.args.get("versi", type=int))
    return _sent(content, slug)


@blueprint.get("/<slug>/draf.zip")
@permission(DRAFT)
def download_draft(slug: str) -> ResponseReturnValue:
    """Send the draft of a course as a ZIP."""
    return _sent(draft_folder(session(), slug), f"{slug}-draf")


def _sent(content: NewVersion, name: str) -> ResponseReturnValue:
    file = TemporaryFile()  # noqa: SIM115 - sending closes it
    write_zip(session(), content, file)
    file.seek(0)
    response = send_file(
        file, mimetype="application/zip", as_attachment=True, download_name=f"{name}.zip"
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.route("/unggah", methods=["GET", "POST"])
@permission(DRAFT)
def upload() -> ResponseReturnValue:
    """Take a ZIP; keep it until what it does was read."""
    if request.method == "GET":
        return page("courses/folder/upload.html", error="")
    try:
        content, filename = given_file()
        parse_zip(content)
    except Invalid as refused:
        return page("courses/folder/upload.html", error=_(refused.message), status=422)
    kept = keep_upload(PURPOSE, content, filename)
    return redirect_to("courses_folder.check", token=kept.token)


@blueprint.get("/unggah/<token>")
@permission(DRAFT)
def check(token: str) -> ResponseReturnValue:
    """Say what taking the course does, in numbers."""
    kept = find_upload(PURPOSE, token)
    parsed = parse_zip(kept.content())
    status, replaces = status_of(session(), parsed)
    return page(
        "courses/folder/check.html",
        parsed=parsed,
        filename=kept.filename,
        token=token,
        same=status == "same",
        replaces=replaces,
    )


@blueprint.post("/unggah/<token>")
@permission(DRAFT)
def take(token: str) -> ResponseReturnValue:
    """Make the course a draft."""
    kept = find_upload(PURPOSE, token)
    taken = take_draft(session(), viewer().person_id, parse_zip(kept.content()))
    kept.forget()
    if taken.status == "same":
        notify(_("Isinya sudah sama. Tidak ada yang berubah."))
        return redirect_to("courses_authoring.courses")
    notify(_("Pelatihan sekarang menjadi draf. Periksa, lalu kirim."))
    return redirect_to("courses_authoring.outline", slug=taken.slug)
