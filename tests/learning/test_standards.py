"""What posts ask for: the same whether read one by one or remembered for many."""

from __future__ import annotations

from sqlalchemy import event

from lms.core.learning.standards import requirements
from lms.core.site import Site
from tests.conftest import make_person


def make_people(site: Site) -> list[int]:
    with site.database.writing() as session:
        people = [
            make_person(session, level=level, position=position, account=False)
            for level, position in (
                ("pelaksana", ""),
                ("administrator", ""),
                ("ahli_pertama", "Pranata Komputer Ahli Pertama"),
                ("tanpa_standar", ""),
            )
        ]
        return [person.id for person in people]


def test_remembered_requirements_are_the_same(core: Site) -> None:
    ids = make_people(core)
    with core.database.reading() as session:
        plain = {each: requirements(session, [each])[each] for each in ids}
        session.info["memo"] = {"people": set(ids)}
        assert {each: requirements(session, [each])[each] for each in ids} == plain
        assert requirements(session, ids) == plain
    assert plain[ids[3]] == {}
    assert plain[ids[0]] != plain[ids[1]]


def test_many_people_cost_two_statements_while_deliveries_are_told(core: Site) -> None:
    ids = make_people(core)
    seen: list[str] = []
    event.listen(
        core.database.engine, "before_cursor_execute", lambda _c, _u, text, *_: seen.append(text)
    )
    with core.database.reading() as session:
        session.info["memo"] = {"people": set(ids)}
        for person_id in ids:
            requirements(session, [person_id])
    assert sum(text.startswith("SELECT") for text in seen) == 2


def test_person_outside_the_remembered_ones_is_read(core: Site) -> None:
    ids = make_people(core)
    with core.database.reading() as session:
        expected = requirements(session, [ids[1]])
        session.info["memo"] = {"people": {ids[0]}}
        assert requirements(session, [ids[1]]) == expected
