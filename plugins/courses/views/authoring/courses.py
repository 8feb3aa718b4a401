"""Pages: the courses that trainers write, a new one, a draft's outline and facts, discarding it."""

from __future__ import annotations

from flask import current_app, request
from flask.typing import ResponseReturnValue

from lms.web import (
    PAGE_SIZE,
    Paging,
    _,
    notify,
    page,
    page_number,
    permission,
    reading,
    redirect_to,
    session,
    viewer,
    writing,
)
from plugins.courses.domain.drafting import FORMS
from plugins.courses.permissions import DRAFT
from plugins.courses.queries.authoring import (
    competency_choices,
    draft_lines,
    file_lines,
    module_lines,
)
from plugins.courses.services.authoring.checks import draft_problems
from plugins.courses.services.authoring.drafts import (
    discard_draft,
    find_draft,
    save_facts,
)
from plugins.courses.services.authoring.opening import open_draft, start_course
from plugins.courses.views.authoring.blueprint import blueprint, own_draft
from plugins.courses.views.authoring.forms import (
    EMPTY_ROWS,
    TitleForm,
    facts_form,
    given_facts,
    taught_errors,
    taught_rows,
)

SUBMIT = "courses_review.submit"


@blueprint.get("/")
@permission(DRAFT)
def courses() -> ResponseReturnValue:
    """List all courses, those being written first."""
    search = request.args.get("q", "").strip()[:80]
    number = page_number()
    lines, total = draft_lines(session(), search, number=number, size=PAGE_SIZE)
    paging = Paging(items=lines, total=total, number=number)
    return page("courses/authoring/courses.html", paging=paging, search=search)


@blueprint.route("/baru", methods=["GET", "POST"])
@permission(DRAFT)
def new_course() -> ResponseReturnValue:
    """Begin a course with its title."""
    form = TitleForm(request.form)
    if request.method == "POST" and form.validate():
        slug = start_course(session(), viewer().person_id, form.title.data or "")
        notify(_("Draf sudah dibuat. Sekarang tambahkan modul."))
        return redirect_to("courses_authoring.outline", slug=slug)
    return page("courses/authoring/new.html", form=form, status=422 if form.errors else 200)


@blueprint.post("/<slug>/buka")
@permission(DRAFT)
def open_now(slug: str) -> ResponseReturnValue:
    """Open a draft of a published course."""
    open_draft(session(), viewer().person_id, slug)
    return redirect_to("courses_authoring.outline", slug=slug)


@blueprint.get("/<slug>")
@permission(DRAFT)
def outline(slug: str) -> ResponseReturnValue:
    """Show a draft: its modules in order, and what is missing before review."""
    draft = own_draft(slug)
    files = file_lines(session(), draft.draft_id)
    problems = draft_problems(session(), find_draft(session(), slug)[1])
    return page(
        "courses/authoring/outline.html",
        draft=draft,
        modules=module_lines(session(), draft.draft_id, files),
        problems=problems,
        submit=SUBMIT if SUBMIT in current_app.view_functions else "",
        form=TitleForm(),
    )


@blueprint.route("/<slug>/keterangan", methods=["GET", "POST"])
@permission(DRAFT)
def facts(slug: str) -> ResponseReturnValue:
    """Show and change what a course says of itself."""
    draft = own_draft(slug)
    form = facts_form(request.form, draft.facts)
    rows = taught_rows(request.form) if request.form else list(draft.facts.teaches)
    errors = taught_errors(rows)
    if request.method == "POST" and form.validate() and not errors:
        given = given_facts(form, rows)
        revision = request.form.get("revision", -1, type=int)
        with writing() as s:
            stored = save_facts(s, viewer().person_id, slug, given, revision)
        if stored:
            notify(_("Keterangan pelatihan tersimpan."))
            return redirect_to("courses_authoring.outline", slug=slug)
        notify(_("Rekan Anda mengubah ini lebih dulu. Tulisan Anda ada di riwayat."), "unclear")
        return redirect_to("courses_authoring.history", slug=slug)
    return page(
        "courses/authoring/facts.html",
        status=422 if form.errors or (errors and request.form) else 200,
        draft=draft,
        form=form,
        rows=rows,
        empty_rows=EMPTY_ROWS,
        taught_errors=errors if request.form else [],
        competencies=competency_choices(reading()),
        forms=FORMS,
    )


@blueprint.route("/<slug>/buang", methods=["GET", "POST"])
@permission(DRAFT)
def discard(slug: str) -> ResponseReturnValue:
    """Ask whether to discard a draft, in numbers; then do it."""
    draft = own_draft(slug)
    if request.method == "POST":
        discard_draft(session(), viewer().person_id, slug)
        notify(_("Draf sudah dibuang. Isinya masih ada di riwayat."))
        return redirect_to("courses_authoring.courses")
    files = file_lines(session(), draft.draft_id)
    modules = module_lines(session(), draft.draft_id, files)
    return page("courses/authoring/discard.html", draft=draft, modules=modules, files=files)
