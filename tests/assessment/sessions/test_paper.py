"""The paper twin: the same questions, typed in, handed in, scored like any other test."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lms import Conflict, NotFound
from lms.core.learning.models import Evidence
from lms.core.site import Site
from plugins.assessment.domain.paper import LETTERS, paper_value
from plugins.assessment.domain.types import UNKNOWN, option_ids
from plugins.assessment.models import AnswerEvent
from plugins.assessment.queries.sessions.paper import (
    PaperItem,
    paper_sheet,
    paper_sheets,
    without_test,
)
from plugins.assessment.services.handing_in import hand_in
from plugins.assessment.services.sessions.paper import prepare, type_in
from plugins.assessment.services.sweeping import sweep
from tests.assessment.factories import asked, right_value, save
from tests.assessment.sessions.days import Day, attempt_of, begin_all, plan_day, statements
from tests.conftest import TestClock


def _prepare(site: Site, day: Day, people: list[int]) -> tuple[int, int]:
    with site.database.writing() as session:
        return prepare(session, day.officer, day.public, people)


def _sheets(site: Site, day: Day) -> list[str]:
    with site.database.reading() as session:
        return [sheet.attempt for sheet in paper_sheets(session, site, day.session_id, None)]


def letters_of(item: PaperItem, value: str) -> str:
    """Write a stored value as a person would on paper."""
    ids = option_ids(item.content)
    if item.shape == "pairs":
        chosen = dict(part.split("=") for part in value.split(","))
        return "".join(
            LETTERS[ids.index(chosen[prompt])] for prompt in option_ids(item.content, "prompts")
        )
    if item.shape in ("text", "number"):
        return value.replace(".", ",") if item.shape == "number" else value
    return "".join(LETTERS[ids.index(each)] for each in value.split(","))


def test_sheet_has_the_very_questions_of_the_test(site: Site) -> None:
    day = plan_day(site, 2)
    assert _prepare(site, day, day.people) == (2, 0)
    assert _prepare(site, day, day.people) == (2, 0)  # printed again: the same tests
    publics = _sheets(site, day)
    assert len(publics) == 2
    with site.database.reading() as session:
        for public in publics:
            sheet = paper_sheet(session, site, day.session_id, public)
            drawn = [(sequence, version.id) for sequence, version, _ in asked(session, public)]
            assert [(item.number, item.item_version_id) for item in sheet.items] == drawn
            attempt = attempt_of(session, public)
            assert (attempt.medium, attempt.limit_seconds, attempt.window_end) == (
                "paper",
                None,
                None,
            )


def test_answers_on_paper_are_events_and_give_the_result(site: Site) -> None:
    day = plan_day(site, 1)
    _prepare(site, day, day.people)
    (public,) = _sheets(site, day)
    with site.database.reading() as session:
        sheet = paper_sheet(session, site, day.session_id, public)
        right = {sequence: right_value(version) for sequence, version, _ in asked(session, public)}
    values = {
        item.number: paper_value(item.shape, item.content, letters_of(item, right[item.number]))
        for item in sheet.items
    }
    assert values == right
    with site.database.writing() as session:
        type_in(session, day.officer, day.session_id, public, values)
    with site.database.reading() as session:
        attempt = attempt_of(session, public)
        assert (attempt.closed_by, attempt.answered) == ("paper", len(right))
        assert attempt.n_events == len(right)
        events = session.scalars(select(AnswerEvent).where(AnswerEvent.attempt_id == attempt.id))
        assert {event.device for event in events} == {attempt.device}
        assert attempt.device.startswith("kertas-")
        levels = session.execute(select(func.min(Evidence.score), func.count())).one()
        assert levels[0] == 100.0
    with site.database.writing() as session, pytest.raises(Conflict):
        type_in(session, day.officer, day.session_id, public, values)


def test_test_goes_on_from_screen_to_paper_with_its_answers(site: Site, clock: TestClock) -> None:
    day = plan_day(site, 1)
    (public,) = begin_all(site, day)
    with site.database.reading() as session:
        items = asked(session, public)
    first, second = items[0], items[1]
    save(site, public, first[0], right_value(first[1]))
    _prepare(site, day, day.people)
    late = save(site, public, second[0], right_value(second[1]), seq=2, epoch=1)
    assert late.stale  # the phone's outbox arrives after the paper was printed
    clock.move(hours=5)
    with site.database.writing() as session:
        assert sweep(session) == (0, None)
        with pytest.raises(Conflict):
            hand_in(session, day.people[0], public)
        type_in(session, day.officer, day.session_id, public, {second[0]: UNKNOWN})
        attempt = attempt_of(session, public)
        assert (attempt.answered, attempt.unknown) == (2, 1)


def test_test_that_is_not_on_paper_is_not_typed_in(site: Site) -> None:
    day, other = plan_day(site, 1), plan_day(site, 1)
    (public,) = begin_all(site, day)
    with site.database.writing() as session:
        with pytest.raises(Conflict):
            type_in(session, day.officer, day.session_id, public, {})
        with pytest.raises(NotFound):
            type_in(session, day.officer, other.session_id, public, {})


def test_room_asks_for_paper_only_for_those_who_need_it(site: Site) -> None:
    day = plan_day(site, 6)  # 0, 2, 4 in room A
    publics = begin_all(site, day, [day.people[0], day.people[2]])
    with site.database.writing() as session:
        hand_in(session, day.people[0], publics[0])
    with site.database.reading() as session:
        need = without_test(session, day.session_id, day.room_ids["A"], 60)
    assert need == ([day.people[2], day.people[4]], 1)
    assert _prepare(site, day, need[0]) == (2, 0)
    with site.database.reading() as session:
        assert without_test(session, day.session_id, day.room_ids["A"], 60) == ([], 0)


def test_print_of_a_room_costs_the_same_statements_for_one_and_for_many(site: Site) -> None:
    day = plan_day(site, 4)
    counts = []
    for people in (day.people[:1], day.people):
        _prepare(site, day, people)
        with site.database.reading() as session, statements(site) as seen:
            paper_sheets(session, site, day.session_id, None)
        counts.append(len(seen))
    assert counts == [2, 2]
