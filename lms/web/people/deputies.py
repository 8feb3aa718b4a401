"""Who decides for a supervisor for a while: name a Plt or Plh, end it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from wtforms import Field, Form, RadioField, StringField, ValidationError
from wtforms.validators import DataRequired

from lms.core.errors import Invalid
from lms.core.hooks.contracts import PersonCard
from lms.core.people import deputies as services
from lms.core.people.posts import Colleague, colleague
from lms.core.people.queries import find_person, person_card
from lms.core.sheets import read_date
from lms.core.site import today
from lms.web.access import permission
from lms.web.context import reading, viewer, writing
from lms.web.forms import choice
from lms.web.pages import notify, page, redirect_to
from lms.web.people.blueprint import blueprint
from lms.web.people.forms import tidy
from lms.web.translation import gettext as _

STATE_WORDS = {  # i18n
    "now": "Berlaku sekarang",
    "later": "Belum mulai",
    "over": "Sudah berakhir",
    "withdrawn": "Dibatalkan",
}


def _day(text: str | None) -> date | None:
    try:
        return read_date(text or "")
    except ValueError:
        return None


class DeputyForm(Form):
    """Who, as what, from when until when."""

    deputy = StringField(
        "NIP Plt atau Plh", [DataRequired(message="Isi NIP orang yang ditunjuk.")], filters=[tidy]
    )
    kind = RadioField("Sebagai", [DataRequired(message="Pilih Plt atau Plh.")], choices=[])
    since = StringField("Hari pertama", [DataRequired(message="Isi hari pertama.")], filters=[tidy])
    until = StringField("Hari terakhir (boleh kosong)", filters=[tidy])

    found: Colleague | None = None

    def offer(self) -> None:
        """Set the choices."""
        self.kind.choices = [choice(key, _(words)) for key, words in services.KINDS.items()]

    def validate_deputy(self, field: Field) -> None:
        """Find the person by NIP."""
        self.found = colleague(reading(), field.data or "")
        if self.found is None:
            raise ValidationError(_("NIP ini tidak ada di daftar pegawai."))

    def validate_since(self, field: Field) -> None:
        """Refuse what is no day."""
        if _day(field.data) is None:
            raise ValidationError(_("Tulis tanggal seperti 3-11-2026."))

    def validate_until(self, field: Field) -> None:
        """Refuse what is no day; empty is allowed."""
        if field.data:
            self.validate_since(field)


@blueprint.get("/pegawai/<public_id>/wakil")
@permission("core:deputy:write")
def deputies(public_id: str) -> ResponseReturnValue:
    """Show a supervisor's deputies, and the form for a new one."""
    form = DeputyForm(since=today(reading()).isoformat(), kind="plh")
    return _page(_person(public_id), form)


@blueprint.post("/pegawai/<public_id>/wakil")
@permission("core:deputy:write")
def name_deputy(public_id: str) -> ResponseReturnValue:
    """Name a deputy; what was typed stays when something is wrong."""
    person = _person(public_id)
    form = DeputyForm(request.form)
    form.offer()
    if not form.validate() or form.found is None:
        return _page(person, form, status=422)
    since, until = _day(form.since.data), _day(form.until.data)
    try:
        with writing() as s:
            services.name_deputy(
                s,
                person.person_id,
                form.found.person_id,
                kind=form.kind.data,
                since=since or today(s),
                until=until,
                actor=viewer().person_id,
            )
    except Invalid as error:
        return _page(person, form, problems=list(error.reasons), status=422)
    notify(_("%(name)s ditunjuk.", name=form.found.name))
    return redirect_to("people.deputies", public_id=public_id)


@blueprint.post("/pegawai/<public_id>/wakil/<int(max=2147483647):row_id>/akhiri")
@permission("core:deputy:write")
def end_deputy(public_id: str, row_id: int) -> ResponseReturnValue:
    """End a deputy at once; a second click finds nothing to do."""
    person = _person(public_id)
    with writing() as s:
        ended = services.end_deputy(s, person.person_id, row_id, viewer().person_id)
    if ended:
        notify(_("Sudah diakhiri. Mulai hari ini keputusan kembali ke %(name)s.", name=person.name))
    else:
        notify(_("Tidak ada yang berubah."), "unclear")
    return redirect_to("people.deputies", public_id=public_id)


def _page(
    person: PersonCard, form: DeputyForm, *, problems: list[str] | None = None, status: int = 200
) -> ResponseReturnValue:
    form.offer()
    values: dict[str, Any] = {"kinds": services.KINDS, "words": STATE_WORDS}
    return page(
        "people/deputies.html",
        person=person,
        form=form,
        problems=problems or [],
        lines=services.deputies_of(reading(), person.person_id),
        status=status,
        **values,
    )


def _person(public_id: str) -> PersonCard:
    return person_card(reading(), find_person(reading(), public_id))
