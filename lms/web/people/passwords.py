"""A new one-time password for someone who stands before the officer."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from lms.core.errors import NotAllowed
from lms.core.hooks.contracts import PersonCard
from lms.core.people.accounts import reset_password
from lms.core.people.queries import find_person, person_card
from lms.core.people.roles import with_roles
from lms.web.access import permission
from lms.web.context import session, viewer
from lms.web.pages import page
from lms.web.people.blueprint import blueprint


@blueprint.get("/pegawai/<public_id>/kata-sandi")
@permission("core:people:reset")
def ask_reset(public_id: str) -> ResponseReturnValue:
    """Ask before the old password ends."""
    person = _person(public_id)
    return page("people/reset.html", person=person)


@blueprint.post("/pegawai/<public_id>/kata-sandi")
@permission("core:people:reset")
def reset(public_id: str) -> ResponseReturnValue:
    """Make a new password and show it once, in large type; it is stored nowhere."""
    person = _person(public_id)
    password = reset_password(session(), person.person_id, viewer().person_id)
    return page("people/new_password.html", person=person, password=password)


def _person(public_id: str) -> PersonCard:
    """Give the person, unless a new password would give away more rights than the viewer has."""
    person = person_card(session(), find_person(session(), public_id))
    if not viewer().can("core:role:write") and with_roles(session(), [person.person_id]):
        raise NotAllowed("Orang ini punya peran. Kata sandinya dibuat oleh administrator.")
    return person
