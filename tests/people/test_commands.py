"""The commands `lms people` and `lms evidence`: reports, exit codes, what they leave behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lms.agencies.adding import add_agency, starter_pack
from lms.cli import lms
from tests.people.files import HEADERS, csv, nip, person, xlsx


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one agency and the starter content."""
    add_agency(tmp_path, "contoh", "Kabupaten Contoh", pack=starter_pack())
    return tmp_path


def run(home: Path, *arguments: str, **options: Any) -> Result:
    """Run `lms` in a home."""
    return CliRunner().invoke(lms, ["--home", str(home), *arguments], **options)


def write(home: Path, name: str, content: bytes) -> str:
    """Write a file to import."""
    (home / name).write_bytes(content)
    return str(home / name)


def test_import_reports_in_json_and_repeats_without_effect(home: Path) -> None:
    rows = [person(nip(1)), person("131234567", "Lama"), person(nip(2), post="Tukang Kebun")]
    path = write(home, "pegawai.xlsx", xlsx([HEADERS, *rows]))
    dry = json.loads(run(home, "people", "import", path, "--dry-run", "--json").output)
    assert (dry["dry_run"], dry["created"]) == (True, 2)
    done = run(home, "people", "import", path, "--json")
    report = json.loads(done.stdout)
    assert done.exit_code == 0
    assert {key: report[key] for key in ("file", "read", "created", "updated", "unchanged")} == {
        "file": "pegawai.xlsx",
        "read": 3,
        "created": 2,
        "updated": 0,
        "unchanged": 0,
    }
    assert report["errors"] == [
        {
            "row": 3,
            "column": "NIP",
            "value": "131234567",
            "message": "Ini NIP lama, 9 angka. Isi dengan NIP baru, 18 angka.",
        }
    ]
    assert [warning["row"] for warning in report["warnings"]] == [4]
    again = json.loads(run(home, "people", "import", path, "--json").stdout)
    assert (again["created"], again["unchanged"]) == (0, 2)


def test_import_reports_in_words(home: Path) -> None:
    path = write(
        home, "p.csv", csv([["NIP", "Nama", "Agama"], [nip(1), "A", "x"], ["9", "B", "x"]])
    )
    output = run(home, "people", "import", path).output
    assert "2 rows read; 1 were added" in output
    assert "Columns not taken: Agama" in output
    assert "baris 3, NIP: NIP ini hanya 1 angka" in output


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "kosong"),
        (b"%PDF-1.4", "bukan Excel"),
        (b"Nomor;Kota\n1;x\n", "Kolom NIP dan Nama tidak ditemukan"),
    ],
)
def test_refused_file_ends_with_code_two(home: Path, content: bytes, words: str) -> None:
    path = write(home, "p.xlsx", content)
    refused = run(home, "people", "import", path, "--json")
    assert refused.exit_code == 2
    assert words in json.loads(refused.stdout)["errors"][0]["message"]
    plain = run(home, "people", "import", path)
    assert (plain.exit_code, words in plain.output) == (2, True)


def test_file_without_a_usable_row_ends_with_code_two(home: Path) -> None:
    path = write(home, "p.csv", csv([["NIP", "Nama"], ["9", "A"]]))
    assert run(home, "people", "import", path).exit_code == 2


def test_people_are_listed_exported_and_read_back(home: Path) -> None:
    rows = [person(nip(1), "Hj. Nur'aini"), person(nip(2), "Budi")]
    run(home, "people", "import", write(home, "p.xlsx", xlsx([HEADERS, *rows])))
    listed = run(home, "people", "list", "--search", "nuraini").output
    assert listed == f"{nip(1)}\tHj. Nur'aini\tBidan Mahir\tBidang Umum\n"
    out = str(home / "out.xlsx")
    assert run(home, "people", "export", out).exit_code == 0
    report = json.loads(run(home, "people", "import", out, "--json").stdout)
    assert (report["unchanged"], report["errors"], report["warnings"]) == (2, [], [])


def test_password_and_role_of_a_person(home: Path) -> None:
    run(home, "people", "import", write(home, "p.xlsx", xlsx([HEADERS, person(nip(1))])))
    written = f"{nip(1)[:8]} {nip(1)[8:14]} {nip(1)[14]} {nip(1)[15:]}"
    made = run(home, "people", "password", written).output.strip()
    assert made.count("-") == 3
    assert "given" in run(home, "people", "role", nip(1), "officer").output
    assert "nothing to change" in run(home, "people", "role", nip(1), "officer").output
    assert "taken back" in run(home, "people", "role", nip(1), "officer", "--remove").output
    assert run(home, "people", "role", nip(1), "king").exception is not None
    assert run(home, "people", "password", nip(5)).exception is not None


def test_results_are_imported_told_and_repeated_without_effect(home: Path) -> None:
    run(home, "people", "import", write(home, "p.xlsx", xlsx([HEADERS, person(nip(1))])))
    content = csv([["NIP", "Literasi digital"], [nip(1), "basic"], [nip(2), "basic"]])
    path = write(home, "hasil.csv", content)
    options = ("--measured-on", "2025-08-11", "--json")
    dry = json.loads(run(home, "evidence", "import", path, "--dry-run", *options).stdout)
    assert (dry["created"], dry["dry_run"]) == (1, True)
    done = run(home, "evidence", "import", path, *options)
    report = json.loads(done.stdout)
    assert (done.exit_code, report["created"], report["people"]) == (0, 1, 1)
    assert [error["row"] for error in report["errors"]] == [3]
    again = json.loads(run(home, "evidence", "import", path, *options).stdout)
    assert (again["created"], again["unchanged"]) == (0, 1)
    from lms.agencies import opened_site
    from lms.core.learning.models import Plan
    from lms.core.learning.plans import current_plan

    with opened_site(home, "contoh") as site, site.database.reading() as session:
        plan = session.query(Plan).one()
        found = current_plan(session, plan.person_id)
        assert found is not None
        assert [item.code for item in found.items] == ["LD"]
