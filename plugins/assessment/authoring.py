"""A question as it stands in the authoring form; what is typed stays when something is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from plugins.assessment.contracts import Problem, QuestionType, Typed
from plugins.assessment.domain import ItemDraft, split_tags
from plugins.assessment.domain.types.numbers import from_number, to_number
from plugins.assessment.domain.types.rows import LETTERS

NO_NUMBER = 999.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A form as it is shown: the type, what is typed, and what is wrong with it."""

    kind: QuestionType
    typed: Typed
    problems: Sequence[Problem] = field(default_factory=tuple)

    def errors(self, *names: str) -> list[str]:
        """Give the sentences that belong to a field, or to one of several."""
        return [each.text for each in self.problems if each.field in names]

    def rows(self, name: str, least: int) -> list[str]:
        """Give the letters of the rows to show: some empty ones, and one after the last filled."""
        filled = [n for n, letter in enumerate(LETTERS, 1) if self.typed.one(f"{name}_{letter}")]
        return list(LETTERS[: max(least, max(filled, default=0) + 1)])


def read_draft(kind: QuestionType, typed: Typed) -> ItemDraft:
    """Give what was typed as a question; nonsense becomes a value that is refused later."""
    content, scoring = kind.read(typed)
    level = typed.one("level")
    return ItemDraft(
        kind=kind.name,
        stem=typed.one("stem").replace("\r\n", "\n"),
        content=content,
        scoring=scoring,
        explanation=typed.one("explanation").replace("\r\n", "\n"),
        level=int(level) if level in ("1", "2", "3", "4", "5") else 0,
        difficulty=_difficulty(typed.one("difficulty")),
        tags=split_tags(typed.one("tags")),
    )


def _difficulty(text: str) -> float | None:
    number = to_number(text)
    if not text:
        return None
    return NO_NUMBER if isinstance(number, str) else float(number)


def fill_draft(kind: QuestionType, draft: ItemDraft) -> Typed:
    """Write a stored question into the form."""
    difficulty = "" if draft.difficulty is None else from_number(draft.difficulty)
    return Typed(
        {
            **kind.fill(draft.content, draft.scoring),
            "stem": [draft.stem],
            "explanation": [draft.explanation],
            "level": [str(draft.level)],
            "difficulty": [difficulty],
            "tags": [", ".join(draft.tags)],
        }
    )
