"""Errors of the domain as pages in the reader's language: what happened, and what to do next."""

from __future__ import annotations

import logging

from flask import Flask, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from lms.core.errors import Conflict, Invalid, LmsError, NotAllowed, NotFound
from lms.web.access import ask_to_log_in, wants_json
from lms.web.pages import page
from lms.web.translation import gettext as _

log = logging.getLogger(__name__)
STATUS = {NotFound: 404, NotAllowed: 403, Conflict: 409, Invalid: 422}


def _domain(error: LmsError) -> ResponseReturnValue:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    if status == 500:
        log.error("unexpected domain error", exc_info=error)
    reasons = getattr(error, "reasons", ()) or getattr(error, "objections", ())
    return error_page(status, _(error.message), reasons)


def error_page(status: int, message: str, reasons: tuple[str, ...] = ()) -> ResponseReturnValue:
    """Render the error page with a status; a script that asked for JSON gets the same words."""
    if wants_json():
        return {"error": message, "reasons": list(reasons)}, status
    return page("error.html", status=status, code=status, message=message, reasons=reasons)


def _http(error: HTTPException) -> ResponseReturnValue:
    words = {
        404: _("Halaman ini tidak ada, atau sudah pindah."),
        403: _("Halaman ini bukan untuk peran Anda."),
        405: _("Halaman ini tidak dapat dibuka dengan cara itu."),
        413: _("Berkas terlalu besar. Paling besar 25 MB."),
        429: _("Terlalu banyak permintaan. Tunggu sebentar, lalu coba lagi."),
    }
    code = error.code or 500
    if code < 400:
        return error
    return error_page(code, words.get(code, _("Permintaan ini tidak dapat diproses.")))


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    """Treat a form without valid token as an ended session, which it nearly always is."""
    if not current_user.is_authenticated and request.endpoint != "auth.log_in":
        return ask_to_log_in()
    return error_page(400, _("Halaman ini sudah lama terbuka. Muat ulang, lalu kirim lagi."))


def _database(error: OperationalError) -> ResponseReturnValue:
    log.error("the database did not answer", exc_info=error)
    return error_page(503, _("Penyimpanan sedang sibuk. Yang belum tersimpan, kirim lagi."))


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.error("unexpected error at %s", request.path, exc_info=error)
    return error_page(500, _("Ada yang salah di pihak kami. Data yang sudah tersimpan aman."))


def install(app: Flask) -> None:
    """Map every kind of error to its page."""
    app.register_error_handler(LmsError, _domain)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    if not app.testing:
        app.register_error_handler(Exception, _unexpected)
