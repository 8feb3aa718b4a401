"""The filled demo: figures from the ledger, kept the second time, log-ins that work."""

from __future__ import annotations

import json
import stat
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from werkzeug.test import Client

from lms.agencies import add_agency, opened_site
from lms.cli import lms
from lms.config import load_agency, load_host
from lms.core.errors import Conflict, Invalid
from lms.core.hooks.models import Delivery
from lms.core.learning.models import Competency, Plan, PlanItem
from lms.core.learning.overview import (
    StateCounts,
    first_below_by_level,
    frameworks_with_results,
    people_assessed,
    state_counts,
)
from lms.core.people.models import Person, Placement
from lms.core.settings import get_setting
from lms.core.site import Site
from lms.demo import COMPLETE, fill_demo
from lms.demo.accounts import FILE, DemoAccount, read_accounts
from plugins.courses.queries.waiting import count_unexplained
from tests.demo.conftest import PEOPLE

pytestmark = pytest.mark.xdist_group("demo")
ROLES = {"learner", "trainer", "officer", "supervisor", "auditor", "administrator"}


def counts(site: Site, framework: str) -> dict[str, StateCounts]:
    """Give the figures of a framework by competency, as the officer's page shows them."""
    with site.database.reading() as session:
        found = next(row for row in frameworks_with_results(session) if row[1] == framework)
        return {each.code: each for each in state_counts(session, found[0])}


def first_below(site: Site) -> dict[str, tuple[int, int]]:
    """Give assessed people and those below at first, by competency of the national test."""
    found = counts(site, "national-test")
    return {code: (each.assessed, each.first_below) for code, each in found.items()}


def levels(site: Site, code: str) -> dict[str, int]:
    with site.database.reading() as session:
        competency = session.scalar(select(Competency.id).where(Competency.code == code))
        assert competency is not None
        return {each.level: each.below for each in first_below_by_level(session, competency)}


def people_of(home: Path, slug: str) -> list[str]:
    with opened_site(home, slug) as site, site.database.reading() as session:
        return list(session.scalars(select(Person.public_id).order_by(Person.id)))


def run(home: Path, *arguments: str) -> Any:
    done = CliRunner().invoke(lms, ["--home", str(home), *arguments], prog_name="lms")
    assert done.exit_code == 0, done.output
    return done


# -- what is in it -------------------------------------------------------------------------------


def test_figures_come_out_of_the_ledger(filled_demo: Path) -> None:
    with opened_site(filled_demo, "serang") as site:
        assert first_below(site) == {"MSK": (PEOPLE, 8), "LD": (PEOPLE, 75)}
        assert levels(site, "MSK") == {"pelaksana": 6, "administrator": 1, "pengawas": 1}


@pytest.mark.slow
def test_figures_are_those_of_the_report_when_the_demo_is_whole(tmp_path: Path) -> None:
    fill_demo(tmp_path)
    with opened_site(tmp_path, "serang") as site:
        with site.database.reading() as session:
            assert session.scalar(select(func.count()).select_from(Person)) == 2000
            assert people_assessed(session) == 2000
        assert first_below(site) == {"MSK": (2000, 116), "LD": (2000, 1242)}
        assert levels(site, "MSK") == {"pelaksana": 107, "pengawas": 8, "administrator": 1}


def test_some_have_risen_since(filled_demo: Path) -> None:
    with opened_site(filled_demo, "serang") as site:
        found = counts(site, "national-test")["LD"]
    assert found.below < found.first_below


def test_everybody_below_has_a_plan_with_reasons(filled_demo: Path) -> None:
    with opened_site(filled_demo, "serang") as site, site.database.reading() as session:
        assert session.scalar(select(func.count(func.distinct(Plan.person_id)))) >= 75
        assert not session.scalar(select(func.count()).where(PlanItem.reason == ""))


def test_nobody_below_standard_is_without_an_item_or_a_reason(filled_demo: Path) -> None:
    """The page "belum punya pelatihan" lists whom nobody thought of: it is empty in the demo."""
    for slug in ("serang", "cilegon"):
        with opened_site(filled_demo, slug) as site, site.database.reading() as session:
            assert count_unexplained(session) == 0


def test_plans_are_dated_like_their_cause(filled_demo: Path) -> None:
    with opened_site(filled_demo, "serang") as site, site.database.reading() as session:
        opened = session.scalar(select(func.min(Plan.opened_at)))
        age = site.clock() - opened
        assert 55 < age.days < 65


def test_no_delivery_is_left(filled_demo: Path) -> None:
    for slug in ("serang", "cilegon"):
        with opened_site(filled_demo, slug) as site, site.database.reading() as session:
            assert set(session.scalars(select(Delivery.state))) == {"done"}


def test_pilot_has_the_five_domains_measured(filled_demo: Path) -> None:
    with opened_site(filled_demo, "cilegon") as site:
        found = counts(site, "digital")
        assert list(found) == ["D1", "D2", "D3", "D4", "D5"]
        assert all(40 <= each.assessed < 80 for each in found.values())


def test_everybody_has_a_post_and_most_a_supervisor(filled_demo: Path) -> None:
    with opened_site(filled_demo, "serang") as site, site.database.reading() as session:
        rows = session.execute(select(Placement.position_id, Placement.supervisor_id)).all()
    assert len(rows) == PEOPLE
    assert all(position for position, _ in rows)
    assert sum(supervisor is not None for _, supervisor in rows) > 0.9 * PEOPLE


def test_agencies_are_marked_as_demo_and_tell_a_help_number(filled_demo: Path) -> None:
    for slug in ("serang", "cilegon"):
        assert load_agency(filled_demo, slug).demo
        with opened_site(filled_demo, slug) as site, site.database.reading() as session:
            assert get_setting(session, "core.help_phone").startswith("0812-0000-")


# -- the second time -----------------------------------------------------------------------------


def test_second_start_keeps_the_people_and_is_quick(own_demo: Path) -> None:
    before, accounts = people_of(own_demo, "serang"), read_accounts(own_demo)
    started = time.monotonic()
    assert fill_demo(own_demo, people=500) == accounts
    assert time.monotonic() - started < 5
    assert people_of(own_demo, "serang") == before


def test_interrupted_filling_is_done_again(own_demo: Path) -> None:
    kept, half = people_of(own_demo, "serang"), people_of(own_demo, "cilegon")
    folder = own_demo / "agencies" / "cilegon"
    (folder / COMPLETE).unlink()
    (folder.parent / ".cilegon.1234").mkdir()
    accounts = fill_demo(own_demo)
    assert people_of(own_demo, "serang") == kept
    assert not set(people_of(own_demo, "cilegon")) & set(half)
    assert (folder / COMPLETE).is_file()
    assert not (folder.parent / ".cilegon.1234").exists()
    assert {each.agency for each in accounts} == {"serang", "cilegon"}


def test_lost_accounts_are_made_anew(own_demo: Path) -> None:
    before = read_accounts(own_demo)
    (own_demo / FILE).unlink()
    after = fill_demo(own_demo)
    assert [each.nip for each in after] == [each.nip for each in before]
    assert all(old.password != new.password for old, new in zip(before, after, strict=True))
    assert_can_log_in(own_demo, after[0])


def test_real_agency_of_that_name_is_left_alone(tmp_path: Path) -> None:
    add_agency(tmp_path, "cilegon", "Kota Cilegon")
    with pytest.raises(Conflict, match="not a demo"):
        fill_demo(tmp_path, people=PEOPLE, reset=True)
    assert not (tmp_path / "agencies" / "serang").exists()


@pytest.mark.parametrize("people", [0, 99, 20_001])
def test_impossible_size_is_refused(tmp_path: Path, people: int) -> None:
    with pytest.raises(Invalid):
        fill_demo(tmp_path, people=people)


# -- log-ins -------------------------------------------------------------------------------------


def assert_can_log_in(home: Path, account: DemoAccount) -> None:
    from lms.host import Host

    client = Client(Host(home))
    page = client.get(f"/{account.agency}/masuk")
    token = page.text.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    form = {"nip": account.nip, "password": account.password, "csrf_token": token}
    done = client.post(f"/{account.agency}/masuk", data=form)
    assert done.status_code == 303, done.text
    home_page = client.get(done.headers["Location"])
    assert home_page.status_code == 200
    assert account.name.split(",")[0].split()[-1] in client.get(f"/{account.agency}/saya").text


def test_every_role_is_there_and_can_log_in(filled_demo: Path) -> None:
    accounts = read_accounts(filled_demo)
    for slug in ("serang", "cilegon"):
        own = [account for account in accounts if account.agency == slug]
        assert {account.role for account in own} == ROLES
    assert len({(account.agency, account.nip) for account in accounts}) == len(accounts)


def test_each_account_opens_the_home_page(filled_demo: Path) -> None:
    for account in read_accounts(filled_demo):
        assert_can_log_in(filled_demo, account)


def test_learners_stand_at_different_stages(filled_demo: Path) -> None:
    stages = {
        slug: {each.stage for each in read_accounts(filled_demo) if each.agency == slug}
        for slug in ("serang", "cilegon")
    }
    assert stages["serang"] >= {"assigned", "learning", "retest", "certified"}
    assert stages["cilegon"] >= {"new", "assigned", "learning", "retest", "certified"}


def test_accounts_are_private_to_the_owner(filled_demo: Path) -> None:
    assert stat.S_IMODE((filled_demo / FILE).stat().st_mode) == 0o600


def test_command_prints_accounts_as_json(
    filled_demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LMS_PORT", "8123")
    rows = json.loads(run(filled_demo, "demo", "accounts", "--json").stdout)
    port = load_host(filled_demo).port
    for row in rows:
        assert {"role", "name", "nip", "password", "agency", "url"} <= set(row)
        assert row["url"] == f"http://127.0.0.1:{port}/{row['agency']}/masuk"
        assert ("stage" in row) == (row["role"] == "learner")


def test_command_prints_log_ins_of_a_kept_demo(own_demo: Path) -> None:
    text = run(own_demo, "demo").output
    for account in read_accounts(own_demo):
        assert account.nip in text
        assert account.password in text


def test_command_says_how_to_make_a_demo_when_there_is_none(tmp_path: Path) -> None:
    done = CliRunner().invoke(lms, ["--home", str(tmp_path), "demo", "accounts"])
    assert done.exit_code == 1
    assert "lms demo" in done.output
