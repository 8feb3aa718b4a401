"""Pages: the queue of courses in review, one of them, its modules, what happened to a course."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from lms.web import (
    PAGE_SIZE,
    Paging,
    page,
    page_number,
    permission,
    redirect_to,
    require,
    session,
    viewer,
)
from plugins.courses.domain.comparing import compare
from plugins.courses.domain.drafting import facts_text
from plugins.courses.forms import WordsForm
from plugins.courses.permissions import READ, REVIEW
from plugins.courses.queries.authoring import draft_page, file_lines
from plugins.courses.queries.reviewing import (
    change_lines,
    note_lines,
    published_facts,
    queue_lines,
    review_modules,
)
from plugins.courses.services.authoring.preview import preview_module
from plugins.courses.services.publishing import course_of
from plugins.courses.services.reviewing import why_not
from plugins.courses.views.media import with_pictures
from plugins.courses.views.review.blueprint import blueprint, remark_form, reviewed


@blueprint.get("/")
@permission(REVIEW)
def queue() -> ResponseReturnValue:
    """List the courses in review, the longest waiting first."""
    number = page_number()
    lines, total = queue_lines(session(), number=number, size=PAGE_SIZE)
    paging = Paging(items=lines, total=total, number=number)
    return page("courses/review/queue.html", paging=paging)


@blueprint.get("/<slug>")
@permission(READ)
def show(slug: str) -> ResponseReturnValue:
    """Show a draft beside what is published, and what was said of it."""
    if draft_page(session(), slug) is None:
        return redirect_to("courses_review.changes", slug=slug)
    return show_draft(slug, remark_form())


def show_draft(slug: str, form: WordsForm) -> ResponseReturnValue:
    """Render a draft in review with a form for a remark."""
    draft, row = reviewed(slug)
    notes = note_lines(session(), row)
    return page(
        "courses/review/show.html",
        status=422 if form.errors else 200,
        draft=draft,
        review=review_modules(session(), row),
        facts=compare(published_facts(session(), draft.course_id), facts_text(draft.facts)),
        notes=notes,
        why_not=why_not(session(), row, viewer().person_id),
        submitted_at=row.submitted_at,
        form=form,
    )


@blueprint.get("/<slug>/modul/<public_id>")
@permission(READ)
def module(slug: str, public_id: str) -> ResponseReturnValue:
    """Show a module as the learner will see it, beside what changed."""
    return show_module(slug, public_id, remark_form())


def show_module(slug: str, public_id: str, form: WordsForm) -> ResponseReturnValue:
    """Render a module with a form for a remark."""
    draft, row = reviewed(slug)
    review = review_modules(session(), row)
    ids = [each.public_id for each in review.modules]
    require(public_id if public_id in ids else None)
    number = ids.index(public_id)
    found = review.modules[number]
    files = {file.name: file for file in file_lines(session(), draft.draft_id)}
    return page(
        "courses/review/module.html",
        status=422 if form.errors else 200,
        draft=draft,
        module=found,
        number=number + 1,
        total=len(ids),
        next=ids[number + 1] if number + 1 < len(ids) else None,
        preview=preview_module(session(), found.title, found.source, files),
        change=compare(found.before or "", found.source),
        notes=[note for note in note_lines(session(), row) if note.module_id == public_id],
        form=form,
        with_pictures=with_pictures,
    )


@blueprint.get("/<slug>/perubahan")
@permission(READ)
def changes(slug: str) -> ResponseReturnValue:
    """List the reviews and versions of a course: who did what, when."""
    course = require(course_of(session(), slug))
    number = page_number()
    lines, total = change_lines(session(), course.id, number=number, size=PAGE_SIZE)
    paging = Paging(items=lines, total=total, number=number)
    return page(
        "courses/review/changes.html",
        course=course,
        paging=paging,
        draft=draft_page(session(), slug),
    )
