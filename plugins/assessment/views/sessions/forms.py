"""Forms of planning; what is typed stays when something is missing."""

from __future__ import annotations

from typing import Any

from wtforms import Form, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from plugins.assessment.forms import MomentField

LOCAL = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
"""How browsers write a moment."""
NAME = "Isi nama sesi."  # i18n
CHOOSE = "Pilih alat tes."  # i18n
WHEN = "Isi tanggal dan jam."  # i18n
WHOLE = "Isi dengan angka bulat."  # i18n
LIMIT = "Antara 5 dan 480 menit."  # i18n
SPREAD = "Antara 0 dan 900 detik."  # i18n
GRACE = "Antara 0 dan 600 detik."  # i18n
CAP = "Antara 0 dan 240 menit."  # i18n


class WholeField(IntegerField):
    """A whole number."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; raises ValueError in words for people."""
        try:
            super().process_formdata([value.strip() for value in valuelist])
        except ValueError as error:
            raise ValueError(WHOLE) from error


class ChoiceField(SelectField):
    """A choice out of what there is; says so in words for people."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what was not offered."""
        offered = {str(value) for value, *_rest in self.iter_choices()}
        if str(self.data) not in offered:
            raise ValueError(CHOOSE)


class SessionForm(Form):
    """A session's name, instrument, window and terms, in the agency's time."""

    name = StringField("Nama sesi", [InputRequired(NAME), Length(max=120)])
    instrument = ChoiceField("Alat tes", coerce=int)
    opens_at = MomentField("Mulai", [InputRequired(WHEN)], format=LOCAL)
    closes_at = MomentField("Selesai", [InputRequired(WHEN)], format=LOCAL)
    limit_minutes = WholeField(
        "Waktu per orang, menit (boleh kosong)",
        [Optional(), NumberRange(min=5, max=480, message=LIMIT)],
    )
    spread_seconds = WholeField(
        "Sebaran waktu mulai, detik",
        [InputRequired(WHOLE), NumberRange(min=0, max=900, message=SPREAD)],
        default=60,
    )
    grace_seconds = WholeField(
        "Tenggang setelah waktu habis, detik",
        [InputRequired(WHOLE), NumberRange(min=0, max=600, message=GRACE)],
        default=120,
    )
    outage_cap_minutes = WholeField(
        "Paling banyak dikembalikan otomatis, menit",
        [InputRequired(WHOLE), NumberRange(min=0, max=240, message=CAP)],
        default=30,
    )
