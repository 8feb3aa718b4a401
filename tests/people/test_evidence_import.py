"""Existing results from files become evidence, once each, and lead to plans."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.errors import Invalid
from lms.core.hooks.models import EventRow
from lms.core.hooks.outbox import deliver_pending
from lms.core.learning.importing import (
    EvidencePlan,
    apply_evidence,
    plan_evidence,
    read_evidence_file,
    years_later,
)
from lms.core.learning.models import Competency, Evidence, Plan, Profile
from lms.core.people.services import change_nip
from lms.core.site import Site
from tests.conftest import make_person
from tests.people.files import csv, nip, xlsx

HEADERS = ["NIP", "Manajerial Sosial Kultural", "Literasi Digital", "Tanggal Tes"]


@pytest.fixture
def people(site: Site) -> dict[int, int]:
    """Three people, by number."""
    with site.database.writing() as session:
        return {n: make_person(session, nip=nip(n)).id for n in (1, 2, 3)}


def bring_in(
    site: Site, *rows: list[Any], headers: list[str] = HEADERS, **how: Any
) -> EvidencePlan:
    """Import results and tell all that follows, as the command line does."""
    read = read_evidence_file(xlsx([headers, *rows]), "hasil.xlsx", **how)
    with site.database.writing(deliver=False) as session:
        plan = apply_evidence(session, read, None)
    while deliver_pending(site):
        pass
    return plan


def ledger(site: Site) -> list[tuple[str, int]]:
    """Give key and level of all evidence."""
    with site.database.reading() as session:
        query = select(Evidence.key, Evidence.level).order_by(Evidence.id)
        return [(key, level) for key, level in session.execute(query)]


def test_words_become_levels_with_source_and_validity(site: Site, people: dict[int, int]) -> None:
    plan = bring_in(site, [nip(1), "Kurang Optimal", "  BASIC ", "11-08-2025"])
    assert (plan.created, plan.people, plan.errors, plan.warnings) == (2, 1, (), ())
    assert ledger(site) == [
        (f"import:{nip(1)}:MSK:2025-08-11", 1),
        (f"import:{nip(1)}:LD:2025-08-11", 1),
    ]
    with site.database.reading() as session:
        row = session.scalars(select(Evidence)).first()
        assert row is not None
        assert row.source == "Tes komputer nasional (CACT), dimasukkan dari hasil.xlsx"
        assert (row.kind, row.level_low, row.level_high) == ("measured", 1, 1)
        assert (row.measured_on, row.valid_until) == (date(2025, 8, 11), date(2028, 8, 11))


def test_results_lead_to_a_plan_for_those_below(site: Site, people: dict[int, int]) -> None:
    bring_in(
        site,
        [nip(1), "Kurang optimal", "basic", "11-08-2025"],
        [nip(2), "Optimal", "advance", "11-08-2025"],
        [nip(3), "Cukup optimal", 1, "11-08-2025"],
    )
    with site.database.reading() as session:
        planned = set(session.scalars(select(Plan.person_id)))
        below = session.execute(
            select(Profile.person_id, Competency.code)
            .join(Competency, Competency.id == Profile.competency_id)
            .where(Profile.state == "below")
        ).all()
    assert planned == {people[1], people[3]}
    assert {tuple(row) for row in below} == {
        (people[1], "MSK"),
        (people[1], "LD"),
        (people[3], "LD"),
    }


def test_same_file_again_adds_nothing(site: Site, people: dict[int, int]) -> None:
    rows = [[nip(n), "Optimal", "basic", "11-08-2025"] for n in (1, 2)]
    bring_in(site, *rows)
    before = ledger(site)
    plan = bring_in(site, *rows)
    assert (plan.created, plan.unchanged, plan.usable) == (0, 4, 4)
    assert ledger(site) == before
    with site.database.reading() as session:
        events = session.scalars(select(EventRow).where(EventRow.name == "evidence_recorded"))
        assert len(events.all()) == 2


def test_other_result_of_the_same_day_is_not_overwritten(
    site: Site, people: dict[int, int]
) -> None:
    bring_in(site, [nip(1), "", "basic", "11-08-2025"])
    plan = bring_in(site, [nip(1), "", "advance", "11-08-2025"])
    assert plan.created == 0
    assert "sudah tersimpan dengan tingkat 1" in plan.errors[0].message
    assert bring_in(site, [nip(1), "", "advance", "12-08-2026"]).created == 1


def test_bad_cells_leave_good_ones_in(site: Site, people: dict[int, int]) -> None:
    plan = bring_in(
        site,
        [nip(1), "bagus", "basic", "11-08-2025"],
        [nip(9), "Optimal", "", "11-08-2025"],
        ["131234567", "Optimal", "basic", ""],
        [nip(2), "Optimal", "7", "kemarin"],
        [nip(3), "-", "menengah", "01-01-2027"],
        [nip(3), "tidak ikut", "menengah", ""],
        [nip(3), "", "lanjut", ""],
    )
    assert plan.created == 2
    assert [(problem.row, problem.column) for problem in plan.errors] == [
        (2, HEADERS[1]),
        (3, HEADERS[1]),
        (4, "NIP"),
        (5, HEADERS[3]),
        (6, HEADERS[3]),
        (8, HEADERS[2]),
    ]
    assert plan.errors[0].message.startswith("Hasil “bagus” tidak dikenal untuk Manajerial")
    assert "kurang optimal, cukup optimal, optimal" in plan.errors[0].message
    assert "belum ada di daftar pegawai" in plan.errors[1].message
    assert "sudah ada di baris 7" in plan.errors[5].message


@pytest.mark.parametrize(
    "headers",
    [
        ["NIP", "Kategori Manajerial-Sosiokultural", "HASIL LITERASI DIGITAL"],
        ["nip_baru", "manajerial dan sosial kultural", "LD"],
        ["N.I.P.", "MSK", "Tingkat Literasi Digital"],
        ["NIP", "Manajerial dan Sosio Kultural", "literasi digital (kategori)"],
    ],
)
def test_headers_are_known_in_many_writings(
    site: Site, people: dict[int, int], headers: list[str]
) -> None:
    plan = bring_in(site, [nip(1), "optimal", "basic"], headers=headers)
    assert (plan.created, plan.file.dropped) == (2, ())


def test_one_line_for_each_result_is_read_too(site: Site, people: dict[int, int]) -> None:
    rows = [
        ["NIP", "Nama", "Subtes", "Kategori"],
        [nip(1), "A", "Manajerial Sosial Kultural", "optimal"],
        [nip(1), "A", "literasi digital", "basic"],
        [nip(1), "A", "Emerging skill", "basic"],
    ]
    read = read_evidence_file(csv(rows), "h.csv", measured_on=date(2025, 8, 11))
    with site.database.reading() as session:
        plan = plan_evidence(session, read)
    assert (plan.created, [problem.row for problem in plan.errors]) == (2, [4])
    assert "“Emerging skill” tidak dikenal" in plan.errors[0].message


def test_name_that_two_frameworks_share_goes_where_most_columns_fit(
    site: Site, people: dict[int, int]
) -> None:
    headers = ["NIP", "Literasi digital", "Budaya kerja berbasis data", "Kepemimpinan digital"]
    plan = bring_in(site, [nip(1), 2, 3, "tingkat 4"], headers=headers)
    assert [item.key.split(":")[2] for item in plan.new[people[1]]] == ["D1", "D2", "D5"]
    source = plan.new[people[1]][0].source
    assert source == "Hasil penilaian, dimasukkan dari hasil.xlsx"


def test_framework_can_be_chosen(site: Site, people: dict[int, int]) -> None:
    rows = ["NIP", "Literasi digital"]
    plan = bring_in(site, [nip(1), 2], headers=rows, framework="digital")
    assert plan.new[people[1]][0].key.split(":")[2] == "D1"


def test_today_is_the_day_when_nothing_is_said(site: Site, people: dict[int, int]) -> None:
    bring_in(site, [nip(1), "", "basic", ""])
    assert ledger(site) == [(f"import:{nip(1)}:LD:2026-11-02", 1)]


def test_expired_result_is_stored_and_told(site: Site, people: dict[int, int]) -> None:
    plan = bring_in(site, [nip(1), "", "basic", "01-02-2020"])
    assert plan.created == 1
    assert plan.warnings[0].message.startswith("Hasil ini berlaku sampai 01-02-2023")


def test_former_nip_is_known(site: Site, people: dict[int, int]) -> None:
    with site.database.writing() as session:
        change_nip(session, people[1], nip(8))
    plan = bring_in(site, [nip(1), "", "basic", "11-08-2025"])
    assert plan.new[people[1]][0].key == f"import:{nip(8)}:LD:2025-08-11"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["Nomor", "Kota"], ["1", "x"]], "Kolom yang ada: “Nomor”, “Kota”"),
        ([["NIP", "Kota"], ["1", "x"]], "Kolom yang ada: “NIP”, “Kota”"),
        ([["NIP", "Literasi digital"]], "judul kolom saja"),
    ],
)
def test_file_without_results_says_what_is_there(
    site: Site, rows: list[list[str]], words: str
) -> None:
    read = read_evidence_file(csv(rows), "h.csv")
    with site.database.reading() as session, pytest.raises(Invalid) as caught:
        plan_evidence(session, read)
    assert words in caught.value.message


def test_day_that_has_not_come_is_refused(site: Site) -> None:
    read = read_evidence_file(
        csv([["NIP", "LD"], ["1", "basic"]]), "h.csv", measured_on=date(2030, 1, 1)
    )
    with site.database.reading() as session, pytest.raises(Invalid):
        plan_evidence(session, read)


def test_leap_day_is_followed_by_the_last_of_february() -> None:
    assert years_later(date(2024, 2, 29), 3) == date(2027, 2, 28)
    assert years_later(date(2024, 2, 28), 4) == date(2028, 2, 28)
