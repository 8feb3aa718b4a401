"""Learning plans: opened by gaps, moved on by courses and retests, closed when all is met."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core.errors import NotFound
from lms.core.hooks.models import EventRow
from lms.core.learning.models import Plan
from lms.core.learning.plans import (
    NO_COURSE_YET,
    assign_items,
    current_plan,
    mark_ready,
    plan_view,
    unassign_items,
)
from lms.core.site import Site, now
from tests.conftest import make_person
from tests.learning.conftest import competency_id, show


def person_with(site: Site, **levels: int) -> int:
    """Make a pelaksana (D1 asks 2, D2 asks 1, D4 asks 2) and record these levels at once."""
    with site.database.writing() as session:
        person_id = make_person(session).id
        for code, level in levels.items():
            show(session, person_id, code, level)
    return person_id


def retest(site: Site, person_id: int, code: str, level: int, *, key: str, high: int = 0) -> None:
    with site.database.writing() as session:
        show(session, person_id, code, level, key=key, high=high or None)


def items(site: Site, person_id: int) -> dict[str, tuple[str, int, int | None]]:
    """Give code → (state, round, level) of the current plan."""
    with site.database.reading() as session:
        plan = current_plan(session, person_id)
    return {i.code: (i.state, i.round, i.level) for i in plan.items} if plan else {}


def told(site: Site, name: str) -> list[dict[str, Any]]:
    with site.database.reading() as session:
        query = select(EventRow.payload).where(EventRow.name == name).order_by(EventRow.id)
        return list(session.scalars(query))


def ids(session: Session, *codes: str) -> list[int]:
    return [competency_id(session, code) for code in codes]


def assign(site: Site, person_id: int, *codes: str) -> None:
    with site.database.writing() as session:
        plan = current_plan(session, person_id)
        assert plan is not None
        assign_items(session, plan.plan_id, dict.fromkeys(ids(session, *codes), "Karena tes."))


def finish(site: Site, person_id: int, *codes: str) -> None:
    with site.database.writing() as session:
        mark_ready(session, person_id, ids(session, *codes))


def test_gap_opens_a_plan_with_a_reason_and_tells(core: Site) -> None:
    person_id = person_with(core, D1=1, D2=1)
    assert items(core, person_id) == {"D1": ("open", 1, 1)}
    with core.database.reading() as session:
        plan = current_plan(session, person_id)
        assert plan is not None
        assert plan.items[0].reason == NO_COURSE_YET
        assert (plan.items[0].required, plan.items[0].start_level) == (2, 1)
        d1 = ids(session, "D1")
    assert [fact["below"] for fact in told(core, "gaps_found")] == [d1]


def test_no_gap_opens_no_plan_and_tells_nothing(core: Site) -> None:
    person_id = person_with(core, D1=2, D2=3)
    assert items(core, person_id) == {}
    assert told(core, "gaps_found") == []


def test_unclear_result_asks_for_questions_not_for_a_plan(core: Site) -> None:
    with core.database.writing() as session:
        person_id = make_person(session).id
        show(session, person_id, "D1", 1, high=2)
    assert items(core, person_id) == {}
    facts = told(core, "gaps_found")
    assert [(fact["plan_id"], fact["below"], len(fact["unclear"])) for fact in facts] == [
        (None, [], 1)
    ]


def test_unclear_retest_leaves_the_item_as_it_is(core: Site) -> None:
    person_id = person_with(core, D1=1)
    assign(core, person_id, "D1")
    finish(core, person_id, "D1")
    retest(core, person_id, "D1", 1, high=2, key="lagi")
    assert items(core, person_id)["D1"][0] == "ready"


def test_post_without_standard_has_no_gap(core: Site) -> None:
    with core.database.writing() as session:
        person_id = make_person(session, level="entah", position="Entah").id
        show(session, person_id, "D1", 1)
    assert items(core, person_id) == {}


def test_assigned_item_has_the_reason_of_its_course(core: Site) -> None:
    person_id = person_with(core, D1=1)
    assign(core, person_id, "D1")
    with core.database.reading() as session:
        plan = current_plan(session, person_id)
    assert plan is not None
    assert (plan.items[0].state, plan.items[0].reason) == ("assigned", "Karena tes.")


def test_undone_assignment_opens_the_item_again(core: Site) -> None:
    person_id = person_with(core, D1=1)
    assign(core, person_id, "D1")
    with core.database.writing() as session:
        plan = current_plan(session, person_id)
        assert plan is not None
        unassign_items(session, plan.plan_id, ids(session, "D1"), "Dibatalkan.")
    assert items(core, person_id)["D1"][0] == "open"


def test_retest_is_due_once_when_the_last_assigned_item_is_ready(core: Site) -> None:
    person_id = person_with(core, D1=1, D4=1)
    assign(core, person_id, "D1", "D4")
    finish(core, person_id, "D1")
    assert told(core, "reassessment_due") == []
    finish(core, person_id, "D4")
    finish(core, person_id, "D4")
    with core.database.reading() as session:
        due = [fact["competency_ids"] for fact in told(core, "reassessment_due")]
        assert due == [ids(session, "D1", "D4")]


def test_early_part_is_due_at_once_and_the_rest_brings_all_that_is_ready(core: Site) -> None:
    person_id = person_with(core, D1=1, D4=1)
    assign(core, person_id, "D1", "D4")
    with core.database.writing() as session:
        mark_ready(session, person_id, ids(session, "D1"), early=True)
    with core.database.writing() as session:
        mark_ready(session, person_id, ids(session, "D1"), early=True)
    finish(core, person_id, "D4")
    with core.database.reading() as session:
        due = [fact["competency_ids"] for fact in told(core, "reassessment_due")]
        assert due == [ids(session, "D1"), ids(session, "D1", "D4")]


def test_item_that_was_not_assigned_does_not_become_ready(core: Site) -> None:
    person_id = person_with(core, D1=1)
    finish(core, person_id, "D1")
    assert items(core, person_id)["D1"][0] == "open"
    assert told(core, "reassessment_due") == []


def test_ready_of_a_person_without_plan_changes_nothing(core: Site) -> None:
    person_id = person_with(core, D1=2)
    finish(core, person_id, "D1")
    assert told(core, "reassessment_due") == []


def test_retest_still_below_opens_the_next_round(core: Site) -> None:
    person_id = person_with(core, D1=1)
    assign(core, person_id, "D1")
    finish(core, person_id, "D1")
    retest(core, person_id, "D1", 1, key="lagi")
    assert items(core, person_id)["D1"] == ("open", 2, 1)
    assert len(told(core, "gaps_found")) == 2


def test_another_low_result_does_not_restart_what_is_assigned(core: Site) -> None:
    person_id = person_with(core, D1=1)
    assign(core, person_id, "D1")
    retest(core, person_id, "D1", 1, key="lagi")
    assert items(core, person_id)["D1"] == ("assigned", 1, 1)
    assert len(told(core, "gaps_found")) == 1


def test_plan_closes_and_tells_when_every_item_is_met(core: Site) -> None:
    person_id = person_with(core, D1=1, D4=1)
    retest(core, person_id, "D1", 2, key="lagi1")
    assert told(core, "gaps_closed") == []
    retest(core, person_id, "D4", 3, key="lagi4")
    assert items(core, person_id) == {"D1": ("met", 1, 2), "D4": ("met", 1, 3)}
    with core.database.reading() as session:
        plan = current_plan(session, person_id)
    assert plan is not None
    assert (plan.state, plan.closed_on is not None) == ("closed", True)
    closed = told(core, "gaps_closed")
    assert closed == [{"person_id": person_id, "plan_id": plan.plan_id}]


def test_met_item_opens_again_when_a_later_result_is_below(core: Site) -> None:
    person_id = person_with(core, D1=1, D4=1)
    retest(core, person_id, "D1", 2, key="lagi1")
    retest(core, person_id, "D1", 1, key="lagi2")
    assert items(core, person_id)["D1"] == ("open", 2, 1)


def test_gap_after_a_closed_plan_opens_a_new_plan(core: Site) -> None:
    person_id = person_with(core, D1=1)
    retest(core, person_id, "D1", 2, key="lagi1")
    retest(core, person_id, "D1", 1, key="lagi2")
    assert items(core, person_id) == {"D1": ("open", 1, 1)}
    with core.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Plan)) == 2


def test_second_open_plan_is_refused_by_the_database(core: Site) -> None:
    person_id = person_with(core, D1=1)
    with pytest.raises(IntegrityError), core.database.writing() as session:
        session.add(Plan(person_id=person_id, opened_at=now(session)))


def test_same_evidence_twice_changes_nothing(core: Site) -> None:
    person_id = person_with(core, D1=1)
    retest(core, person_id, "D1", 2, key="lagi")
    retest(core, person_id, "D1", 1, key="lagi")
    assert items(core, person_id) == {"D1": ("met", 1, 2)}


def test_view_of_an_unknown_plan_is_not_found(core: Site) -> None:
    with core.database.reading() as session, pytest.raises(NotFound):
        plan_view(session, 999)
