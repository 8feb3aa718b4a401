"""The question bank: search, read, write a new version, see it as a learner does."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms import Invalid
from lms.web import (
    Paging,
    _,
    choice,
    notify,
    page,
    page_number,
    permission,
    redirect_to,
    session,
    viewer,
)
from plugins.assessment.domain import item_problems
from plugins.assessment.forms import ItemForm, item_values, translated
from plugins.assessment.permissions import ITEM_READ, ITEM_WRITE
from plugins.assessment.queries.bank import (
    BankFilter,
    bank_competencies,
    competency_code,
    count_items,
    item_page,
    list_items,
)
from plugins.assessment.services.bank import edit_item, next_code, switch_item
from plugins.assessment.views.blueprint import blueprint


@blueprint.get("/bank")
@permission(ITEM_READ)
def items() -> ResponseReturnValue:
    """List the bank, searched and narrowed, 20 a page."""
    wanted = BankFilter(
        search=request.args.get("q", "").strip()[:100],
        competency_id=request.args.get("kompetensi", type=int),
    )
    number = page_number()
    paging = Paging(
        items=list_items(session(), wanted, number=number),
        total=count_items(session(), wanted),
        number=number,
    )
    return page(
        "assessment/bank.html",
        paging=paging,
        wanted=wanted,
        competencies=bank_competencies(session()),
    )


@blueprint.get("/bank/soal/<code>")
@permission(ITEM_READ)
def item(code: str) -> ResponseReturnValue:
    """Show a question with its key, its versions and where it is used."""
    return page("assessment/item.html", item=item_page(session(), code))


@blueprint.get("/bank/soal/<code>/pratinjau")
@permission(ITEM_READ)
def item_preview(code: str) -> ResponseReturnValue:
    """Show a question as a learner sees it; nothing is stored."""
    return page("assessment/preview.html", item=item_page(session(), code))


# -- write ---------------------------------------------------------------------------------------


@blueprint.get("/bank/baru")
@permission(ITEM_WRITE)
def new_item() -> ResponseReturnValue:
    """Offer an empty form."""
    return _form_page(_form(), None)


@blueprint.post("/bank/baru")
@permission(ITEM_WRITE)
def add_item() -> ResponseReturnValue:
    """Store a new question under a free code of its competency."""
    form = _form()
    if not _valid(form):
        return _form_page(form, None, status=422)
    prefix = competency_code(session(), form.competency_id.data)
    return _store(form, next_code(session(), prefix))


@blueprint.get("/bank/soal/<code>/ubah")
@permission(ITEM_WRITE)
def edit_item_page(code: str) -> ResponseReturnValue:
    """Offer the newest version for a change."""
    found = item_page(session(), code)
    values = {**item_values(found.content), "competency_id": found.competency_id}
    return _form_page(_form(values), code)


@blueprint.post("/bank/soal/<code>/ubah")
@permission(ITEM_WRITE)
def save_item_now(code: str) -> ResponseReturnValue:
    """Store a change as a new version; past results keep the old one."""
    item_page(session(), code)  # an unknown code is not a way to choose one
    form = _form()
    if not _valid(form):
        return _form_page(form, code, status=422)
    return _store(form, code)


@blueprint.post("/bank/soal/<code>/keadaan")
@permission(ITEM_WRITE)
def switch_item_now(code: str) -> ResponseReturnValue:
    """Take a question out of future tests, or back in."""
    active = request.form.get("active") == "1"
    switch_item(session(), viewer().person_id, code, active=active)
    notify(_("Soal dipakai lagi.") if active else _("Soal tidak dipakai lagi di tes baru."))
    return redirect_to("assessment.item", code=code)


def _form(values: dict[str, object] | None = None) -> ItemForm:
    form = ItemForm(request.form, data=values)
    form.competency_id.choices = [choice(*each) for each in bank_competencies(session())]
    return form


def _valid(form: ItemForm) -> bool:
    """Check field by field, then what only the whole question shows (equal options, the key)."""
    if not form.validate():
        return False
    form.form_errors.extend(_(problem) for problem in item_problems(form.content()))
    return not form.form_errors


def _form_page(form: ItemForm, code: str | None, status: int = 200) -> ResponseReturnValue:
    return page("assessment/item_form.html", status=status, form=translated(form), code=code)


def _store(form: ItemForm, code: str) -> ResponseReturnValue:
    if form.competency_id.data is None:
        raise Invalid("Pilih kompetensi.")
    changed = edit_item(
        session(), viewer().person_id, code, form.competency_id.data, form.content()
    )
    notify(_("Soal tersimpan sebagai versi baru.") if changed else _("Tidak ada yang berubah."))
    return redirect_to("assessment.item", code=code)
