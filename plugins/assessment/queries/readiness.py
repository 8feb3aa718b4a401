"""What an instrument version lacks before it is used, from the bank and its forms."""

from __future__ import annotations

from statistics import fmean

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import today
from lms.models import Competency, CutScoreRule
from plugins.assessment.domain.readiness import InstrumentState, LineState
from plugins.assessment.models import (
    BlueprintLine,
    Calibration,
    Form,
    FormItem,
    InstrumentVersion,
    Item,
    ItemParameter,
    ItemVersion,
)
from plugins.assessment.queries.draws import measuring, never_drawn


def instrument_state(session: Session, version: InstrumentVersion) -> InstrumentState:
    """Give what :func:`plugins.assessment.domain.readiness.remarks` looks at; five statements."""
    calibrated_on = session.scalar(
        select(Calibration.created_at).where(Calibration.id == version.calibration_id)
    )
    query = (
        select(BlueprintLine, Competency.name, CutScoreRule.unit)
        .join(Competency, Competency.id == BlueprintLine.competency_id)
        .join(CutScoreRule, CutScoreRule.id == BlueprintLine.rule_id)
        .where(BlueprintLine.instrument_version_id == version.id)
        .order_by(BlueprintLine.sequence)
    )
    rows = session.execute(query).all()
    counts, forms = _counts(session, version), _forms(session, version)
    return InstrumentState(
        mode=version.mode,
        today=today(session),
        calibrated_on=calibrated_on.date() if calibrated_on else None,
        lines=tuple(
            _line(version, line, name, unit, counts, forms.get(line.id))
            for line, name, unit in rows
        ),
    )


def _counts(session: Session, version: InstrumentVersion) -> dict[int, tuple[int, int]]:
    """Give competency id → (active items, those of them that are calibrated)."""
    query = (
        select(Item.competency_id, func.count(), func.count(ItemParameter.item_version_id))
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .outerjoin(
            ItemParameter,
            (ItemParameter.item_version_id == ItemVersion.id)
            & (ItemParameter.calibration_id == version.calibration_id),
        )
        .where(
            ItemVersion.version == Item.version,
            Item.state == "active",
            measuring(),
            ItemVersion.kind.not_in(never_drawn(session)),
        )
        .group_by(Item.competency_id)
    )
    return {competency: (n, calibrated) for competency, n, calibrated in session.execute(query)}


FormFigures = tuple[int, int, float | None]
"""Size, number of anchors, how much harder B is than A."""


def _forms(session: Session, version: InstrumentVersion) -> dict[int, FormFigures]:
    query = (
        select(FormItem.blueprint_line_id, Form.label, FormItem.anchor, ItemVersion.difficulty)
        .join(Form, Form.id == FormItem.form_id)
        .join(ItemVersion, ItemVersion.id == FormItem.item_version_id)
        .where(Form.instrument_version_id == version.id)
    )
    grouped: dict[int, dict[str, list[tuple[bool, float | None]]]] = {}
    for line_id, label, anchor, difficulty in session.execute(query):
        grouped.setdefault(line_id, {}).setdefault(label, []).append((anchor, difficulty))
    return {line_id: _figures(forms) for line_id, forms in grouped.items()}


def _figures(forms: dict[str, list[tuple[bool, float | None]]]) -> FormFigures:
    first = forms.get("A", [])
    means = [
        fmean(difficulty for _, difficulty in forms[label] if difficulty is not None)
        for label in ("A", "B")
        if any(difficulty is not None for _, difficulty in forms.get(label, []))
    ]
    difference = means[1] - means[0] if len(means) == 2 else None
    return len(first), sum(anchor for anchor, _ in first), difference


def _line(
    version: InstrumentVersion,
    line: BlueprintLine,
    name: str,
    unit: str,
    counts: dict[int, tuple[int, int]],
    form: FormFigures | None,
) -> LineState:
    wanted = max(line.n_pre, line.n_retest)
    if version.mode == "adaptive":
        wanted = version.max_items or wanted
    size, anchors, difference = form or (None, None, None)
    needs_form = version.mode == "forms" and line.n_pre > 0
    return LineState(
        competency=name,
        wanted=wanted,
        available=sum(counts.get(source, (0, 0))[0] for source in line.draws_from),
        calibrated=sum(counts.get(source, (0, 0))[1] for source in line.draws_from),
        unit=unit,
        anchors=anchors,
        form_size=size if size is not None or needs_form else 0,
        difference=difference,
    )
