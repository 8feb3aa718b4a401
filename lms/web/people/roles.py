"""Roles of a person: what each means, giving and taking with a page to confirm."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from lms.core.errors import NotFound
from lms.core.hooks.contracts import PersonCard
from lms.core.people.permissions import GRANTED_ROLES, all_permissions
from lms.core.people.queries import find_person, person_card
from lms.core.people.roles import ROLE_MEANINGS, ROLE_NAMES, give_role, granted_roles, take_role
from lms.web.access import permission
from lms.web.context import session, site, viewer
from lms.web.pages import notify, page, redirect_to
from lms.web.people.blueprint import blueprint
from lms.web.translation import gettext as _


@blueprint.get("/pegawai/<public_id>/peran")
@permission("core:role:write")
def roles(public_id: str) -> ResponseReturnValue:
    """Show the roles that can be given, and which this person has."""
    person = _person(public_id)
    held = granted_roles(session(), person.person_id)
    return page("people/roles.html", person=person, held=held, **_words())


@blueprint.get("/pegawai/<public_id>/peran/<role>")
@permission("core:role:write")
def ask_role(public_id: str, role: str) -> ResponseReturnValue:
    """Show what giving or taking this role means, before it is done."""
    person = _person(public_id)
    _check_known(role)
    has = role in granted_roles(session(), person.person_id)
    rights = [p.title for p in all_permissions(site().registry) if role in p.roles]
    return page("people/role.html", person=person, role=role, has=has, rights=rights, **_words())


@blueprint.post("/pegawai/<public_id>/peran/<role>/beri")
@permission("core:role:write")
def give(public_id: str, role: str) -> ResponseReturnValue:
    """Give the role; the person logs in anew."""
    person = _person(public_id)
    if give_role(session(), person.person_id, role, viewer().person_id):
        values = {"role": _(ROLE_NAMES[role]), "name": person.name}
        notify(_("Peran %(role)s diberikan kepada %(name)s.", **values))
    return redirect_to("people.roles", public_id=public_id)


@blueprint.post("/pegawai/<public_id>/peran/<role>/cabut")
@permission("core:role:write")
def take(public_id: str, role: str) -> ResponseReturnValue:
    """Take the role back; the person logs in anew."""
    person = _person(public_id)
    if take_role(session(), person.person_id, role, viewer().person_id):
        values = {"role": _(ROLE_NAMES[role]), "name": person.name}
        notify(_("Peran %(role)s dicabut dari %(name)s.", **values))
    return redirect_to("people.roles", public_id=public_id)


def _person(public_id: str) -> PersonCard:
    return person_card(session(), find_person(session(), public_id))


def _check_known(role: str) -> None:
    if role not in GRANTED_ROLES:
        raise NotFound("Peran ini tidak ada.")


def _words() -> dict[str, Any]:
    return {"granted": GRANTED_ROLES, "names": ROLE_NAMES, "meanings": ROLE_MEANINGS}
