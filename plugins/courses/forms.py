"""Forms of the plugin."""

from __future__ import annotations

from wtforms import Form, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.web import _, choice
from plugins.courses.services.objecting import MOST_CHARACTERS


def _stripped(value: str | None) -> str:
    return (value or "").strip()


class WordsForm(Form):
    """A text that a person writes: a reason or an objection."""

    words = TextAreaField(
        filters=[_stripped],
        validators=[InputRequired(), Length(max=MOST_CHARACTERS)],
        render_kw={"rows": 5, "required": True, "maxlength": MOST_CHARACTERS},
    )

    def label_words(self, label: str, missing: str) -> None:
        """Set the label, and what to say when the field is empty, in the reader's language."""
        self.words.label.text = label
        long = _("Tulisan ini terlalu panjang. Paling banyak 2.000 huruf.")
        self.words.validators = [
            InputRequired(missing),
            Length(min=1, message=missing),
            Length(max=MOST_CHARACTERS, message=long),
        ]


class AnswerForm(WordsForm):
    """An officer's answer to an objection."""

    decision = RadioField(validators=[InputRequired()])

    def label_decision(self) -> None:
        """Set the choices in the reader's language."""
        self.decision.label.text = _("Keputusan")
        self.decision.choices = [
            choice("keep", _("Tetap ditugaskan")),
            choice("withdraw", _("Batalkan penugasan")),
        ]
        self.decision.validators = [InputRequired(_("Pilih salah satu keputusan."))]
