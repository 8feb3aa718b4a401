"""The people list with search and filters, and a supervisor's own people."""

from __future__ import annotations

from typing import Any, cast

from flask import request
from flask.typing import ResponseReturnValue

from lms.core.hooks.contracts import GapState
from lms.core.learning.models import Competency
from lms.core.people import queries
from lms.core.people.deputies import acts_for
from lms.core.people.queries import PeopleFilter
from lms.web.access import permission
from lms.web.addresses import whole_number
from lms.web.context import session, viewer
from lms.web.formatting import STATE_WORDS
from lms.web.pages import PAGE_SIZE, Paging, page, page_number
from lms.web.people.blueprint import blueprint

STATUSES = {"": True, "inactive": False, "all": None}
"""Whom the list shows, as the address says it: people at work unless asked otherwise."""


@blueprint.get("/pegawai")
@permission("core:people:read")
def list_people() -> ResponseReturnValue:
    """Show people by name, found by words of the name or digits of the NIP."""
    wanted = asked_filter()
    unit = queries.unit_choice(session(), wanted.unit_id) if wanted.unit_id else None
    competency = session().get(Competency, wanted.competency_id) if wanted.competency_id else None
    return page(
        "people/list.html",
        paging=_paging(wanted),
        wanted=wanted,
        kept=kept(wanted),
        units=queries.top_units(session()),
        unit=unit,
        competency=competency,
    )


@blueprint.get("/pegawai-saya")
@permission("core:people:team")
def team() -> ResponseReturnValue:
    """Show a supervisor's own people, and those of whom the viewer is Plt or Plh for today."""
    leaders = acts_for(session(), viewer().person_id)
    wanted = PeopleFilter(search=request.args.get("q", "")[:100], supervisor_ids=leaders)
    return page("people/team.html", paging=_paging(wanted), wanted=wanted)


def _paging(wanted: PeopleFilter) -> Paging[queries.PersonLine]:
    total = queries.count_people(session(), wanted)
    last = max(1, -(-total // PAGE_SIZE))
    number = min(page_number(), last)
    lines = queries.list_people(session(), wanted, number=number)
    return Paging(items=lines, total=total, number=number)


def asked_filter() -> PeopleFilter:
    """Read the filter of the list from the address (or from a form that repeats it)."""
    asked = request.values
    state = asked.get("state", "")
    return PeopleFilter(
        search=asked.get("q", "")[:100],
        unit_id=asked.get("unit", None, type=whole_number),
        state=cast(GapState, state) if state in STATE_WORDS else None,
        competency_id=asked.get("competency", None, type=whole_number),
        active=STATUSES.get(asked.get("status", ""), True),
    )


def kept(wanted: PeopleFilter) -> dict[str, Any]:
    """Give the filter as values of an address; what is not set is left out."""
    values = {
        "q": wanted.search,
        "unit": wanted.unit_id,
        "state": wanted.state,
        "competency": wanted.competency_id,
        "status": next(word for word, active in STATUSES.items() if active is wanted.active),
    }
    return {name: value for name, value in values.items() if value not in ("", None)}
