"""The public check: is this certificate real, and what does it say; no log-in, no list.

An unknown code and one that cannot exist get the same answer. A network that asks too often is
asked to wait, so that codes cannot be tried out.
"""

from __future__ import annotations

import math
from typing import Any, cast

from flask import Response, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from lms.web import _, page, public, redirect_to, session, site
from plugins.certificates.domain.codes import read_code
from plugins.certificates.domain.content import Course, Raised
from plugins.certificates.domain.throttle import Throttle, network_of
from plugins.certificates.queries import CertificateView, by_code
from plugins.certificates.views.blueprint import blueprint


@blueprint.get("/verify")
@public
def verify_form() -> ResponseReturnValue:
    """Ask for a code, and lead a typed one to its own address."""
    typed = request.args.get("kode", "").strip()[:40]
    if typed:
        return redirect_to("certificates.verify", code=typed)
    return page("certificates/verify_form.html")


@blueprint.get("/verify/<path:code>")
@public
def verify(code: str) -> ResponseReturnValue:
    """Say whether a certificate is real, whether it holds, and what it says."""
    wait = _throttle().wait(network_of(request.remote_addr or ""), site().clock().timestamp())
    if wait:
        return _busy(wait)
    certificate = by_code(session(), read_code(code))
    if certificate is None:
        return _unknown()
    if _wants_json():
        return _varying(jsonify(published(certificate)))
    checked_at = site().clock()
    return _varying(
        page("certificates/verify.html", certificate=certificate, checked_at=checked_at)
    )


def _throttle() -> Throttle:
    return cast(Throttle, site().extra.setdefault("certificates.throttle", Throttle()))


def _wants_json() -> bool:
    offered = ("text/html", "application/json")
    return request.accept_mimetypes.best_match(offered) == "application/json"


def _varying(answer: ResponseReturnValue, status: int | None = None) -> Response:
    """Tell caches that the answer depends on what was asked for."""
    response = make_response(answer)
    response.vary.add("Accept")
    if status is not None:
        response.status_code = status
    return response


def _unknown() -> Response:
    if _wants_json():
        return _varying(jsonify(status="unknown"), 404)
    return _varying(page("certificates/verify_unknown.html", status=404))


def _busy(wait: float) -> Response:
    seconds = math.ceil(wait)
    if _wants_json():
        response = _varying(jsonify(status="busy", retry_after=seconds), 429)
    else:
        response = _varying(page("certificates/verify_busy.html", seconds=seconds, status=429))
    response.headers["Retry-After"] = str(seconds)
    return response


# -- the same as JSON ----------------------------------------------------------------------------


def published(certificate: CertificateView) -> dict[str, Any]:
    """Give what the page shows, for programs; the NIP is masked there too."""
    content = certificate.content
    return {
        "status": "revoked" if certificate.revoked else "valid",
        "code": certificate.code,
        "number": certificate.number,
        "kind": certificate.kind,
        "kind_name": _(certificate.kind_name),
        "title": certificate.title,
        "issuer": content.issuer,
        "holder": None if certificate.erased else _holder(certificate),
        "holder_erased": certificate.erased,
        "competencies": [_competency(raised) for raised in content.competencies],
        "courses": [_course(course) for course in content.courses],
        "jp": content.jp,
        "started_on": content.started_on.isoformat(),
        "ended_on": content.ended_on.isoformat(),
        "issued_on": content.issued_on.isoformat(),
        "revoked_at": certificate.revoked_at.isoformat() if certificate.revoked_at else None,
        "revoked_reason": certificate.revoked_reason or None,
    }


def _holder(certificate: CertificateView) -> dict[str, str]:
    holder = certificate.content.holder
    return {
        "name": holder.name,
        "nip": certificate.nip,
        "position": holder.position,
        "unit": holder.unit,
    }


def _competency(raised: Raised) -> dict[str, Any]:
    return {
        "code": raised.code,
        "name": raised.name,
        "before": raised.before,
        "before_name": raised.before_name,
        "after": raised.after,
        "after_name": raised.after_name,
        "gain": raised.gain,
    }


def _course(course: Course) -> dict[str, Any]:
    finished = course.finished_on.isoformat()
    return {"title": course.title, "jp": course.jp, "finished_on": finished}
