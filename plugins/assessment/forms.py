"""Forms of trainers and officers; what is typed stays when something is missing."""

from __future__ import annotations

from typing import Any

from wtforms import (
    DateTimeLocalField,
    DecimalField,
    Form,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from lms.web import _, choice
from plugins.assessment.domain import ItemText

OPTIONS = ("a", "b", "c", "d", "e")


NUMBER = "Tulis angka, misalnya 0,5."  # i18n
MOMENT = "Isi tanggal dan jam."  # i18n
SHORT = Length(max=300, message="Terlalu panjang. Paling banyak 300 huruf.")
LONG = Length(max=2000, message="Terlalu panjang. Paling banyak 2.000 huruf.")


class NumberField(DecimalField):
    """A number with a decimal comma or point."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; raises ValueError in words for people."""
        try:
            super().process_formdata([value.replace(",", ".") for value in valuelist])
        except ValueError as error:
            raise ValueError(NUMBER) from error


class MomentField(DateTimeLocalField):
    """A date and a time of the agency's clock."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the moment; raises ValueError in words for people."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(MOMENT) from error


class ItemForm(Form):
    """A single-choice question: the stem, up to five options, the key, why it is right."""

    competency_id = SelectField("Kompetensi", coerce=int)
    level = SelectField("Tingkat", coerce=int, choices=[choice(n, str(n)) for n in range(1, 6)])
    stem = TextAreaField(
        "Pertanyaan",
        [InputRequired(message="Tulis pertanyaannya."), LONG],
        render_kw={"rows": 5},
    )
    option_a = StringField("Pilihan A", [InputRequired(message="Isi pilihan A."), SHORT])
    option_b = StringField("Pilihan B", [InputRequired(message="Isi pilihan B."), SHORT])
    option_c = StringField("Pilihan C (boleh kosong)", [SHORT])
    option_d = StringField("Pilihan D (boleh kosong)", [SHORT])
    option_e = StringField("Pilihan E (boleh kosong)", [SHORT])
    key = RadioField(
        "Jawaban yang benar",
        [InputRequired(message="Pilih jawaban yang benar.")],
        choices=[choice(option, option.upper()) for option in OPTIONS],
    )
    explanation = TextAreaField("Penjelasan", [LONG], render_kw={"rows": 3})
    difficulty = NumberField("Perkiraan kesulitan (boleh kosong)", [Optional()], places=1)

    def content(self) -> ItemText:
        """Give what was typed as a question; empty options are left out."""
        filled = [(o, (self[f"option_{o}"].data or "").strip()) for o in OPTIONS]
        return ItemText(
            stem=(self.stem.data or "").strip(),
            options=tuple((option, text) for option, text in filled if text),
            key=self.key.data or "",
            explanation=(self.explanation.data or "").strip(),
            level=self.level.data,
            difficulty=None if self.difficulty.data is None else float(self.difficulty.data),
        )


def item_values(content: ItemText) -> dict[str, Any]:
    """Give a stored question as the form's values."""
    return {
        "stem": content.stem,
        "key": content.key,
        "explanation": content.explanation,
        "level": content.level,
        "difficulty": content.difficulty,
        **{f"option_{option}": text for option, text in content.options},
    }


class OpenForm(Form):
    """The window of a test; both moments may stay empty, in the agency's time."""

    opens_at = MomentField("Dibuka mulai (boleh kosong)", [Optional()])
    closes_at = MomentField("Ditutup pada (boleh kosong)", [Optional()])


def translated(form: Form) -> Form:
    """Put labels and errors into the reader's language; the source is Indonesian."""
    for field in form:
        field.label.text = _(field.label.text)
        field.errors = [_(error) for error in field.errors]
    return form
