"""A machine plays with one person's results, courses, posts and standards; plans stay sound."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.core.hooks.events import PersonMoved
from lms.core.hooks.models import Delivery, EventRow
from lms.core.hooks.outbox import record
from lms.core.jobs import work_once
from lms.core.learning.models import Framework, Plan, PlanItem, Profile
from lms.core.learning.plans import assign_items, current_plan, mark_ready
from lms.core.learning.revising import Draft, current_draft, publish, same_content
from lms.core.people.models import Placement, Position
from lms.core.site import Site
from tests.conftest import make_person
from tests.learning.conftest import competency_id, show

CODES = ("D1", "D4")  # a pelaksana must reach level 2 in both, an administrator level 3
LEVELS = ("pelaksana", "administrator", "tanpa_standar")
codes = st.sampled_from(CODES)
kinds = st.sampled_from(("measured", "measured", "measured", "self"))


class PlanMachine(RuleBasedStateMachine):
    """Each run has a person of its own; the site is shared by all runs of the test."""

    site: Site
    baseline: Draft

    @initialize()
    def start(self) -> None:
        with self.site.database.writing() as session:
            for table in (Delivery, EventRow, Profile):  # what earlier runs left
                session.execute(delete(table))
            self.person_id = make_person(session, account=False).id
            self.ids = {code: competency_id(session, code) for code in CODES}
            self.level = "pelaksana"
            draft = current_draft(session, self.baseline.framework_id)
            if not same_content(draft, self.baseline):
                publish(session, replace(self.baseline, base_id=draft.base_id), None)
        self.work()
        self.count = 0

    def work(self) -> None:
        while work_once(self.site):
            pass

    @rule(code=codes, low=st.integers(1, 3), width=st.integers(0, 1), kind=kinds)
    def measure(self, code: str, low: int, width: int, kind: str) -> None:
        self.count += 1
        key = f"m{self.person_id}.{self.count}"
        with self.site.database.writing() as session:
            show(session, self.person_id, code, low, high=low + width, kind=kind, key=key)

    @rule(code=codes, good=st.booleans())
    def retest(self, code: str, good: bool) -> None:
        """Clear results, so that gaps close and open again often enough to find something."""
        self.measure(code, 4 if good else 1, 0, "measured")

    @rule(code=codes)
    def assign(self, code: str) -> None:
        with self.site.database.writing() as session:
            plan = current_plan(session, self.person_id)
            if plan is not None and plan.state == "open":
                assign_items(session, plan.plan_id, {self.ids[code]: "Karena tes."})

    @rule(code=codes)
    def finish(self, code: str) -> None:
        with self.site.database.writing() as session:
            mark_ready(session, self.person_id, [self.ids[code]])

    @rule(level=st.sampled_from(LEVELS))
    def move(self, level: str) -> None:
        self.level = level
        with self.site.database.writing() as session:
            own = Placement.person_id == self.person_id
            post = _post(session, level)
            session.execute(update(Placement).where(own).values(position_id=post))
            placement = session.scalars(select(Placement.id).where(own)).one()
            record(session, PersonMoved(person_id=self.person_id, placement_id=placement))

    @rule(code=codes, asked=st.integers(1, 3))
    def change_standard(self, code: str, asked: int) -> None:
        with self.site.database.writing() as session:
            draft = current_draft(session, self.baseline.framework_id)
            key = (self.level, self.ids[code])
            if self.level == "tanpa_standar" or draft.levels[key] == asked:
                return
            publish(session, replace(draft, levels={**draft.levels, key: asked}), None)
        self.work()

    @invariant()
    def plans_are_sound(self) -> None:
        with self.site.database.reading() as session:
            mine = Profile.person_id == self.person_id
            profile = {
                row.competency_id: row for row in session.scalars(select(Profile).where(mine))
            }
            own = select(Plan).where(Plan.person_id == self.person_id)
            plans = list(session.scalars(own))
            waiting = Plan.person_id == self.person_id, Plan.state == "open"
            query = select(PlanItem).join(Plan, Plan.id == PlanItem.plan_id).where(*waiting)
            items = {item.competency_id: item for item in session.scalars(query)}
            facts = select(EventRow.payload).where(EventRow.name == "gaps_closed")
            told = [fact["plan_id"] for fact in session.scalars(facts)]
            unheard = session.scalars(select(Delivery).where(Delivery.state != "done")).all()
        assert unheard == [], "core hears everything without an error"
        _check_items(profile, items)
        assert sum(plan.state == "open" for plan in plans) <= 1
        assert (not items) or any(item.state != "met" for item in items.values())
        assert all((plan.closed_at is not None) == (plan.state == "closed") for plan in plans)
        assert sorted(told) == sorted(plan.id for plan in plans if plan.state == "closed")


def _check_items(profile: dict[int, Profile], items: dict[int, PlanItem]) -> None:
    for competency, row in profile.items():
        item = items.get(competency)
        if row.state == "below":
            assert item is not None, "nobody is below without an item"
            assert item.state != "met"
            assert item.reason, "nobody has an item without a reason"
        if row.state in ("meets", None):
            assert item is None or item.state == "met", "nobody who meets has something to raise"
        if item is not None and item.state != "met":
            assert item.required == row.required, "an item asks what the post asks"


def _post(session: Session, level: str) -> int:
    found = session.scalar(select(Position.id).where(Position.level == level))
    if found is not None:
        return found
    row = Position(name=level, kind="pelaksana", level=level)
    session.add(row)
    session.flush()
    return row.id


@pytest.mark.slow
def test_plans_stay_sound_whatever_happens(core: Site) -> None:
    with core.database.reading() as session:
        framework = session.scalars(select(Framework).where(Framework.code == "digital")).one()
        baseline = current_draft(session, framework.id)
    machine = type("Machine", (PlanMachine,), {"site": core, "baseline": baseline})
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=80,
            stateful_step_count=20,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
