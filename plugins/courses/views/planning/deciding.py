"""The page that adopts a plan: numbers first, then one button."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from lms.web import _, ngettext, notify, page, permission, redirect_to, require, session, viewer
from plugins.courses.permissions import PLAN_WRITE
from plugins.courses.queries.planning.plans import plan_page
from plugins.courses.services.planning.adopting import adopt, classes_to_open
from plugins.courses.views.planning.blueprint import blueprint


@blueprint.get("/<public_id>/setujui")
@permission(PLAN_WRITE)
def ask_adopt(public_id: str) -> ResponseReturnValue:
    """Say what adopting the plan does, in numbers."""
    found = plan_page(session(), public_id)
    require(found.line.state == "solved" or None)
    classes = classes_to_open(session(), public_id)
    return page("courses/planning/adopt.html", plan=found, classes=classes)


@blueprint.post("/<public_id>/setujui")
@permission(PLAN_WRITE)
def adopt_now(public_id: str) -> ResponseReturnValue:
    """Adopt the plan."""
    made = adopt(session(), viewer().person_id, public_id)
    words = ngettext(
        "%(num)s angkatan sudah direncanakan.", "%(num)s angkatan sudah direncanakan.", made
    )
    notify(words + " " + _("Isi tanggal dan tempatnya."))
    return redirect_to("courses_plans.plan", public_id=public_id)
