"""Move one person to another post, unit or supervisor: form, page to confirm, deed."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms.core.hooks.contracts import PersonCard
from lms.core.people.positions import level_name
from lms.core.people.posts import Post, colleague_of, give_post, present_post
from lms.core.people.queries import find_person, person_card, unit_choice
from lms.core.site import today
from lms.web.access import permission
from lms.web.context import reading, viewer, writing
from lms.web.pages import notify, page, redirect_to
from lms.web.people.blueprint import blueprint
from lms.web.people.forms import MoveForm, unit_words
from lms.web.translation import gettext as _


@blueprint.get("/pegawai/<public_id>/pindah")
@permission("core:people:write")
def ask_move(public_id: str) -> ResponseReturnValue:
    """Show the form with today's post."""
    person = _person(public_id)
    before = present_post(reading(), person.person_id)
    boss = colleague_of(reading(), before.supervisor_id)
    form = MoveForm(
        position=before.position,
        level=before.level,
        unit=str(before.unit_id or ""),
        supervisor=boss.nip if boss else "",
        since=today(reading()).isoformat(),
    )
    form.offer()
    return page("people/move.html", person=person, form=form)


@blueprint.post("/pegawai/<public_id>/pindah")
@permission("core:people:write")
def preview_move(public_id: str) -> ResponseReturnValue:
    """Search a unit, or show what the move would change; stores nothing."""
    person = _person(public_id)
    form = _typed(person)
    if request.form.get("do") in ("search", "back"):
        return page("people/move.html", person=person, form=form)
    if not form.validate():
        return page("people/move.html", person=person, form=form, status=422)
    after = form.post()
    if not after.differs(form.before):
        notify(_("Tidak ada yang berubah."), "unclear")
        return page("people/move.html", person=person, form=form, status=422)
    return page(
        "people/confirm_move.html",
        person=person,
        form=form,
        after=after,
        lines=_differences(form.before, after),
        moves=after.moves(form.before),
    )


@blueprint.post("/pegawai/<public_id>/pindah/simpan")
@permission("core:people:write")
def move(public_id: str) -> ResponseReturnValue:
    """Store the move; a second click finds nothing to do."""
    person = _person(public_id)
    form = _typed(person)
    if not form.validate():
        return page("people/move.html", person=person, form=form, status=422)
    after = form.post()
    if after.differs(form.before):
        with writing() as s:
            give_post(s, person.person_id, after, viewer().person_id)
    notify(_("Jabatan dan unit %(name)s tersimpan.", name=person.name))
    return redirect_to("people.person", public_id=public_id)


def _typed(person: PersonCard) -> MoveForm:
    form = MoveForm(request.form)
    form.person_id = person.person_id
    form.before = present_post(reading(), person.person_id)
    form.offer()
    return form


def _differences(before: Post, after: Post) -> list[tuple[str, str, str]]:
    """Give what changes: its name, what stands there today, what will stand there."""
    titles = (_("Jabatan"), _("Jenjang"), _("Unit"), _("Atasan langsung"))
    rows = zip(titles, _words(before), _words(after), strict=True)
    return [row for row in rows if row[1].lower() != row[2].lower()]


def _words(post: Post) -> tuple[str, str, str, str]:
    boss = colleague_of(reading(), post.supervisor_id)
    unit = unit_choice(reading(), post.unit_id) if post.unit_id else None
    level = _(level_name(post.level)) if post.level else ""
    return post.position, level, unit_words(unit), boss.name if boss else ""


def _person(public_id: str) -> PersonCard:
    return person_card(reading(), find_person(reading(), public_id))
