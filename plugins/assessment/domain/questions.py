"""What a question says, and what keeps it from being saved."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from plugins.assessment.contracts import Problem, QuestionType
from plugins.assessment.domain.types.shapes import shape_problems

SENTENCE_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][”\"]))\s+(?=[A-Z“\"])")
TAG = re.compile(r"[^,\"\\\x00-\x1f]{1,40}")
MOST_TAGS = 20
PRACTICE = "latihan"
"""The tag of questions inside courses: they teach, so nobody is ever measured with them."""
STATES: dict[str, str] = {  # i18n
    "draft": "Rancangan",
    "trial": "Uji coba",
    "active": "Dipakai",
    "retired": "Tidak dipakai lagi",
}
"""Draft: not asked; trial: asked but not scored; active; retired: not drawn any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDraft:
    """A question as its author gives it; `content` and `scoring` have the form of its kind.

    `difficulty` is the author's estimate on the logit scale, None when not given. Tags sort the
    bank and make no new version.
    """

    kind: str = "single"
    stem: str
    content: dict[str, Any] = field(default_factory=dict)
    scoring: dict[str, Any] = field(default_factory=dict)
    explanation: str = ""
    level: int = 1
    difficulty: float | None = None
    tags: tuple[str, ...] = ()


def split_stem(stem: str) -> tuple[str, str]:
    """Split a stem into the situation and its last sentence, which asks; either may be empty."""
    sentences = SENTENCE_END.split(" ".join(stem.split()))
    return " ".join(sentences[:-1]), sentences[-1]


def split_tags(text: str) -> tuple[str, ...]:
    """Split tags at commas; small letters, each once, in the order of writing."""
    return tuple(
        dict.fromkeys(filter(None, (" ".join(t.split()).lower() for t in text.split(","))))
    )


def item_problems(draft: ItemDraft, kind: QuestionType) -> list[Problem]:
    """Say what keeps a question from being saved, one sentence each; empty when it is fine.

    The type judges only content that has the right form.
    """
    problems = [*_text_problems(draft), *shape_problems(kind.response, draft.content)]
    return problems or list(kind.problems(draft.content, draft.scoring))


def _text_problems(draft: ItemDraft) -> list[Problem]:
    checks = [
        (not draft.stem.strip(), Problem(field="stem", text="Tulis pertanyaannya.")),
        (
            len(draft.stem) > 4000,
            Problem(field="stem", text="Terlalu panjang. Paling banyak 4.000 huruf."),
        ),
        (
            len(draft.explanation) > 4000,
            Problem(field="explanation", text="Terlalu panjang. Paling banyak 4.000 huruf."),
        ),
        (
            draft.level not in range(1, 6),
            Problem(field="level", text="Tingkat soal antara 1 dan 5."),
        ),
        (
            draft.difficulty is not None and not -6 <= draft.difficulty <= 6,
            Problem(field="difficulty", text="Perkiraan kesulitan antara −6 dan 6."),
        ),
        (
            len(draft.tags) > MOST_TAGS or not all(TAG.fullmatch(tag) for tag in draft.tags),
            Problem(field="tags", text="Paling banyak 20 label, masing-masing 40 huruf."),
        ),
    ]
    return [problem for found, problem in checks if found]
