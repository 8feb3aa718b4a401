"""Which questions an attempt gets at its start: by blueprint, from a form, or the first of many."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import NotAllowed
from plugins.assessment.domain import Candidate, draw
from plugins.assessment.domain.assembly import LABELS, first_form
from plugins.assessment.domain.psychometrics import ItemParameters
from plugins.assessment.models import Attempt, BlueprintLine, Form, FormItem, InstrumentVersion
from plugins.assessment.queries.draws import candidates, parameters
from plugins.assessment.services.adaptive import first_items
from plugins.assessment.services.lines import WantedLine

NOTHING_TO_ASK = "Belum ada soal untuk tes ini. Petugas akan menyiapkannya."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnItem:
    """A question as it goes into an attempt; the parameters are those of its calibration."""

    item_version_id: int
    item_id: int
    scored: bool = True
    parameters: ItemParameters | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The questions of one line; `repeated` tells that the person has seen them before."""

    line: WantedLine
    items: tuple[DrawnItem, ...]
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnSheet:
    """All that an attempt asks at its start, and the form it came from."""

    lines: tuple[Drawn, ...]
    form_id: int | None = None

    @property
    def n_items(self) -> int:
        """Give the number of questions."""
        return sum(len(part.items) for part in self.lines)

    @property
    def repeated(self) -> bool:
        """Tell whether some questions were seen before."""
        return any(part.repeated for part in self.lines)


def draw_sheet(
    session: Session,
    person_id: int,
    version: InstrumentVersion,
    lines: Sequence[WantedLine],
    rng: random.Random,
) -> DrawnSheet:
    """Draw what an attempt asks, as the mode of the instrument version says.

    Raises NotAllowed when there is nothing to ask.
    """
    if version.mode == "adaptive" and version.calibration_id is not None:
        chosen = first_items(session, person_id, version, lines, rng)
        sheet = DrawnSheet(lines=tuple(_adaptive(line, chosen.get(line)) for line in lines))
    else:
        form = _form(session, person_id, version) if version.mode == "forms" else None
        from_form = _from_form(session, form, lines) if form else {}
        rest = [line for line in lines if line.blueprint_line_id not in from_form]
        reserved = _reserved(session, version) if form else frozenset()
        found = _draw(session, person_id, rest, rng, reserved)
        drawn = {part.line.blueprint_line_id: part for part in found}
        parts = [{**drawn, **from_form}.get(line.blueprint_line_id) for line in lines]
        sheet = DrawnSheet(
            lines=tuple(part for part in parts if part), form_id=form.id if form else None
        )
    if not sheet.n_items:
        raise NotAllowed(NOTHING_TO_ASK)
    return _finished(session, version, sheet)


def _adaptive(line: WantedLine, item: Candidate | None) -> Drawn:
    items = () if item is None else (_drawn(item),)
    return Drawn(line=line, items=items)


def _drawn(item: Candidate, *, scored: bool = True) -> DrawnItem:
    return DrawnItem(item_version_id=item.item_version_id, item_id=item.item_id, scored=scored)


def _finished(session: Session, version: InstrumentVersion, sheet: DrawnSheet) -> DrawnSheet:
    """Put the parameters to the items; in a trial of the instrument nothing is scored."""
    known = parameters(session, version.calibration_id) if version.calibration_id else {}
    trial = version.stage == "trial"
    lines = [
        Drawn(
            line=part.line,
            repeated=part.repeated,
            items=tuple(
                DrawnItem(
                    item_version_id=item.item_version_id,
                    item_id=item.item_id,
                    scored=item.scored and not trial,
                    parameters=known.get(item.item_version_id),
                )
                for item in part.items
            ),
        )
        for part in sheet.lines
    ]
    return DrawnSheet(lines=tuple(lines), form_id=sheet.form_id)


# -- by blueprint --------------------------------------------------------------------------------


def _draw(
    session: Session,
    person_id: int,
    lines: Sequence[WantedLine],
    rng: random.Random,
    reserved: Collection[int] = (),
) -> list[Drawn]:
    """Draw line by line; an item answers for one line only.

    Items that are `reserved` for a form are drawn only when nothing else is left unseen.
    """
    sources = {competency for line in lines for competency in line.draws_from}
    pool = candidates(session, person_id, sources) if lines else []
    wants_trial = any(line.n_trial for line in lines)
    trial = candidates(session, person_id, sources, "trial") if wants_trial else []
    drawn: list[Drawn] = []
    taken: set[int] = set()
    for line in lines:
        own = _own(pool, line, taken)
        free = [item for item in own if item.item_version_id not in reserved]
        unseen = any(item.last_seen is None for item in free)
        found = draw(free if unseen else own, line.n, rng)
        tried = draw(_own(trial, line, taken), line.n_trial, rng) if line.n_trial else None
        items = [_drawn(item) for item in found.items]
        for item in tried.items if tried and not tried.repeated else ():
            items.insert(rng.randint(0, len(items)), _drawn(item, scored=False))
        taken |= {item.item_id for item in items}
        if items:
            drawn.append(Drawn(line=line, items=tuple(items), repeated=found.repeated))
    return drawn


def _own(pool: Sequence[Candidate], line: WantedLine, taken: set[int]) -> list[Candidate]:
    return [
        item for item in pool if item.competency_id in line.draws_from and item.item_id not in taken
    ]


# -- from a form ---------------------------------------------------------------------------------


def _form(session: Session, person_id: int, version: InstrumentVersion) -> Form | None:
    """Give the form that this person gets now: the other one than last time."""
    query = select(Form).where(Form.instrument_version_id == version.id)
    forms = {form.label: form for form in session.scalars(query)}
    if not forms:
        return None
    last = session.scalar(
        select(Form.label)
        .join(Attempt, Attempt.form_id == Form.id)
        .where(Attempt.person_id == person_id, Form.instrument_version_id == version.id)
        .order_by(Attempt.id.desc())
        .limit(1)
    )
    label = first_form(str(version.id), str(person_id))
    if last is not None:
        label = LABELS[1 - LABELS.index(last)]
    return forms.get(label) or next(iter(forms.values()))


def _reserved(session: Session, version: InstrumentVersion) -> frozenset[int]:
    """Give the item versions that stand in any form of an instrument version."""
    query = (
        select(FormItem.item_version_id)
        .join(Form, Form.id == FormItem.form_id)
        .where(Form.instrument_version_id == version.id)
    )
    return frozenset(session.scalars(query))


def _from_form(session: Session, form: Form, lines: Sequence[WantedLine]) -> dict[int, Drawn]:
    """Give blueprint line id → its questions, for the lines of which the form has any.

    Extra questions never come from a form: they are what nobody has planned.
    """
    wanted = {line.blueprint_line_id: line for line in lines if line.root_id is None}
    query = (
        select(FormItem)
        .join(BlueprintLine, BlueprintLine.id == FormItem.blueprint_line_id)
        .where(FormItem.form_id == form.id, FormItem.blueprint_line_id.in_(list(wanted)))
        .order_by(FormItem.sequence)
    )
    grouped: dict[int, list[DrawnItem]] = {}
    for row in session.scalars(query):
        item = DrawnItem(item_version_id=row.item_version_id, item_id=0, scored=row.scored)
        grouped.setdefault(row.blueprint_line_id, []).append(item)
    return {key: Drawn(line=wanted[key], items=tuple(items)) for key, items in grouped.items()}
