"""Change a standard: a form, a look at what follows, a new version."""

from __future__ import annotations

from dataclasses import replace

from flask import request
from flask.typing import ResponseReturnValue

from lms.core.errors import Invalid
from lms.core.learning import queries
from lms.core.learning.consequences import consequences
from lms.core.learning.queries import FrameworkView
from lms.core.learning.revising import (
    Draft,
    check,
    current_draft,
    differences,
    publish,
    same_content,
)
from lms.core.people.positions import level_name
from lms.core.site import today
from lms.web.access import permission
from lms.web.competency.blueprint import blueprint
from lms.web.competency.draft_form import BIGGEST, DraftForm, error_places
from lms.web.context import reading, viewer, writing
from lms.web.pages import notify, page, redirect_to
from lms.web.translation import gettext as _


@blueprint.get("/ubah/<code>")
@permission("core:standard:write")
def edit(code: str) -> ResponseReturnValue:
    """Show the form with the standard in force."""
    framework = queries.framework_view(reading(), code)
    draft = current_draft(reading(), framework.line.framework_id)
    return _form(framework, DraftForm.of_draft(draft))


@blueprint.post("/ubah/<code>")
@permission("core:standard:write")
def change(code: str) -> ResponseReturnValue:
    """Search a post, add one, or show what the typed changes would lead to; stores nothing."""
    framework = queries.framework_view(reading(), code)
    form = DraftForm.of_request(request.form)
    action, _colon, number = request.form.get("do", "").partition(":")
    if action == "add" and number.isdecimal() and int(number) < BIGGEST:
        form.posts = list(dict.fromkeys([*form.posts, int(number)]))
        form.search = ""
    elif action != "back" and not (action == "search" and form.search):
        return _preview(framework, form)
    return _form(framework, form)


def _preview(framework: FrameworkView, form: DraftForm) -> ResponseReturnValue:
    before = current_draft(reading(), framework.line.framework_id)
    try:
        draft = _draft(form, before)
        check(reading(), draft)
    except Invalid as error:
        return _form(framework, form, [_(error.message), *error.reasons], 422)
    if same_content(before, draft):
        return _form(framework, form, [_("Belum ada yang diubah.")], 422)
    return page(
        "competency/confirm.html",
        framework=framework,
        form=form,
        before=before,
        draft=draft,
        differences=differences(reading(), before, draft),
        consequences=consequences(reading(), before, draft),
        versions=queries.standard_lines(reading(), framework.line.framework_id),
    )


def _draft(form: DraftForm, before: Draft) -> Draft:
    """Give the typed draft; what is changed today is valid from today."""
    return replace(form.draft(before), valid_from=today(reading()))


@blueprint.post("/ubah/<code>/terbitkan")
@permission("core:standard:write")
def publish_standard(code: str) -> ResponseReturnValue:
    """Put the new version into force; people are compared again in the background."""
    framework = queries.framework_view(reading(), code)
    form = DraftForm.of_request(request.form)
    draft = _draft(form, current_draft(reading(), framework.line.framework_id))
    with writing() as s:
        publish(s, draft, viewer().person_id)
    notify(_("Standar baru berlaku. Pegawai sedang dibandingkan ulang."))
    return redirect_to("competency.standards", kerangka=code)


def _form(
    framework: FrameworkView, form: DraftForm, problems: list[str] | None = None, status: int = 200
) -> ResponseReturnValue:
    levels = {level: level_name(level) for level in queries.position_levels(reading())}
    typed = {name.split(".")[1] for name in form.cells if name.startswith("L.")}
    levels |= {level: level_name(level) for level in sorted(typed - set(levels))}
    posts = queries.posts_by_id(reading(), form.posts)
    return page(
        "competency/edit.html",
        framework=framework,
        form=form,
        levels=levels,
        posts=[posts[post] for post in form.posts if post in posts],
        found=queries.find_posts(reading(), form.search) if form.search else [],
        problems=problems or [],
        places=error_places(form, framework.competencies, levels, posts),
        level_name=level_name,
        status=status,
    )
