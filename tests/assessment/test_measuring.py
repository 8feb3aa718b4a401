"""From an open test to evidence: draw, score, chain of extra questions, retest, invitations."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lms import Conflict, GapsFound, Invalid, NewEvidence, NotAllowed, NotFound, record_evidence
from lms.core.hooks.models import EventRow
from lms.core.learning.models import Evidence, Plan, PlanItem, Profile
from lms.core.site import Site
from plugins.assessment.models import (
    Attempt,
    AttemptItem,
    Instrument,
    InstrumentVersion,
    Invitation,
    Item,
    ItemVersion,
    Result,
)
from plugins.assessment.services.attempts import preview, start
from plugins.assessment.services.instruments import close_instrument, open_instrument
from plugins.assessment.services.invitations import invite_to_extra_questions, invite_to_retest
from tests.assessment.factories import (
    CODE,
    answer_all,
    asked,
    begin,
    competency,
    finish,
    first_right,
    nothing_right,
    only_single_choice,
    open_site,
    save,
    sit,
)
from tests.conftest import TestClock


def evidence_of(site: Site, person_id: int) -> dict[str, Evidence]:
    """Evidence by the end of its key (the competency's code), newest last."""
    with site.database.reading() as session:
        query = select(Evidence).where(Evidence.person_id == person_id).order_by(Evidence.id)
        return {row.key.rpartition(":")[2]: row for row in session.scalars(query)}


def waiting(site: Site, purpose: str) -> list[Invitation]:
    with site.database.reading() as session:
        query = select(Invitation).where(
            Invitation.state == "waiting", Invitation.purpose == purpose
        )
        return list(session.scalars(query))


def finish_courses(site: Site, person_id: int) -> None:
    """Let the plan be ready for a retest, as if its courses were finished."""
    from lms import assign_items, mark_ready

    with site.database.writing() as session:
        plan = session.scalars(select(Plan).where(Plan.person_id == person_id)).one()
        items = list(session.scalars(select(PlanItem).where(PlanItem.plan_id == plan.id)))
        assign_items(session, plan.id, {i.competency_id: "Karena tes." for i in items})
        session.flush()
        mark_ready(session, person_id, [i.competency_id for i in items])


# -- the first test ------------------------------------------------------------------------------


def test_first_test_records_evidence_once_per_competency(site: Site) -> None:
    [person_id] = open_site(site)
    public = sit(site, person_id)
    found = evidence_of(site, person_id)
    assert set(found) == {"D1", "D2", "D3", "D4", "D5"}
    one = found["D1"]
    assert one.key == f"assessment:{public}:D1"
    assert (one.level, one.level_low, one.level_high) == (5, 3, 5)
    assert (one.kind, one.rule) == ("measured", "titian-5 v1")
    assert one.source == "Tes awal (Kemampuan digital dasar v1), 6 soal"
    assert one.valid_until is not None
    assert one.valid_until.year - one.measured_on.year == 3


def test_unknown_and_unanswered_are_not_correct_and_counted_apart(site: Site) -> None:
    [person_id] = open_site(site)
    public = begin(site, person_id)
    save(site, public, 1, "unknown")
    finish(site, person_id, public)
    with site.database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        assert (attempt.n_items, attempt.answered, attempt.unknown) == (30, 1, 1)
        assert set(session.scalars(select(Result.correct))) == {0}


def test_closed_test_cannot_be_started_but_finished(site: Site) -> None:
    people = open_site(site, count=2)
    public = begin(site, people[0])
    with site.database.writing() as session:
        close_instrument(session, None, CODE)
    with pytest.raises(NotAllowed), site.database.writing() as session:
        start(session, people[1], CODE, "pre")
    answer_all(site, public)
    assert finish(site, people[0], public)


def test_window_limits_the_first_test(site: Site, clock: TestClock) -> None:
    [person_id] = open_site(site)
    opens, closes = clock.moment.replace(hour=5), clock.moment.replace(hour=7)
    with site.database.writing() as session:
        open_instrument(session, None, CODE, opens_at=opens, closes_at=closes)
    for hour, allowed in ((4, False), (5, True), (6, True), (7, False)):
        clock.moment = clock.moment.replace(hour=hour)
        with site.database.reading() as session:
            if allowed:
                assert preview(session, person_id, CODE, "pre").n_items == 30
            else:
                with pytest.raises(NotAllowed):
                    preview(session, person_id, CODE, "pre")


def test_window_that_ends_before_it_begins_is_refused(site: Site, clock: TestClock) -> None:
    with pytest.raises(Invalid), site.database.writing() as session:
        open_instrument(session, None, CODE, opens_at=clock.moment, closes_at=clock.moment)


def test_second_click_on_start_gives_the_same_attempt(site: Site) -> None:
    [person_id] = open_site(site)
    assert begin(site, person_id, seed=1) == begin(site, person_id, seed=2)
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AttemptItem)) == 30


def test_test_that_is_done_cannot_be_started_again(site: Site) -> None:
    [person_id] = open_site(site)
    sit(site, person_id)
    with pytest.raises(NotAllowed):
        begin(site, person_id)


def test_what_is_measured_already_is_not_asked_again(site: Site) -> None:
    [person_id] = open_site(site)
    with site.database.writing() as session:
        record_evidence(session, person_id, [imported(session, "D1")])
    public = begin(site, person_id)
    with site.database.reading() as session:
        assert {code for _, _, code in asked(session, public)} == {"D2", "D3", "D4", "D5"}


def imported(session, code: str, level: int = 2) -> NewEvidence:  # type: ignore[no-untyped-def]
    from lms import today

    return NewEvidence(
        key=f"import:{code}:{level}",
        competency_id=competency(session, code),
        level=level,
        level_low=level,
        level_high=level,
        kind="measured",
        source="Tes nasional",
        measured_on=today(session),
    )


def test_unknown_test_is_not_found(site: Site) -> None:
    [person_id] = open_site(site)
    with pytest.raises(NotFound), site.database.writing() as session:
        start(session, person_id, "tidak-ada", "pre")


def test_bank_that_changes_leaves_an_attempt_alone(site: Site) -> None:
    [person_id] = open_site(site)
    public = begin(site, person_id)
    with site.database.reading() as session:
        before = [(n, v.id) for n, v, _ in asked(session, public)]
    with site.database.writing() as session:
        for item in session.scalars(select(Item)):
            item.state = "retired"
    with site.database.reading() as session:
        assert [(n, v.id) for n, v, _ in asked(session, public)] == before
    answer_all(site, public)
    finish(site, person_id, public)
    assert evidence_of(site, person_id)["D1"].level == 5


# -- unclear -------------------------------------------------------------------------------------


def test_unclear_result_invites_to_extra_questions_once(site: Site) -> None:
    [person_id] = open_site(site)
    sit(site, person_id, right=lambda code, place: code != "D4" or place < 3)
    [invitation] = waiting(site, "extra")
    with site.database.reading() as session:
        assert invitation.competency_ids == [competency(session, "D4")]
        event = GapsFound(
            person_id=person_id, plan_id=None, below=(), unclear=tuple(invitation.competency_ids)
        )
    for _ in range(2):
        with site.database.writing() as session:
            invite_to_extra_questions(session, event)
    assert len(waiting(site, "extra")) == 1


def test_extra_questions_are_unseen_and_pooled_with_the_first(site: Site) -> None:
    [person_id] = open_site(site)
    first = sit(site, person_id, right=lambda code, place: code != "D4" or place < 3)
    extra = sit(site, person_id, "extra")
    with site.database.reading() as session:
        seen = {v.item_id for _, v, _ in asked(session, first)}
        assert seen.isdisjoint(v.item_id for _, v, _ in asked(session, extra))
    found = evidence_of(site, person_id)["D4"]
    assert found.score == pytest.approx(70)  # 3 of 6 and 4 of 4
    assert found.source == "Soal tambahan (Kemampuan digital dasar v1), 10 soal"


def test_event_heard_again_after_the_extra_questions_invites_nobody(site: Site) -> None:
    [person_id] = open_site(site)
    sit(site, person_id, right=lambda code, place: code != "D4" or place < 2)
    with site.database.reading() as session:
        events = list(session.scalars(select(EventRow).where(EventRow.name == "gaps_found")))
        heard = GapsFound(
            **{k: tuple(v) if isinstance(v, list) else v for k, v in events[-1].payload.items()}
        )
    running = begin(site, person_id, "extra")
    for step in ("running", "handed in"):
        with site.database.writing() as session:
            invite_to_extra_questions(session, heard)
        assert waiting(site, "extra") == [], step
        if step == "running":
            answer_all(site, running, nothing_right)  # 2 of 10: below for certain
            finish(site, person_id, running)


def test_point_decides_after_two_rounds_of_extra_questions(site: Site) -> None:
    [person_id] = open_site(site)
    sit(site, person_id, right=lambda code, place: code != "D4" or place < 3)
    half = first_right(2)
    sit(site, person_id, "extra", half)
    assert len(waiting(site, "extra")) == 1, "5 of 10 is still unclear"
    sit(site, person_id, "extra", half)
    assert waiting(site, "extra") == []
    found = evidence_of(site, person_id)["D4"]
    assert found.score == pytest.approx(50)  # 7 of 14
    assert found.level == found.level_low == found.level_high == 2
    with site.database.reading() as session:
        state = select(Profile.state).where(Profile.competency_id == competency(session, "D4"))
        assert session.scalar(state) == "meets"


def test_point_decides_when_no_unseen_questions_are_left(site: Site) -> None:
    [person_id] = open_site(site)
    with site.database.writing() as session:
        items = session.scalars(
            select(Item).where(Item.competency_id == competency(session, "D4")).order_by(Item.id)
        ).all()
        for item in items[6:]:
            item.state = "retired"
    sit(site, person_id, right=lambda code, place: code != "D4" or place < 3)
    found = evidence_of(site, person_id)["D4"]
    assert found.level_low == found.level_high == 2
    assert waiting(site, "extra") == []


def test_unclear_result_of_another_source_invites_nobody(site: Site) -> None:
    [person_id] = open_site(site)
    with site.database.writing() as session:
        d4 = competency(session, "D4")
        record_evidence(
            session,
            person_id,
            [
                NewEvidence(
                    key="other:1",
                    competency_id=d4,
                    level=2,
                    level_low=1,
                    level_high=3,
                    kind="measured",
                    source="Tes lain",
                    measured_on=site.clock().date(),
                )
            ],
        )
    assert waiting(site, "extra") == []


# -- retest --------------------------------------------------------------------------------------


def test_retest_measures_just_the_gaps_with_unseen_questions(site: Site) -> None:
    [person_id] = open_site(site)
    first = sit(site, person_id, right=lambda code, _place: code != "D4")
    finish_courses(site, person_id)
    [invitation] = waiting(site, "retest")
    again = sit(site, person_id, "retest")
    with site.database.reading() as session:
        assert {code for _, _, code in asked(session, again)} == {"D4"}
        assert invitation.competency_ids == [competency(session, "D4")]
        seen = {v.item_id for _, v, _ in asked(session, first)}
        assert seen.isdisjoint(v.item_id for _, v, _ in asked(session, again))
        assert session.scalars(select(Plan.state)).one() == "closed"


def test_edited_question_counts_as_seen(site: Site) -> None:
    [person_id] = open_site(site)
    first = sit(site, person_id, right=lambda code, _place: code != "D4")
    with site.database.writing() as session:
        seen = {v.item_id for _, v, _ in asked(session, first)}
        for old in session.scalars(select(ItemVersion).where(ItemVersion.item_id.in_(seen))):
            item = session.get_one(Item, old.item_id)
            item.version = 2
            session.add(
                ItemVersion(
                    item_id=item.id,
                    version=2,
                    stem=f"{old.stem} (baru)",
                    content=old.content,
                    scoring=old.scoring,
                    level=old.level,
                    created_at=old.created_at,
                )
            )
    finish_courses(site, person_id)
    again = begin(site, person_id, "retest")
    with site.database.reading() as session:
        assert seen.isdisjoint(v.item_id for _, v, _ in asked(session, again))


def test_reassessment_heard_twice_invites_once(site: Site) -> None:
    from lms import ReassessmentDue

    [person_id] = open_site(site)
    sit(site, person_id, right=nothing_right)
    finish_courses(site, person_id)
    [invitation] = waiting(site, "retest")
    assert invitation.plan_id is not None
    event = ReassessmentDue(
        person_id=person_id,
        plan_id=invitation.plan_id,
        competency_ids=tuple(invitation.competency_ids),
    )
    with site.database.writing() as session:
        invite_to_retest(session, event)
    assert len(waiting(site, "retest")) == 1
    running = begin(site, person_id, "retest")
    with site.database.writing() as session:
        invite_to_retest(session, event)
    assert waiting(site, "retest") == []
    answer_all(site, running)
    finish(site, person_id, running)
    with site.database.writing() as session:
        invite_to_retest(session, event)
    assert waiting(site, "retest") == []


def test_opening_later_invites_those_who_wait(site: Site) -> None:
    [person_id] = open_site(site)
    sit(site, person_id, right=nothing_right)
    with site.database.writing() as session:
        close_instrument(session, None, CODE)
    finish_courses(site, person_id)
    assert waiting(site, "retest") == []
    with site.database.writing() as session:
        open_instrument(session, None, CODE)
    assert len(waiting(site, "retest")) == 1


def test_imported_category_is_measured_again_from_four_domains(site: Site) -> None:
    [person_id] = open_site(site)
    with site.database.writing() as session:
        record_evidence(session, person_id, [imported(session, "LD", level=1)])
    finish_courses(site, person_id)
    public = sit(site, person_id, "retest")
    with site.database.reading() as session:
        items = asked(session, public)
        assert [code for _, _, code in items] == ["LD"] * 12
        homes = select(Item.competency_id).where(Item.id.in_([v.item_id for _, v, _ in items]))
        counts = list(session.scalars(homes))
        assert {counts.count(c) for c in set(counts)} == {3}
        assert len(set(counts)) == 4
    found = evidence_of(site, person_id)["LD"]
    assert (found.level, found.rule) == (3, "ld-3 v1")


def test_questions_come_back_only_when_nothing_else_is_left(site: Site) -> None:
    only_single_choice(site)
    [person_id] = open_site(site)
    sit(site, person_id, right=nothing_right)
    repeated = []
    for _ in range(3):
        finish_courses(site, person_id)
        public = sit(site, person_id, "retest", nothing_right)
        with site.database.reading() as session:
            query = select(Attempt.repeated).where(Attempt.public_id == public)
            repeated.append(session.scalars(query).one())
    assert repeated == [False, False, True]


# -- instruments ---------------------------------------------------------------------------------


def test_opening_a_new_version_closes_the_old_one(site: Site) -> None:
    open_site(site)
    with site.database.writing() as session:
        instrument = session.scalars(select(Instrument)).one()
        old = session.scalars(select(InstrumentVersion)).one()
        session.add(
            InstrumentVersion(
                instrument_id=instrument.id, version=2, name=old.name, created_at=old.created_at
            )
        )
    with site.database.writing() as session:
        open_instrument(session, None, CODE)
    with site.database.reading() as session:
        states = dict(
            session.execute(select(InstrumentVersion.version, InstrumentVersion.state)).all()
        )
    assert states == {1: "closed", 2: "open"}


def test_closing_twice_is_a_conflict(site: Site) -> None:
    open_site(site)
    with site.database.writing() as session:
        close_instrument(session, None, CODE)
    with pytest.raises(Conflict), site.database.writing() as session:
        close_instrument(session, None, CODE)


def test_person_of_another_attempt_is_not_found(site: Site) -> None:
    people = open_site(site, count=2)
    public = begin(site, people[0])
    with pytest.raises(NotFound):
        finish(site, people[1], public)
