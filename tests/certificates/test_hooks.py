"""What the plugin adds to pages of the core, and the whole way from evidence to certificate."""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType, SimpleNamespace

import pytest
from sqlalchemy import func, select

from lms import NewEvidence, Viewer, person_card, record_evidence
from lms.core.jobs import work_once
from lms.core.site import Site
from lms.models import Competency, Person, Plan
from plugins.certificates import demo, presenting
from plugins.certificates.models import Certificate
from plugins.certificates.services import issue, revoke
from tests.certificates.factories import make_plan
from tests.conftest import TestClock, make_person

REASON = "Penulisan nama salah, sertifikat diganti."


def viewer_of(person: Person) -> Viewer:
    return Viewer(
        person_id=person.id,
        public_id=person.public_id,
        name=person.name,
        roles=frozenset({"learner"}),
        permissions=frozenset(),
    )


def evidence(site: Site, key: str, code: str, level: int, low: int | None = None) -> NewEvidence:
    with site.database.reading() as session:
        competency_id = session.scalars(select(Competency.id).where(Competency.code == code)).one()
    return NewEvidence(
        key=key,
        competency_id=competency_id,
        level=level,
        level_low=low or level,
        level_high=level,
        kind="measured",
        source="Tes",
        measured_on=site.clock().date(),
    )


def test_certificate_follows_from_evidence_alone(site: Site, clock: TestClock) -> None:
    with site.database.writing() as session:
        person = make_person(session, level="administrator")
    first = [evidence(site, "awal:1", "D1", 1), evidence(site, "awal:4", "D4", 1)]
    with site.database.writing() as session:
        record_evidence(session, person.id, first)
    clock.move(days=70)
    with site.database.writing() as session:
        record_evidence(session, person.id, [evidence(site, "ulang:1", "D1", 4)])
    with site.database.reading() as session:
        assert session.scalar(select(func.count(Certificate.id))) == 0
    with site.database.writing() as session:
        record_evidence(session, person.id, [evidence(site, "ulang:4", "D4", 5, 3)])
    with site.database.reading() as session:
        row = session.scalars(select(Certificate)).one()
        assert session.scalars(select(Plan.state)).one() == "closed"
    assert row.title == "Literasi digital dan Etika dan keamanan digital"
    shown = {each["code"]: each["after"] for each in row.content["competencies"]}
    assert shown == {"D1": 4, "D4": 3}, "never more than was surely shown"
    assert row.content["started_on"] == "2026-11-02"
    assert row.content["ended_on"] == "2027-01-11"
    assert work_once(site)
    with site.database.reading() as session:
        assert session.scalars(select(Certificate.file_digest)).one() is not None


@pytest.mark.parametrize(
    ("stage", "state", "text"),
    [
        ("no plan", "later", "Memuat kenaikan kemampuan Anda."),
        ("open", "later", "Memuat kenaikan kemampuan Anda."),
        ("withheld", "current", "Petugas sedang memeriksa sertifikat Anda."),
        ("issued", "done", "Terbit, nomor 0001/TITIAN/XI/2026."),
        ("revoked", "current", "Sertifikat ini dicabut. Tanyakan kepada petugas."),
        ("next round", "later", "Memuat kenaikan kemampuan Anda."),
    ],
)
def test_path_step_says_how_it_stands(
    site: Site, others: ModuleType, stage: str, state: str, text: str
) -> None:
    with site.database.writing() as session:
        person = make_person(session)
        viewer = viewer_of(person)
        if stage != "no plan":
            plan = make_plan(session, person, state="open" if stage == "open" else "closed")
        if stage in ("withheld", "issued", "revoked", "next round"):
            others.reasons = ["Belum."] if stage == "withheld" else []
            row = issue(session, plan.id)
        if stage == "revoked":
            assert row is not None
            revoke(session, row.code, REASON, None)
        if stage == "next round":
            make_plan(session, person, state="open")
    with site.database.reading() as session:
        step = presenting.path_step(session, viewer)
    assert (step.state, step.text, step.order) == (state, text, 90)
    assert (step.link is not None) == (stage in ("issued", "revoked"))


def test_next_step_is_offered_for_two_weeks(site: Site, clock: TestClock) -> None:
    with site.database.writing() as session:
        person = make_person(session)
        issue(session, make_plan(session, person).id)
    for days, offered in ((0, 1), (13, 1), (15, 0)):
        with site.database.reading() as session:
            clock.moment += timedelta(days=days)
            steps = presenting.next_steps(session, viewer_of(person))
            clock.moment -= timedelta(days=days)
        assert len(steps) == offered


def test_next_step_is_not_offered_when_revoked(site: Site) -> None:
    with site.database.writing() as session:
        person = make_person(session)
        row = issue(session, make_plan(session, person).id)
        assert row is not None
        revoke(session, row.code, REASON, None)
        assert presenting.next_steps(session, viewer_of(person)) == []


def test_person_panel_shows_certificates_and_reasons(site: Site, others: ModuleType) -> None:
    with site.database.writing() as session:
        person = make_person(session)
        row = issue(session, make_plan(session, person).id)
        others.reasons = ["Identitas belum diperiksa."]
        issue(session, make_plan(session, person).id)
        assert row is not None
    with site.database.reading() as session:
        (panel,) = site.registry.present(
            "lms_person_panels",
            session=session,
            viewer=viewer_of(person),
            person=person_card(session, person.id),
        )
    assert [each.number for each in panel.values["certificates"]] == [row.number]
    assert panel.values["reasons"] == ["Identitas belum diperiksa."]


def test_personal_data_holds_the_certificate_and_erasing_takes_it_out(site: Site) -> None:
    with site.database.writing() as session:
        person = make_person(session)
        row = issue(session, make_plan(session, person).id)
    assert row is not None
    with site.database.reading() as session:
        (data,) = site.registry.ask("lms_personal_data", session=session, person_id=person.id)
    assert data["certificates"][0]["number"] == row.number
    assert data["certificates"][0]["content"]["holder"]["name"] == "Siti Aminah"
    with site.database.writing() as session:
        site.registry.ask("lms_erase_personal_data", session=session, person_id=person.id)
    with site.database.reading() as session:
        (data,) = site.registry.ask("lms_personal_data", session=session, person_id=person.id)
    assert data["certificates"][0]["content"]["holder"]["name"] == ""


def test_demo_has_files_and_one_revoked_certificate(site: Site) -> None:
    marked: list[int] = []
    world = SimpleNamespace(marks={}, mark=lambda _stage, person_id: marked.append(person_id))
    with site.database.writing() as session:
        demo.fill(session, world)  # a demo without certificates
        for _ in range(3):
            issue(session, make_plan(session, make_person(session)).id)
        demo.fill(session, world)
    with site.database.reading() as session:
        rows = session.scalars(select(Certificate).order_by(Certificate.id)).all()
    assert [row.state for row in rows] == ["valid", "valid", "revoked"]
    assert marked == [rows[0].person_id, rows[1].person_id]
    assert all(row.file_digest for row in rows)
