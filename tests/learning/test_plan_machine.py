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

from lms.core.hooks.events import PersonMoved
from lms.core.hooks.models import Delivery, EventRow
from lms.core.hooks.outbox import record
from lms.core.jobs import work_once
from lms.core.learning.models import Competency, Plan, PlanItem, Profile
from lms.core.learning.plans import assign_items, current_plan, mark_ready
from lms.core.learning.revising import current_draft, publish
from lms.core.people.models import Placement, Position
from lms.core.site import Site
from tests.conftest import make_person
from tests.learning.conftest import competency_id, show

CODES = ("D1", "D2", "D4")
LEVELS = ("pelaksana", "pengawas", "administrator", "tanpa_standar")
codes = st.sampled_from(CODES)


class PlanMachine(RuleBasedStateMachine):
    """Each run has a person of its own; the site is shared by all runs of the test."""

    site: Site

    @initialize()
    def start(self) -> None:
        with self.site.database.writing() as session:
            session.execute(delete(Delivery))
            session.execute(delete(EventRow))
            self.person_id = make_person(session, account=False).id
            self.ids = {code: competency_id(session, code) for code in CODES}
        self.count = 0

    @rule(code=codes, low=st.integers(1, 4), width=st.integers(0, 1), self_rated=st.booleans())
    def measure(self, code: str, low: int, width: int, self_rated: bool) -> None:
        self.count += 1
        with self.site.database.writing() as session:
            show(
                session,
                self.person_id,
                code,
                low,
                high=low + width,
                kind="self" if self_rated else "measured",
                key=f"m{self.person_id}.{self.count}",
            )

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
        with self.site.database.writing() as session:
            post = session.scalar(select(Position).where(Position.level == level))
            if post is None:
                post = Position(name=level, kind="pelaksana", level=level)
                session.add(post)
                session.flush()
            own = Placement.person_id == self.person_id
            session.execute(update(Placement).where(own).values(position_id=post.id))
            placement = session.scalars(select(Placement.id).where(own)).one()
            record(session, PersonMoved(person_id=self.person_id, placement_id=placement))

    @rule(code=codes, asked=st.integers(1, 4))
    def change_standard(self, code: str, asked: int) -> None:
        with self.site.database.writing() as session:
            competency = session.get_one(Competency, self.ids[code])
            draft = current_draft(session, competency.framework_id)
            levels = {
                key: asked if key[1] == self.ids[code] else level
                for key, level in draft.levels.items()
            }
            if levels == draft.levels:
                return
            publish(session, replace(draft, levels=levels), None)
        while work_once(self.site):
            pass

    def rows(self) -> tuple[dict[int, Profile], dict[int, PlanItem], list[Plan]]:
        with self.site.database.reading() as session:
            profile = session.scalars(
                select(Profile).where(Profile.person_id == self.person_id)
            ).all()
            plans = session.scalars(select(Plan).where(Plan.person_id == self.person_id)).all()
            open_ids = [plan.id for plan in plans if plan.state == "open"]
            items = session.scalars(select(PlanItem).where(PlanItem.plan_id.in_(open_ids))).all()
            by_competency = {item.competency_id: item for item in items}
            return {row.competency_id: row for row in profile}, by_competency, list(plans)

    @invariant()
    def nobody_below_is_without_an_item_and_a_reason(self) -> None:
        profile, items, _ = self.rows()
        for competency, row in profile.items():
            if row.state == "below":
                assert competency in items
                assert items[competency].state != "met"
                assert items[competency].reason

    @invariant()
    def nobody_who_meets_has_an_item_to_raise(self) -> None:
        profile, items, _ = self.rows()
        for competency, item in items.items():
            if profile[competency].state in ("meets", None):
                assert item.state == "met"

    @invariant()
    def items_ask_what_the_post_asks(self) -> None:
        profile, items, _ = self.rows()
        for competency, item in items.items():
            if item.state != "met":
                assert item.required == profile[competency].required

    @invariant()
    def plans_are_closed_exactly_when_all_is_met(self) -> None:
        _, items, plans = self.rows()
        assert sum(plan.state == "open" for plan in plans) <= 1
        assert (not items) or any(item.state != "met" for item in items.values())
        assert all((plan.closed_at is not None) == (plan.state == "closed") for plan in plans)

    @invariant()
    def every_closing_was_told_once(self) -> None:
        with self.site.database.reading() as session:
            told = session.scalars(
                select(EventRow.payload).where(EventRow.name == "gaps_closed")
            ).all()
        closed = [plan.id for plan in self.rows()[2] if plan.state == "closed"]
        own = [fact["plan_id"] for fact in told if fact["person_id"] == self.person_id]
        assert sorted(own) == sorted(closed)  # a standard also touches people of earlier runs

    @invariant()
    def core_heard_everything(self) -> None:
        with self.site.database.reading() as session:
            assert session.scalars(select(Delivery).where(Delivery.state != "done")).all() == []


@pytest.mark.slow
def test_plans_stay_sound_whatever_happens(core: Site) -> None:
    machine = type("Machine", (PlanMachine,), {"site": core})
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=40,
            stateful_step_count=15,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
