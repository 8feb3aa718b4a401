"""The officer's summary: numbers from the ledger, small groups hidden, the first result kept."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from lms.core.learning.evidence import NewEvidence, gaps, record_evidence
from lms.core.learning.models import Competency
from lms.core.learning.overview import arrange_matrix, hidden_groups
from lms.core.site import Site
from tests.conftest import login_as, make_person


def _record(
    site: Site, person_id: int, code: str, level: int, key: str, *, assisted: bool = False
) -> None:
    with site.database.writing() as session:
        competency = session.scalars(select(Competency.id).where(Competency.code == code)).one()
        new = NewEvidence(
            key=f"{key}:{person_id}:{code}",
            competency_id=competency,
            level=level,
            level_low=level,
            level_high=level,
            kind="measured",
            source="Tes komputer nasional",
            measured_on=date(2025, 8, 11),
            assisted=assisted,
        )
        record_evidence(session, person_id, [new])


def _figure(html: str, name: str) -> str:
    start = html.index(f'data-figure="{name}"')
    return html[html.index(">", start) + 1 : html.index("<", start)]


def _people(site: Site, count: int, **values: str) -> list[int]:
    with site.database.writing() as session:
        return [make_person(session, account=False, **values).id for _ in range(count)]  # type: ignore[arg-type]


def _officer(site: Site, client: FlaskClient) -> None:
    with site.database.writing() as session:
        login_as(client, make_person(session, roles=("officer",)))


def test_summary_shows_the_first_result_and_the_one_of_today(
    client: FlaskClient, site: Site
) -> None:
    people = _people(site, 12)
    for number, person_id in enumerate(people):
        _record(site, person_id, "LD", 1 if number < 7 else 2, "awal")
    _record(site, people[0], "LD", 2, "ulang")
    _officer(site, client)
    html = client.get("/ringkasan").get_data(as_text=True)
    assert _figure(html, "assessed") == "12"
    assert _figure(html, "first-below-LD") == "7"
    assert _figure(html, "below-LD") == "6"
    assert "Pelaksana (staf)" in html


def test_summary_leaves_out_who_was_helped_and_their_gap_stays(
    client: FlaskClient, site: Site
) -> None:
    people = _people(site, 12)
    for person_id in people[:11]:
        _record(site, person_id, "LD", 1, "awal")
    _record(site, people[11], "LD", 1, "awal", assisted=True)
    _record(site, people[0], "LD", 1, "lagi", assisted=True)
    _officer(site, client)
    html = client.get("/ringkasan").get_data(as_text=True)
    assert _figure(html, "assessed") == "10"
    assert _figure(html, "first-below-LD") == "10"
    assert _figure(html, "below-LD") == "10"
    with site.database.reading() as session:
        assert [gap.state for gap in gaps(session, people[11])] == ["below"]


def test_summary_of_an_agency_without_results_says_what_to_do(
    client: FlaskClient, site: Site
) -> None:
    _officer(site, client)
    html = client.get("/ringkasan").get_data(as_text=True)
    assert "Belum ada hasil penilaian" in html
    assert "Masukkan data" in html


def test_number_of_statements_does_not_grow_with_people(client: FlaskClient, site: Site) -> None:
    _officer(site, client)
    counts = []
    for round_ in range(2):
        for person_id in _people(site, 6, unit=f"Dinas {round_}"):
            _record(site, person_id, "LD", 1, "awal")
        seen: list[str] = []

        def watch(*args: object, seen: list[str] = seen) -> None:
            seen.append(str(args[2]))

        event.listen(site.database.engine, "before_cursor_execute", watch)
        client.get("/ringkasan")
        event.remove(site.database.engine, "before_cursor_execute", watch)
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ({1: 50, 2: 40}, {}),
        ({1: 50, 2: 9, 3: 40}, {2: "small", 3: "closed"}),
        ({1: 50, 2: 9, 3: 4}, {2: "small", 3: "small"}),
        ({1: 9}, {1: "small"}),
        ({1: 10, 2: 11}, {}),
        ({1: 50, 2: 3, 3: 4, 4: 40}, {2: "small", 3: "small", 4: "closed"}),
        ({1: 50, 2: 1, 3: 1, 4: 1}, {2: "small", 3: "small", 4: "small", 1: "closed"}),
    ],
)
def test_small_groups_are_hidden_and_no_difference_gives_them_away(
    sizes: dict[int | None, int], hidden: dict[int | None, str]
) -> None:
    assert hidden_groups(sizes, 10) == hidden


def test_matrix_shades_by_share_and_hides_small_units() -> None:
    rows = arrange_matrix(
        [
            (1, "Besar", 7, 100, 55),
            (1, "Besar", 8, 100, 24),
            (2, "Sedang", 7, 20, 8),
            (3, "Kecil", 7, 3, 3),
        ],
        10,
    )
    assert [(row.name, row.hidden) for row in rows] == [
        ("Besar", ""),
        ("Sedang", "closed"),
        ("Kecil", "small"),
    ]
    assert [(cell.percent, cell.shade) for cell in rows[0].cells] == [(55, "q4"), (24, "q1")]
    assert all(cell.percent is None for row in rows[1:] for cell in row.cells)


def test_small_cell_of_a_large_unit_is_hidden_with_the_one_that_would_tell() -> None:
    rows = arrange_matrix(
        [
            (1, "Besar", 7, 100, 55),
            (1, "Besar", 8, 1, 1),
            (2, "Sedang", 7, 60, 30),
            (2, "Sedang", 8, 20, 5),
            (3, "Lain", 7, 50, 25),
            (3, "Lain", 8, 40, 10),
        ],
        10,
    )
    assert {row.hidden for row in rows} == {""}
    assert [[cell.percent for cell in row.cells] for row in rows] == [
        [55, None],
        [50, None],
        [50, 25],
    ]
