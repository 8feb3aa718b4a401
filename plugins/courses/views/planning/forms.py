"""Forms of the plan: what is typed stays when something is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from wtforms import Field, FieldList, Form, FormField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import TextInput

from lms.web import choice
from plugins.courses.domain.planning.priority import Leaving
from plugins.courses.services.planning.costs import CostSpec
from plugins.courses.services.planning.making import PlanWish

MOST_RUPIAH = 10**13
AMOUNT = "Tulis jumlah rupiah, misalnya 1.500.000."  # i18n
WHOLE = "Tulis angka bulat."  # i18n
NO_NAME = "Tulis namanya."  # i18n
TOO_SMALL = "Jumlah paling banyak harus sama atau lebih dari paling sedikit."  # i18n
NO_MONEY = "Isi paling sedikit satu sumber dana."  # i18n
LEAVING = {  # i18n
    "later": "Sesudah pegawai lain",
    "same": "Sama seperti pegawai lain",
    "none": "Tidak direncanakan",
}
PER_CLASS = ("Tempat", "Transport pengajar", "Bahan dan cetak")
PER_JP = ("Honor pengajar",)
PER_PERSON = ("Konsumsi", "Transport peserta", "Perlengkapan peserta")


def stripped(value: str | None) -> str:
    """Give a text without spaces around it."""
    return (value or "").strip()


class RupiahField(Field):
    """An amount of rupiah as people write it: 1.500.000 or Rp1.500.000."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:,}".replace(",", ".")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the amount; empty is None; raises ValueError in words."""
        text = (
            re.sub(r"(?i)^rp|[\s.\u00a0]|,00?$|,-$", "", valuelist[0].strip()) if valuelist else ""
        )
        if not text:
            self.data = None
            return
        if not text.isascii() or not text.isdigit() or int(text) > MOST_RUPIAH:
            raise ValueError(AMOUNT)
        self.data = int(text)


class CountField(IntegerField):
    """A whole number, with an error in words for people."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; raises ValueError in words."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(WHOLE) from error


def _from(least: int, most: int = 100_000) -> NumberRange:
    return NumberRange(min=least, max=most, message=WHOLE)


class SourceForm(Form):
    """One source of money."""

    name = StringField("Sumber dana", filters=[stripped], validators=[Length(max=100)])
    amount = RupiahField("Jumlah (rupiah)")


class TrainersForm(Form):
    """One pool of trainers."""

    name = StringField("Pengajar", filters=[stripped], validators=[Length(max=100)])
    jp = CountField("JP setahun", [Optional(), _from(0)])
    course = SelectField("Mengajar", validate_choice=False)


class PlanForm(Form):
    """The inputs of a new plan."""

    name = StringField(
        "Nama rencana", filters=[stripped], validators=[InputRequired(NO_NAME), Length(max=120)]
    )
    year = CountField("Tahun anggaran", [InputRequired(WHOLE), _from(2000, 2200)])
    sources = FieldList(FormField(SourceForm), min_entries=3, max_entries=12)
    trainers = FieldList(FormField(TrainersForm), min_entries=3, max_entries=12)
    most_courses = CountField("Pelatihan per orang, paling banyak", [Optional(), _from(1, 100)])
    most_jp = CountField("JP per orang, paling banyak", [Optional(), _from(1, 1000)])
    leaving = SelectField(
        "Pegawai yang pensiun tahun itu", choices=[choice(*each) for each in LEAVING.items()]
    )

    def validate_sources(self, field: FieldList[Any]) -> None:
        """Ask for at least one source with an amount."""
        if not any(entry.form.amount.data is not None for entry in field):
            raise ValidationError(NO_MONEY)

    def wish(self, levels: Mapping[str, int]) -> PlanWish:
        """Give what was put in."""
        leaving: Leaving = self.leaving.data
        return PlanWish(
            name=self.name.data or "",
            year=self.year.data or 0,
            sources=_sources(self.sources),
            trainers=[
                (
                    entry.form.name.data or "Pengajar",
                    entry.form.jp.data,
                    entry.form.course.data or None,
                )
                for entry in self.trainers
                if entry.form.jp.data is not None
            ],
            most_courses=self.most_courses.data,
            most_jp=self.most_jp.data,
            leaving=leaving,
            levels=levels,
        )


def _sources(entries: FieldList[Any]) -> list[tuple[str, int]]:
    """Give the named amounts; a name that comes twice is one source."""
    found: dict[str, int] = {}
    for entry in entries:
        if entry.form.amount.data is not None:
            name = entry.form.name.data or "APBD"
            found[name] = found.get(name, 0) + entry.form.amount.data
    return list(found.items())


class ComponentForm(Form):
    """One part of the costs."""

    name = StringField("Untuk apa", filters=[stripped], validators=[Length(max=60)])
    amount = RupiahField("Rupiah")


def _parts() -> FieldList[Any]:
    return FieldList(FormField(ComponentForm), max_entries=20)


class CostForm(Form):
    """What a class of a course costs in one form."""

    form = StringField(
        "Bentuk pelatihan", filters=[stripped], validators=[InputRequired(NO_NAME), Length(max=60)]
    )
    minimum = CountField("Peserta paling sedikit", [InputRequired(WHOLE), _from(1)])
    maximum = CountField("Peserta paling banyak", [Optional(), _from(1)])
    trainer_jp = CountField("JP mengajar di satu kelas", [Optional(), _from(0, 1000)])
    most_classes = CountField("Kelas setahun, paling banyak", [Optional(), _from(0, 1000)])
    per_class = _parts()
    per_jp = _parts()
    per_person = _parts()

    def validate_maximum(self, field: CountField) -> None:
        """Hold it against the smallest class."""
        if field.data is not None and field.data < (self.minimum.data or 1):
            raise ValidationError(TOO_SMALL)

    def spec(self) -> CostSpec:
        """Give what was put in."""
        return CostSpec(
            form=self.form.data or "",
            minimum=self.minimum.data or 1,
            maximum=self.maximum.data,
            trainer_jp=self.trainer_jp.data,
            most_classes=self.most_classes.data,
            per_class=_amounts(self.per_class),
            per_jp=_amounts(self.per_jp),
            per_person=_amounts(self.per_person),
        )


def _amounts(entries: FieldList[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in entries:
        if entry.form.amount.data:
            name = entry.form.name.data or "Biaya lain"
            found[name] = found.get(name, 0) + entry.form.amount.data
    return found
