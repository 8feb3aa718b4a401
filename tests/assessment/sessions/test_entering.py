"""Entry: who may start, when, on what terms; a helper only with consent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lms import Conflict, Invalid, NotAllowed, NotFound
from lms.core.audit import AuditEntry
from lms.core.learning.models import Evidence
from lms.core.site import Site
from plugins.assessment.domain import start_delay
from plugins.assessment.models import InstrumentVersion, SessionMember
from plugins.assessment.queries.sessions.entry import duties, entry
from plugins.assessment.services.assistance import Assistance
from plugins.assessment.services.devices import take_over
from plugins.assessment.services.instruments import close_instrument
from plugins.assessment.services.sessions import entering, planning, rooms, roster
from tests.assessment.factories import CODE, answer_all, begin, finish
from tests.assessment.sessions.days import (
    DEVICE,
    Day,
    attempt_of,
    plan_day,
    public_of,
    session_row,
)
from tests.conftest import TestClock, make_person


def _begin(site: Site, day: Day, person: int, **values: object) -> str:
    with site.database.writing() as session:
        return entering.begin(session, person, day.code, DEVICE, **values)  # type: ignore[arg-type]


def test_test_of_a_session_has_its_terms(site: Site) -> None:
    day = plan_day(site, 2, grace_seconds=90)
    with site.database.writing() as session:
        roster.set_extra_minutes(session, None, day.public, day.people[0], 15)
    public = _begin(site, day, day.people[0])
    assert _begin(site, day, day.people[0]) == public
    with site.database.reading() as session:
        attempt, row = attempt_of(session, public), session_row(session, day)
        assert (attempt.session_id, attempt.room_id) == (row.id, day.room_ids["A"])
        assert (attempt.limit_seconds, attempt.allowance, attempt.grace) == (3600, 900, 90)
        assert (attempt.window_end, attempt.device) == (row.closes_at, DEVICE)
        assert session.get_one(SessionMember, (row.id, day.people[0])).entered_at is not None


def test_instrument_need_not_be_open_to_everyone(site: Site) -> None:
    day = plan_day(site, 1)
    with site.database.writing() as session:
        close_instrument(session, None, CODE)
    with pytest.raises(NotAllowed):
        begin(site, day.people[0])
    assert _begin(site, day, day.people[0])


def test_window_of_the_instrument_does_not_bind_a_session(site: Site, clock: TestClock) -> None:
    day = plan_day(site, 1)
    with site.database.writing() as session:
        later = clock.moment + timedelta(days=1)
        session.execute(update(InstrumentVersion).values(opens_at=later))
    assert _begin(site, day, day.people[0])


def test_nobody_starts_before_the_own_moment(site: Site, clock: TestClock) -> None:
    day = plan_day(site, 3, spread_seconds=600, opened=True)
    with site.database.reading() as session:
        publics = {person: public_of(session, person) for person in day.people}
    for person in sorted(day.people, key=lambda p: start_delay(day.public, publics[p], 600)):
        delay = start_delay(day.public, publics[person], 600)
        with site.database.reading() as session:
            opens_at = session_row(session, day).opens_at
            assert entry(session, person, day.code).starts_at == opens_at + timedelta(seconds=delay)
        clock.moment = opens_at + timedelta(seconds=delay - 1)
        with pytest.raises(NotAllowed):
            _begin(site, day, person)
        clock.moment = opens_at + timedelta(seconds=delay)
        assert _begin(site, day, person)


@pytest.mark.parametrize("state", ["planned", "closed", "over"])
def test_nobody_starts_outside_the_session(site: Site, clock: TestClock, state: str) -> None:
    day = plan_day(site, 1, opened=state != "planned")
    if state == "closed":
        with site.database.writing() as session:
            planning.close_session(session, None, day.public)
    if state == "over":
        clock.move(hours=2)
    with pytest.raises(NotAllowed):
        _begin(site, day, day.people[0])


def test_stranger_is_not_let_in_until_a_proctor_adds_one(site: Site) -> None:
    day = plan_day(site, 1)
    with site.database.writing() as session:
        guest = make_person(session)
        person, nip = guest.id, guest.nip
        assert not entry(session, person, day.code).expected
    with pytest.raises(NotAllowed):
        _begin(site, day, person)
    with site.database.writing() as session:
        shown = f"{nip[:8]} {nip[8:]}"
        roster.add_member(
            session, None, day.public, roster.person_by_nip(session, shown), day.room_ids["B"]
        )
    public = _begin(site, day, person)
    with site.database.reading() as session:
        assert attempt_of(session, public).room_id == day.room_ids["B"]


def test_wrong_code_leads_nowhere(site: Site) -> None:
    day = plan_day(site, 1)
    with site.database.writing() as session, pytest.raises(NotFound):
        entering.begin(session, day.people[0], "XXXXXX", DEVICE)


def test_test_begun_outside_goes_on_inside_with_its_answers(site: Site) -> None:
    day = plan_day(site, 1)
    public = begin(site, day.people[0])
    answer_all(site, public)
    assert _begin(site, day, day.people[0]) == public
    with site.database.reading() as session:
        attempt, row = attempt_of(session, public), session_row(session, day)
        assert (attempt.session_id, attempt.window_end) == (row.id, row.closes_at)
        assert attempt.answered == attempt.n_items


# -- a helper ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("helper", "consent"), [("Rudi", False), ("", True), ("  ", True)])
def test_helper_and_consent_come_together_or_not_at_all(
    site: Site, helper: str, consent: bool
) -> None:
    day = plan_day(site, 1)
    with pytest.raises(Invalid):
        _begin(
            site,
            day,
            day.people[0],
            assistance=Assistance(helper=helper, consent=consent),
        )


def test_assisted_test_is_marked_down_to_its_evidence(site: Site) -> None:
    day = plan_day(site, 2)
    helped = Assistance(helper=" Rudi   Hartono ", consent=True)
    publics = [
        _begin(site, day, day.people[0], assistance=helped),
        _begin(site, day, day.people[1]),
    ]
    for person, public in zip(day.people, publics, strict=True):
        answer_all(site, public)
        finish(site, person, public)
    with site.database.reading() as session:
        attempt = attempt_of(session, publics[0])
        assert attempt.assisted_by == "Rudi Hartono"
        assert attempt.consented_at is not None
        marks = {
            person: set(
                session.scalars(select(Evidence.assisted).where(Evidence.person_id == person))
            )
            for person in day.people
        }
        assert marks == {day.people[0]: {True}, day.people[1]: {False}}
        query = select(AuditEntry).where(AuditEntry.action == "assessment:attempt:assisted")
        deed = session.scalars(query).one()
        assert (deed.actor_id, deed.details) == (day.people[0], {"helper": "Rudi Hartono"})


# -- the home page -------------------------------------------------------------------------------


def test_home_reminds_until_the_test_has_begun(site: Site, clock: TestClock) -> None:
    day = plan_day(site, 2)
    with site.database.writing() as session:
        watcher = make_person(session)
        rooms.add_proctor(session, None, day.public, watcher.public_id, day.rooms["A"])

    def kinds(person: int) -> list[str]:
        with site.database.reading() as session:
            return [duty.kind for duty in duties(session, person)]

    assert kinds(day.people[0]) == ["expected"]
    assert kinds(watcher.id) == ["watching"]
    assert kinds(day.officer) == []
    _begin(site, day, day.people[0])
    assert kinds(day.people[0]) == []
    clock.move(hours=3)
    assert kinds(day.people[1]) == []
    clock.move(days=2)
    assert kinds(watcher.id) == []


def test_session_of_another_day_is_no_reminder_yet(site: Site, clock: TestClock) -> None:
    moment = clock.moment + timedelta(days=2)
    day = plan_day(site, 1, opens_at=moment, closes_at=moment + timedelta(hours=2))
    with site.database.reading() as session:
        assert duties(session, day.people[0]) == []


def test_paper_is_not_taken_back_to_a_screen(site: Site) -> None:
    day = plan_day(site, 1)
    public = _begin(site, day, day.people[0])
    with site.database.writing() as session:
        attempt_of(session, public).medium = "paper"
        session.flush()
        with pytest.raises(Conflict):
            take_over(session, day.people[0], public, "another-browser")
