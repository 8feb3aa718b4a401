"""Pages that list and write rules, and show whom one means."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request
from flask.typing import ResponseReturnValue

from lms import Conflict, Invalid
from lms.web import (
    PAGE_SIZE,
    Paging,
    _,
    notify,
    page,
    page_number,
    permission,
    redirect_to,
    session,
    viewer,
)
from plugins.courses.domain.rule_reasons import PLACES
from plugins.courses.domain.rules import explain, from_data
from plugins.courses.permissions import RULE
from plugins.courses.queries.rules.listing import course_choices, rule_lines, run_lines
from plugins.courses.queries.rules.matching import names_of
from plugins.courses.queries.rules.preview import count_matches, match_lines, unit_lines
from plugins.courses.services.rules.keeping import aim_of, save_rule
from plugins.courses.views.rules.blueprint import blueprint, found_rule, sentence
from plugins.courses.views.rules.forms import RuleForm, form_of


@blueprint.get("/")
@permission(RULE)
def rules() -> ResponseReturnValue:
    """List the rules, those in use first."""
    number = page_number()
    lines, total = rule_lines(session(), number=number, size=PAGE_SIZE)
    names = names_of(session())
    return page(
        "courses/rules/list.html",
        paging=Paging(items=lines, total=total, number=number),
        explained={line.public_id: explain(from_data(line.condition), names) for line in lines},
    )


@blueprint.route("/baru", methods=["GET", "POST"])
@permission(RULE)
def new_rule() -> ResponseReturnValue:
    """Write a new rule; saving assigns nobody yet."""
    form = RuleForm(states=["below"]) if request.method == "GET" else _posted()
    return _write(form, None)


@blueprint.route("/<public_id>/ubah", methods=["GET", "POST"])
@permission(RULE)
def change_rule(public_id: str) -> ResponseReturnValue:
    """Change a rule; runs that were made before stay as they are."""
    line = found_rule(public_id)
    form = form_of(line, from_data(line.condition)) if request.method == "GET" else _posted()
    return _write(form, public_id)


def _posted() -> RuleForm:
    return RuleForm(request.form)


def _write(form: RuleForm, public_id: str | None) -> ResponseReturnValue:
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.validate():
        revision = int(form.revision.data or 0) if (form.revision.data or "0").isdigit() else -1
        try:
            saved = save_rule(session(), viewer().person_id, form.spec(), public_id, revision)
        except (Invalid, Conflict) as error:
            reasons = getattr(error, "reasons", ()) or (error.message,)
        else:
            notify(_("Aturan tersimpan. Belum ada pegawai yang ditugaskan."))
            return redirect_to("courses_rules.show", public_id=saved)
    courses = course_choices(session(), form.course.data)
    form.offer(names_of(session()), courses)
    return page(
        "courses/rules/form.html",
        status=422 if reasons or form.errors else 200,
        form=form,
        public_id=public_id,
        reasons=reasons,
        places=PLACES,
    )


@blueprint.get("/<public_id>")
@permission(RULE)
def show(public_id: str) -> ResponseReturnValue:
    """Show whom a rule means today: counts, units or people with their sentence."""
    line, number = found_rule(public_id), page_number()
    aim, by_person = aim_of(line), request.args.get("lihat") == "pegawai"
    lines = match_lines if by_person else unit_lines
    items, total = lines(session(), aim, number=number, size=PAGE_SIZE)
    return page(
        "courses/rules/rule.html",
        line=line,
        explained=sentence(line),
        counts=count_matches(session(), aim),
        by_person=by_person,
        paging=Paging(items=items, total=total, number=number),
        runs=run_lines(session(), public_id),
    )
