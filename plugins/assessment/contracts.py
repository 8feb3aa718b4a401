"""The contract of question types: what this plugin and an agency's plugin register.

A plugin adds a type with the hook `assessment_register_question_types` (see `hookspecs.py` and
docs/how-to/add-a-question-type.md). What a learner sees and sends is always drawn, read and
checked by this plugin, by the *shape* of the answer: no code of another plugin runs while a
question is shown or an answer is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Shape = Literal["choice", "choices", "pairs", "order", "picture", "text", "number", "file"]
"""The shape of an answer: one option, several, pairs, an order, a region, a text, …"""

Content = Mapping[str, Any]
"""What the learner sees of a question beside its stem; nothing secret."""
Scoring = Mapping[str, Any]
"""What only the bank knows: keys, weights, accepted answers."""


class Typed(dict[str, list[str]]):
    """What stands in the fields of an authoring form: field name → its values."""

    def getlist(self, name: str) -> list[str]:
        """Give all values of a field, none for a missing one."""
        return self.get(name, [])

    def one(self, name: str) -> str:
        """Give the first value of a field without the blanks around it, empty when missing."""
        return next(iter(self.getlist(name)), "").strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A sentence that keeps a question from being saved, and the form's field it belongs to."""

    field: str
    text: str


Read = Callable[[Typed], tuple[dict[str, Any], dict[str, Any]]]
Fill = Callable[[Content, Scoring], Typed]
Check = Callable[[Content, Scoring], Sequence[Problem]]
Score = Callable[[Content, Scoring, str], float | None]
KeyText = Callable[[Content, Scoring], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionType:
    """A kind of question: how it is written, checked and scored.

    `name` is stored with each question and never changes; a plugin's type is named
    `<plugin>_<noun>`. `title` and `hint` are Indonesian; `hint` tells authors how points are
    given. `response` is the shape of an answer and fixes what `content` must hold:

    - choice, choices, order: `options`, a list of `{"id", "text"}`;
    - pairs: `prompts` and `options`, both such lists;
    - picture: `image`, `alt`, `width`, `height` and `options` with `x`, `y`, `w`, `h`;
    - text: nothing; number: `unit`; file: `accept`, `max_mb`, `rubric`.

    `author_template` is a Jinja path: the type's part of the authoring form. `read` turns the
    form into (content, scoring), a number that is none staying a text; `fill` is its inverse.
    `problems` is called with content of the right shape. `score` gets the stored value (see
    `plugins.assessment.domain.types.responses`), never "Saya belum tahu", and gives 0 to 1 or
    None: not scored (yet). `key_text` says the right answer in words.
    """

    name: str
    title: str
    hint: str
    response: Shape
    author_template: str
    read: Read
    fill: Fill
    problems: Check
    score: Score
    key_text: KeyText
    scored: bool = True

    @property
    def template(self) -> str:
        """Give the path of the learner's part of the page; it belongs to the shape."""
        return f"assessment/types/{self.response}.html"
