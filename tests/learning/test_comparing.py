"""A changed post or standard: people are compared again, and only what became different moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select, update

from lms.core.hooks.events import PersonMoved
from lms.core.hooks.models import EventRow
from lms.core.hooks.outbox import record
from lms.core.jobs import JobRow, work_once
from lms.core.learning import comparing
from lms.core.learning.models import Framework, Profile
from lms.core.learning.plans import assign_items, current_plan, mark_ready
from lms.core.learning.revising import current_draft, publish
from lms.core.people.models import Placement, Position
from lms.core.site import Site
from tests.conftest import make_person
from tests.learning.conftest import competency_id, show


def change_standard(site: Site, levels: Mapping[tuple[str, str], int | None]) -> None:
    """Publish the standard of the digital framework with other levels, by code."""
    with site.database.writing() as session:
        framework = session.scalars(select(Framework).where(Framework.code == "digital")).one()
        draft = current_draft(session, framework.id)
        new = dict(draft.levels)
        for (level, code), asked in levels.items():
            key = (level, competency_id(session, code))
            if asked is None:
                del new[key]
            else:
                new[key] = asked
        publish(session, replace(draft, levels=new), None)


def work(site: Site) -> int:
    rounds = 0
    while work_once(site):
        rounds += 1
    return rounds


def states(site: Site, person_id: int) -> dict[str, tuple[str, int, int]]:
    with site.database.reading() as session:
        plan = current_plan(session, person_id)
    return {i.code: (i.state, i.round, i.required) for i in plan.items} if plan else {}


def profile(site: Site, person_id: int) -> list[tuple[int | None, str | None]]:
    with site.database.reading() as session:
        rows = session.scalars(select(Profile).where(Profile.person_id == person_id)).all()
        return [(row.required, row.state) for row in rows]


def ready_person(site: Site) -> int:
    """Make someone below in D1 and D4 who has finished the course for D1."""
    with site.database.writing() as session:
        person_id = make_person(session).id
        show(session, person_id, "D1", 1)
        show(session, person_id, "D4", 1)
    with site.database.writing() as session:
        plan = current_plan(session, person_id)
        assert plan is not None
        d1 = competency_id(session, "D1")
        assign_items(session, plan.plan_id, {d1: "Karena tes."})
        mark_ready(session, person_id, [d1])
    return person_id


def test_higher_standard_opens_a_gap_for_people_of_that_level_only(core: Site) -> None:
    with core.database.writing() as session:
        people = [make_person(session, level=level).id for level in ("pelaksana", "pengawas")]
        for person_id in people:
            show(session, person_id, "D1", 2)
    change_standard(core, {("pelaksana", "D1"): 3})
    assert profile(core, people[0]) == [(2, "meets")], "only the job compares"
    work(core)
    assert profile(core, people[0]) == [(3, "below")]
    assert states(core, people[0]) == {"D1": ("open", 1, 3)}
    assert profile(core, people[1]) == [(2, "meets")]


def test_lower_standard_meets_the_item_and_closes_the_plan(core: Site) -> None:
    with core.database.writing() as session:
        person_id = make_person(session).id
        show(session, person_id, "D1", 1)
    change_standard(core, {("pelaksana", "D1"): 1})
    work(core)
    assert states(core, person_id) == {"D1": ("met", 1, 1)}
    with core.database.reading() as session:
        closed = session.scalars(select(EventRow).where(EventRow.name == "gaps_closed")).all()
    assert len(closed) == 1


def test_competency_no_longer_asked_is_no_gap(core: Site) -> None:
    with core.database.writing() as session:
        person_id = make_person(session).id
        show(session, person_id, "D1", 1)
    change_standard(core, {("pelaksana", "D1"): None})
    work(core)
    assert profile(core, person_id) == [(None, None)]
    assert states(core, person_id)["D1"][0] == "met"


def test_someone_ready_for_the_retest_is_not_sent_back_by_another_change(core: Site) -> None:
    person_id = ready_person(core)
    change_standard(core, {("pelaksana", "D4"): 3, ("pelaksana", "D1"): 3})
    work(core)
    assert states(core, person_id) == {"D1": ("ready", 1, 3), "D4": ("open", 1, 3)}


def test_someone_who_moves_to_an_equal_post_is_not_sent_back(core: Site) -> None:
    person_id = ready_person(core)
    with core.database.writing() as session:
        post = Position(name="Pengadministrasi", kind="pelaksana", level="pelaksana")
        session.add(post)
        session.flush()
        own = Placement.person_id == person_id
        session.execute(update(Placement).where(own).values(position_id=post.id))
        placement = session.scalars(select(Placement.id).where(own)).one()
        record(session, PersonMoved(person_id=person_id, placement_id=placement))
    assert states(core, person_id)["D1"] == ("ready", 1, 2)


def test_job_goes_on_in_pieces_with_progress(core: Site, monkeypatch: Any) -> None:
    monkeypatch.setattr(comparing, "PIECE", 3)
    with core.database.writing() as session:
        people = [make_person(session, account=False).id for _ in range(8)]
        for person_id in people:
            show(session, person_id, "D1", 2)
    change_standard(core, {("pelaksana", "D1"): 3})
    seen = []
    while work_once(core):
        with core.database.reading() as session:
            row = session.scalars(select(JobRow)).one()
            seen.append((row.state, row.done, row.total))
    assert seen == [("waiting", 3, 8), ("waiting", 6, 8), ("done", 8, 8)]
    assert all(profile(core, person_id) == [(3, "below")] for person_id in people)


def test_piece_that_breaks_off_is_done_again_without_harm(core: Site, monkeypatch: Any) -> None:
    with core.database.writing() as session:
        person_id = make_person(session).id
        show(session, person_id, "D1", 2)
    change_standard(core, {("pelaksana", "D1"): 3})
    original = comparing.compare_again

    def broken(*arguments: Any) -> None:
        original(*arguments)
        raise RuntimeError("listrik padam")

    monkeypatch.setattr(comparing, "compare_again", broken)
    work_once(core)
    assert profile(core, person_id) == [(2, "meets")], "all or nothing"
    monkeypatch.setattr(comparing, "compare_again", original)
    core.clock.move(minutes=10)  # type: ignore[attr-defined]  # the test's own clock
    work(core)
    assert states(core, person_id) == {"D1": ("open", 1, 3)}


def test_people_whose_post_asks_the_same_cost_no_piece(core: Site, monkeypatch: Any) -> None:
    monkeypatch.setattr(comparing, "PIECE", 2)
    with core.database.writing() as session:
        people = [
            make_person(session, level=level, account=False).id
            for level in ("pengawas", "pelaksana", "pengawas", "pelaksana", "pengawas")
        ]
        for person_id in people:
            show(session, person_id, "D1", 2)
    change_standard(core, {("pelaksana", "D1"): 3})
    assert work(core) == 1
    assert [profile(core, person_id)[0][1] for person_id in people] == [
        "meets",
        "below",
        "meets",
        "below",
        "meets",
    ]
