"""New versions of a standard: what follows is shown first, and nothing old is touched."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.audit import AuditEntry
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.hooks.contracts import PluginManifest, Requirement
from lms.core.hooks.specs import hookimpl
from lms.core.jobs import JobRow
from lms.core.learning.consequences import Consequences, consequences
from lms.core.learning.models import Framework, Standard, StandardLevel
from lms.core.learning.revising import Draft, current_draft, differences, publish
from lms.core.people.models import Position
from lms.core.site import Site
from tests.conftest import make_person
from tests.learning.conftest import competency_id, show


def digital(session: Session) -> Draft:
    framework = session.scalars(select(Framework).where(Framework.code == "digital")).one()
    return current_draft(session, framework.id)


def with_level(session: Session, draft: Draft, level: str, code: str, asked: int) -> Draft:
    key = (level, competency_id(session, code))
    return replace(draft, levels={**draft.levels, key: asked})


def fill(site: Site) -> None:
    """Four pelaksana in three units with D1 at 1, 2, 2–3, none; one pengawas with D1 at 2."""
    with site.database.writing() as session:
        for unit, levels in (("Dinas A", (1,)), ("Dinas B", (2,)), ("Dinas B", (2, 3))):
            person = make_person(session, unit=unit)
            show(session, person.id, "D1", levels[0], high=levels[-1])
            show(session, person.id, "D2", 1)
        make_person(session, unit="Dinas C")
        show(session, make_person(session, level="pengawas").id, "D1", 2)


def test_consequences_count_people_units_and_states(core: Site) -> None:
    fill(core)
    with core.database.reading() as session:
        draft = digital(session)
        higher = with_level(session, draft, "pelaksana", "D1", 3)
        lower = with_level(session, draft, "pelaksana", "D1", 1)
        counts = consequences(session, draft, higher)
        assert counts == Consequences(people=4, units=3, measured=3, below=1, unclear=1)
        counts = consequences(session, draft, lower)
        assert counts == Consequences(people=4, units=3, measured=3, meets=1)
        assert consequences(session, draft, draft) == Consequences()


def test_exception_shields_its_post_from_a_change_of_the_level(core: Site) -> None:
    with core.database.writing() as session:
        person = make_person(session, position="Bidan Desa")
        show(session, person.id, "D1", 2)
        post = session.scalars(select(Position).where(Position.name == "Bidan Desa")).one()
        draft = digital(session)
        own = replace(draft, exceptions={(post.id, competency_id(session, "D1")): 2})
        publish(session, own, None)
    with core.database.reading() as session:
        draft = digital(session)
        higher = with_level(session, draft, "pelaksana", "D1", 3)
        assert consequences(session, draft, higher) == Consequences()
        raised = replace(draft, exceptions={(post.id, competency_id(session, "D1")): 3})
        assert consequences(session, draft, raised).below == 1


def test_plugin_requirement_counts_in_the_preview(core: Site) -> None:
    fill(core)
    with core.database.reading() as session:
        d1 = competency_id(session, "D1")

    class Stricter:
        manifest = PluginManifest(name="ketat", title="Ketat", version="1.0")

        @staticmethod
        @hookimpl
        def lms_competency_requirements(
            session: Session, person_ids: list[int]
        ) -> dict[int, list[Requirement]]:
            need = Requirement(competency_id=d1, level=2, source="contoh")
            return {person_id: [need] for person_id in person_ids}

    core.registry.register(Stricter)
    with core.database.reading() as session:
        draft = digital(session)
        lower = with_level(session, draft, "pelaksana", "D1", 1)
        assert consequences(session, draft, lower).meets == 0


def test_consequences_take_the_same_statements_for_many_people(
    core: Site, count_statements: object
) -> None:
    def measured() -> int:
        with core.database.reading() as session:
            draft = digital(session)
            higher = with_level(session, draft, "pelaksana", "D1", 3)
            with count_statements(core) as statements:  # type: ignore[operator]
                consequences(session, draft, higher)
            return len(statements)

    fill(core)
    few = measured()
    for _ in range(5):
        fill(core)
    assert measured() == few


def test_published_version_is_current_and_the_old_one_kept(core: Site) -> None:
    with core.database.writing() as session:
        draft = digital(session)
        changed = with_level(session, draft, "pelaksana", "D1", 3)
        publish(session, changed, None)
    with core.database.reading() as session:
        query = select(Standard).where(Standard.framework_id == draft.framework_id)
        rows = session.scalars(query.order_by(Standard.version)).all()
        assert [(row.version, row.current) for row in rows] == [(1, False), (2, True)]
        assert digital(session).levels == changed.levels
        assert digital(session).exceptions == draft.exceptions
        lines = select(func.count()).select_from(StandardLevel)
        counts = [session.scalar(lines.where(StandardLevel.standard_id == r.id)) for r in rows]
        assert counts[0] == counts[1]
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.subject) == ("core:standard:write", "digital 2")
        assert session.scalars(select(JobRow.name)).all() == ["core.standard_changed"]


def test_differences_are_named_in_words(core: Site) -> None:
    with core.database.reading() as session:
        draft = digital(session)
        post = next(iter(draft.exceptions))[0]
        changed = with_level(session, draft, "pelaksana", "D1", 3)
        changed = replace(changed, exceptions={(post, competency_id(session, "D2")): 4})
        found = {
            (d.post, d.competency): (d.before, d.after)
            for d in differences(session, draft, changed)
        }
    name = "Pranata Komputer Ahli Pertama"
    assert found == {
        ("Pelaksana (staf)", "Literasi digital"): (2, 3),
        (name, "Literasi digital"): (3, None),
        (name, "Etika dan keamanan digital"): (3, None),
        (name, "Budaya kerja berbasis data"): (None, 4),
    }


def test_standard_changed_by_someone_else_meanwhile_is_a_conflict(core: Site) -> None:
    with core.database.writing() as session:
        draft = digital(session)
        publish(session, with_level(session, draft, "pelaksana", "D1", 3), None)
    with pytest.raises(Conflict), core.database.writing() as session:
        publish(session, with_level(session, draft, "pelaksana", "D1", 4), None)


@pytest.mark.parametrize("level", [0, 9])
def test_level_that_the_competency_does_not_have_is_refused(core: Site, level: int) -> None:
    with pytest.raises(Invalid) as refused, core.database.writing() as session:
        publish(session, with_level(session, digital(session), "pelaksana", "D1", level), None)
    assert refused.value.reasons == (f"Literasi digital: tingkat {level} tidak ada.",)


def test_unchanged_or_nameless_standard_is_refused(core: Site) -> None:
    with pytest.raises(Invalid, match="Belum ada yang diubah"), core.database.writing() as session:
        publish(session, digital(session), None)
    with pytest.raises(Invalid) as refused, core.database.writing() as session:
        publish(session, replace(digital(session), name=" "), None)
    assert refused.value.reasons == ("Tulis nama standar.",)


def test_foreign_competency_and_unknown_framework_are_not_found(core: Site) -> None:
    with core.database.writing() as session:
        foreign = competency_id(session, "M1", "managerial")
        draft = digital(session)
        with pytest.raises(NotFound):
            publish(session, replace(draft, levels={("pelaksana", foreign): 1}), None)
        with pytest.raises(NotFound):
            current_draft(session, 999)
