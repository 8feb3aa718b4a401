"""Background work: take back what a run of a rule assigned, in pieces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import now
from plugins.courses.models import LIVE, Enrolment, RuleEffect, RuleRun
from plugins.courses.services.objecting import end_assignment

AT_ONCE = 100


def run_undo(
    session: Session, payload: Mapping[str, Any], progress: Callable[[int, int], None]
) -> Mapping[str, Any] | None:
    """Take back one piece: what was not begun ends, what was begun stays as a choice."""
    query = select(RuleRun).where(RuleRun.public_id == payload["run"]).with_for_update()
    run = session.scalar(query)
    if run is None or run.state != "undoing":
        return None
    rows = _next(session, run.id)
    for effect, enrolment in rows:
        effect.undone = True
        if enrolment.state == "assigned":
            end_assignment(session, enrolment, run.undone_because)
        else:
            enrolment.origin = "chosen"
    session.flush()
    if len(rows) == AT_ONCE:
        progress(*_how_far(session, run.id))
        return {"run": run.public_id}
    run.state, run.undone_at = "undone", now(session)
    return None


def _next(session: Session, run_id: int) -> list[tuple[RuleEffect, Enrolment]]:
    """Give what the run still holds: what is done, or was taken back by hand, stays as it is."""
    query = (
        select(RuleEffect, Enrolment)
        .join(Enrolment, Enrolment.id == RuleEffect.enrolment_id)
        .where(
            RuleEffect.run_id == run_id,
            RuleEffect.undone.is_(False),
            Enrolment.origin == "assigned",
            Enrolment.state.in_(LIVE),
        )
        .order_by(RuleEffect.id)
        .limit(AT_ONCE)
        .with_for_update(of=Enrolment, key_share=True)
    )
    return [(effect, enrolment) for effect, enrolment in session.execute(query)]


def _how_far(session: Session, run_id: int) -> tuple[int, int]:
    done = func.count(RuleEffect.id).filter(RuleEffect.undone)
    query = select(done, func.count(RuleEffect.id)).where(RuleEffect.run_id == run_id)
    first, all_of_them = session.execute(query).one()
    return first, all_of_them
