"""The officer's pages: issued certificates, one of them, revoke, and what is withheld."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms import Invalid
from lms.web import (
    Paging,
    _,
    notify,
    page,
    page_number,
    permission,
    redirect_to,
    require,
    session,
    viewer,
)
from plugins.certificates import queries
from plugins.certificates.domain.codes import read_code
from plugins.certificates.permissions import ISSUE, READ, REVOKE
from plugins.certificates.queries import CertificateFilter, CertificateView
from plugins.certificates.services import ask_again, revoke
from plugins.certificates.views.blueprint import blueprint
from plugins.certificates.views.own import send_file

STATES = ("valid", "revoked")


@blueprint.get("/sertifikat/kelola")
@permission(READ)
def list_issued() -> ResponseReturnValue:
    """List issued certificates with search and state."""
    state = request.args.get("keadaan", "")
    wanted = CertificateFilter(
        search=request.args.get("cari", "").strip()[:200],
        state=state if state in STATES else "",
    )
    number = page_number()
    return page(
        "certificates/issued.html",
        wanted=wanted,
        paging=Paging(
            items=queries.list_certificates(session(), wanted, number),
            total=queries.count_certificates(session(), wanted),
            number=number,
        ),
        withheld=queries.count_withheld(session()),
    )


@blueprint.get("/sertifikat/kelola/<code>")
@permission(READ)
def show_issued(code: str) -> ResponseReturnValue:
    """Show one issued certificate."""
    return page("certificates/issued_one.html", certificate=_find(code))


@blueprint.get("/sertifikat/kelola/<code>/unduh")
@permission(READ)
def issued_file(code: str) -> ResponseReturnValue:
    """Send the file of an issued certificate."""
    return send_file(_find(code))


@blueprint.get("/sertifikat/kelola/<code>/cabut")
@permission(REVOKE)
def ask_to_revoke(code: str) -> ResponseReturnValue:
    """Say what revoking does, and ask for the reason."""
    return page("certificates/revoke.html", certificate=_find(code), reason="", error="")


@blueprint.post("/sertifikat/kelola/<code>/cabut")
@permission(REVOKE)
def revoke_now(code: str) -> ResponseReturnValue:
    """Revoke a certificate; a second click changes nothing."""
    certificate = _find(code)
    reason = request.form.get("alasan", "")
    try:
        done = revoke(session(), read_code(code) or "", reason, viewer().person_id)
    except Invalid as error:
        return page(
            "certificates/revoke.html",
            certificate=certificate,
            reason=reason,
            error=error.message,
            status=422,
        )
    notify(_("Sertifikat dicabut.") if done else _("Sertifikat ini sudah dicabut sebelumnya."))
    return redirect_to("certificates.show_issued", code=certificate.code)


@blueprint.get("/sertifikat/kelola/tertahan")
@permission(READ)
def list_withheld() -> ResponseReturnValue:
    """List finished plans whose certificate is held back, with the reasons."""
    number = page_number()
    return page(
        "certificates/withheld.html",
        paging=Paging(
            items=queries.list_withheld(session(), number),
            total=queries.count_withheld(session()),
            number=number,
        ),
    )


@blueprint.post("/sertifikat/kelola/tertahan/<withheld_id>/periksa")
@permission(ISSUE)
def check_again(withheld_id: str) -> ResponseReturnValue:
    """Ask again whether anything stands against a certificate, and issue it if nothing does."""
    issued = ask_again(session(), withheld_id, viewer().person_id)
    if issued is None:
        notify(_("Sertifikat masih tertahan. Alasannya ada di bawah."), "unclear")
    else:
        notify(_("Sertifikat %(number)s terbit.", number=issued.number))
    return redirect_to("certificates.list_withheld")


def _find(code: str) -> CertificateView:
    return require(queries.by_code(session(), read_code(code)))
