"""Who may open which page: every view says so, or the app refuses to start."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.core.errors import NotAllowed, PluginError
from lms.core.hooks.registry import Registry

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
SIGNED_IN = "signed-in"


def public(view: View) -> View:
    """Let anyone open this page, without log-in."""
    view.lms_access = PUBLIC  # type: ignore[attr-defined]  # a mark, read at start-up
    return view


def signed_in(view: View) -> View:
    """Let anyone who is logged in open this page, for things of their own."""
    return _guarded(view, SIGNED_IN)


def permission(name: str) -> Callable[[View], View]:
    """Let only people with the permission `plugin:thing:action` open this page."""

    def decorate(view: View) -> View:
        return _guarded(view, name)

    return decorate


def _guarded(view: View, access: str) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        if not current_user.is_authenticated:
            return ask_to_log_in()
        if current_user.must_change and request.endpoint != "auth.change_password":
            return redirect(url_for("auth.change_password"), 303)
        if access != SIGNED_IN and not current_user.viewer.can(access):
            raise NotAllowed("Halaman ini bukan untuk peran Anda.")
        return cast(ResponseReturnValue, view(*args, **kwargs))

    guarded.lms_access = access  # type: ignore[attr-defined]  # a mark, read at start-up
    return cast(View, guarded)


def ask_to_log_in() -> ResponseReturnValue:
    """Send to the log-in page and back here; under htmx by a header, never by a redirect.

    A redirect inside an htmx swap would put the log-in page into a corner and lose the answer.
    """
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    target = url_for("auth.log_in", next=request.script_root + here)
    if request.headers.get("HX-Request"):
        return "", 204, {"HX-Redirect": target}
    return redirect(target, 303)


def check_views(app: Flask, registry: Registry, permissions: set[str]) -> None:
    """Refuse a view without a declared access, or with a permission nobody declared."""
    for endpoint, view in app.view_functions.items():
        access = getattr(view, "lms_access", None)
        owner = endpoint.split(".")[0].split("_")[0]
        plugin = owner if owner in registry.plugins else "core"
        if access is None:
            raise PluginError(plugin, f"the view {endpoint} declares no permission.")
        if access not in (PUBLIC, SIGNED_IN) and access not in permissions:
            raise PluginError(plugin, f"the view {endpoint} asks for unknown {access!r}.")
