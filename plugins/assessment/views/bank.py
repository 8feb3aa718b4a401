"""The question bank: search, read, see as a learner does, put many into a state or under a tag."""

from __future__ import annotations

from flask import Response, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from lms import Invalid
from lms.web import (
    Paging,
    _,
    ngettext,
    notify,
    page,
    page_number,
    permission,
    redirect_to,
    session,
    signed_in,
    site,
    viewer,
    whole_number,
)
from plugins.assessment.domain.questions import STATES
from plugins.assessment.domain.types import shown
from plugins.assessment.permissions import ITEM_READ, ITEM_WRITE
from plugins.assessment.queries.bank import (
    BankFilter,
    bank_competencies,
    bank_tags,
    chosen_items,
    count_items,
    item_page,
    list_items,
)
from plugins.assessment.services.bank import add_tag, set_state
from plugins.assessment.services.pictures import SVG, read_picture
from plugins.assessment.services.types import key_text, question_type, question_types
from plugins.assessment.views.blueprint import blueprint

UPLOADED = "assessment_pictures"
"""The cookie's list of pictures that its owner uploaded and may see before they are saved."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""Drawings carry style of their own; nothing in them may run or load."""


@blueprint.record
def _check_types(state: object) -> None:
    """Refuse a wrong question type while the app is made, not at its first use."""
    question_types(state.app.extensions["lms"])  # type: ignore[attr-defined]


@blueprint.app_template_filter("question_kind")
def kind_title(name: str) -> str:
    """Give the name of a kind of question in the reader's language."""
    return _(question_type(site(), name, {}).title)


@blueprint.app_template_filter("item_state")
def state_title(name: str) -> str:
    """Give the word for a question's state in the reader's language."""
    return _(STATES.get(name, name))


@blueprint.get("/bank")
@permission(ITEM_READ)
def items() -> ResponseReturnValue:
    """List the bank, searched and narrowed, 20 a page."""
    wanted = wanted_of(request.args)
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
        kinds=list(question_types(site())),
        states=list(STATES),
        tags=bank_tags(session()),
    )


def wanted_of(values: MultiDict[str, str]) -> BankFilter:
    """Read the filter that the bank's list and its export share."""
    text = {name: values.get(name, "").strip()[:100] for name in ("q", "jenis", "label")}
    state = values.get("keadaan", "")
    return BankFilter(
        search=text["q"],
        competency_id=values.get("kompetensi", type=whole_number),
        kind=text["jenis"],
        state=state if state in STATES else "",
        tag=text["label"].lower(),
    )


@blueprint.get("/bank/soal/<code>")
@permission(ITEM_READ)
def item(code: str) -> ResponseReturnValue:
    """Show a question with its key in words, its versions and where it is used."""
    found = item_page(session(), code)
    draft = found.draft
    kind = question_type(site(), draft.kind, draft.content)
    return page(
        "assessment/item.html",
        item=found,
        kind=kind,
        content=draft.content,
        shown=shown(kind.response, draft.content, None),
        key=key_text(site(), draft.kind, draft.content, draft.scoring),
        states=list(STATES),
    )


@blueprint.get("/bank/soal/<code>/pratinjau")
@permission(ITEM_READ)
def item_preview(code: str) -> ResponseReturnValue:
    """Show a question as a learner sees it; nothing is stored."""
    found = item_page(session(), code)
    content = found.draft.content
    kind = question_type(site(), found.draft.kind, content)
    return page(
        "assessment/preview.html",
        item=found,
        kind=kind,
        content=content,
        shown=shown(kind.response, content, None),
    )


@blueprint.get("/gambar/<digest>")
@signed_in
def picture(digest: str) -> ResponseReturnValue:
    """Send a picture of a question, cached for long; its address never changes its content."""
    data, kind = read_picture(session(), digest, own=cookie.get(UPLOADED, ()))
    response = Response(data, mimetype=kind)
    response.set_etag(digest)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = POLICY if kind == SVG else "default-src 'none'"
    return response.make_conditional(request)


# -- states and tags -----------------------------------------------------------------------------


@blueprint.post("/bank/soal/<code>/keadaan")
@permission(ITEM_WRITE)
def switch_item_now(code: str) -> ResponseReturnValue:
    """Put one question into another state; past results keep it."""
    if set_state(session(), viewer().person_id, [code], request.form.get("state", "")):
        notify(_("Keadaan soal sudah diubah."))
    return redirect_to("assessment.item", code=code)


@blueprint.get("/bank/banyak")
@permission(ITEM_WRITE)
def ask_many() -> ResponseReturnValue:
    """Show what a change of many questions would do, before it is done."""
    found = chosen_items(session(), request.args.getlist("code")[:200])
    do, tag = request.args.get("do", ""), request.args.get("tag", "").strip().lower()
    if not found:
        notify(_("Pilih dulu soalnya."), "below")
        return redirect_to("assessment.items")
    if do not in STATES and not tag:
        notify(_("Pilih keadaan atau tulis label."), "below")
        return redirect_to("assessment.items")
    return page("assessment/many.html", items=found, state=do if do in STATES else "", tag=tag)


@blueprint.post("/bank/banyak")
@permission(ITEM_WRITE)
def change_many() -> ResponseReturnValue:
    """Put many questions into a state, or under a tag; all or none."""
    codes = request.form.getlist("code")
    state, tag = request.form.get("state", ""), request.form.get("tag", "")
    if bool(state) == bool(tag):
        raise Invalid("Pilih keadaan atau tulis label.")
    actor = viewer().person_id
    if state:
        count = set_state(session(), actor, codes, state)
    else:
        count = add_tag(session(), actor, codes, tag)
    notify(ngettext("%(num)s soal diubah.", "%(num)s soal diubah.", count))
    return redirect_to("assessment.items")
