"""What officers, trainers and colleagues did with courses in the demo, through the use-cases."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select
from werkzeug.test import Client

from lms.agencies import opened_site
from lms.core.site import Site
from lms.demo import fill_demo
from lms.demo.accounts import read_accounts
from lms.host import Host
from plugins.courses.models import (
    Attendance,
    Coaching,
    CoachingMeeting,
    Credit,
    Draft,
    Enrolment,
    Meeting,
    OutsideLearning,
    PlanPlace,
    Revision,
    Seat,
    SeatMove,
    TrainingClass,
    TrainingPlan,
)
from plugins.courses.queries.waiting import count_unexplained

pytestmark = pytest.mark.xdist_group("demo")


def classes(site: Site) -> dict[str, TrainingClass]:
    """Give the classes by state; the demo has one in each that matters."""
    with site.database.reading() as session:
        return {row.state: row for row in session.scalars(select(TrainingClass))}


def seats(site: Site, training_class: TrainingClass) -> Counter[str]:
    with site.database.reading() as session:
        query = select(Seat.state).where(Seat.class_id == training_class.id)
        return Counter(session.scalars(query))


def test_a_class_was_held_a_week_ago(filled_demo: Path) -> None:
    with opened_site(filled_demo, "serang") as site:
        held = classes(site)["done"]
        assert held.ends_at is not None
        assert 6 <= (site.clock() - held.ends_at).days <= 10
        found = seats(site, held)
        assert found["completed"] > found["absent"] == 2
        with site.database.reading() as session:
            marked = select(func.count()).select_from(Attendance)
            assert session.scalar(marked) == 2 * found.total()
            assert set(session.scalars(select(Attendance.via))) == {"qr", "list"}
            done = select(Enrolment.state, Enrolment.earned_jp).join(
                Seat, Seat.enrolment_id == Enrolment.id
            )
            done = done.where(Seat.state == "completed")
            assert set(session.execute(done).all()) == {("completed", 3)}


def test_a_class_is_full_with_a_longer_list_and_a_supervisor_to_answer(filled_demo: Path) -> None:
    with opened_site(filled_demo, "serang") as site:
        soon = classes(site)["open"]
        found = seats(site, soon)
        assert found["seated"] == soon.seated == soon.maximum
        assert found["waiting"] == soon.queued > soon.maximum
        assert found["nominated"] == 4
        assert found["refused"] == 1
        assert soon.starts_at is not None
        assert 29 <= (soon.starts_at - site.clock()).days <= 33
        with site.database.reading() as session:
            alone = select(SeatMove.by).where(SeatMove.after == "seated", SeatMove.by.is_(None))
            assert not session.scalars(alone).all(), "nobody came in by the list"


def test_a_class_waits_for_its_dates_and_one_was_cancelled(filled_demo: Path) -> None:
    for slug in ("serang", "cilegon"):
        with opened_site(filled_demo, slug) as site:
            found = classes(site)
            assert found["planned"].starts_at is None
            assert found["cancelled"].cancelled_because
            assert set(seats(site, found["cancelled"])) == {"withdrawn"}
            with site.database.reading() as session:
                meetings = session.scalars(select(Meeting.class_id)).all()
            assert found["planned"].id not in meetings
            assert "open" in found


def test_nobody_is_without_a_course_or_a_reason(filled_demo: Path) -> None:
    for slug in ("serang", "cilegon"):
        with opened_site(filled_demo, slug) as site, site.database.reading() as session:
            assert count_unexplained(session) == 0


def test_other_ways_of_learning_are_at_every_stage(filled_demo: Path) -> None:
    for slug in ("serang", "cilegon"):
        with opened_site(filled_demo, slug) as site, site.database.reading() as session:
            sent = session.scalars(select(OutsideLearning)).all()
            assert Counter(row.state for row in sent) == {
                "submitted": 1,
                "verified": 1,
                "returned": 1,
            }
            assert all(site.files.get(row.digest).startswith(b"\x89PNG") for row in sent)
            credit = session.scalars(select(Credit).where(Credit.kind == "outside")).one()
            assert credit.jp == next(row.jp for row in sent if row.state == "verified")
            coaching = session.scalars(select(Coaching)).one()
            assert coaching.state == "agreed"
            assert session.scalars(select(CoachingMeeting)).one().confirmed_at


@pytest.mark.slow
def test_the_smallest_demo_has_them_too(tmp_path: Path) -> None:
    fill_demo(tmp_path, people=100)  # there, the officer is among the first learners
    with opened_site(tmp_path, "serang") as site, site.database.reading() as session:
        assert len(session.scalars(select(OutsideLearning)).all()) == 3
        states = set(session.scalars(select(TrainingClass.state)))
    assert states == {"done", "open", "planned", "cancelled"}


def test_a_trainer_wrote_a_draft(filled_demo: Path) -> None:
    for slug, state in (("serang", "in_review"), ("cilegon", "draft")):
        with opened_site(filled_demo, slug) as site, site.database.reading() as session:
            assert session.scalars(select(Draft)).one().state == state
            saved = select(func.count()).where(Revision.kind == "saved")
            assert session.scalar(saved)


def test_plans_of_next_year_are_computed(filled_demo: Path) -> None:
    with opened_site(filled_demo, "serang") as site, site.database.reading() as session:
        plans = session.scalars(select(TrainingPlan).order_by(TrainingPlan.id)).all()
        assert [plan.state for plan in plans] == ["solved", "solved"]
        query = select(PlanPlace.training_plan_id, func.count(PlanPlace.class_number))
        placed = dict(session.execute(query.group_by(PlanPlace.training_plan_id)).all())
        assert placed[plans[0].id] >= placed[plans[1].id] > 0


PAGES = {
    "officer": (
        "kelola-angkatan/",
        "penugasan/tanpa-pelatihan?lihat=tanpa-alasan",
        "periksa-luar/",
        "rencana/",
        "jp-pegawai/",
    ),
    "supervisor": ("persetujuan/",),
    "trainer": ("tulis/",),
    "learner": ("angkatan/", "luar/", "coaching/", "jp"),
}


def test_log_ins_see_what_waits_for_them(filled_demo: Path) -> None:
    host, seen = Host(filled_demo), {}
    for account in read_accounts(filled_demo):
        if account.agency != "serang" or account.role not in PAGES:
            continue
        client = Client(host)
        page = client.get("/serang/masuk")
        token = page.text.partition('name="csrf_token"')[2].partition('value="')[2]
        form = {"nip": account.nip, "password": account.password}
        client.post("/serang/masuk", data=form | {"csrf_token": token.partition('"')[0]})
        for path in PAGES[account.role]:
            found = client.get(f"/serang/pelatihan/{path}")
            assert found.status_code == 200, (account.role, path)
            seen[account.stage or account.role, path] = found.text
    assert "Bimbingan teknis arsip elektronik" in seen["officer", "periksa-luar/"]
    assert "Usulan" in seen["officer", "rencana/"]
    assert "Bekerja dengan data" in seen["trainer", "tulis/"]
    assert "Angkatan 2" in seen["supervisor", "persetujuan/"]
    assert "Bimbingan teknis arsip elektronik" in seen["assigned", "luar/"]
