"""Pages of a learner: learning elsewhere with its proof, its state, correct, withdraw."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms import Conflict, Invalid, today
from lms.web import (
    PAGE_SIZE,
    Paging,
    _,
    notify,
    page,
    page_number,
    plugin_blueprint,
    redirect_to,
    require,
    session,
    signed_in,
    viewer,
)
from plugins.courses.queries.ways.colleagues import competency_choices
from plugins.courses.queries.ways.outside import (
    OutsideLine,
    find_outside,
    form_lines,
    look_alikes,
    my_outside,
)
from plugins.courses.services.certificate_files import Certificate
from plugins.courses.services.outside import correct, submit, withdraw
from plugins.courses.views.ways.files import (
    digest_of,
    given_certificate,
    keep_for_next_try,
    send_certificate,
)
from plugins.courses.views.ways.forms import UNIT_WORDS, OutsideForm, filled

blueprint = plugin_blueprint("courses_outside", "plugins.courses", url_prefix="/pelatihan/luar")
NO_FILE = "Pilih foto atau PDF sertifikatnya."  # i18n


def _own(public_id: str) -> OutsideLine:
    return require(find_outside(session(), public_id, viewer().person_id))


@blueprint.get("/")
@signed_in
def mine() -> ResponseReturnValue:
    """List what I sent in, newest first."""
    number = page_number()
    lines, total = my_outside(session(), viewer().person_id, number=number, size=PAGE_SIZE)
    return page(
        "courses/ways/outside_mine.html",
        paging=Paging(items=lines, total=total, number=number),
    )


@blueprint.get("/<public_id>")
@signed_in
def show(public_id: str) -> ResponseReturnValue:
    """Show one with its state and what can be done."""
    return page("courses/ways/outside_show.html", line=_own(public_id), units=UNIT_WORDS)


@blueprint.get("/<public_id>/berkas")
@signed_in
def file(public_id: str) -> ResponseReturnValue:
    """Send my own certificate."""
    return send_certificate(_own(public_id))


@blueprint.route("/baru", methods=["GET", "POST"])
@signed_in
def new() -> ResponseReturnValue:
    """Ask for learning elsewhere with its proof; send it in."""
    return _edit(None)


@blueprint.route("/<public_id>/perbaiki", methods=["GET", "POST"])
@signed_in
def edit(public_id: str) -> ResponseReturnValue:
    """Correct what was sent in, as long as it is not decided."""
    found = _own(public_id)
    if found.state not in ("submitted", "returned"):
        return redirect_to("courses_outside.show", public_id=public_id)
    return _edit(found)


def _edit(found: OutsideLine | None) -> ResponseReturnValue:
    if request.method == "GET":
        return _form_page(filled(found) if found else OutsideForm(), found)
    form = OutsideForm(request.form)
    _offer(form)
    certificate, wrong = given_certificate()
    if certificate is None and not wrong and found is None:
        wrong = NO_FILE
    if not form.complete() or wrong:
        return _form_page(form, found, certificate, file_error=wrong, status=422)
    if not form.sure.data and (same := _look_alikes(form, found, certificate)):
        return _form_page(form, found, certificate, same=same, status=422)
    try:
        public_id = _store(form, found, certificate)
    except (Invalid, Conflict) as error:
        return _form_page(form, found, certificate, error=error.message, status=422)
    notify(_("Bukti terkirim. Petugas akan memeriksanya."))
    return redirect_to("courses_outside.show", public_id=public_id)


def _store(form: OutsideForm, found: OutsideLine | None, certificate: Certificate | None) -> str:
    me = viewer().person_id
    if found is not None:
        correct(session(), me, found.public_id, form.facts, certificate)
        return found.public_id
    assert certificate is not None  # asked for above
    return submit(session(), me, form.facts, certificate).public_id


def _look_alikes(
    form: OutsideForm, found: OutsideLine | None, certificate: Certificate | None
) -> list[object]:
    digest = digest_of(certificate) if certificate else ""
    but = found.public_id if found else ""
    return list(
        look_alikes(session(), viewer().person_id, form.facts, digest, but=but, only_own=True)
    )


def _offer(form: OutsideForm) -> None:
    form.offer(
        form_lines(session(), only_active=True),
        competency_choices(session(), viewer().person_id),
    )


def _form_page(
    form: OutsideForm,
    found: OutsideLine | None,
    certificate: Certificate | None = None,
    *,
    status: int = 200,
    file_error: str = "",
    error: str = "",
    same: list[object] | None = None,
) -> ResponseReturnValue:
    _offer(form)
    return page(
        "courses/ways/outside_form.html",
        status=status,
        form=form,
        line=found,
        kept=keep_for_next_try(certificate) if certificate else "",
        kept_name=certificate.filename if certificate else "",
        file_error=_(file_error) if file_error else "",
        error=_(error) if error else "",
        same=same or [],
        today=today(session()),
    )


@blueprint.route("/<public_id>/tarik", methods=["GET", "POST"])
@signed_in
def take_back(public_id: str) -> ResponseReturnValue:
    """Ask before withdrawing; withdraw."""
    found = _own(public_id)
    if request.method == "POST":
        try:
            withdraw(session(), viewer().person_id, public_id)
            notify(_("Bukti ditarik. Berkasnya dihapus."))
        except Conflict as refused:
            notify(_(refused.message), "unclear")
        return redirect_to("courses_outside.show", public_id=public_id)
    return page("courses/ways/outside_withdraw.html", line=found)
