"""Sends an uploaded certificate so that nothing in it runs, and takes one from a form."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

from flask import Response, after_this_request, request

from lms import Invalid, NotFound, audit
from lms.web import find_upload, given_file, keep_upload, require, site, viewer
from plugins.courses.queries.ways.outside import OutsideLine
from plugins.courses.services.certificate_files import Certificate, checked_certificate

PURPOSE = "courses-outside"
POLICY = "default-src 'none'; sandbox"


def send_certificate(line: OutsideLine) -> Response:
    """Send a picture to look at, a PDF to save; the browser guesses no other kind."""
    require(line.digest or None)
    content = site().files.get(line.digest)
    shown = line.media_type.startswith("image/")
    return Response(
        content,
        mimetype=line.media_type,
        headers={
            "Content-Disposition": f"{'inline' if shown else 'attachment'}; "
            f"filename*=UTF-8''{quote(line.filename)}",
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def note_opening(public_id: str) -> None:
    """Write into the audit who opened it, in a transaction after the page."""
    me = viewer().person_id

    @after_this_request
    def write(response: Response) -> Response:
        if response.status_code == 200:
            with site().database.writing(deliver=False) as own:
                audit(own, me, "courses:outside:open", f"outside:{public_id}")
        return response


def given_certificate() -> tuple[Certificate | None, str]:
    """Give the file of the form, or the one kept from the try before, and what is wrong."""
    given = request.files.get("file")
    try:
        if given is not None and given.filename:
            return checked_certificate(*given_file("file")), ""
        token = request.form.get("kept", "")
        return (_kept(token) if token else None), ""
    except (Invalid, NotFound) as error:
        return None, error.message


def _kept(token: str) -> Certificate:
    upload = find_upload(PURPOSE, token)
    return Certificate(
        content=upload.content(),
        media_type=upload.values["media_type"],
        filename=upload.filename,
    )


def keep_for_next_try(certificate: Certificate) -> str:
    """Keep a file while the person corrects the form; give what finds it again."""
    return keep_upload(
        PURPOSE, certificate.content, certificate.filename, media_type=certificate.media_type
    ).token


def digest_of(certificate: Certificate) -> str:
    """Give the digest that a file will have in the store."""
    return hashlib.sha256(certificate.content).hexdigest()
