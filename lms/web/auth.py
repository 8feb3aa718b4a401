"""Log in with NIP and password, change the first password, log out everywhere."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, make_response, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.utils import redirect

from lms.core.errors import Invalid
from lms.core.hooks.contracts import Viewer
from lms.core.people import accounts
from lms.core.people.nip import check_nip
from lms.core.people.permissions import SignedIn, signed_in_person
from lms.web.access import public, signed_in
from lms.web.context import reading, session, viewer, writing
from lms.web.pages import notify, page, redirect_to
from lms.web.translation import gettext as _

blueprint = Blueprint("auth", __name__)


class User(UserMixin):
    """The logged-in person for flask-login; the cookie holds the id and the account's epoch."""

    def __init__(self, found: SignedIn) -> None:
        self.viewer: Viewer = found.viewer
        self.must_change = found.must_change
        self.epoch = found.epoch

    def get_id(self) -> str:
        """Give what the cookie stores: a raised epoch makes all older cookies worthless."""
        return f"{self.viewer.person_id}.{self.epoch}"


def _load(value: str) -> User | None:
    person_id, _dot, epoch = value.partition(".")
    if not (person_id.isdigit() and epoch.isdigit()):
        return None
    found = signed_in_person(reading(), int(person_id))
    return User(found) if found is not None and found.epoch == int(epoch) else None


@blueprint.get("/masuk")
@public
def log_in() -> ResponseReturnValue:
    """Show the log-in form, or the home page to someone who is in."""
    if current_user.is_authenticated:
        return redirect_to("home.home")
    return _form(nip=request.args.get("nip", ""))


@blueprint.post("/masuk")
@public
def log_in_now() -> ResponseReturnValue:
    """Check NIP and password; both unknown and wrong cost and answer the same."""
    typed, password = request.form.get("nip", ""), request.form.get("password", "")
    nip = check_nip(typed).normalised or typed.strip()
    network = request.remote_addr or ""
    wait = accounts.slowdown(reading(), nip, network)
    if wait > 0:
        text = _("Tunggu %(seconds)s detik, lalu coba lagi.", seconds=max(1, round(wait)))
        return _form(nip=typed, error=text, status=429)
    row = accounts.find_login(reading(), nip)
    if not accounts.check_password(row.password_hash if row else None, password) or row is None:
        with writing() as s:
            accounts.note_wrong_login(s, nip, network)
        return _form(nip=typed, error=_("NIP atau kata sandi belum cocok."), status=422)
    return _enter(row.person_id)


def _enter(person_id: int) -> ResponseReturnValue:
    with writing() as s:
        accounts.note_login(s, person_id)
    target = _own_address(request.form.get("next", ""))
    cookie.clear()  # a new session at every log-in
    found = signed_in_person(reading(), person_id)
    assert found is not None
    login_user(User(found))
    cookie.permanent = True
    return redirect(target, 303)


def _own_address(target: str) -> str:
    """Follow `next` only inside this agency's site."""
    parts = urlsplit(target)
    root = request.script_root + "/"
    inside = not parts.scheme and not parts.netloc and parts.path.startswith(root)
    return target if inside and "\\" not in target else url_for("home.home")


def _form(nip: str, error: str = "", status: int = 200) -> ResponseReturnValue:
    target = request.values.get("next", "")
    return page("auth/log_in.html", nip=nip, error=error, next=target, status=status)


@blueprint.route("/kata-sandi", methods=["GET", "POST"])
@signed_in
def change_password() -> ResponseReturnValue:
    """Change one's own password; asked for at the first log-in."""
    if request.method == "GET":
        return page("auth/password.html", first=current_user.must_change, reasons=())
    new, again = request.form.get("new", ""), request.form.get("again", "")
    try:
        if new != again:
            raise Invalid(_("Kedua isian belum sama."))
        accounts.set_password(session(), viewer().person_id, new)
    except Invalid as error:
        reasons = error.reasons or (error.message,)
        first = current_user.must_change
        return page("auth/password.html", first=first, reasons=reasons, status=422)
    notify(_("Kata sandi baru tersimpan."))
    return redirect_to("auth.renew")


@blueprint.get("/masuk/lagi")
@public
def renew() -> ResponseReturnValue:
    """Lead to the log-in after the password changed and older cookies ended."""
    return redirect_to("home.home" if current_user.is_authenticated else "auth.log_in")


@blueprint.post("/keluar")
@signed_in
def log_out() -> ResponseReturnValue:
    """End every session of this account, and clear what the browser kept."""
    accounts.end_sessions(session(), viewer().person_id)
    logout_user()
    cookie.clear()
    response: Response = make_response(redirect_to("auth.log_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def install(app: Flask) -> None:
    """Set flask-login up."""
    manager = LoginManager()
    # Without the library's `current_user` in templates: it would read the account for each page
    # part, and ours ask viewer().
    manager.init_app(app, add_context_processor=False)
    manager.session_protection = None  # phones change their address all day
    manager.user_loader(_load)
    app.register_blueprint(blueprint)
