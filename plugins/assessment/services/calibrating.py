"""Use-cases: calibrate the questions of an instrument version, and adopt a calibration."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, NotFound, audit, now
from plugins.assessment.domain.psychometrics import (
    CalibratedItem,
    ItemParameters,
    Link,
    Model,
    TooFew,
    TooFewAnchors,
    calibrate,
    link,
)
from plugins.assessment.models import Calibration, InstrumentVersion, ItemParameter
from plugins.assessment.queries.draws import parameters
from plugins.assessment.queries.responses import samples

TOO_FEW = "Jawaban terlalu sedikit (n = {n}, perlu {needed})."
"""The sentence of the small-sample guard, for people."""
NOTHING = "Belum ada jawaban yang bisa dikalibrasi."


def calibrate_version(
    session: Session,
    version_id: int,
    model: Model,
    by: int | None,
    *,
    force: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Calibration:
    """Estimate the questions of an instrument version, each competency on a scale of its own.

    Linked to the calibration in use by the questions that both have, where they suffice. Raises
    Invalid with the guard's sentence when there are too few answers, unless `force`.
    """
    version = session.get_one(InstrumentVersion, version_id)
    found: list[CalibratedItem] = []
    loglik, n, forced = 0.0, 0, False
    all_samples = samples(session, version_id)
    for place, sample in enumerate(all_samples):
        progress(place, len(all_samples))
        try:
            result = calibrate(sample.matrix, model, force=force)
        except TooFew as few:
            reason = TOO_FEW.format(n=few.n, needed=few.needed)
            raise Invalid(reason, [f"{sample.competency}: {reason}"]) from few
        found += [item for item in result.items if item.b is not None and item.a is not None]
        loglik, n = loglik + result.loglik, max(n, result.answered_by)
        forced = forced or result.forced
    if not found:
        raise Invalid(NOTHING)
    return _store(session, version, model, by, found, (loglik, n, forced))


def _store(
    session: Session,
    version: InstrumentVersion,
    model: Model,
    by: int | None,
    found: list[CalibratedItem],
    figures: tuple[float, int, bool],
) -> Calibration:
    new = {int(item.id): ItemParameters(item.a or 1.0, item.b or 0.0) for item in found}
    line = _link(session, version.calibration_id, new, model)
    loglik, n, forced = figures
    row = Calibration(
        instrument_version_id=version.id,
        model=model,
        n=n,
        loglik=loglik,
        forced=forced,
        linked_to=version.calibration_id if line else None,
        slope=line.slope if line else 1.0,
        intercept=line.shift if line else 0.0,
        created_at=now(session),
        created_by=by,
    )
    session.add(row)
    session.flush()
    session.add_all(_parameter(row, item, new[int(item.id)]) for item in found)
    session.flush()
    audit(session, by, "assessment:instrument:calibrate", str(version.id), model=model, n=n)
    return row


def _parameter(row: Calibration, item: CalibratedItem, own: ItemParameters) -> ItemParameter:
    """Put an item on the scale of the calibration it is linked to: a/A and A·b + B."""
    return ItemParameter(
        calibration_id=row.id,
        item_version_id=int(item.id),
        a=own.a / row.slope,
        b=row.slope * own.b + row.intercept,
        se_a=None if item.se_a is None else item.se_a / row.slope,
        se_b=None if item.se_b is None else item.se_b * row.slope,
    )


def _link(
    session: Session, old_id: int | None, new: dict[int, ItemParameters], model: Model
) -> Link | None:
    """Link to the calibration in use; None without one, or with too few common questions."""
    if old_id is None:
        return None
    known = parameters(session, old_id)
    try:
        return link(known, new, "mean/sigma") if model == "2pl" else link(known, new, "mean/mean")
    except (TooFewAnchors, ValueError):
        return None


def adopt(session: Session, actor_id: int | None, version_id: int, calibration_id: int) -> None:
    """Use a calibration for the results of new attempts; old ones keep what they were told."""
    version = session.get_one(InstrumentVersion, version_id)
    query = select(Calibration).where(
        Calibration.id == calibration_id, Calibration.instrument_version_id == version_id
    )
    calibration = session.scalar(query)
    if calibration is None:
        raise NotFound("Kalibrasi ini tidak ditemukan.")
    if version.stage == "retired":
        raise Conflict("Alat tes ini sudah dipensiunkan.")
    version.calibration_id = calibration.id
    session.flush()
    audit(
        session,
        actor_id,
        "assessment:instrument:adopt",
        str(version.id),
        calibration=calibration.id,
    )
