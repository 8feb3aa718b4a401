"""Change the facts of one person."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms.core.people.models import Person
from lms.core.people.queries import find_person
from lms.core.people.services import get_person, update_person
from lms.web.access import permission
from lms.web.context import reading, viewer, writing
from lms.web.pages import notify, page, redirect_to
from lms.web.people.blueprint import blueprint
from lms.web.people.forms import FactsForm
from lms.web.translation import gettext as _


@blueprint.get("/pegawai/<public_id>/ubah")
@permission("core:people:write")
def edit(public_id: str) -> ResponseReturnValue:
    """Show the form with what is stored."""
    person = _person(public_id)
    form = FactsForm(obj=person)
    form.offer(person.education)
    return page("people/edit.html", person=person, form=form)


@blueprint.post("/pegawai/<public_id>/ubah")
@permission("core:people:write")
def save_facts(public_id: str) -> ResponseReturnValue:
    """Store what differs; the audit names the fields, not what stood in them."""
    person = _person(public_id)
    form = FactsForm(request.form)
    form.offer(person.education)
    if not form.validate():
        return page("people/edit.html", person=person, form=form, status=422)
    with writing() as s:
        changed = update_person(s, person.id, form.values(), viewer().person_id)
    if changed:
        notify(_("Data pegawai tersimpan."))
    else:
        notify(_("Tidak ada yang berubah."), "unclear")
    return redirect_to("people.person", public_id=public_id)


def _person(public_id: str) -> Person:
    return get_person(reading(), find_person(reading(), public_id))
