"""Add one person by hand, as when someone new begins work between two files."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms.core.hooks.contracts import PersonCard
from lms.core.people.importing.names import split_name
from lms.core.people.posts import post_id
from lms.core.people.queries import person_card
from lms.core.people.services import NewPerson, add_person
from lms.web.access import permission
from lms.web.context import viewer, writing
from lms.web.pages import notify, page, redirect_to
from lms.web.people.blueprint import blueprint
from lms.web.people.forms import NewPersonForm, nip_words
from lms.web.translation import gettext as _


@blueprint.get("/pegawai/baru")
@permission("core:people:write")
def new_person() -> ResponseReturnValue:
    """Show the empty form."""
    form = NewPersonForm()
    form.offer()
    return page("people/new.html", form=form)


@blueprint.post("/pegawai/baru")
@permission("core:people:write")
def add_new() -> ResponseReturnValue:
    """Search a unit, or add the person; what is odd about the NIP is told."""
    form = NewPersonForm(request.form)
    form.offer()
    if request.form.get("do") == "search":
        return page("people/new.html", form=form)
    if not form.validate():
        return page("people/new.html", form=form, status=422)
    card = _add(form)
    notify(_("%(name)s ditambahkan. Buat kartu masuk untuknya.", name=card.name))
    if form.checked.verdict == "warn":
        notify(nip_words(form.checked), "unclear")
    return redirect_to("people.person", public_id=card.public_id)


def _add(form: NewPersonForm) -> PersonCard:
    name = split_name(form.name.data or "")
    with writing() as s:
        new = NewPerson(
            nip=form.checked.normalised,
            name=name.name,
            title_before=name.title_before[:60],
            title_after=name.title_after[:100],
            unit_id=form.unit_id,
            position_id=post_id(s, form.position.data or "", form.level.data),
        )
        return person_card(s, add_person(s, new, viewer().person_id))
