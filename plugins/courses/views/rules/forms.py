"""The form of a rule: what is typed stays when something is missing."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    Form,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput

from lms.web import choice
from plugins.courses.domain.rule_reasons import MOST_CHARACTERS, PROPOSED
from plugins.courses.domain.rules import EMPLOYMENTS, STATES, Condition, Names
from plugins.courses.queries.rules.listing import RuleLine
from plugins.courses.services.rules.keeping import MOST_TITLE, RuleSpec
from plugins.courses.views.planning.forms import CountField, stripped

NO_TITLE = "Tulis nama aturan."  # i18n
NO_COURSE = "Pilih pelatihannya."  # i18n
NO_REASON = "Tulis alasan yang dibaca pegawai."  # i18n
NO_DAY = "Tulis tanggal, misalnya 31-12-1970."  # i18n
TOO_LONG = "Tulisan ini terlalu panjang."  # i18n
LISTS = ("competencies", "states", "position_levels", "units", "employments")
PLAIN = ("level_from", "level_to", "required", "position", "born_before", "born_after")
STATE_WORDS = {  # i18n
    "below": "Di bawah standar",
    "unclear": "Belum pasti",
}


class DayField(DateField):
    """A day, with an error in words for people."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; raises ValueError in words."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(NO_DAY) from error


def _ticks(label: str, coerce: Any = str) -> SelectMultipleField:
    return SelectMultipleField(
        label, coerce=coerce, option_widget=CheckboxInput(), validate_choice=False
    )


class RuleForm(Form):
    """A rule as an officer writes it."""

    title = StringField(
        "Nama aturan",
        filters=[stripped],
        validators=[InputRequired(NO_TITLE), Length(max=MOST_TITLE, message=TOO_LONG)],
    )
    course = SelectField(
        "Pelatihan yang ditugaskan", coerce=int, validate_choice=False,
        validators=[InputRequired(NO_COURSE)],
    )  # fmt: skip
    competencies = _ticks("Kemampuan")
    states = _ticks("Keadaan hasil")
    level_from = CountField("Tingkat dari", [Optional()])
    level_to = CountField("Tingkat sampai", [Optional()])
    required = CountField("Jabatan meminta paling sedikit tingkat", [Optional()])
    units = SelectMultipleField("Unit dan semua di bawahnya", coerce=int, validate_choice=False)
    position_levels = _ticks("Jenjang jabatan")
    position = StringField("Nama jabatan memuat", filters=[stripped])
    employments = _ticks("Jenis kepegawaian")
    born_after = DayField("Lahir sesudah", [Optional()])
    born_before = DayField("Lahir sebelum", [Optional()])
    never_had = BooleanField("Hanya yang belum pernah ikut pelatihan ini")
    reason = TextAreaField(
        "Alasan yang dibaca pegawai",
        filters=[stripped],
        validators=[InputRequired(NO_REASON), Length(max=MOST_CHARACTERS, message=TOO_LONG)],
        render_kw={"rows": 3, "maxlength": MOST_CHARACTERS},
        default=PROPOSED,
    )
    active = BooleanField("Aturan ini dipakai", default=True)
    revision = HiddenField(default="0")

    def offer(self, names: Names, courses: list[tuple[int, str]]) -> None:
        """Set what can be chosen."""
        self.course.choices = [choice(key, title) for key, title in courses]
        self.competencies.choices = [choice(*pair) for pair in names.competencies.items()]
        self.states.choices = [choice(key, STATE_WORDS[key]) for key in STATES]
        self.units.choices = [choice(*pair) for pair in names.units.items()]
        self.position_levels.choices = [choice(*pair) for pair in names.position_levels.items()]
        self.employments.choices = [choice(*pair) for pair in EMPLOYMENTS.items()]

    def spec(self) -> RuleSpec:
        """Give what was put in."""
        return RuleSpec(
            title=self.title.data or "",
            course_id=self.course.data or 0,
            condition=self._condition(),
            reason=self.reason.data or "",
            active=bool(self.active.data),
        )

    def _condition(self) -> Condition:
        values: dict[str, Any] = {name: tuple(self[name].data or ()) for name in LISTS}
        values |= {name: self[name].data for name in PLAIN}
        values["position"], values["never_had"] = self.position.data or "", self.never_had.data
        return Condition(**values)


def form_of(line: RuleLine, condition: Condition) -> RuleForm:
    """Give the form filled with a rule."""
    given: dict[str, Any] = {name: list(getattr(condition, name)) for name in LISTS}
    given |= {name: getattr(condition, name) for name in PLAIN}
    return RuleForm(
        title=line.title,
        course=line.course_id,
        reason=line.reason,
        active=line.active,
        never_had=condition.never_had,
        revision=str(line.revision),
        **given,
    )
