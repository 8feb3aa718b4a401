"""What the readers of foreign files give: questions, what is wrong with others, and notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.errors import Invalid
from plugins.assessment.domain.questions import ItemDraft, item_problems
from plugins.assessment.domain.types import BUILT_IN

MAX_FILE = 5 * 1024 * 1024
MAX_ITEMS = 2000
MAX_SOURCE = 50_000
"""Signs of one text with its markup; what is left of it may have 4,000."""
SHOWN_NAME = 80
KINDS = {kind.name: kind for kind in BUILT_IN}

TOO_LARGE = "Berkas ini lebih dari 5 MB. Bagi menjadi beberapa berkas."
TOO_MANY = "Berkas ini berisi lebih dari 2.000 soal. Bagi menjadi beberapa berkas."
EMPTY = "Berkas ini kosong."
TOO_LONG = "Soal ini terlalu panjang. Paling banyak 50.000 huruf bersama tanda formatnya."
UNKNOWN_KIND = "Jenis soal “%(kind)s” belum bisa dimasukkan."


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something about one question: where it stands, and an Indonesian sentence with places."""

    where: str
    message_id: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """Give the sentence for people, in Indonesian."""
        return self.message_id % self.values if self.values else self.message_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedItem:
    """A question of a file: `where` is its row, line or file; `category` and `name` as written.

    `code` and `competency` are set when the file names them for this very question.
    """

    where: str
    draft: ItemDraft
    category: str = ""
    name: str = ""
    code: str = ""
    competency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedItem:
    """A question of the bank on its way out; `competency` is the code it is found by again."""

    code: str
    draft: ItemDraft
    competency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a file holds: good questions, one problem per other question, notes on good ones."""

    items: tuple[ImportedItem, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()

    @property
    def read(self) -> int:
        """Give the number of questions that were read, good or not."""
        return len(self.items) + len(self.problems)


class Unusable(Exception):
    """One question cannot be taken; the reader turns it into a problem and goes on."""

    def __init__(self, message_id: str, **values: Any) -> None:
        super().__init__(message_id)
        self.message_id = message_id
        self.values = values


class Collector:
    """Gathers the questions of a file one by one, so that a bad one never spoils the others."""

    def __init__(self) -> None:
        self.items: list[ImportedItem] = []
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []

    def take(self, where: str, make: Callable[[], ImportedItem]) -> None:
        """Add the question that `make` gives, or the problem that it raises as Unusable."""
        if len(self.items) + len(self.problems) >= MAX_ITEMS:
            raise Invalid(TOO_MANY)
        try:
            item = make()
            _check(item.draft)
        except Unusable as error:
            self.problem(where, error.message_id, **error.values)
        else:
            self.items.append(item)

    def problem(self, where: str, message_id: str, **values: Any) -> None:
        """Keep a question out, with the reason."""
        self.problems.append(Problem(where=where, message_id=message_id, values=values))

    def note(self, where: str, message_id: str, **values: Any) -> None:
        """Say what was left out of a question that came in."""
        self.notes.append(Problem(where=where, message_id=message_id, values=values))

    def parsed(self) -> Parsed:
        """Give all that was gathered."""
        return Parsed(
            items=tuple(self.items), problems=tuple(self.problems), notes=tuple(self.notes)
        )


def _check(draft: ItemDraft) -> None:
    """Refuse what the bank itself would refuse; all kinds that are read are built in."""
    problems = item_problems(draft, KINDS[draft.kind])
    if problems:
        raise Unusable(problems[0].text)


def check_size(content: bytes) -> None:
    """Refuse a file that is empty or over the limit."""
    if len(content) > MAX_FILE:
        raise Invalid(TOO_LARGE)
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Invalid(EMPTY)


def modest(source: str) -> str:
    """Give a text back; refuse one that is too long to be looked at closely."""
    if len(source) > MAX_SOURCE:
        raise Unusable(TOO_LONG)
    return source


def shown(name: str) -> str:
    """Shorten a foreign name for a message."""
    flat = " ".join(name.split())
    return flat if len(flat) <= SHOWN_NAME else flat[: SHOWN_NAME - 1] + "…"
