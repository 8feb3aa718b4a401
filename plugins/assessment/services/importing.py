"""Use-case: take the questions of a file into the bank as drafts; twice changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms import audit, now
from plugins.assessment.domain import ItemDraft
from plugins.assessment.domain.formats import (
    ImportedItem,
    Parsed,
    Problem,
    fingerprint,
    same_stem,
)
from plugins.assessment.models import UNTESTED, Item, ItemVersion
from plugins.assessment.queries.bank import draft_of
from plugins.assessment.services.places import (
    UNKNOWN_COMPETENCY,
    Place,
    level_of_category,
    read_places,
)

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
AT_ONCE = 500
WHOLE_FILE = "berkas"

CODE_TAKEN = (
    "Kode %(code)s sudah dipakai soal lain. Kosongkan kodenya, atau ubah soalnya di bank soal."
)
FILE_ALONE = "Berkas belum dibandingkan dengan bank soal, karena instansi belum dipilih."
PLACED = "%(count)s soal tidak menyebut kompetensi. Soal itu masuk ke %(code)s, %(name)s."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """A question that comes in: its code, its competency, what it says."""

    where: str
    code: str
    place: Place
    draft: ItemDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What an import does, or would do: new questions, those that are there, errors, notes."""

    read: int
    new: tuple[NewItem, ...]
    skipped: int
    errors: tuple[Problem, ...]
    notes: tuple[Problem, ...]

    @property
    def imported(self) -> int:
        """Give the number of questions that come in."""
        return len(self.new)

    @property
    def usable(self) -> bool:
        """Tell whether any question of the file is in the bank afterwards."""
        return bool(self.new or self.skipped)

    def as_json(self) -> dict[str, Any]:
        """Give the report for the command line's JSON."""
        return {
            "read": self.read,
            "imported": self.imported,
            "skipped": self.skipped,
            "errors": [_as_json(each) for each in self.errors],
            "notes": [_as_json(each) for each in self.notes],
        }


def _as_json(problem: Problem) -> dict[str, str]:
    return {"where": problem.where, "message": problem.message}


def plan_import(session: Session, parsed: Parsed, *, competency: str = "") -> ImportPlan:
    """Compare a file with the bank; nothing is written, and the statements do not grow with it.

    A question goes to the competency that it names, else to that of its category, else to
    `competency` (a code or name), else to the main framework's first one, with a note. Raises
    Invalid for an unknown `competency`.
    """
    planner = _Planner(session, parsed.items, competency)
    for item in parsed.items:
        planner.add(item)
    return ImportPlan(
        read=parsed.read,
        new=tuple(planner.new),
        skipped=planner.skipped,
        errors=(*parsed.problems, *planner.errors),
        notes=(*planner.notes(), *parsed.notes),
    )


def plan_file(parsed: Parsed) -> ImportPlan:
    """Check a file by itself, without any bank to compare it with."""
    seen: set[str] = set()
    nowhere = Place(id=0, code="", name="")
    new = []
    for item in parsed.items:
        digest = fingerprint(item.draft)
        if digest not in seen:
            draft = _with_level(item)
            new.append(NewItem(where=item.where, code=item.code, place=nowhere, draft=draft))
        seen.add(digest)
    alone = Problem(where=WHOLE_FILE, message_id=FILE_ALONE)
    return ImportPlan(
        read=parsed.read,
        new=tuple(new),
        skipped=len(parsed.items) - len(new),
        errors=parsed.problems,
        notes=(alone, *parsed.notes),
    )


def apply_import(
    session: Session,
    parsed: Parsed,
    actor_id: int | None,
    *,
    competency: str = "",
    filename: str = "",
) -> ImportPlan:
    """Store the new questions as drafts, all in one transaction; give what was done."""
    plan = plan_import(session, parsed, competency=competency)
    if plan.new:
        _store(session, plan.new, actor_id)
        codes = [item.code for item in plan.new]
        audit(session, actor_id, "assessment:item:import", filename, codes=codes)
    return plan


def _store(session: Session, new: Sequence[NewItem], actor_id: int | None) -> None:
    moment = now(session)
    items = [
        Item(
            code=each.code,
            competency_id=each.place.id,
            state="draft",
            version=1,
            tags=list(each.draft.tags),
            created_at=moment,
        )
        for each in new
    ]
    session.add_all(items)
    session.flush()
    session.add_all(
        ItemVersion(
            item_id=item.id,
            version=1,
            kind=each.draft.kind,
            stem=each.draft.stem,
            content=each.draft.content,
            scoring=each.draft.scoring,
            explanation=each.draft.explanation,
            level=each.draft.level,
            difficulty=each.draft.difficulty,
            status=UNTESTED,
            created_at=moment,
            created_by=actor_id,
        )
        for item, each in zip(items, new, strict=True)
    )
    session.flush()


class _Planner:
    """Goes through the questions of a file and remembers what is there already."""

    def __init__(self, session: Session, items: Sequence[ImportedItem], competency: str) -> None:
        self.places = read_places(session)
        self.chosen = self.places.chosen(competency) if competency else None
        self.known = _known(session, {same_stem(item.draft.stem) for item in items})
        self.codes = _Codes(session.scalars(select(Item.code)))
        self.new: list[NewItem] = []
        self.errors: list[Problem] = []
        self.skipped = 0
        self.unplaced = 0

    def add(self, item: ImportedItem) -> None:
        """Decide on one question: new, there already, or an error."""
        place = self._place(item)
        digest = fingerprint(item.draft)
        if place is None:
            self._error(item, UNKNOWN_COMPETENCY, name=item.competency[:80])
        elif digest in self.known:
            self.skipped += 1
        elif self.codes.is_taken(item.code):
            self._error(item, CODE_TAKEN, code=item.code)
        else:
            self.known.add(digest)
            code = self.codes.take(item.code, place.code)
            draft = _with_level(item)
            self.new.append(NewItem(where=item.where, code=code, place=place, draft=draft))

    def _place(self, item: ImportedItem) -> Place | None:
        """Give the competency of a question; None for one that it names and nobody knows."""
        if item.competency:
            return self.places.named(item.competency)
        found = self.places.of_category(item.category) or self.chosen
        if found is None:
            self.unplaced += 1
            found = self.places.default()
        return found

    def _error(self, item: ImportedItem, message_id: str, **values: Any) -> None:
        self.errors.append(Problem(where=item.where, message_id=message_id, values=values))

    def notes(self) -> list[Problem]:
        """Say where questions went that named no competency."""
        if not self.unplaced:
            return []
        place = self.places.default()
        values = {"count": self.unplaced, "code": place.code, "name": place.name}
        return [Problem(where=WHOLE_FILE, message_id=PLACED, values=values)]


def _with_level(item: ImportedItem) -> ItemDraft:
    """A level in the category counts where the question says none."""
    level = level_of_category(item.category)
    if level is None or item.draft.level != 1:
        return item.draft
    return replace(item.draft, level=level)


def _known(session: Session, stems: set[str]) -> set[str]:
    """Give the fingerprints of the bank's questions that have one of these stems."""
    newest = and_(ItemVersion.item_id == Item.id, ItemVersion.version == Item.version)
    query = select(ItemVersion.id, ItemVersion.stem).join(Item, newest)
    alike = [row.id for row in session.execute(query) if same_stem(row.stem) in stems]
    known: set[str] = set()
    for start in range(0, len(alike), AT_ONCE):
        chunk = select(ItemVersion).where(ItemVersion.id.in_(alike[start : start + AT_ONCE]))
        known.update(fingerprint(draft_of(version)) for version in session.scalars(chunk))
    return known


class _Codes:
    """The codes of the bank: which are taken, and the next free one of a competency."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = {code.casefold() for code in taken}
        self.next: dict[str, count[int]] = {}

    def is_taken(self, code: str) -> bool:
        """Tell whether a question's own code belongs to another one."""
        return bool(CODE.fullmatch(code)) and code.casefold() in self.taken

    def take(self, own: str, prefix: str) -> str:
        """Give the question's own code when it can be one, else a free one such as D1-19."""
        code = own if CODE.fullmatch(own) else self._free(prefix)
        self.taken.add(code.casefold())
        return code

    def _free(self, prefix: str) -> str:
        start = f"{prefix}-".casefold()
        if prefix not in self.next:
            self.next[prefix] = count(1 + sum(code.startswith(start) for code in self.taken))
        codes = (f"{prefix}-{number:02d}" for number in self.next[prefix])
        return next(code for code in codes if code.casefold() not in self.taken)
