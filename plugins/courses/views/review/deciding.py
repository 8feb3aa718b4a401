"""Pages: send a draft to review, take it back, remark, return it, approve it."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms import Invalid
from lms.web import (
    _,
    notify,
    page,
    permission,
    redirect_to,
    session,
    viewer,
)
from plugins.courses.forms import WordsForm
from plugins.courses.permissions import DRAFT, REVIEW
from plugins.courses.queries.reviewing import (
    NoteLine,
    learners_by_version,
    note_lines,
    review_modules,
)
from plugins.courses.queries.waiting import count_waiting_for_codes
from plugins.courses.services.authoring.checks import draft_problems
from plugins.courses.services.authoring.drafts import draft_source
from plugins.courses.services.publishing import source_digest
from plugins.courses.services.reviewing import (
    approve,
    give_back,
    remark,
    settle,
    submit,
    why_not,
    withdraw,
)
from plugins.courses.views.review.blueprint import blueprint, remark_form, reviewed
from plugins.courses.views.review.reading import show_draft, show_module


@blueprint.route("/<slug>/kirim", methods=["GET", "POST"], endpoint="submit")
@permission(DRAFT)
def ask_submit(slug: str) -> ResponseReturnValue:
    """Say what sending does, with room for a word to the reviewer; then send."""
    draft, row = reviewed(slug)
    error = ""
    if request.method == "POST":
        try:
            submit(session(), viewer().person_id, slug, request.form.get("words", ""))
        except Invalid as refused:
            error = _(refused.message)
        else:
            notify(_("Materi dikirim. Anda diberi tahu setelah diperiksa."))
            return redirect_to("courses_review.show", slug=slug)
    return page(
        "courses/review/submit.html",
        status=422 if error else 200,
        draft=draft,
        review=review_modules(session(), row),
        problems=draft_problems(session(), row),
        error=error,
        words=request.form.get("words", ""),
    )


@blueprint.post("/<slug>/tarik")
@permission(DRAFT)
def take_back(slug: str) -> ResponseReturnValue:
    """Take a draft back from review."""
    withdraw(session(), viewer().person_id, slug)
    notify(_("Draf ditarik kembali. Anda bisa menulis lagi."))
    return redirect_to("courses_authoring.outline", slug=slug)


@blueprint.post("/<slug>/catatan")
@permission(REVIEW)
def add_remark(slug: str) -> ResponseReturnValue:
    """Store a remark about a module or the whole course."""
    module = request.form.get("module", "")[:24] or None
    form = remark_form(request.form)
    if not form.validate():
        return show_module(slug, module, form) if module else show_draft(slug, form)
    remark(session(), viewer().person_id, slug, form.words.data or "", module)
    notify(_("Catatan tersimpan."))
    if module:
        return redirect_to("courses_review.module", slug=slug, public_id=module)
    return redirect_to("courses_review.show", slug=slug)


@blueprint.post("/<slug>/catatan/<public_id>")
@permission(REVIEW)
def settle_remark(slug: str, public_id: str) -> ResponseReturnValue:
    """Mark a remark as seen to, or open it again."""
    settle(session(), viewer().person_id, slug, public_id, done=request.form.get("go") != "open")
    module = request.form.get("module", "")[:24]
    if module:
        return redirect_to("courses_review.module", slug=slug, public_id=module)
    return redirect_to("courses_review.show", slug=slug)


@blueprint.route("/<slug>/kembalikan", methods=["GET", "POST"])
@permission(REVIEW)
def give_back_draft(slug: str) -> ResponseReturnValue:
    """Ask for the reason, then return a draft to its writers."""
    draft, row = reviewed(slug)
    form = WordsForm(request.form)
    form.label_words(_("Yang perlu diperbaiki"), _("Tulis dulu apa yang perlu diperbaiki."))
    if request.method == "POST" and form.validate():
        give_back(session(), viewer().person_id, slug, form.words.data or "")
        notify(_("Materi dikembalikan. Penulis diberi tahu alasannya."))
        return redirect_to("courses_review.queue")
    remarks = [note for note in note_lines(session(), row) if _is_open(note)]
    status = 422 if form.errors else 200
    return page(
        "courses/review/return.html", status=status, draft=draft, form=form, remarks=remarks
    )


@blueprint.get("/<slug>/setujui")
@permission(REVIEW)
def ask_approve(slug: str) -> ResponseReturnValue:
    """Say what approving does, in numbers."""
    draft, row = reviewed(slug)
    review = review_modules(session(), row)
    codes = [taught.competency for taught in draft.facts.teaches]
    return page(
        "courses/review/approve.html",
        draft=draft,
        review=review,
        learners=learners_by_version(session(), draft.course_id),
        waiting=count_waiting_for_codes(session(), codes),
        remarks=[note for note in note_lines(session(), row) if _is_open(note)],
        why_not=why_not(session(), row, viewer().person_id),
        problems=draft_problems(session(), row),
        seen=source_digest(draft_source(session(), row)),
    )


def _is_open(note: NoteLine) -> bool:
    return note.kind == "remark" and note.settled_at is None


@blueprint.post("/<slug>/setujui")
@permission(REVIEW)
def approve_now(slug: str) -> ResponseReturnValue:
    """Publish the draft that was read."""
    seen = request.form.get("seen", "")
    version = approve(session(), viewer().person_id, slug, seen)
    notify(_("Versi %(n)s sekarang terbit.", n=version.version))
    return redirect_to("courses_review.changes", slug=slug)
