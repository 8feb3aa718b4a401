"""A person's own certificates: the list, one of them, and its file."""

from __future__ import annotations

import re

from flask import Response
from flask.typing import ResponseReturnValue

from lms.web import _, page, require, session, signed_in, viewer
from plugins.certificates.domain.codes import read_code
from plugins.certificates.queries import CertificateView, by_code, own_certificates, standing
from plugins.certificates.rendering import qr_path
from plugins.certificates.services.files import file_bytes
from plugins.certificates.views.blueprint import blueprint


@blueprint.get("/sertifikat")
@signed_in
def my_certificates() -> ResponseReturnValue:
    """List the viewer's certificates, or say what is still missing."""
    person_id = viewer().person_id
    return page(
        "certificates/mine.html",
        certificates=own_certificates(session(), person_id),
        standing=standing(session(), person_id),
    )


@blueprint.get("/sertifikat/<code>")
@signed_in
def my_certificate(code: str) -> ResponseReturnValue:
    """Show one certificate of the viewer."""
    certificate = _own(code)
    url = certificate.content.verify_url
    return page(
        "certificates/one.html",
        certificate=certificate,
        qr=qr_path(url),
        message=_(
            "Sertifikat saya: %(title)s. Cek di sini: %(url)s", title=certificate.title, url=url
        ),
    )


@blueprint.get("/sertifikat/<code>/unduh")
@signed_in
def my_file(code: str) -> ResponseReturnValue:
    """Send the file of one certificate of the viewer."""
    return send_file(_own(code))


def _own(code: str) -> CertificateView:
    """Give the viewer's certificate; another person's is as unknown as one that never was."""
    certificate = by_code(session(), read_code(code))
    mine = certificate is not None and certificate.person_id == viewer().person_id
    return require(certificate if mine else None)


def send_file(certificate: CertificateView) -> Response:
    """Send the PDF under a name made of the certificate's number."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", certificate.number).strip("-")
    body = file_bytes(session(), certificate.certificate_id)
    response = Response(body, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="Sertifikat-{name}.pdf"'
    return response
