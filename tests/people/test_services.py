"""Adding, changing and moving people by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.hooks.models import EventRow
from lms.core.learning.evidence import NewEvidence, record_evidence
from lms.core.learning.models import Competency, Profile
from lms.core.people.models import Placement
from lms.core.people.queries import (
    PeopleFilter,
    filtered_ids,
    find_by_nip,
    find_person,
    person_card,
    person_cards,
)
from lms.core.people.services import (
    NewPerson,
    add_person,
    change_nip,
    get_person,
    move_person,
    position_named,
    unit_named,
    update_person,
)
from lms.core.site import Site
from tests.conftest import make_person
from tests.people.files import nip


def test_person_is_added_with_what_the_nip_says(site: Site) -> None:
    with site.database.writing() as session:
        unit = unit_named(session, "SDN 1", "Dinas Pendidikan")
        post = position_named(session, "Guru Ahli Muda", "fungsional", "ahli_muda")
        new = NewPerson(nip=nip(1, pppk=True), name=" Ma’mun ", unit_id=unit, position_id=post)
        person_id = add_person(session, new)
    with site.database.reading() as session:
        card = person_card(session, person_id)
        assert (card.name, card.employment) == ("Ma’mun", "pppk")
        assert (card.unit, card.position_level) == ("SDN 1", "ahli_muda")
        assert card.birth_date == date(1980, 1, 2)
        assert filtered_ids(session, PeopleFilter(search="mamun")) == [person_id]


@pytest.mark.parametrize(
    ("number", "name", "error"),
    [("131234567", "A", Invalid), (nip(1), " ", Invalid), (nip(2), "A", Conflict)],
)
def test_person_is_refused(site: Site, number: str, name: str, error: type[Exception]) -> None:
    with site.database.writing() as session:
        make_person(session, nip=nip(2))
        with pytest.raises(error):
            add_person(session, NewPerson(nip=number, name=name))


def test_facts_are_changed_and_others_refused(site: Site) -> None:
    with site.database.writing() as session:
        person = make_person(session, name="Siti")
        assert update_person(session, person.id, {"name": "Siti Aminah", "phone": "0812"})
        assert not update_person(session, person.id, {"name": "Siti Aminah"})
        assert filtered_ids(session, PeopleFilter(search="aminah")) == [person.id]
        with pytest.raises(Invalid):
            update_person(session, person.id, {"nip": nip(1)})
        with pytest.raises(Invalid):
            update_person(session, person.id, {"name": " "})


def test_former_nip_stays_taken(site: Site) -> None:
    with site.database.writing() as session:
        person = make_person(session, nip=nip(1))
        change_nip(session, person.id, nip(2))
        assert find_by_nip(session, nip(2)) == person.id
        with pytest.raises(Conflict):
            add_person(session, NewPerson(nip=nip(1), name="A"))
        with pytest.raises(NotFound):
            find_by_nip(session, nip(1))


def _places(session: Any, person_id: int) -> list[tuple[date, date | None]]:
    query = select(Placement).where(Placement.person_id == person_id).order_by(Placement.since)
    return [(row.since, row.until) for row in session.scalars(query)]


def test_move_is_dated_and_told_and_compared_with_the_new_standard(site: Site) -> None:
    with site.database.writing() as session:
        person = make_person(session, level="pelaksana")
        competency = session.scalars(select(Competency).where(Competency.code == "D1")).one()
        evidence = NewEvidence(
            key="x",
            competency_id=competency.id,
            level=1,
            level_low=1,
            level_high=1,
            kind="measured",
            source="Tes",
            measured_on=date(2026, 11, 1),
        )
        record_evidence(session, person.id, [evidence])
    before = _required(site, person.id)
    with site.database.writing() as session:
        post = position_named(session, "Kepala Dinas", "struktural", "jpt_pratama")
        moved = {"unit_id": None, "position_id": post, "supervisor_id": None}
        assert move_person(session, person.id, **moved, since=date(2026, 11, 1))
        assert not move_person(session, person.id, **moved)
        assert _places(session, person.id) == [
            (date(2020, 1, 1), date(2026, 11, 1)),
            (date(2026, 11, 1), None),
        ]
    assert _required(site, person.id) > before
    with site.database.reading() as session:
        moves = session.scalars(select(EventRow).where(EventRow.name == "person_moved")).all()
        assert len(moves) == 1


def _required(site: Site, person_id: int) -> int:
    with site.database.reading() as session:
        found = session.scalars(select(Profile).where(Profile.person_id == person_id)).one()
        return found.required or 0


def test_another_supervisor_alone_is_no_move(site: Site) -> None:
    with site.database.writing() as session:
        boss, person = make_person(session), make_person(session)
        row = session.scalars(select(Placement).where(Placement.person_id == person.id)).one()
        same = {"unit_id": row.unit_id, "position_id": row.position_id}
        assert move_person(session, person.id, **same, supervisor_id=boss.id)
        assert len(_places(session, person.id)) == 1
        assert session.scalars(select(EventRow)).all() == []


def test_move_before_the_present_placement_is_refused(site: Site) -> None:
    with site.database.writing() as session:
        person = make_person(session)
        nowhere = {"unit_id": None, "position_id": None, "supervisor_id": None}
        with pytest.raises(Invalid, match="01-01-2020"):
            move_person(session, person.id, **nowhere, since=date(2019, 1, 1))
        with pytest.raises(Invalid):
            move_person(session, person.id, unit_id=None, position_id=None, supervisor_id=person.id)


def test_unit_and_post_are_made_once(site: Site) -> None:
    with site.database.writing() as session:
        first = unit_named(session, "Sekretariat", "Dinas A")
        assert unit_named(session, "Sekretariat", "Dinas A") == first
        assert unit_named(session, "Sekretariat", "Dinas B") != first
        assert unit_named(session, "Dinas A") == unit_named(session, "Dinas A", "Dinas A")
        post = position_named(session, "Guru", "fungsional", "ahli_muda")
        assert position_named(session, "Guru", "fungsional", "ahli_muda") == post
        assert position_named(session, "Guru", "fungsional", "ahli_madya") != post


def test_who_is_not_there_is_not_found(site: Site) -> None:
    with site.database.reading() as session:
        assert person_cards(session, [999]) == {}
        for look in (person_card, get_person):
            with pytest.raises(NotFound):
                look(session, 999)
        with pytest.raises(NotFound):
            find_person(session, "x")


def test_cards_of_many_people_cost_few_statements(site: Site) -> None:
    with site.database.writing() as session:
        ids = [make_person(session, account=False).id for _ in range(30)]
    with site.database.reading() as session:
        assert list(person_cards(session, [*ids, ids[0]])) == ids
