"""What core asks and tells: next steps, path, panel, content pack, personal data, demo."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms import Invalid, Viewer, person_cards
from lms.core.content import load_pack
from lms.core.learning.models import Framework
from lms.core.resources import bundled
from lms.core.site import Site
from plugins.assessment import home
from plugins.assessment.models import (
    AnswerEvent,
    Attempt,
    AttemptItem,
    AttemptLine,
    InstrumentVersion,
    Invitation,
    Item,
    ItemVersion,
    Result,
)
from plugins.assessment.services import demo
from plugins.assessment.services.content import competency, read_instruments, read_questions
from plugins.assessment.services.privacy import erase_personal_data, personal_data
from tests.assessment.factories import begin, nothing_right, open_site, sit
from tests.assessment.test_measuring import finish_courses, imported
from tests.conftest import login_as, make_person

ITEM = 'competency = "D1"\n[[item]]\ncode = "X"\nstem = "?"\noptions.a = "1"\nkey = "b"'
PACK = bundled("content") / "digital-competence"


def viewer(person_id: int) -> Viewer:
    return Viewer(
        person_id=person_id,
        public_id="p",
        name="Siti",
        roles=frozenset({"learner"}),
        permissions=frozenset(),
    )


def steps(app: Flask, site: Site, person_id: int) -> list[tuple[int, str]]:
    with app.test_request_context(), site.database.reading() as session:
        found = home.next_steps(session, viewer(person_id))
    return sorted((step.order, step.link.values.get("kind", "")) for step in found)  # type: ignore[misc]


def path(app: Flask, site: Site, person_id: int) -> dict[str, str]:
    with app.test_request_context(), site.database.reading() as session:
        return {step.title: step.state for step in home.path_steps(session, viewer(person_id))}


# -- home ----------------------------------------------------------------------------------------


def test_next_step_follows_the_person_through_the_loop(app: Flask, site: Site) -> None:
    with site.database.writing() as session:
        early = make_person(session).id
    assert steps(app, site, early) == []
    assert path(app, site, early) == {"Tes awal": "later", "Tes ulang": "later"}
    [person_id] = open_site(site)
    assert steps(app, site, person_id) == [(30, "awal")]
    public = begin(site, person_id)
    assert steps(app, site, person_id) == [(10, "")]
    assert path(app, site, person_id) == {"Tes awal": "current", "Tes ulang": "later"}
    sit(site, person_id, right=nothing_right)
    assert steps(app, site, person_id) == []
    finish_courses(site, person_id)
    assert steps(app, site, person_id) == [(20, "ulang")]
    assert path(app, site, person_id) == {"Tes awal": "done", "Tes ulang": "current"}
    sit(site, person_id, "retest")
    assert path(app, site, person_id) == {"Tes awal": "done", "Tes ulang": "done"}
    assert public


def test_unclear_result_offers_extra_questions(app: Flask, site: Site) -> None:
    [person_id] = open_site(site)
    sit(site, person_id, right=lambda code, place: code != "D4" or place < 3)
    assert steps(app, site, person_id) == [(25, "tambahan")]


def test_imported_results_count_as_the_first_test(app: Flask, site: Site) -> None:
    from lms import record_evidence

    [person_id] = open_site(site)
    with site.database.writing() as session:
        record_evidence(session, person_id, [imported(session, "LD", level=1)])
    assert path(app, site, person_id)["Tes awal"] == "done"
    assert steps(app, site, person_id) == [], "nobody is measured twice"
    client = app.test_client()
    login_as(client, person_id)
    assert "/tes/mulai/digital/awal" in client.get("/tes").get_data(as_text=True)


def test_person_measured_in_everything_is_offered_no_first_test(app: Flask, site: Site) -> None:
    from lms import record_evidence

    [person_id] = open_site(site)
    with site.database.writing() as session:
        codes = ("D1", "D2", "D3", "D4", "D5")
        record_evidence(session, person_id, [imported(session, code) for code in codes])
    assert steps(app, site, person_id) == []


def test_panel_lists_tests_and_hides_results_without_permission(app: Flask, site: Site) -> None:
    [person_id] = open_site(site)
    sit(site, person_id)
    with app.test_request_context(), site.database.reading() as session:
        card = person_cards(session, [person_id])[person_id]
        [panel] = home.person_panels(session, viewer(person_id + 1), card)
    assert len(panel.values["attempts"]) == 1
    assert panel.values["may_read"] is False


# -- content -------------------------------------------------------------------------------------


def test_pack_loaded_twice_makes_no_new_versions(site: Site) -> None:
    with site.database.writing() as session:
        stored = load_pack(session, PACK)
        assert (stored["questions"], stored["instruments"]) == (0, 0)
        assert session.scalar(select(func.count()).select_from(ItemVersion)) == 187


def test_changed_question_and_blueprint_are_new_versions(site: Site, tmp_path: Path) -> None:
    open_site(site)
    for name in ("questions/D1.toml", "instruments/digital.toml"):
        target = tmp_path / name
        target.parent.mkdir()
        text = (PACK / name).read_text(encoding="utf-8")
        target.write_text(
            text.replace("Bu Rina", "Bu Rini", 1).replace("pre = 6", "pre = 5", 1), encoding="utf-8"
        )
    with site.database.writing() as session:
        assert read_questions(session, tmp_path / "questions") == 1
        assert read_instruments(session, tmp_path / "instruments") == 1
    with site.database.reading() as session:
        assert session.scalars(select(Item.version).where(Item.code == "D1-01")).one() == 2
        query = select(InstrumentVersion.version, InstrumentVersion.state)
        assert dict(session.execute(query).all()) == {1: "open", 2: "draft"}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("item = [", "D9.toml"),
        ('[[item]]\ncode = "X"', "competency"),
        ('competency = "D77"\nitem = []', "D77"),
        ('competency = "D1"\n[[item]]\ncode = "X"\nhint = 1', "hint"),
        (
            'competency = "D1"\n[[item]]\ncode = "X"\nstem = "?"\noptions.a = "1"\nkey = "a"',
            "level",
        ),
        (ITEM + "\nlevel = 1", "X"),
    ],
)
def test_broken_question_file_is_refused_by_name(
    site: Site, tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "D9.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as caught, site.database.writing() as session:
        read_questions(session, tmp_path)
    assert words in caught.value.message


def test_code_of_two_frameworks_needs_the_framework_named(site: Site) -> None:
    from lms.core.learning.models import Competency, Domain

    with site.database.writing() as session:
        other = Framework(code="lokal", version=1, name="Lokal")
        session.add(other)
        session.flush()
        domain = Domain(framework_id=other.id, code="D1", name="D1", sequence=1)
        session.add(domain)
        session.flush()
        row = Competency(
            framework_id=other.id, domain_id=domain.id, code="D1", name="D1", sequence=1
        )
        session.add(row)
        session.flush()
        assert competency(session, "D1", "lokal") == row.id
        assert competency(session, "D1", "digital") != row.id
        with pytest.raises(Invalid):
            competency(session, "D1")


# -- personal data -------------------------------------------------------------------------------


def test_copy_of_personal_data_holds_answers_and_results(site: Site) -> None:
    [person_id] = open_site(site)
    sit(site, person_id, right=nothing_right)
    finish_courses(site, person_id)
    with site.database.reading() as session:
        data = personal_data(session, person_id)
    json.dumps(data)
    [attempt] = data["attempts"]
    assert len(attempt["answers"]) == 30
    assert {result["competency"] for result in attempt["results"]} == {"D1", "D2", "D3", "D4", "D5"}
    assert [entry["purpose"] for entry in data["invitations"]] == ["retest"]


def test_erasing_leaves_nothing_of_that_person_and_all_of_others(site: Site) -> None:
    first, second = open_site(site, count=2)
    for person_id in (first, second):
        sit(site, person_id, right=lambda code, place: code != "D4" or place < 3)
        sit(site, person_id, "extra", right=lambda _code, place: place < 2)
    with site.database.writing() as session:
        erase_personal_data(session, first)
    with site.database.reading() as session:
        assert not any(personal_data(session, first).values())
        assert len(personal_data(session, second)["attempts"]) == 2
        for table in (AnswerEvent, Result, AttemptItem, AttemptLine):
            owners = select(Attempt.person_id).join(table, table.attempt_id == Attempt.id)
            assert set(session.scalars(owners)) == {second}


# -- demo ----------------------------------------------------------------------------------------


class World:
    """As much of the demo's world as the fillers use."""

    def __init__(self, site: Site, people: list[object]) -> None:
        self.site, self.people, self.now = site, people, site.clock()
        self.rng = random.Random(7)
        self.marks: list[tuple[str, int]] = []

    def days_ago(self, days: float, hour: int = 9, minute: int = 0) -> datetime:
        return (self.now - timedelta(days=days)).replace(hour=hour - 7, minute=minute)

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        before, self.site.clock = self.site.clock, lambda: moment
        try:
            yield
        finally:
            self.site.clock = before

    def mark(self, stage: str, person_id: int) -> None:
        self.marks.append((stage, person_id))


def test_pilot_has_people_at_every_stage(site: Site) -> None:
    with site.database.writing() as session:
        ids = [make_person(session, level="pelaksana", account=False).id for _ in range(40)]
        people = list(person_cards(session, ids).values())
    world = World(site, people)  # type: ignore[arg-type]
    for fill in (demo.fill_open_test, demo.fill_first_tests, demo.fill_extra_questions):
        with site.database.writing() as session:
            fill(session, world)  # type: ignore[arg-type]
    with site.database.reading() as session:
        done = Attempt.handed_in_at.is_not(None)
        query = select(Attempt.purpose, done, func.count()).group_by(Attempt.purpose, done)
        counts = {(purpose, bool(over)): n for purpose, over, n in session.execute(query)}
        assert counts["pre", True] == 30
        assert counts["pre", False] == 5
        assert counts["extra", True] > 0
        assert session.scalars(select(func.max(Attempt.handed_in_at))).one() <= world.now
        assert session.scalar(
            select(func.count()).where(Invitation.state == "waiting", Invitation.purpose == "extra")
        )
    assert len(world.marks) == 5


def test_most_waiting_retests_of_the_demo_are_handed_in(site: Site) -> None:
    ids = open_site(site, count=12)
    for person_id in ids:
        sit(site, person_id, right=lambda code, _place: code != "D4")
        finish_courses(site, person_id)
    site.clock.move(days=9)  # type: ignore[attr-defined]
    world = World(site, [])
    with site.database.writing() as session:
        demo.fill_retests(session, world)  # type: ignore[arg-type]
    with site.database.reading() as session:
        retests = select(func.count()).where(Attempt.purpose == "retest")
        done = session.scalar(retests.where(Attempt.handed_in_at.is_not(None))) or 0
    assert 4 <= done <= 10
    assert len(world.marks) == 12 - done
