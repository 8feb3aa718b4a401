"""Forms of trainers and officers; what is typed stays when something is missing."""

from __future__ import annotations

from wtforms import DateTimeLocalField, DecimalField, Form, IntegerField, RadioField
from wtforms.validators import NumberRange, Optional

from lms.web import _, choice
from plugins.assessment.domain.stages import MODES
from plugins.assessment.services.stages import Delivery

MOMENT = "Isi tanggal dan jam."  # i18n
WHOLE = "Tulis angka bulat."  # i18n
NUMBER = "Tulis angka, misalnya 0,30."  # i18n


class MomentField(DateTimeLocalField):
    """A date and a time of the agency's clock."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the moment; raises ValueError in words for people."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(MOMENT) from error


class OpenForm(Form):
    """The window of a test; both moments may stay empty, in the agency's time."""

    opens_at = MomentField("Dibuka mulai (boleh kosong)", [Optional()])
    closes_at = MomentField("Ditutup pada (boleh kosong)", [Optional()])


class WholeField(IntegerField):
    """A whole number, with an error in words for people."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; raises ValueError in words."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(WHOLE) from error


class ErrorField(DecimalField):
    """A number with a decimal comma or point."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; raises ValueError in words."""
        try:
            super().process_formdata([value.replace(",", ".") for value in valuelist])
        except ValueError as error:
            raise ValueError(NUMBER) from error


class DeliveryForm(Form):
    """How a test is delivered; empty numbers mean that nothing is limited."""

    mode = RadioField("Cara memilih soal", choices=[choice(*each) for each in MODES.items()])
    limit_minutes = WholeField(
        "Batas waktu (boleh kosong)",
        [Optional(), NumberRange(1, 600, "Antara 1 dan 600 menit.")],
    )
    min_items = WholeField(
        "Soal paling sedikit (boleh kosong)",
        [Optional(), NumberRange(1, 100, "Antara 1 dan 100 soal.")],
    )
    max_items = WholeField(
        "Soal paling banyak (boleh kosong)",
        [Optional(), NumberRange(1, 100, "Antara 1 dan 100 soal.")],
    )
    target_error = ErrorField(
        "Galat yang dituju (boleh kosong)",
        [Optional(), NumberRange(0.1, 1, "Antara 0,1 dan 1.")],
        places=2,
    )

    def delivery(self) -> Delivery:
        """Give what was chosen."""
        error = self.target_error.data
        return Delivery(
            mode=self.mode.data,
            limit_minutes=self.limit_minutes.data,
            min_items=self.min_items.data,
            max_items=self.max_items.data,
            target_error=None if error is None else float(error),
        )


def translated(form: Form) -> Form:
    """Put labels and errors into the reader's language; the source is Indonesian."""
    for field in form:
        field.label.text = _(field.label.text)
        field.errors = [_(error) for error in field.errors]
    return form
