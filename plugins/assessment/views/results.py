"""Results in plain words, with bars, and the gain after a retest."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from lms import NextStep, NotFound, audit, person_card
from lms.web import page, session, signed_in, site, viewer, writing
from plugins.assessment.domain import bar_place, slope_height, slope_place, slope_top
from plugins.assessment.permissions import RESULT_READ
from plugins.assessment.queries.results import ResultLine, ResultPage, result_page
from plugins.assessment.queries.standing import standing
from plugins.assessment.views.blueprint import blueprint

NO_RESULT = "Hasil tes ini tidak ditemukan."


@blueprint.get("")
@signed_in
def mine() -> ResponseReturnValue:
    """List a person's own tests: to go on with, to start, done."""
    return page("assessment/mine.html", mine=standing(session(), viewer().person_id))


@blueprint.get("/<public>/hasil")
@signed_in
def show_result(public: str) -> ResponseReturnValue:
    """Show a result to its person, or to who may see results."""
    found, own = _result(public)
    return page(
        "assessment/result.html",
        result=found,
        own=own,
        person=person_card(session(), found.person_id),
        next=_next_step() if own else None,
        bar_place=bar_place,
    )


def _result(public: str) -> tuple[ResultPage, bool]:
    """Give a result and whether it is the viewer's own; a look at another's is written down."""
    found = result_page(session(), public)
    if found.person_id == viewer().person_id:
        return found, True
    if not viewer().can(RESULT_READ):
        raise NotFound(NO_RESULT)
    with writing() as short:
        person = person_card(short, found.person_id)
        audit(short, viewer().person_id, RESULT_READ, person.public_id, attempt=public)
    return found, False


def _next_step() -> NextStep | None:
    """Ask all plugins what comes next, as the home page does."""
    steps: list[NextStep] = site().registry.present(
        "lms_next_steps", on_failure=session().rollback, session=session(), viewer=viewer()
    )
    return min(steps, key=lambda step: step.order, default=None)


@blueprint.get("/<public>/kenaikan")
@signed_in
def show_gain(public: str) -> ResponseReturnValue:
    """Show before and after of a retest."""
    found, own = _result(public)
    if not found.gains:
        raise NotFound(NO_RESULT)
    return page(
        "assessment/gain.html",
        result=found,
        own=own,
        person=person_card(session(), found.person_id),
        clear=_clear(found),
        slope_place=slope_place,
        slope_height=slope_height,
        line_top=_line_top,
    )


def _clear(found: ResultPage) -> int:
    """Count the competencies that rose for certain."""
    return sum(line.before is not None and line.before.change == "better" for line in found.gains)


def _line_top(line: ResultLine) -> int:
    """Give the highest level line that the slope of a competency shows."""
    before = line.before.scale.high if line.before else 1.0
    wanted = slope_top([line.scale.high, before, float(line.required or 1)])
    return max(min(wanted, line.top), 3)
