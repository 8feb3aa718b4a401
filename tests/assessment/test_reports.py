"""Reports of items: from answers to figures, calibrations with their guard, and the pages."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update

from lms import Invalid
from lms.core.jobs import work_once
from lms.core.people.permissions import grant_role
from lms.core.site import Site
from plugins.assessment.models import (
    AnswerEvent,
    Attempt,
    Calibration,
    InstrumentVersion,
    Item,
    ItemParameter,
    ItemVersion,
    Report,
)
from plugins.assessment.queries.responses import samples
from plugins.assessment.services.calibrating import adopt, calibrate_version
from plugins.assessment.services.reporting import make_report
from tests.assessment.factories import (
    CODE,
    asked,
    begin,
    finish,
    open_site,
    owner,
    right_value,
    wrong_value,
)
from tests.conftest import login_as, make_person

Chooser = Callable[[random.Random, float, ItemVersion], str]


def believable(rng: random.Random, ability: float, version: ItemVersion) -> str:
    """Answer rightly the more often the abler a person is."""
    chance = 0.15 + 0.7 * ability
    return right_value(version) if rng.random() < chance else wrong_value(version)


def answered(site: Site, people: list[int], choose: Chooser = believable) -> None:
    """Let people sit the test, their answers written in bulk."""
    rng = random.Random(5)
    for place, person_id in enumerate(people):
        public = begin(site, person_id, seed=1)
        with site.database.writing() as session:
            attempt = session.scalars(select(Attempt.id).where(Attempt.public_id == public)).one()
            ability = (place + 0.5) / len(people)
            rows = [
                {
                    "attempt_id": attempt,
                    "sequence": sequence,
                    "item_version_id": version.id,
                    "device": "bulk-device",
                    "seq": sequence,
                    "value": choose(rng, ability, version),
                    "digest": "",
                    "server_time": site.clock(),
                }
                for sequence, version, _code in asked(session, public)
            ]
            session.execute(insert(AnswerEvent), rows)
            assert owner(session, public) == person_id
        finish(site, person_id, public)


def work(site: Site) -> None:
    """Do all that waits, as the worker does."""
    while work_once(site):
        pass


def version_id(site: Site) -> int:
    with site.database.reading() as session:
        query = select(InstrumentVersion.id).where(InstrumentVersion.state == "open")
        return session.scalars(query).one()


def test_sample_takes_first_attempts_without_help(site: Site) -> None:
    people = open_site(site, count=4)
    answered(site, people)
    with site.database.writing() as session:
        session.execute(
            update(Attempt).where(Attempt.person_id == people[0]).values(assisted_by="Bu Ani")
        )
        found = samples(session, version_id(site))
    assert len(found) == 5
    assert all(len(sample.takers) == 3 for sample in found)
    assert all(len(row) == len(found[0].items) for row in found[0].values)
    given = [value for row in found[0].scores for value in row if value is not None]
    assert len(given) == 3 * 6


def test_planted_miskey_is_found_and_named(site: Site) -> None:
    """Those who know choose B, the key says A: the report asks to look at the key."""
    people = open_site(site, count=40)
    with site.database.reading() as session:
        single = session.scalars(
            select(ItemVersion).where(ItemVersion.kind == "single", ItemVersion.stem != "")
        ).first()
        assert single is not None
        planted = single.id
        ids = [option["id"] for option in single.content["options"]]
    other = next(each for each in ids if each != single.scoring["key"])
    third = next(each for each in ids if each not in (single.scoring["key"], other))

    def choose(rng: random.Random, ability: float, version: ItemVersion) -> str:
        if version.id != planted:
            return believable(rng, ability, version)
        if rng.random() < ability:
            return other
        return rng.choice([single.scoring["key"], third])

    with site.database.writing() as session:  # all get the planted question
        keep = select(ItemVersion.item_id).where(ItemVersion.id == planted).scalar_subquery()
        first = session.get_one(Item, session.scalar(select(keep)))
        spare = session.scalars(
            select(Item).where(Item.competency_id == first.competency_id, Item.id != first.id)
        ).all()
        for item in spare[5:]:
            item.state = "retired"
    answered(site, people, choose)
    with site.database.writing() as session:
        report = make_report(session, version_id(site), None)
        items = [item for part in report.figures["parts"] for item in part["items"]]
        code = session.get_one(ItemVersion, planted)
        found = next(i for i in items if i["stem"] == code.stem)
        others = [i for i in items if i["stem"] != code.stem]
    assert "miskey" in found["flags"]
    assert found["suspect"] == other
    assert not any("miskey" in item["flags"] for item in others)


@pytest.mark.parametrize(("model", "needed"), [("rasch", 30), ("2pl", 250)])
def test_calibration_refuses_too_few_answers_with_the_sentence(
    site: Site, model: str, needed: int
) -> None:
    people = open_site(site, count=3)
    answered(site, people)
    with site.database.writing() as session, pytest.raises(Invalid) as refused:
        calibrate_version(session, version_id(site), model, None)  # type: ignore[arg-type]
    assert refused.value.message == f"Jawaban terlalu sedikit (n = 3, perlu {needed})."


def test_forced_calibration_says_so_and_can_be_adopted(site: Site) -> None:
    people = open_site(site, count=12)
    answered(site, people)
    version = version_id(site)
    with site.database.writing() as session:
        row = calibrate_version(session, version, "rasch", None, force=True)
        assert row.forced
        parameters = session.scalars(
            select(ItemParameter).where(ItemParameter.calibration_id == row.id)
        ).all()
        assert parameters
        assert all(each.a == 1 and each.se_b for each in parameters)
        adopt(session, None, version, row.id)
        assert session.get_one(InstrumentVersion, version).calibration_id == row.id


def test_second_calibration_is_linked_to_the_first(site: Site) -> None:
    people = open_site(site, count=12)
    answered(site, people)
    version = version_id(site)
    with site.database.writing() as session:
        first = calibrate_version(session, version, "rasch", None, force=True)
        adopt(session, None, version, first.id)
        second = calibrate_version(session, version, "rasch", None, force=True)
        assert second.linked_to == first.id
        old, new = (
            dict(
                session.execute(
                    select(ItemParameter.item_version_id, ItemParameter.b).where(
                        ItemParameter.calibration_id == each.id
                    )
                ).all()
            )
            for each in (first, second)
        )
    assert new == pytest.approx(old)  # the same answers on the same scale


# -- pages ---------------------------------------------------------------------------------------


@pytest.fixture
def officer(site: Site, client: FlaskClient) -> FlaskClient:
    with site.database.writing() as session:
        person = make_person(session)
        grant_role(session, person.id, "officer", None)
        person_id = person.id
    login_as(client, person_id)
    return client


def test_report_page_asks_the_worker_and_shows_what_came(officer: FlaskClient, site: Site) -> None:
    people = open_site(site, count=3)
    answered(site, people)
    path = f"/tes/alat/{CODE}/laporan"
    assert "Belum ada laporan" in officer.get(path).text
    assert officer.post(path).status_code == 303
    assert "Sedang dihitung" in officer.get(path).text
    work(site)
    shown = officer.get(path).text
    assert "Keandalan (alpha)" in shown
    with site.database.reading() as session:
        assert session.scalars(select(Report)).one().n == 3
    file = officer.get(f"{path}.xlsx")
    assert file.data[:2] == b"PK"


def test_calibration_page_says_how_many_answers_are_missing(
    officer: FlaskClient, site: Site
) -> None:
    people = open_site(site, count=2)
    answered(site, people)
    path = f"/tes/alat/{CODE}"
    shown = officer.get(f"{path}/laporan").text
    assert "ada 2, perlu 250" in shown
    refused = officer.post(f"{path}/kalibrasi", data={"model": "2pl"})
    assert refused.status_code == 422
    assert "n = 2, perlu 250" in refused.text
    forced = officer.post(f"{path}/kalibrasi", data={"model": "2pl", "force": "1"})
    assert forced.status_code == 303
    work(site)
    with site.database.reading() as session:
        assert session.scalars(select(Calibration.forced)).one() is True
    assert "Dipaksa walau jawaban terlalu sedikit" in officer.get(f"{path}/laporan").text
