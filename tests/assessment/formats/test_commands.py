"""The commands `lms assessment import` and `export`: reports, exit codes, what they leave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lms.agencies.adding import add_agency, starter_pack
from lms.cli import lms
from tests.assessment.formats.factories import FILES, zipped


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one agency and the starter content; tests import other questions each."""
    folder = tmp_path_factory.mktemp("home")
    add_agency(folder, "contoh", "Kabupaten Contoh", pack=starter_pack())
    return folder


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(lms, ["--home", str(home), "assessment", *arguments])


def report(home: Path, *arguments: str) -> dict[str, Any]:
    done = run(home, "import", *arguments, "--json")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_import_reports_in_json_and_repeats_without_effect(home: Path) -> None:
    path = str(FILES / "soal.gift.txt")
    dry = report(home, path, "--format", "gift", "--dry-run")
    assert {key: dry[key] for key in ("read", "imported", "skipped")} == {
        "read": 13,
        "imported": 11,
        "skipped": 0,
    }
    assert dry["errors"] == [
        {"where": "baris 46", "message": "Jenis soal “essay” belum bisa dimasukkan."},
        {"where": "baris 52", "message": "Tanda { tidak ditutup dengan }."},
    ]
    assert report(home, path) == dry  # the format is found, and a dry run stored nothing
    again = report(home, path)
    assert (again["read"], again["imported"], again["skipped"]) == (13, 0, 11)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("soal.aiken.txt", "aiken"),
        ("moodle.xml", "moodle"),
        ("qti21.xml", "qti"),
        ("qti22.xml", "qti"),
        ("qti30.xml", "qti"),
    ],
)
def test_format_is_found_from_the_content(home: Path, name: str, form: str) -> None:
    path = str(FILES / name)
    found = report(home, path, "--dry-run")
    assert found["imported"] >= 1
    assert found == report(home, path, "--format", form, "--dry-run")


@pytest.mark.parametrize("form", ["Moodle XML", "moodle_xml", "MoodleXML", "moodle"])
def test_format_may_be_named_as_people_write_it(home: Path, form: str) -> None:
    path = str(FILES / "moodle.xml")
    assert report(home, path, "--format", form, "--dry-run")["read"] == 10
    assert run(home, "import", path, "--format", "word").exit_code == 2


def test_file_of_another_format_is_an_error_and_no_empty_success(home: Path) -> None:
    done = run(home, "import", str(FILES / "soal.aiken.txt"), "--format", "gift", "--json")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["read"], len(found["errors"])) == (2, 0, 1)


def test_refused_file_is_an_error_of_the_whole_and_exit_code_2(home: Path, tmp_path: Path) -> None:
    bomb = tmp_path / "bom.zip"
    bomb.write_bytes(zipped({"item.xml": b" " * 30_000_000}))
    done = run(home, "import", str(bomb), "--json")
    assert done.exit_code == 2
    assert json.loads(done.stdout)["errors"][0]["where"] == "bom.zip"
    plain = run(home, "import", str(bomb))
    assert plain.exit_code == 2
    assert "ZIP" in plain.stderr


def test_dry_run_without_an_agency_checks_the_file_alone(tmp_path: Path) -> None:
    found = report(tmp_path, str(FILES / "moodle.xml"), "--dry-run")
    assert (found["read"], found["imported"]) == (10, 7)
    assert "instansi" in found["notes"][0]["message"]
    assert run(tmp_path, "import", str(FILES / "moodle.xml")).exit_code == 2


def test_file_name_of_strange_bytes_is_no_obstacle(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "soal\udcff.gift"
    path.write_text("Nama berkas apa yang aneh?{=ini ~itu}")
    assert report(home, str(path))["imported"] == 1


def test_unknown_competency_is_refused_before_anything(home: Path) -> None:
    found = report(home, str(FILES / "qti30.xml"), "--competency", "X9")
    assert "X9" in found["errors"][0]["message"]


def test_report_for_people_lists_what_to_mend(home: Path) -> None:
    done = run(home, "import", str(FILES / "moodle.xml"), "--dry-run")
    assert "10 questions read; 7 would be added" in done.stdout
    assert "essay" in done.stdout


@pytest.mark.parametrize("form", ["xlsx", "gift", "qti"])
def test_export_comes_back_as_nothing_new(home: Path, tmp_path: Path, form: str) -> None:
    path = str(tmp_path / f"soal.{form}")
    done = run(home, "export", path, "--format", form, "--competency", "D2")
    assert done.exit_code == 0
    found = report(home, path, "--dry-run")
    assert found["errors"] == []
    assert found["skipped"] == found["read"] >= 17
