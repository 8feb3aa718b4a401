"""Forms of trainers: a title, and what a course says of itself."""

from __future__ import annotations

from collections.abc import Sequence

from werkzeug.datastructures import MultiDict
from wtforms import Form, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from lms.web import _
from plugins.courses.domain.drafting import CourseFacts, lines_of
from plugins.courses.domain.pack import Taught

EMPTY_ROWS = 2
LEVELS = range(6)


def _one_line(value: str | None) -> str:
    return " ".join((value or "").split())


class TitleForm(Form):
    """The title of a new course or module."""

    title = StringField(
        "Judul",
        filters=[_one_line],
        validators=[
            InputRequired("Tulis judulnya dulu."),
            Length(min=1, message="Tulis judulnya dulu."),
            Length(max=200, message="Judul ini terlalu panjang. Paling banyak 200 huruf."),
        ],
        render_kw={"required": True, "maxlength": 200},
    )


class FactsForm(TitleForm):
    """What a course says of itself, apart from the competencies that it teaches."""

    summary = TextAreaField(
        "Ringkasan",
        filters=[_one_line],
        description="Dua kalimat untuk katalog: apa yang bisa dilakukan sesudahnya.",
        validators=[Length(max=1000, message="Ringkasan terlalu panjang. Paling 1.000 huruf.")],
        render_kw={"rows": 3, "maxlength": 1000},
    )
    jp = IntegerField(
        "JP",
        description="1 JP = 45 menit.",
        validators=[
            InputRequired("Isi jumlah JP."),
            NumberRange(min=1, max=400, message="Isi angka 1 sampai 400."),
        ],
        render_kw={"inputmode": "numeric", "min": 1, "max": 400},
    )
    form = StringField(
        "Bentuk pelatihan",
        filters=[_one_line],
        validators=[
            InputRequired("Isi bentuk pelatihan."),
            Length(min=1, max=60, message="Isi bentuk pelatihan."),
        ],
        render_kw={"list": "bentuk", "maxlength": 60},
    )
    objectives = TextAreaField(
        "Tujuan",
        description="Satu tujuan per baris, mulai dengan kata kerja.",
        validators=[Length(max=4000)],
        render_kw={"rows": 5},
    )


def facts_form(given: MultiDict[str, str], facts: CourseFacts) -> FactsForm:
    """Give the form with what was typed, else with what is stored."""
    if given:
        return FactsForm(given)
    return FactsForm(
        data={
            "title": facts.title,
            "summary": facts.summary,
            "jp": facts.jp,
            "form": facts.form,
            "objectives": "\n".join(facts.objectives),
        }
    )


def given_facts(form: FactsForm, teaches: Sequence[Taught]) -> CourseFacts:
    """Give the facts out of a valid form."""
    return CourseFacts(
        title=form.title.data or "",
        summary=form.summary.data or "",
        jp=form.jp.data or 1,
        form=form.form.data or "",
        objectives=lines_of(form.objectives.data or ""),
        teaches=tuple(teaches),
    )


def taught_rows(given: MultiDict[str, str]) -> list[Taught]:
    """Read the rows "competency, from, to"; rows without a competency are left out."""
    rows = zip(
        given.getlist("competency"), given.getlist("from"), given.getlist("to"), strict=False
    )
    return [
        Taught(competency=code, from_level=_level(low), to_level=_level(high))
        for code, low, high in rows
        if code
    ]


def _level(text: str) -> int:
    return int(text) if text.isdigit() and int(text) in LEVELS else 0


def taught_errors(rows: Sequence[Taught]) -> list[str]:
    """Say what is wrong with the rows, one sentence each."""
    found = [
        _("%(code)s: tingkat sesudahnya harus lebih tinggi.", code=row.competency)
        for row in rows
        if row.to_level <= row.from_level
    ]
    codes = [row.competency for row in rows]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    return found + [_("%(code)s dipilih dua kali.", code=code) for code in twice]
