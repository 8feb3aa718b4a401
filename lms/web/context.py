"""What a request works with: the site, its sessions, and who is looking.

A GET reads; a POST writes in one transaction that the web layer commits after the view and before
the answer is sent. Views that must hold the write lock only for a moment use `reading()` and
`writing()` instead of `session()`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, suppress
from typing import cast

from flask import Flask, Response, current_app, g, request
from flask_login import current_user
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from lms.core.errors import NotAllowed
from lms.core.hooks.contracts import Viewer
from lms.core.site import Site

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Undo(Exception):
    """Thrown into an open writing session to roll it back."""


def site() -> Site:
    """Give the site of the running app."""
    return cast(Site, current_app.extensions["lms"])


def reading() -> Session:
    """Give the request's reading session, opened at first use."""
    if "reading" not in g:
        g.reading_context = site().database.reading()
        g.reading = g.reading_context.__enter__()
    return cast(Session, g.reading)


def glancing() -> AbstractContextManager[Connection]:
    """Open a connection for a single select that thousands ask at once."""
    return site().database.glancing()


def writing() -> AbstractContextManager[Session]:
    """Open a short writing transaction of its own; committed at the end of the block."""
    return site().database.writing()


def session() -> Session:
    """Give the request's session: reading for a GET, writing for a POST."""
    if request.method in SAFE_METHODS:
        return reading()
    if "writing" not in g:
        g.writing_context = site().database.writing()
        g.writing = g.writing_context.__enter__()
    return cast(Session, g.writing)


def viewer() -> Viewer:
    """Give who is looking; raises NotAllowed for nobody."""
    if not current_user.is_authenticated:
        raise NotAllowed("Silakan masuk dulu.")
    return cast(Viewer, current_user.viewer)


def viewer_or_none() -> Viewer | None:
    """Give who is looking, or None for a visitor."""
    return cast(Viewer, current_user.viewer) if current_user.is_authenticated else None


def _commit(response: Response) -> Response:
    """Commit before the answer leaves: what a person reads as saved is saved."""
    if "writing" in g:
        if response.status_code < 400:
            context = g.pop("writing_context")
            g.pop("writing")
            context.__exit__(None, None, None)
        else:
            _undo()
    return response


def _undo() -> None:
    context = g.pop("writing_context", None)
    g.pop("writing", None)
    if context is not None:
        error = Undo()
        with suppress(Undo):
            context.__exit__(Undo, error, None)


def _close(_: BaseException | None) -> None:
    _undo()
    context = g.pop("reading_context", None)
    g.pop("reading", None)
    if context is not None:
        context.__exit__(None, None, None)


def install(app: Flask) -> None:
    """Commit after each view, and close what a request opened."""
    app.after_request(_commit)
    app.teardown_request(_close)
