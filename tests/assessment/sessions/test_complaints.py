"""A broken question: said, decided, scored accordingly; a spoiled test: cancelled, not scored."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lms import Conflict, Invalid, NotFound
from lms.core.audit import AuditEntry
from lms.core.jobs import work_once
from lms.core.learning.models import Evidence, Profile
from lms.core.site import Site
from plugins.assessment.models import AttemptItem, Complaint, Result
from plugins.assessment.queries.results import result_page
from plugins.assessment.queries.sessions.complaints import complaints, waiting_complaints
from plugins.assessment.queries.sessions.watching import watch
from plugins.assessment.queries.standing import standing
from plugins.assessment.services import rescoring
from plugins.assessment.services.sessions import complaining, entering
from tests.assessment.factories import answer_all, asked, finish, nothing_right
from tests.assessment.sessions.days import DEVICE, Day, attempt_of, begin_all, plan_day


def _complain(site: Site, day: Day, person: int, public: str, number: int = 1) -> int:
    with site.database.writing() as session:
        complaining.complain(session, day.people[person], public, number, "picture", "putih")
        query = select(Complaint.id).where(
            Complaint.attempt_id == attempt_of(session, public).id, Complaint.sequence == number
        )
        return session.scalars(query).one()


def _counted(site: Site, public: str) -> int:
    """How many questions stand in the results."""
    with site.database.reading() as session:
        query = select(func.sum(Result.n)).where(
            Result.attempt_id == attempt_of(session, public).id
        )
        return session.scalar(query) or 0


def test_complaint_waits_and_a_second_one_changes_nothing(site: Site) -> None:
    day = plan_day(site, 2)
    publics = begin_all(site, day)
    _complain(site, day, 0, publics[0])
    _complain(site, day, 0, publics[0])
    with site.database.reading() as session:
        seen = watch(session, day.public, day.officer, officer=True)
        (line,), total = complaints(session, seen, number=1, size=20)
        assert (total, line.text, line.state) == (1, "Gambar tidak tampil. putih", "waiting")
        assert waiting_complaints(session, seen) == 1


def test_only_the_own_running_test_can_be_complained_about(site: Site) -> None:
    day = plan_day(site, 2)
    publics = begin_all(site, day)
    finish(site, day.people[1], publics[1])
    with site.database.writing() as session:
        for person, public, number, error in (
            (day.people[0], publics[1], 1, NotFound),
            (day.people[0], publics[0], 999, NotFound),
            (day.people[1], publics[1], 1, Conflict),
        ):
            with pytest.raises(error):
                complaining.complain(session, person, public, number, "picture")
        with pytest.raises(Invalid):
            complaining.complain(session, day.people[0], publics[0], 1, "no such reason")


def test_voided_question_counts_for_nobody_it_was_voided_for(site: Site) -> None:
    day = plan_day(site, 2)
    publics = begin_all(site, day)
    complaint = _complain(site, day, 0, publics[0])
    with site.database.writing() as session:
        assert complaining.void_question(session, day.officer, complaint, "Gambar hilang")
        with pytest.raises(Conflict):
            complaining.keep_question(session, day.officer, complaint, "Berubah pikiran")
    for person, public in zip(day.people, publics, strict=True):
        answer_all(site, public)
        finish(site, person, public)
    with site.database.reading() as session:
        items = [len(asked(session, public)) for public in publics]
        query = select(AuditEntry).where(AuditEntry.action == "assessment:complaint:decide")
        assert session.scalars(query).one().details["state"] == "voided"
    assert [_counted(site, public) for public in publics] == [items[0] - 1, items[1]]


def test_kept_question_counts(site: Site) -> None:
    day = plan_day(site, 1)
    (public,) = begin_all(site, day)
    complaint = _complain(site, day, 0, public)
    with site.database.writing() as session:
        with pytest.raises(Invalid):
            complaining.keep_question(session, day.officer, complaint, "  ")
        complaining.keep_question(session, day.officer, complaint, "Gambar tampil")
        voided = select(func.count()).where(AttemptItem.voided_at.is_not(None))
        assert session.scalar(voided) == 0


def _sent_with_the_same_question(site: Site, day: Day, publics: list[str]) -> tuple[int, str, str]:
    """Two tests that ask the same question are handed in; a third complains about it."""
    with site.database.reading() as session:
        having: dict[int, list[tuple[str, int]]] = {}
        for public in publics:
            for number, version, _ in asked(session, public):
                having.setdefault(version.id, []).append((public, number))
    three = next(places for places in having.values() if len(places) > 2)
    (first, _), (second, _), (waiting, number) = three[:3]
    answer_all(site, first)
    answer_all(site, second, nothing_right)
    for public in (first, second):
        finish(site, day.people[publics.index(public)], public)
    return _complain(site, day, publics.index(waiting), waiting, number), first, second


def _evidence(site: Site, person: int) -> list[tuple[str, float | None]]:
    with site.database.reading() as session:
        query = select(Evidence).where(Evidence.person_id == person).order_by(Evidence.id)
        return [(each.key, each.score) for each in session.scalars(query)]


def _work(site: Site) -> None:
    while work_once(site):
        pass


def test_question_voided_for_all_changes_results_that_were_sent(site: Site) -> None:
    day = plan_day(site, 12)
    publics = begin_all(site, day)
    complaint, right, wrong = _sent_with_the_same_question(site, day, publics)
    counted = [_counted(site, public) for public in (right, wrong)]
    before = {public: _evidence(site, day.people[publics.index(public)]) for public in publics}
    with site.database.writing() as session:
        n = complaining.void_for_all(
            session, day.officer, complaint, day.session_id, "Kunci keliru"
        )
        version = session.get_one(Complaint, complaint).item_version_id
        voided = select(AttemptItem.voided_at).where(AttemptItem.item_version_id == version)
        assert len(session.scalars(voided).all()) == n
        assert None not in session.scalars(voided).all()
    _work(site)
    assert [_counted(site, public) for public in (right, wrong)] == [n - 1 for n in counted]
    for public in publics:
        added = _evidence(site, day.people[publics.index(public)])[len(before[public]) :]
        expected = [f":voided:{complaint}"] if public in (right, wrong) else []
        assert [key[key.index(":voided") :] for key, _ in added] == expected
    with site.database.reading() as session:
        for public in (right, wrong):
            person = day.people[publics.index(public)]
            key, _ = _evidence(site, person)[-1]
            counts = select(Evidence.key).join(Profile, Profile.evidence_id == Evidence.id)
            assert key in session.scalars(counts.where(Profile.person_id == person)).all()
            assert not any(line.used for line in result_page(session, public).lines)
            assert result_page(session, public).voided == 1


def test_question_voided_for_all_counts_for_nobody_who_starts_later(site: Site) -> None:
    day = plan_day(site, 13)
    publics = begin_all(site, day, day.people[:12])
    with site.database.reading() as session:
        numbers = [(version.id, number) for number, version, _ in asked(session, publics[0])]
    for _, number in numbers[:15]:
        complaint = _complain(site, day, 0, publics[0], number)
        with site.database.writing() as session:
            complaining.void_for_all(session, day.officer, complaint, day.session_id, "Keliru")
    broken = {version_id for version_id, _ in numbers[:15]}
    (late,) = begin_all(site, day, day.people[12:])
    with site.database.reading() as session:
        query = select(AttemptItem).where(AttemptItem.attempt_id == attempt_of(session, late).id)
        items = session.scalars(query).all()
    assert any(item.item_version_id in broken for item in items)
    assert all((item.voided_at is not None) is (item.item_version_id in broken) for item in items)


def test_result_is_computed_again_only_once(site: Site) -> None:
    day = plan_day(site, 12)
    publics = begin_all(site, day)
    complaint, right, _ = _sent_with_the_same_question(site, day, publics)
    with site.database.writing() as session:
        complaining.void_for_all(session, day.officer, complaint, day.session_id, "Kunci keliru")
        found = session.get_one(Complaint, complaint)
        voided = rescoring.Voided(
            complaint_id=complaint,
            item_version_id=found.item_version_id,
            session_id=day.session_id,
            attempt_id=None,
        )
    person = day.people[publics.index(right)]
    _work(site)
    known = _evidence(site, person)
    with site.database.writing() as session:
        assert rescoring.rescore(session, voided) == (2, None)
    assert _evidence(site, person) == known


def test_question_voided_after_the_hand_in_changes_that_result(site: Site) -> None:
    day = plan_day(site, 1)
    (public,) = begin_all(site, day)
    complaint = _complain(site, day, 0, public)
    answer_all(site, public)
    finish(site, day.people[0], public)
    counted = _counted(site, public)
    with site.database.writing() as session:
        assert not complaining.void_question(session, day.officer, complaint, "Gambar hilang")
    _work(site)
    assert _counted(site, public) == counted - 1


def test_complaint_of_another_session_is_not_decided_here(site: Site) -> None:
    day, other = plan_day(site, 1), plan_day(site, 1)
    publics = begin_all(site, day)
    complaint = _complain(site, day, 0, publics[0])
    with site.database.writing() as session, pytest.raises(NotFound):
        complaining.void_for_all(session, day.officer, complaint, other.session_id, "x")


# -- a spoiled test ------------------------------------------------------------------------------


def test_cancelled_test_is_kept_without_result_and_one_may_begin_anew(site: Site) -> None:
    day = plan_day(site, 1)
    (public,) = begin_all(site, day)
    with site.database.writing() as session:
        with pytest.raises(Invalid):
            complaining.cancel_attempt(session, day.officer, day.session_id, public, " ")
        complaining.cancel_attempt(
            session, day.officer, day.session_id, public, "Listrik padam 40 menit"
        )
        with pytest.raises(Conflict):
            complaining.cancel_attempt(session, day.officer, day.session_id, public, "lagi")
    receipt = finish(site, day.people[0], public)
    with site.database.writing() as session:
        attempt = attempt_of(session, public)
        assert (attempt.closed_by, attempt.receipt) == ("cancelled", receipt)
        assert attempt.close_reason == "Listrik padam 40 menit"
        assert session.scalar(select(func.count(Evidence.id))) == 0
        assert standing(session, day.people[0]).last_done("pre") is None
        again = entering.begin(session, day.people[0], day.code, DEVICE)
    assert again != public
    answer_all(site, again)
    finish(site, day.people[0], again)
    assert _counted(site, again) > 0


def test_test_of_another_session_is_not_cancelled_here(site: Site) -> None:
    day, other = plan_day(site, 1), plan_day(site, 1)
    (public,) = begin_all(site, day)
    with site.database.writing() as session, pytest.raises(NotFound):
        complaining.cancel_attempt(session, day.officer, other.session_id, public, "x")
