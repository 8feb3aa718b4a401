"""A person's page: facts, places of work, results with their source, plan, plugins' panels."""

from __future__ import annotations

from flask import Response, after_this_request
from flask.typing import ResponseReturnValue

from lms.core.audit import audit
from lms.core.errors import NotFound
from lms.core.learning.plans import current_plan
from lms.core.people import details
from lms.core.people.deputies import acts_for
from lms.core.people.permissions import GRANTED_ROLES
from lms.core.people.positions import level_name
from lms.core.people.queries import find_person, person_card
from lms.core.people.roles import ROLE_NAMES, granted_roles
from lms.web.access import signed_in
from lms.web.context import session, site, viewer
from lms.web.pages import page, render_part, require
from lms.web.people.blueprint import blueprint

PLAN_STATES = {  # i18n
    "open": "Belum ada pelatihan",
    "assigned": "Sedang dipelajari",
    "ready": "Siap tes ulang",
    "met": "Sudah sesuai",
}
KINDS = {"measured": "Tes", "supervisor": "Penilaian atasan", "self": "Nilai diri sendiri"}  # i18n


@blueprint.get("/pegawai/<public_id>")
@signed_in
def person(public_id: str) -> ResponseReturnValue:
    """Show a person to an officer, to the supervisor, and to that very person."""
    person_id = find_person(session(), public_id)
    _check_may_look(person_id)
    if person_id != viewer().person_id:
        note_look(person_id, public_id)
    card = person_card(session(), person_id)
    panels = site().registry.present(
        "lms_person_panels",
        on_failure=session().rollback,
        session=session(),
        viewer=viewer(),
        person=card,
    )
    return page(
        "people/person.html",
        person=require(details.person_facts(session(), person_id)),
        places=details.placements(session(), person_id),
        ledger=details.evidence_lines(session(), person_id),
        plan=current_plan(session(), person_id),
        roles=[ROLE_NAMES[role] for role in granted_roles(session(), person_id)],
        panels=[(panel.title, render_part(panel)) for panel in panels],
        level_name=level_name,
        plan_states=PLAN_STATES,
        kinds=KINDS,
        has_roles=bool(GRANTED_ROLES),
    )


def _check_may_look(person_id: int) -> None:
    """Hide people from those who may not see them: not even that they exist is told."""
    me = viewer()
    if me.can("core:people:read") or person_id == me.person_id:
        return
    leads = me.can("core:people:team") and details.is_led_by(
        session(), person_id, acts_for(session(), me.person_id)
    )
    if not leads:
        raise NotFound("Pegawai tidak ditemukan.")


def note_look(person_id: int, public_id: str) -> None:
    """Write into the audit that someone saw another person's results.

    The page itself only reads. The note is written after it was made, in a short transaction of
    its own; a page that was not shown leaves none.
    """
    looker = viewer().person_id

    @after_this_request
    def write(response: Response) -> Response:
        if response.status_code == 200:
            with site().database.writing(deliver=False) as own:
                audit(own, looker, "core:people:look", public_id, person_id=person_id)
        return response
