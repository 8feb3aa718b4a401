"""What certificates show on pages of the core: menu, path, next step, panel, personal data."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from lms import Link, NavigationItem, NextStep, PathStep, PersonCard, PersonPanel, Viewer, now
from lms.web import _
from plugins.certificates.domain.content import to_json
from plugins.certificates.permissions import READ
from plugins.certificates.queries import (
    CertificateView,
    Standing,
    latest_since,
    own_certificates,
    standing,
    withheld_reasons,
)

NEWS = timedelta(days=14)
MENU = (
    NavigationItem(
        label="Sertifikat",
        link=Link(endpoint="certificates.my_certificates"),
        order=30,
        place="tabs",
        icon="medal",
    ),
    NavigationItem(
        label="Sertifikat",
        link=Link(endpoint="certificates.list_issued"),
        order=70,
        icon="medal",
        permission=READ,
    ),
)


def path_step(session: Session, viewer: Viewer) -> PathStep:
    """Give the last step of the path, in words."""
    found = standing(session, viewer.person_id)
    return _step(found) if found else _later()


def _step(found: Standing) -> PathStep:
    certificate = found.certificate
    if certificate is None:
        return _under_review() if found.withheld else _later()
    return PathStep(
        title=_("Sertifikat"),
        text=_revoked() if certificate.revoked else _("Terbit, nomor %(n)s.", n=certificate.number),
        state="current" if certificate.revoked else "done",
        order=90,
        icon="medal",
        link=_link(certificate),
        link_text=_("Lihat sertifikat"),
    )


def _revoked() -> str:
    return _("Sertifikat ini dicabut. Tanyakan kepada petugas.")


def _under_review() -> PathStep:
    return PathStep(
        title=_("Sertifikat"),
        text=_("Petugas sedang memeriksa sertifikat Anda."),
        state="current",
        order=90,
        icon="medal",
    )


def _later() -> PathStep:
    return PathStep(
        title=_("Sertifikat"),
        text=_("Memuat kenaikan kemampuan Anda."),
        state="later",
        order=90,
        icon="medal",
    )


def next_steps(session: Session, viewer: Viewer) -> list[NextStep]:
    """Offer a new certificate for two weeks."""
    found = latest_since(session, viewer.person_id, now(session) - NEWS)
    if found is None:
        return []
    return [
        NextStep(
            title=_("Unduh sertifikat Anda"),
            text=_("Kenaikan Anda sudah tercatat: %(title)s.", title=found.title),
            button=_("Lihat sertifikat"),
            link=_link(found),
            order=60,
        )
    ]


def _link(certificate: CertificateView) -> Link:
    return Link(endpoint="certificates.my_certificate", values={"code": certificate.code})


def person_panel(session: Session, person: PersonCard) -> PersonPanel:
    """Give the panel with a person's certificates and what is withheld."""
    return PersonPanel(
        title=_("Sertifikat"),
        template="certificates/_person.html",
        values={
            "certificates": own_certificates(session, person.person_id),
            "reasons": withheld_reasons(session, person.person_id),
        },
        order=80,
    )


def personal_data(session: Session, person_id: int) -> dict[str, Any]:
    """Give all that is stored of a person here."""
    return {
        "certificates": [_stored(each) for each in own_certificates(session, person_id)],
        "withheld": list(withheld_reasons(session, person_id)),
    }


def _stored(certificate: CertificateView) -> dict[str, Any]:
    revoked_at = certificate.revoked_at
    return {
        "number": certificate.number,
        "code": certificate.code,
        "kind": certificate.kind,
        "title": certificate.title,
        "issued_at": certificate.issued_at.isoformat(),
        "revoked_at": revoked_at.isoformat() if revoked_at else None,
        "revoked_reason": certificate.revoked_reason,
        "content": to_json(certificate.content),
    }
