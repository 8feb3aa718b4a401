"""The plan of a year on a site: needs, costs, solving beside the database, pages, Excel."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from lms import Conflict
from lms.core.jobs import work_once
from lms.core.site import Site
from plugins.courses.models import Budget, PlanPlace, TrainingClass, TrainingPlan, UnitCost
from plugins.courses.queries.planning.needs import open_needs
from plugins.courses.services.planning.adopting import adopt
from plugins.courses.services.planning.costs import CostSpec, keep_cost
from plugins.courses.services.planning.gathering import scenario_of_year
from plugins.courses.services.planning.making import PlanWish, Trial, copy_plan, create_plan
from plugins.courses.services.planning.personal import erase_plans, personal_data_plans
from plugins.courses.services.planning.workbook import make_workbook
from plugins.courses.services.publishing import archive
from tests.conftest import login_as, make_person
from tests.courses.factories import SAFE, counted, finish_course, person_with

PLANS = "/pelatihan/rencana/"


def spec(**values: Any) -> CostSpec:
    given = {
        "form": "Tatap muka",
        "minimum": 2,
        "maximum": 3,
        "trainer_jp": 4,
        "per_class": {"Tempat": 500_000},
        "per_jp": {"Honor pengajar": 100_000},
        "per_person": {"Konsumsi": 50_000},
    }
    return CostSpec(**{**given, **values})


def officer(site: Site, client: FlaskClient | None = None) -> int:
    with site.database.writing() as session:
        person = make_person(session, name="Dewi", roles=("officer",))
        if client is not None:
            login_as(client, person)
        return person.id


def learners(site: Site, count: int, **values: Any) -> list[int]:
    return [
        person_with(
            site,
            levels={"D4": 1},
            level="pengawas",
            name=f"Peserta {n:02}",
            unit=f"Unit {n % 2}",
            birth_date=date(1985, 1, 1 + n),
            **values,
        )
        for n in range(count)
    ]


def work(site: Site) -> None:
    while work_once(site):
        pass


def made_plan(site: Site, by: int, amount: int = 2_200_000, **values: Any) -> str:
    wish = PlanWish(name="Usulan", year=2027, sources=[("APBD", amount)], **values)
    with site.database.writing() as session:
        public_id = create_plan(session, by, wish)
    work(site)
    return public_id


def plan_row(site: Site, public_id: str) -> TrainingPlan:
    with site.database.reading() as session:
        return session.scalars(
            select(TrainingPlan).where(TrainingPlan.public_id == public_id)
        ).one()


@pytest.fixture
def priced(site: Site) -> int:
    """An officer of a site where seven people need a course with costs."""
    by = officer(site)
    learners(site, 7)
    with site.database.writing() as session:
        keep_cost(session, by, SAFE, spec())
    return by


def test_needs_are_open_gaps_with_their_course(site: Site) -> None:
    first, second, third = learners(site, 3)
    finish_course(site, first, SAFE)
    with site.database.writing() as session:
        archive(session, officer_in(session), SAFE)
    late = person_with(site, levels={"D4": 1}, level="pengawas", name="Tanpa")
    with site.database.reading() as session, counted(site.database.engine) as seen:
        needs = open_needs(session)
    assert {need.person_id for need in needs} == {second, third}
    assert [need.gaps for need in needs] == [1, 1]
    assert late not in {need.person_id for need in needs}
    assert len(seen) <= 4


def officer_in(session: Any) -> int:
    return make_person(session, roles=("officer",)).id


def test_plan_is_solved_beside_the_database_and_kept(site: Site, priced: int) -> None:
    public_id = made_plan(site, priced)
    row = plan_row(site, public_id)
    assert (row.state, row.status, row.method, row.gap) == ("solved", "optimal", "exact", 0)
    # One class costs 900,000 and 50,000 for each person: two of five people in all.
    assert (row.result["placed"], row.result["left_out"]) == (6, 1)
    assert row.result["cost"] == 2 * 900_000 + 6 * 50_000
    with site.database.reading() as session:
        places = list(session.scalars(select(PlanPlace)))
        assert sorted(p.class_number or 0 for p in places) == [0, 1, 1, 1, 2, 2, 2]
        assert [p.why for p in places if p.class_number is None] == [
            "Tinggal 1 orang. Satu kelas lagi memerlukan paling sedikit 2 orang."
        ]
        assert session.execute(select(Budget.source, Budget.amount)).all() == [("APBD", 2_200_000)]
        same = scenario_of_year(session, 2027, None)
    assert (len(same.needs), same.money) == (7, 2_200_000)


def test_second_plan_has_the_same_needs_and_its_own_numbers(site: Site, priced: int) -> None:
    first = made_plan(site, priced)
    with site.database.writing() as session:
        more = Trial(budget=3_300_000)
        richer = copy_plan(session, priced, first, "Lebih", more)
        fixed = copy_plan(session, priced, first, "Satu kelas", Trial(classes={(SAFE, 0): 1}))
        never = copy_plan(session, priced, first, "Terlalu", Trial(classes={(SAFE, 0): 9}))
    work(site)
    assert plan_row(site, richer).result["placed"] == 7
    assert plan_row(site, richer).result["cost"] == 3 * 900_000 + 7 * 50_000
    assert plan_row(site, fixed).result["placed"] == 3
    row = plan_row(site, never)
    assert (row.status, row.result["placed"], row.result["left_out"]) == ("infeasible", 0, 7)
    with site.database.writing() as session, pytest.raises(Conflict):
        adopt(session, priced, never)


def test_adopted_plan_makes_classes_once(site: Site, priced: int) -> None:
    first, second = made_plan(site, priced), made_plan(site, priced)
    with site.database.writing() as session:
        assert adopt(session, priced, first) == 2
    for again in (first, second):
        with site.database.writing() as session, pytest.raises(Conflict):
            adopt(session, priced, again)
    with site.database.reading() as session:
        rows = session.scalars(select(TrainingClass).order_by(TrainingClass.id)).all()
        assert [row.name for row in rows] == [
            "Tatap muka 2027, angkatan I",
            "Tatap muka 2027, angkatan II",
        ]
        assert {(row.minimum, row.maximum, row.state) for row in rows} == {(2, 3, "planned")}


def test_workbook_holds_values_that_agree_with_the_page(site: Site, priced: int) -> None:
    public_id = made_plan(site, priced)
    with site.database.reading() as session:
        made = make_workbook(session, {"plan": public_id}, lambda done, total: None)
    book = CalamineWorkbook.from_filelike(io.BytesIO(made.content))
    assert book.sheet_names == ["RKA", "Kelas", "Peserta", "Belum kebagian"]
    rows = [row for row in book.get_sheet_by_name("RKA").to_python() if row]
    table = rows[rows.index(["Kode", "Uraian", "Volume", "Satuan", "Harga satuan", "Jumlah"]) + 1 :]
    assert table[0][0] == "1"
    assert table[0][5] == 2_100_000
    assert table[1:4] == [
        ["1.1", "Tempat", 2, "kelas", 500_000, 1_000_000],
        ["1.2", "Honor pengajar", 8, "JP", 100_000, 800_000],
        ["1.3", "Konsumsi", 6, "orang", 50_000, 300_000],
    ]
    assert table[-1][1] == "Jumlah"
    assert table[-1][5] == 2_100_000
    assert len(book.get_sheet_by_name("Peserta").to_python()) == 7
    left = book.get_sheet_by_name("Belum kebagian").to_python()
    assert str(left[1][-1]).startswith("Tinggal 1 orang.")
    assert b"<f>" not in _xml(made.content)


def _xml(content: bytes) -> bytes:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return b"".join(file.read(n) for n in file.namelist() if "worksheets" in n)


def body(client: FlaskClient, address: str, status: int = 200, *, htmx: bool = False) -> str:
    answer = client.get(address, headers={"HX-Request": "true"} if htmx else {})
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def test_officer_makes_tries_compares_and_adopts_a_plan(site: Site, client: FlaskClient) -> None:
    officer(site, client)
    learners(site, 7)
    text = body(client, PLANS + "biaya")
    assert f"/pelatihan/rencana/biaya/{SAFE}/baru" in text
    costs = {
        "form": "Tatap muka",
        "minimum": "2",
        "maximum": "3",
        "trainer_jp": "4",
        "per_class-0-name": "Tempat",
        "per_class-0-amount": "Rp500.000",
        "per_jp-0-name": "Honor pengajar",
        "per_jp-0-amount": "100.000",
        "per_person-0-name": "Konsumsi",
        "per_person-0-amount": "50000",
    }
    address = f"{PLANS}biaya/{SAFE}/baru"
    wrong = client.post(address, data={**costs, "maximum": "1", "per_class-0-amount": "lima"})
    assert wrong.status_code == 422
    assert "lima" in wrong.get_data(as_text=True)
    assert client.post(address, data=costs).status_code == 303
    assert client.post(address, data=costs).status_code == 422  # the same form again
    assert "Rp900.000" in body(client, PLANS + "biaya")

    inputs = {"name": "Usulan", "year": "2027", "leaving": "later", "bobot.pengawas": "1,5"}
    assert client.post(PLANS + "baru", data=inputs).status_code == 422
    money = {"sources-0-name": "APBD", "sources-0-amount": "2.200.000"}
    made = client.post(PLANS + "baru", data={**inputs, **money})
    assert made.status_code == 303
    plan = made.headers["Location"]
    assert "Rencana sedang dihitung" in body(client, plan)
    work(site)
    text = body(client, plan)
    assert "Ini rencana terbaik yang mungkin." in text
    assert "Rp2.100.000 dari Rp2.200.000" in text
    assert figure(text, "people") == "6"
    assert figure(text, "waiting") == "1"
    with site.database.reading() as session:
        assert session.scalars(select(PlanPlace.weight).distinct()).all() == [1500]

    assert "Peserta 0" in body(client, plan + "/kelas/1")
    assert "Tinggal 1 orang." in body(client, plan + "/belum?q=peserta")
    body(client, plan + "/kelas/9", 404)
    assert 'data-figure="total">Rp2.100.000<' in body(client, plan + "/cetak")

    text = body(client, plan + f"/coba?anggaran=3.300.000&kelas.{SAFE}.0=")
    assert figure(text, "people") == "7"
    assert "Simpan sebagai rencana baru" in text
    part = body(client, plan + f"/coba?kelas.{SAFE}.0=1", htmx=True)
    assert "<html" not in part
    assert figure(part, "people") == "3"
    body(client, plan + "/coba?anggaran=banyak", 422)
    assert 'type="range"' in body(client, plan + "/coba/geser", htmx=True)
    kept = client.post(plan + "/coba", data={"anggaran": "3300000", "nama": "Lebih"})
    work(site)
    other = kept.headers["Location"].rsplit("/", 1)[1]
    text = body(client, f"{PLANS}bandingkan?a={plan.rsplit('/', 1)[1]}&b={other}")
    assert "Lebih" in text
    assert "+Rp950.000" in text

    assert "Ya, rencanakan 2 angkatan" in body(client, plan + "/setujui")
    assert client.post(plan + "/setujui").status_code == 303
    assert "Disetujui" in body(client, PLANS)
    assert client.post(plan + "/hapus").status_code == 409
    assert client.post(kept.headers["Location"] + "/hapus").status_code == 303
    asked = client.post(plan + "/excel")
    work(site)
    assert "Berkas siap" in body(client, asked.headers["Location"])


def figure(text: str, name: str) -> str:
    found = re.search(rf'data-figure="{name}">([^<]*)<', text)
    assert found is not None
    return found[1]


def test_lists_take_the_same_statements_however_long(
    site: Site, client: FlaskClient, priced: int
) -> None:
    officer(site, client)
    first = made_plan(site, priced)
    few = _statements(site, client, first)
    learners(site, 6)
    for _ in range(3):
        made_plan(site, priced)
    assert _statements(site, client, made_plan(site, priced, 9_000_000)) == few


def _statements(site: Site, client: FlaskClient, public_id: str) -> list[int]:
    counts = []
    for address in ("", public_id, f"{public_id}/kelas/1", f"{public_id}/belum", "biaya"):
        body(client, PLANS + address)
        with counted(site.database.engine) as seen:
            body(client, PLANS + address)
        counts.append(len(seen))
    return counts


def test_only_officers_plan_and_others_read_nothing(site: Site, client: FlaskClient) -> None:
    with site.database.writing() as session:
        login_as(client, make_person(session, roles=("trainer",)))
    body(client, PLANS, 403)
    with site.database.writing() as session:
        login_as(client, make_person(session, roles=("auditor",)))
    assert "Buat rencana" not in body(client, PLANS)
    body(client, PLANS + "baru", 403)
    body(client, PLANS + "tidak-ada", 404)


def test_people_are_exported_and_erased(site: Site, priced: int) -> None:
    made_plan(site, priced)
    with site.database.writing() as session:
        person_id = session.scalars(select(PlanPlace.person_id).limit(1)).one()
        assert personal_data_plans(session, person_id)["plan_places"][0]["course"] == SAFE
        erase_plans(session, person_id)
        erase_plans(session, priced)
        assert personal_data_plans(session, person_id) == {"plan_places": []}
        assert session.scalar(select(func.count()).select_from(PlanPlace)) == 6
        assert session.scalars(select(UnitCost.updated_by)).all() == [None]
