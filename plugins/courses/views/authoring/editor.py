"""The editor of a module: text beside its preview, saved by a script or by a plain form."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from lms import Invalid, embedded_activities, now, show_activities
from lms import public_id as new_id
from lms.web import (
    _,
    given_file,
    notify,
    page,
    permission,
    reading,
    redirect_to,
    require,
    site,
    viewer,
    wants_json,
    writing,
)
from plugins.courses.domain.drafting import ModuleFacts, insert_line, lines_of
from plugins.courses.permissions import DRAFT
from plugins.courses.queries.authoring import DraftPage, ModulePage, file_lines, module_page
from plugins.courses.services.authoring.files import add_file, line_for
from plugins.courses.services.authoring.modules import Saved, Writing, save_module
from plugins.courses.services.authoring.preview import Preview, preview_module
from plugins.courses.views.authoring.blueprint import blueprint, own_draft
from plugins.courses.views.media import with_pictures

MOST_FOUND = 20


def _given() -> Writing:
    """Read what the editor sends; browsers send line ends as CR LF."""
    form = request.form
    return Writing(
        facts=ModuleFacts(
            title=form.get("title", ""),
            minutes=form.get("minutes", 15, type=int),
            objectives=lines_of(form.get("objectives", "")),
        ),
        source=form.get("source", "").replace("\r\n", "\n"),
        revision=form.get("revision", -1, type=int),
        tab=form.get("tab", "")[:24],
    )


@blueprint.get("/<slug>/modul/<public_id>")
@permission(DRAFT)
def edit(slug: str, public_id: str) -> ResponseReturnValue:
    """Show a module to write it."""
    draft = own_draft(slug)
    module = require(module_page(reading(), draft.draft_id, public_id))
    return _editor(
        draft,
        module,
        Writing(
            facts=ModuleFacts(
                title=module.title, minutes=module.minutes, objectives=module.objectives
            ),
            source=module.source,
            revision=module.revision,
        ),
    )


def _editor(
    draft: DraftPage, module: ModulePage, shown: Writing, *, error: str = "", status: int = 200
) -> ResponseReturnValue:
    preview = _preview(draft, shown)
    return page(
        "courses/authoring/editor.html",
        status=status,
        draft=draft,
        module=module,
        shown=shown,
        error=error,
        tab=shown.tab or new_id(),
        unsaved=shown.tab != "",
        questions=bool(embedded_activities(site())),
        **_shown(preview, module.number),
    )


def _preview(draft: DraftPage, shown: Writing) -> Preview:
    files = {file.name: file for file in file_lines(reading(), draft.draft_id)}
    return preview_module(reading(), shown.facts.title, shown.source, files)


def _shown(preview: Preview, number: int) -> dict[str, Any]:
    return {"preview": preview, "number": number, "with_pictures": with_pictures}


@blueprint.post("/<slug>/modul/<public_id>/lihat")
@permission(DRAFT)
def look(slug: str, public_id: str) -> ResponseReturnValue:
    """Give the preview of what is in the editor now; nothing is stored."""
    draft = own_draft(slug)
    number = request.form.get("number", 1, type=int)
    preview = _preview(draft, _given())
    return page("courses/authoring/_preview.html", **_shown(preview, number))


@blueprint.post("/<slug>/modul/<public_id>")
@permission(DRAFT)
def save(slug: str, public_id: str) -> ResponseReturnValue:
    """Store what was written, and go where the button says."""
    given = _given()
    go = request.form.get("go", "save")
    if go == "preview":
        draft = own_draft(slug)
        return _editor(draft, require(module_page(reading(), draft.draft_id, public_id)), given)
    with writing() as s:
        saved = save_module(s, viewer().person_id, slug, public_id, given)
        moment = site().local(now(s)).strftime("%H.%M")
    if saved.kept is not None:
        return _kept(slug, saved)
    if wants_json():
        return {"revision": saved.revision, "saved": moment}
    if go == "file":
        return _with_file(slug, public_id, given, saved)
    if go == "question":
        place = request.form.get("at", "")
        return redirect_to(
            "courses_authoring.questions",
            slug=slug,
            public_id=public_id,
            di=place or None,
            dari=given.tab or None,
        )
    notify(_("Tersimpan %(clock)s.", clock=moment))
    return _back_to_editor(slug, public_id, given.tab)


def _back_to_editor(slug: str, public_id: str, tab: str) -> ResponseReturnValue:
    """Lead to the editor; what the page `tab` still holds in the browser is stored by now."""
    return redirect_to(
        "courses_authoring.edit",
        slug=slug,
        public_id=public_id,
        dari=tab or None,
        _anchor="isi-modul",
    )


def _kept(slug: str, saved: Saved) -> ResponseReturnValue:
    """Say that another text is stored, and lead to both of them."""
    text = (
        _("Draf ini sedang diperiksa. Tulisan Anda disimpan di riwayat.")
        if saved.in_review
        else _("Ada tulisan lain yang tersimpan lebih dulu. Tulisan Anda aman di riwayat.")
    )
    url = url_for("courses_authoring.entry", slug=slug, revision_id=saved.kept)
    if wants_json():
        return {"error": text, "url": url}, 409
    from plugins.courses.views.authoring.history import show_entry

    return show_entry(slug, saved.kept or "", message=text, status=409)


def _with_file(slug: str, public_id: str, given: Writing, saved: Saved) -> ResponseReturnValue:
    """Put an uploaded file into the text, after the place where the cursor was."""
    alt = request.form.get("alt", "").strip()
    try:
        content, filename = given_file()
        with writing() as s:
            line = line_for(add_file(s, slug, filename, content, alt), alt)
            source = insert_line(given.source, line, request.form.get("at", type=int))
            more = Writing(facts=given.facts, source=source, revision=saved.revision)
            save_module(s, viewer().person_id, slug, public_id, more)
    except Invalid as error:
        draft = own_draft(slug)
        module = require(module_page(reading(), draft.draft_id, public_id))
        text = Writing(facts=given.facts, source=given.source, revision=saved.revision)
        return _editor(draft, module, text, error=_(error.message), status=422)
    notify(_("Berkas sudah dimasukkan."))
    return _back_to_editor(slug, public_id, given.tab)


@blueprint.get("/<slug>/modul/<public_id>/soal")
@permission(DRAFT)
def questions(slug: str, public_id: str) -> ResponseReturnValue:
    """Search for a check question to put into the module."""
    draft = own_draft(slug)
    module = require(module_page(reading(), draft.draft_id, public_id))
    words = request.args.get("q", "").strip()[:80]
    found = [
        (activity, activity.find(reading(), words, MOST_FOUND))
        for activity in embedded_activities(site()).values()
    ]
    place = request.args.get("di", "")
    return page(
        "courses/authoring/questions.html",
        draft=draft, module=module, found=found, search=words, place=place,
    )  # fmt: skip


@blueprint.post("/<slug>/modul/<public_id>/soal")
@permission(DRAFT)
def insert_question(slug: str, public_id: str) -> ResponseReturnValue:
    """Put a check question into the module, as a line of its own."""
    kind, ref = request.form.get("kind", ""), request.form.get("ref", "")
    draft = own_draft(slug)
    module = require(module_page(reading(), draft.draft_id, public_id))
    require(show_activities(reading(), [(kind, ref)]).get((kind, ref)))
    facts = ModuleFacts(title=module.title, minutes=module.minutes, objectives=module.objectives)
    source = insert_line(module.source, f"::: {kind} {ref}", request.form.get("at", type=int))
    more = Writing(facts=facts, source=source, revision=module.revision)
    with writing() as s:
        saved = save_module(s, viewer().person_id, slug, public_id, more)
    if saved.kept is not None:
        return _kept(slug, saved)
    notify(_("Soal sudah dimasukkan."))
    return _back_to_editor(slug, public_id, request.form.get("dari", ""))
