"""Security headers, cross-site refusal, cookies bound to the agency, compression."""

from __future__ import annotations

import gzip

from flask import Flask, Response, abort, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect

from lms.web.context import SAFE_METHODS

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; media-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'; worker-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
COMPRESS_FROM = 1400  # bytes; less fits one packet anyway
csrf = CSRFProtect()


class AgencyCookies(SecureCookieSessionInterface):
    """A session cookie that lives under the agency's own path: agencies never see each other's."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Let its life begin anew with each page that is looked at; a saved answer is no page."""
        return session.modified or (request.method == "GET" and session.permanent)

    def get_cookie_name(self, app: Flask) -> str:
        """Name it `__Host-titian` where the browser allows that, else after the agency."""
        whole_host = request.is_secure and not request.script_root
        return "__Host-titian" if whole_host else f"titian-{app.name}"

    def get_cookie_path(self, app: Flask) -> str:
        """Bind it to the agency's path."""
        return f"{request.script_root}/"

    def get_cookie_secure(self, app: Flask) -> bool:
        """Send it only over TLS when the page came that way."""
        return request.is_secure


def _refuse_cross_site() -> None:
    """Refuse unsafe requests that another site made the browser send."""
    if request.method not in SAFE_METHODS and request.headers.get(
        "Sec-Fetch-Site", "same-origin"
    ) not in ("same-origin", "none"):
        abort(403)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"  # shared phones and office computers
    return response


def _compress(response: Response) -> Response:
    """Compress pages; files and already packed answers pass as they are."""
    if (
        response.mimetype in ("text/html", "application/json")
        and not response.direct_passthrough
        and "Content-Encoding" not in response.headers
        and "gzip" in request.headers.get("Accept-Encoding", "")
    ):
        body = response.get_data()
        if len(body) >= COMPRESS_FROM:
            response.set_data(gzip.compress(body, 4, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
            response.headers.add("Vary", "Accept-Encoding")
    return response


def install(app: Flask) -> None:
    """Switch all of it on."""
    app.session_interface = AgencyCookies()
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a long test must not lose its form
        MAX_CONTENT_LENGTH=25 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
    )
    csrf.init_app(app)
    app.before_request(_refuse_cross_site)
    app.after_request(_compress)
    app.after_request(_add_headers)
