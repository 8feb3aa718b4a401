"""Writing a question: choose a type, fill its form, see it as a learner does, save a version."""

from __future__ import annotations

from flask import request
from flask import session as cookie
from flask.typing import ResponseReturnValue

from lms import Invalid, NotFound
from lms.web import _, notify, page, permission, redirect_to, session, site, viewer
from plugins.assessment.authoring import Entry, fill_draft, read_draft
from plugins.assessment.contracts import Problem, QuestionType, Typed
from plugins.assessment.domain import ItemDraft, split_stem
from plugins.assessment.domain.types import shown
from plugins.assessment.permissions import ITEM_WRITE
from plugins.assessment.queries.bank import bank_competencies, competency_code, item_page
from plugins.assessment.services.bank import draft_problems, edit_item, next_code
from plugins.assessment.services.pictures import is_shown, store_picture
from plugins.assessment.services.types import GONE, question_types
from plugins.assessment.views.bank import UPLOADED
from plugins.assessment.views.blueprint import blueprint

NO_COMPETENCY = "Pilih kompetensi."
STRANGE_PICTURE = "Gambar ini tidak ditemukan. Unggah lagi gambarnya."


@blueprint.get("/bank/baru")
@permission(ITEM_WRITE)
def new_item() -> ResponseReturnValue:
    """Offer the types of questions, each with how its points are given."""
    return page("assessment/item_kinds.html", kinds=list(question_types(site()).values()))


@blueprint.get("/bank/baru/<name>")
@permission(ITEM_WRITE)
def new_item_of(name: str) -> ResponseReturnValue:
    """Offer an empty form of a type."""
    return _form_page(Entry(kind=_kind(name), typed=Typed(level=["1"])), None)


@blueprint.post("/bank/baru/<name>")
@permission(ITEM_WRITE)
def add_item(name: str) -> ResponseReturnValue:
    """Store a new question, as a draft, under a free code of its competency."""
    return _save(_kind(name), None)


@blueprint.get("/bank/soal/<code>/ubah")
@permission(ITEM_WRITE)
def edit_item_page(code: str) -> ResponseReturnValue:
    """Offer the newest version for a change."""
    found = item_page(session(), code)
    kind = _kind(found.draft.kind)
    typed = fill_draft(kind, found.draft)
    typed["competency_id"] = [str(found.competency_id)]
    return _form_page(Entry(kind=kind, typed=typed), code)


@blueprint.post("/bank/soal/<code>/ubah")
@permission(ITEM_WRITE)
def save_item_now(code: str) -> ResponseReturnValue:
    """Store a change as a new version; past results keep the old one."""
    found = item_page(session(), code)  # an unknown code is not a way to choose one
    return _save(_kind(found.draft.kind), code)


def _kind(name: str) -> QuestionType:
    found = question_types(site()).get(name)
    if found is None:
        raise NotFound(GONE)
    return found


def _save(kind: QuestionType, code: str | None) -> ResponseReturnValue:
    """Look at a preview, or store; with a problem the form comes back as it was typed."""
    typed = Typed(request.form.to_dict(flat=False))
    problems = _take_picture(typed)
    draft = read_draft(kind, typed)
    preview = draft if typed.one("do") == "preview" else None
    problems += [*_competency_problems(typed), *draft_problems(session(), draft)]
    entry = Entry(kind=kind, typed=typed, problems=problems)
    if problems or preview:
        return _form_page(entry, code, preview=preview, status=422 if problems else 200)
    return _store(draft, int(typed.one("competency_id")), code)


def _competency_problems(typed: Typed) -> list[Problem]:
    known = {str(each) for each, _name in bank_competencies(session())}
    if typed.one("competency_id") in known:
        return []
    return [Problem(field="competency_id", text=NO_COMPETENCY)]


def _take_picture(typed: Typed) -> list[Problem]:
    """Store an uploaded picture and write what it is into the form, also when the rest is wrong.

    A form may name only pictures that some question shows or that this author just uploaded.
    """
    upload = request.files.get("picture")
    if upload is not None and upload.filename:
        try:
            stored = store_picture(session(), upload.read())
        except Invalid as error:
            return [Problem(field="image", text=error.message)]
        typed |= {"image": [stored.image]}
        typed |= {"width": [str(stored.width)], "height": [str(stored.height)]}
        cookie[UPLOADED] = [*cookie.get(UPLOADED, []), stored.image][-4:]
    image = typed.one("image")
    if image and image not in cookie.get(UPLOADED, ()) and not is_shown(session(), image):
        typed["image"] = [""]
        return [Problem(field="image", text=STRANGE_PICTURE)]
    return []


def _store(draft: ItemDraft, competency_id: int, code: str | None) -> ResponseReturnValue:
    if code is None:
        code = next_code(session(), competency_code(session(), competency_id))
    changed = edit_item(session(), viewer().person_id, code, competency_id, draft)
    notify(_("Soal tersimpan.") if changed else _("Tidak ada yang berubah."))
    return redirect_to("assessment.item", code=code)


def _form_page(
    entry: Entry, code: str | None, *, preview: ItemDraft | None = None, status: int = 200
) -> ResponseReturnValue:
    content = preview.content if preview and not entry.problems else None
    situation, asks = split_stem(preview.stem) if preview else ("", "")
    return page(
        "assessment/item_form.html",
        status=status,
        entry=entry,
        kind=entry.kind,
        code=code,
        competencies=bank_competencies(session()),
        content=content,
        shown=shown(entry.kind.response, content, None) if content is not None else None,
        situation=situation,
        asks=asks,
    )
