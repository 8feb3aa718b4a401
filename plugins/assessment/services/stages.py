"""Use-cases: try an instrument out, freeze it, retire it; assemble its forms."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, audit, now
from plugins.assessment.domain.assembly import LABELS, Assemblable, assemble
from plugins.assessment.domain.stages import MODES, may_change, may_move
from plugins.assessment.models import (
    Attempt,
    BlueprintLine,
    Form,
    FormItem,
    InstrumentVersion,
    Item,
    ItemParameter,
    ItemVersion,
)
from plugins.assessment.queries.draws import measuring, never_drawn
from plugins.assessment.queries.instruments import newest_version

NOT_NOW = "Alat tes ini tidak bisa dipindahkan ke tahap itu."  # i18n
FIXED = "Alat tes ini sudah dibekukan. Buat versi baru untuk mengubahnya."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How a test is delivered: mode, time limit, and the length of an adaptive one per line."""

    mode: str = "draw"
    limit_minutes: int | None = None
    min_items: int | None = None
    max_items: int | None = None
    target_error: float | None = None


def configure(session: Session, actor_id: int | None, code: str, delivery: Delivery) -> None:
    """Set how a test is delivered, as long as it is a draft or in trial; else Conflict."""
    version = newest_version(session, code)
    if not may_change(version.stage):
        raise Conflict(FIXED)
    _check(delivery)
    version.mode = delivery.mode
    version.limit_minutes = delivery.limit_minutes
    version.min_items, version.max_items = delivery.min_items, delivery.max_items
    version.target_error = delivery.target_error
    session.flush()
    audit(session, actor_id, "assessment:instrument:configure", code, mode=delivery.mode)


def _check(delivery: Delivery) -> None:
    low, high = delivery.min_items, delivery.max_items
    problems = [
        (delivery.mode not in MODES, "Pilih cara memilih soal."),
        ((delivery.limit_minutes or 1) < 1, "Batas waktu paling sedikit 1 menit."),
        (bool(low and high and low > high), "Jumlah soal terkecil melebihi yang terbanyak."),
        (delivery.target_error is not None and delivery.target_error <= 0, "Galat harus positif."),
    ]
    wrong = [text for found, text in problems if found]
    if wrong:
        raise Invalid("Pengaturan tes belum lengkap.", wrong)


def move(session: Session, actor_id: int | None, code: str, to: str) -> None:
    """Move the newest version to another stage; freezing assembles missing forms.

    Raises Conflict for a move that does not exist.
    """
    version = newest_version(session, code)
    if not may_move(version.stage, to):
        raise Conflict(NOT_NOW)
    if to == "frozen":
        freeze(session, actor_id, version)
    else:
        version.stage = to
    if to in ("retired", "draft") and version.state == "open":
        version.state = "closed"
    session.flush()
    audit(session, actor_id, f"assessment:instrument:{to}", code, version=version.version)


def freeze(session: Session, actor_id: int | None, version: InstrumentVersion) -> None:
    """Fix what a version asks; from now on only its use may change."""
    if version.mode == "forms" and not _has_forms(session, version):
        build_forms(session, version)
    version.stage, version.frozen_at, version.frozen_by = "frozen", now(session), actor_id
    session.flush()


def _has_forms(session: Session, version: InstrumentVersion) -> bool:
    query = select(func.count()).where(Form.instrument_version_id == version.id)
    return bool(session.scalar(query))


# -- forms ---------------------------------------------------------------------------------------


def build_forms(session: Session, version: InstrumentVersion) -> None:
    """Assemble forms A and B anew from the bank; raises Conflict once somebody has taken one."""
    query = select(Form.id).where(Form.instrument_version_id == version.id)
    old = list(session.scalars(query))
    if session.scalar(select(func.count()).where(Attempt.form_id.in_(old))):
        raise Conflict(FIXED)
    session.execute(delete(FormItem).where(FormItem.form_id.in_(old)))
    session.execute(delete(Form).where(Form.id.in_(old)))
    forms = {label: Form(instrument_version_id=version.id, label=label) for label in LABELS}
    session.add_all(forms.values())
    session.flush()
    lines = session.scalars(
        select(BlueprintLine)
        .where(BlueprintLine.instrument_version_id == version.id, BlueprintLine.n_pre > 0)
        .order_by(BlueprintLine.sequence)
    ).all()
    places = dict.fromkeys(LABELS, 0)
    for line in lines:
        pair = assemble(assemblable(session, version, line), line.n_pre)
        for label in LABELS:
            for item, anchor in pair.items(label):
                places[label] += 1
                session.add(
                    FormItem(
                        form_id=forms[label].id,
                        sequence=places[label],
                        blueprint_line_id=line.id,
                        item_version_id=item.item_version_id,
                        anchor=anchor,
                    )
                )
    session.flush()


def assemblable(
    session: Session, version: InstrumentVersion, line: BlueprintLine
) -> list[Assemblable]:
    """Give what a form may take for a line; calibrated difficulties count before estimates."""
    query = (
        select(
            ItemVersion.id, ItemVersion.level, ItemVersion.difficulty, Item.tags, ItemParameter.b
        )
        .join(Item, Item.id == ItemVersion.item_id)
        .outerjoin(
            ItemParameter,
            (ItemParameter.item_version_id == ItemVersion.id)
            & (ItemParameter.calibration_id == version.calibration_id),
        )
        .where(
            ItemVersion.version == Item.version,
            Item.state == "active",
            measuring(),
            Item.competency_id.in_(line.draws_from),
            ItemVersion.kind.not_in(never_drawn(session)),
        )
        .order_by(ItemVersion.id)
    )
    return [
        Assemblable(
            item_version_id=row[0],
            level=row[1],
            difficulty=_difficulty(row[4], row[2]),
            tags=tuple(row[3]),
        )
        for row in session.execute(query)
    ]


def _difficulty(calibrated: float | None, estimated: float | None) -> float:
    return calibrated if calibrated is not None else estimated or 0.0
