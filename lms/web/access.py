"""Who may open which page: every view says so, or the app refuses to start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, redirect, request, url_for
from flask import session as cookie
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


def checks_login(view: View) -> View:
    """Let a person open a thing of their own in a view that checks the log-in by itself.

    Only for what thousands do at once: the view joins its own statement with
    :func:`lms.with_valid_login` and the :class:`Claim` of the cookie, and answers with
    :func:`refuse_login` when no row comes back.
    """
    view.lms_access = SIGNED_IN  # type: ignore[attr-defined]  # a mark, read at start-up
    return view


@dataclass(frozen=True, slots=True)
class Claim:
    """Who the signed cookie says is logged in; true only if the account has this epoch."""

    person_id: int = 0
    epoch: int = -1


def claimed_login() -> Claim:
    """Read the cookie without asking the database; nobody's claim fits no account."""
    person_id, _dot, epoch = str(cookie.get("_user_id", "")).partition(".")
    if not (person_id.isdigit() and epoch.isdigit()):
        return Claim()
    return Claim(int(person_id), int(epoch))


def refuse_login() -> ResponseReturnValue | None:
    """Answer like any guarded page when the log-in does not hold; None when it does."""
    if not current_user.is_authenticated:
        return ask_to_log_in()
    if current_user.must_change:
        return redirect(url_for("auth.change_password"), 303)
    return None


def permission(name: str) -> Callable[[View], View]:
    """Let only people with the permission `plugin:thing:action` open this page."""

    def decorate(view: View) -> View:
        return _guarded(view, name)

    return decorate


def _guarded(view: View, access: str) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        changing = request.endpoint == "auth.change_password"
        refused = refuse_login()
        if refused is not None and not (changing and current_user.is_authenticated):
            return refused
        if access != SIGNED_IN and not current_user.viewer.can(access):
            raise NotAllowed("Halaman ini bukan untuk peran Anda.")
        return cast(ResponseReturnValue, view(*args, **kwargs))

    guarded.lms_access = access  # type: ignore[attr-defined]  # a mark, read at start-up
    return cast(View, guarded)


def wants_json() -> bool:
    """Tell whether a script of ours asks, which cannot follow a redirect without losing track."""
    return request.accept_mimetypes.best == "application/json"


def ask_to_log_in() -> ResponseReturnValue:
    """Send to the log-in page and back here; under htmx by a header, never by a redirect.

    A redirect inside an htmx swap would put the log-in page into a corner and lose the answer.
    """
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    target = url_for("auth.log_in", next=request.script_root + here)
    if wants_json():
        return {"login": target}, 401
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
