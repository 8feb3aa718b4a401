"""Forms of other ways to learn; what is typed stays when something is missing."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import BooleanField, DateField, Form, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.web import _, choice
from plugins.courses.domain.coaching import LONGEST, SHORTEST
from plugins.courses.domain.forms_of_learning import (
    CERTIFICATE_CLASSES,
    MOST_AMOUNT,
    UNITS,
    Conversion,
)
from plugins.courses.domain.outside import Facts
from plugins.courses.queries.ways.colleagues import CompetencyChoice
from plugins.courses.queries.ways.outside import FormLine, OutsideLine
from plugins.courses.views.classes.forms import WholeField

DAY = "Isi tanggalnya."  # i18n
LONG = "Tulisan ini terlalu panjang."  # i18n
TITLE = "Isi nama kegiatannya."  # i18n
ORGANISER = "Isi nama penyelenggaranya."  # i18n
FORM = "Pilih bentuk kegiatannya."  # i18n
AMOUNT = "Isi jumlahnya, antara 1 dan 2.000."  # i18n
RATE = "Isi dengan angka, misalnya 1 atau 1,5."  # i18n
COMPETENCY = "Kemampuan ini tidak ada. Pilih lagi."  # i18n
BASIS = "Isi dasar hukumnya."  # i18n
UNIT_WORDS = {  # i18n
    "jp": "JP di sertifikat",
    "hour": "jam (60 menit)",
    "day": "hari",
    "meeting": "pertemuan",
}
MEETING_LENGTH = "Lama pertemuan antara 15 dan 240 menit."  # i18n


def _stripped(value: str | None) -> str:
    return " ".join((value or "").split())


class DayField(DateField):
    """A day, with words for people when it is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; raises ValueError in words for people."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(DAY) from error


class OutsideForm(Form):
    """What a person says of learning elsewhere."""

    title = StringField(
        "Nama kegiatan", [InputRequired(TITLE), Length(max=200, message=LONG)], [_stripped]
    )
    organiser = StringField(
        "Penyelenggara", [InputRequired(ORGANISER), Length(max=200, message=LONG)], [_stripped]
    )
    form_code = SelectField("Bentuk kegiatan", coerce=int, validate_choice=False)
    amount = WholeField("Jumlah", [InputRequired(AMOUNT), NumberRange(1, MOST_AMOUNT, AMOUNT)])
    starts_on = DayField("Tanggal mulai", [InputRequired(DAY)])
    ends_on = DayField("Tanggal selesai", [InputRequired(DAY)])
    number = StringField(
        "Nomor sertifikat (boleh kosong)", [Length(max=120, message=LONG)], [_stripped]
    )
    competency = SelectField("Kemampuan (boleh kosong)", coerce=int, validate_choice=False)
    sure = BooleanField("Ini memang kegiatan lain. Tetap kirim.")

    def offer(self, forms: Sequence[FormLine], competencies: Sequence[CompetencyChoice]) -> None:
        """Put in what can be chosen, in the reader's language."""
        self.codes = {line.code for line in forms}
        self.competencies = {0, *(each.competency_id for each in competencies)}
        self.form_code.choices = [
            choice(0, _("Pilih bentuknya")),
            *(choice(line.code, f"{line.name}: {_(UNIT_WORDS[line.unit])}") for line in forms),
        ]
        self.competency.choices = [
            choice(0, _("Tidak tahu")),
            *(choice(each.competency_id, each.name) for each in competencies),
        ]

    def complete(self) -> bool:
        """Tell whether all is filled in; each field says what is missing."""
        fine = self.validate()
        if self.form_code.data not in self.codes:
            self.form_code.errors = [FORM]
            fine = False
        if self.competency.data not in self.competencies:
            self.competency.errors = [COMPETENCY]
            fine = False
        return fine

    @property
    def facts(self) -> Facts:
        """Give what was filled in, once it is complete."""
        return Facts(
            title=self.title.data or "",
            organiser=self.organiser.data or "",
            form_code=self.form_code.data,
            number=self.number.data or "",
            starts_on=self.starts_on.data,  # type: ignore[arg-type]  # required, so it is there
            ends_on=self.ends_on.data,  # type: ignore[arg-type]  # required, so it is there
            amount=self.amount.data or 0,
            competency_id=self.competency.data or None,
        )


def filled(line: OutsideLine) -> OutsideForm:
    """Give the form with what was sent in."""
    return OutsideForm(
        title=line.title,
        organiser=line.organiser,
        form_code=line.form_code,
        amount=line.amount,
        starts_on=line.starts_on,
        ends_on=line.ends_on,
        number=line.number,
        competency=line.competency_id or 0,
    )


class CoachingMeetingForm(Form):
    """A meeting that took place."""

    held_on = DayField("Tanggal bertemu", [InputRequired(DAY)])
    minutes = WholeField(
        "Lamanya (menit)",
        [InputRequired(MEETING_LENGTH), NumberRange(SHORTEST, LONGEST, MEETING_LENGTH)],
    )
    notes = TextAreaField("Yang dibahas (boleh kosong)", [Length(max=500, message=LONG)])


class HundredthsField(StringField):
    """A number with up to two digits after the comma, kept in hundredths."""

    def hundredths(self) -> int | None:
        """Give the number in hundredths, None when it is none."""
        try:
            return round(float((self.data or "").strip().replace(",", ".")) * 100)
        except (ValueError, OverflowError):
            return None


class ConversionForm(Form):
    """A row of the conversion table."""

    unit = SelectField("Satuan", validate_choice=False)
    rate = HundredthsField("JP untuk satu satuan")
    most_jp = WholeField("Paling banyak JP satu kegiatan (boleh kosong)", [Optional()])
    certificate_class = SelectField("Kelas sertifikat di SIASN", validate_choice=False)
    legal_basis = TextAreaField(
        "Dasar hukum", [InputRequired(BASIS), Length(max=1000, message=LONG)]
    )
    active = BooleanField("Berlaku")

    def offer(self) -> None:
        """Put in what can be chosen, in the reader's language."""
        self.unit.choices = [choice(unit, _(UNIT_WORDS[unit])) for unit in UNITS]
        self.certificate_class.choices = [
            choice(each, each or _("Belum diisi")) for each in CERTIFICATE_CLASSES
        ]

    def conversion(self) -> Conversion | None:
        """Give what was filled in, None when it is not complete; fields say what is missing."""
        fine = self.validate()
        hundredths = self.rate.hundredths()
        if hundredths is None:
            self.rate.errors = [RATE]
        if not fine or hundredths is None:
            return None
        return Conversion(
            unit=self.unit.data or "", hundredths=hundredths, most_jp=self.most_jp.data
        )
