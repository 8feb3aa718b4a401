"""Use-cases: open, extend, assign, mark ready, settle and close a learning plan."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.errors import NotFound
from lms.core.hooks.contracts import PlanItemView, PlanView
from lms.core.hooks.events import GapsClosed, GapsFound, ReassessmentDue
from lms.core.hooks.outbox import record
from lms.core.learning.models import Competency, Plan, PlanItem, Profile
from lms.core.people.models import Person
from lms.core.site import now, site_of

NO_COURSE_YET = "Belum ada pelatihan yang cocok. Petugas akan menyiapkannya."


def settle(session: Session, person_id: int, profile: Sequence[Profile]) -> None:
    """Bring the plan in line with freshly computed profile rows, and tell what was found.

    Below: the item is opened, or opened again for the next round. Meets: the item is met.
    Unclear: the item stays as it is and more questions are asked for. All met: plan closed.
    Nothing is planned for people who are not active; they are compared when they come back.
    """
    if not session.scalar(select(Person.active).where(Person.id == person_id)):
        return
    plan = _open_plan(session, person_id)
    items = _items(session, plan)
    below = [row for row in profile if row.state == "below"]
    if plan is None and below:
        plan = Plan(person_id=person_id, opened_at=now(session))
        session.add(plan)
        session.flush()
    opened = [row.competency_id for row in below if _open_item(session, plan, items, row)]
    _mark_met(items, profile)
    session.flush()
    unclear = [row.competency_id for row in profile if row.state == "unclear"]
    if opened or unclear:
        record(session, _found(person_id, plan, opened, unclear))
    if plan is not None:
        _close_when_met(session, plan, items)


def _found(
    person_id: int, plan: Plan | None, below: Sequence[int], unclear: Sequence[int]
) -> GapsFound:
    return GapsFound(
        person_id=person_id,
        plan_id=plan.id if plan else None,
        below=tuple(below),
        unclear=tuple(unclear),
    )


def _open_plan(session: Session, person_id: int) -> Plan | None:
    return session.scalar(select(Plan).where(Plan.person_id == person_id, Plan.state == "open"))


def _items(session: Session, plan: Plan | None) -> dict[int, PlanItem]:
    if plan is None:
        return {}
    query = select(PlanItem).where(PlanItem.plan_id == plan.id)
    return {item.competency_id: item for item in session.scalars(query)}


def _open_item(
    session: Session, plan: Plan | None, items: dict[int, PlanItem], row: Profile
) -> bool:
    """Open or reopen the item of a gap; tell whether it is new work."""
    assert plan is not None  # a plan is opened as soon as something is below
    assert row.required is not None
    item = items.get(row.competency_id)
    if item is None:
        item = PlanItem(
            plan_id=plan.id,
            competency_id=row.competency_id,
            required=row.required,
            start_level=row.level,
            level=row.level,
            reason=NO_COURSE_YET,
            start_evidence_id=row.evidence_id,
        )
        session.add(item)
        items[row.competency_id] = item
        return True
    item.level, item.required = row.level, row.required
    if item.state not in ("ready", "met"):
        return False
    item.state, item.round, item.reason = "open", item.round + 1, NO_COURSE_YET
    item.met_evidence_id = None
    return True


def _mark_met(items: dict[int, PlanItem], profile: Sequence[Profile]) -> None:
    for row in profile:
        item = items.get(row.competency_id)
        if item is not None and row.state in ("meets", None) and item.state != "met":
            item.state, item.level, item.met_evidence_id = "met", row.level, row.evidence_id


def _close_when_met(session: Session, plan: Plan, items: dict[int, PlanItem]) -> None:
    states = {item.state for item in items.values()}
    if plan.state == "open" and states == {"met"}:
        plan.state, plan.closed_at = "closed", now(session)
        record(session, GapsClosed(person_id=plan.person_id, plan_id=plan.id))


def assign_items(session: Session, plan_id: int, reasons: dict[int, str]) -> None:
    """Mark items as assigned: competency id → reason in one sentence for the person."""
    query = select(PlanItem).where(PlanItem.plan_id == plan_id, PlanItem.competency_id.in_(reasons))
    for item in session.scalars(query):
        item.reason = reasons[item.competency_id]
        if item.state == "open":
            item.state = "assigned"


def explain_items(session: Session, plan_id: int, reasons: dict[int, str]) -> None:
    """Say why open items are left as they are: competency id → one sentence for the person."""
    query = select(PlanItem).where(
        PlanItem.plan_id == plan_id, PlanItem.competency_id.in_(reasons), PlanItem.state == "open"
    )
    for item in session.scalars(query):
        item.reason = reasons[item.competency_id]


def unassign_items(
    session: Session, plan_id: int, competency_ids: Collection[int], reason: str
) -> None:
    """Open assigned items again, with the reason in one sentence (an officer's undo)."""
    query = select(PlanItem).where(
        PlanItem.plan_id == plan_id,
        PlanItem.competency_id.in_(competency_ids),
        PlanItem.state == "assigned",
    )
    for item in session.scalars(query):
        item.state, item.reason = "open", reason


def mark_ready(
    session: Session, person_id: int, competency_ids: Collection[int], *, early: bool = False
) -> None:
    """Mark assigned items as ready for a retest; when none is left assigned, tell it is due.

    With `early` those just marked are due at once, even while others are still assigned. What is
    ready stays ready, so the rest of the plan brings it up again; who hears that must bear it.
    """
    plan = _open_plan(session, person_id)
    if plan is None:
        return
    items = _items(session, plan)
    marked = [c for c in competency_ids if c in items and items[c].state == "assigned"]
    for competency_id in marked:
        items[competency_id].state = "ready"
    session.flush()
    ready = [item.competency_id for item in items.values() if item.state == "ready"]
    waits = any(item.state == "assigned" for item in items.values())
    if marked and (early or not waits):
        due = tuple(marked if waits else ready)
        record(session, ReassessmentDue(person_id=person_id, plan_id=plan.id, competency_ids=due))


def current_plan(session: Session, person_id: int) -> PlanView | None:
    """Give a person's open plan, or the last closed one, or None."""
    query = select(Plan.id).where(Plan.person_id == person_id)
    plan_id = session.scalar(query.order_by(Plan.state.desc(), Plan.id.desc()).limit(1))
    return None if plan_id is None else plan_view(session, plan_id)


def plan_view(session: Session, plan_id: int) -> PlanView:
    """Give a plan with its items in framework order; raises NotFound."""
    plan = session.get(Plan, plan_id)
    if plan is None:
        raise NotFound("Rencana belajar tidak ditemukan.")
    query = (
        select(PlanItem, Competency)
        .join(Competency, Competency.id == PlanItem.competency_id)
        .where(PlanItem.plan_id == plan_id)
        .order_by(Competency.framework_id, Competency.sequence)
    )
    local = site_of(session).local
    return PlanView(
        plan_id=plan.id,
        person_id=plan.person_id,
        state=plan.state,  # type: ignore[arg-type]  # the column holds open or closed
        opened_on=local(plan.opened_at).date(),
        closed_on=local(plan.closed_at).date() if plan.closed_at else None,
        items=tuple(_item_view(item, comp) for item, comp in session.execute(query)),
    )


def _item_view(item: PlanItem, competency: Competency) -> PlanItemView:
    return PlanItemView(
        item_id=item.id,
        competency_id=competency.id,
        code=competency.code,
        name=competency.name,
        required=item.required,
        start_level=item.start_level,
        level=item.level,
        state=item.state,  # type: ignore[arg-type]  # the column holds the four states
        reason=item.reason,
        round=item.round,
    )
