"""Pages of an officer: the conversion table of forms of learning, and one row of it."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms import Invalid
from lms.web import (
    _,
    notify,
    page,
    permission,
    plugin_blueprint,
    redirect_to,
    require,
    session,
    viewer,
)
from plugins.courses.permissions import FORMS_WRITE
from plugins.courses.queries.ways.outside import FormLine, form_lines
from plugins.courses.services.learning_forms import change_form
from plugins.courses.views.ways.forms import UNIT_WORDS, ConversionForm

blueprint = plugin_blueprint("courses_forms", "plugins.courses", url_prefix="/pelatihan/bentuk")


@blueprint.get("/")
@permission(FORMS_WRITE)
def table() -> ResponseReturnValue:
    """Show how each of the 25 forms counts, and by which rule."""
    return page("courses/ways/forms.html", lines=form_lines(session()), units=UNIT_WORDS)


@blueprint.route("/<int:code>", methods=["GET", "POST"])
@permission(FORMS_WRITE)
def row(code: int) -> ResponseReturnValue:
    """Change a row for what is decided from now on."""
    line = require(next((each for each in form_lines(session()) if each.code == code), None))
    form, error = ConversionForm(request.form) if request.form else _filled(line), ""
    form.offer()
    if request.method == "POST" and (conversion := form.conversion()) is not None:
        try:
            change_form(
                session(),
                viewer().person_id,
                code,
                conversion,
                legal_basis=form.legal_basis.data or "",
                certificate_class=form.certificate_class.data or "",
                active=bool(form.active.data),
            )
            notify(_("Tersimpan. Berlaku untuk bukti yang diperiksa mulai sekarang."))
            return redirect_to("courses_forms.table")
        except Invalid as refused:
            error = refused.message
    wrong = bool(error or form.errors)
    return page(
        "courses/ways/form_row.html",
        status=422 if wrong else 200,
        line=line,
        form=form,
        error=error,
    )


def _filled(line: FormLine) -> ConversionForm:
    return ConversionForm(
        unit=line.unit,
        rate=f"{line.rate:g}".replace(".", ","),
        most_jp=line.most_jp,
        certificate_class=line.certificate_class,
        legal_basis=line.legal_basis,
        active=line.active,
    )
