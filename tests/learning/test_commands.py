"""Standards, packs and the audit chain on the command line: exit codes, JSON, nothing half done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lms.agencies import add_agency, opened_site
from lms.cli import lms
from lms.core.audit import AuditEntry, audit
from lms.core.resources import bundled
from tests.learning.test_workbook import cell, tables, workbook


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one agency with core alone and the starter content."""
    folder = tmp_path_factory.mktemp("rumah")
    pack = bundled("content") / "digital-competence"
    add_agency(folder, "uji", "Kabupaten Uji", plugins=(), pack=pack)
    with opened_site(folder, "uji") as site, site.database.writing() as session:
        for _ in range(3):
            audit(session, None, "core:test:write")
    return folder


def run(home: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(lms, ["--home", str(home), *map(str, arguments)])


def test_standards_go_out_and_come_back(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "standar.xlsx"
    assert run(home, "standards", "export", file).exit_code == 0
    same = run(home, "standards", "import", file, "--json")
    assert (same.exit_code, json.loads(same.stdout)["stored"]) == (0, False)

    sheets = tables(file.read_bytes())
    cell("Standar", 2, "Pelaksana (staf)", 3)(sheets)
    file.write_bytes(workbook(sheets))
    dry = json.loads(run(home, "standards", "import", file, "--json", "--dry-run").stdout)
    changed = [change for change in dry["changes"] if change["state"] != "same"]
    assert [(each["kind"], each["code"], each["version"]) for each in changed] == [
        ("standard", "digital", 2)
    ]
    assert dry["stored"] is False
    done = run(home, "standards", "import", file)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "Stored.")
    again = run(home, "standards", "import", file)
    assert again.stdout.splitlines()[-1] == "Nothing stored."


def test_wrong_workbook_is_refused_with_its_rows(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "standar.xlsx"
    run(home, "standards", "export", file)
    sheets = tables(file.read_bytes())
    cell("Standar", 2, "Pelaksana (staf)", 7)(sheets)
    file.write_bytes(workbook(sheets))
    refused = run(home, "standards", "import", file)
    assert refused.exit_code == 2
    assert "Lembar Standar, baris 2, kolom Pelaksana (staf): Tingkat 7" in refused.stderr
    report = json.loads(run(home, "standards", "import", file, "--json").stdout)
    assert report["problems"][0]["row"] == 2
    file.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    assert run(home, "standards", "import", file).exit_code == 2


def test_pack_is_exported_once_into_a_folder(home: Path, tmp_path: Path) -> None:
    first = run(home, "content", "export", tmp_path / "paket")
    assert (first.exit_code, first.stdout.splitlines()[0]) == (0, "frameworks: 3")
    loaded = run(home, "content", "load", tmp_path / "paket")
    assert loaded.stdout.splitlines() == ["frameworks: 0", "standards: 0", "rules: 0"]
    again = run(home, "content", "export", tmp_path / "paket")
    assert (again.exit_code, "sudah berisi" in again.stderr) == (1, True)


def test_audit_is_verified_against_a_noted_head(home: Path) -> None:
    noted = run(home, "audit", "head").stdout.strip()
    good = run(home, "audit", "verify", "--since", noted)
    assert (good.exit_code, "none missing or changed" in good.stdout) == (0, True)
    assert run(home, "audit", "verify", "--since", "0:").exit_code == 0
    assert run(home, "audit", "verify", "--since", "x").exit_code == 2
    with opened_site(home, "uji") as site, site.database.writing() as session:
        number = int(noted.partition(":")[0])
        session.delete(session.get_one(AuditEntry, number))
    assert run(home, "audit", "verify").exit_code == 0
    cut = run(home, "audit", "verify", "--since", noted)
    assert (cut.exit_code, cut.stderr.strip()) == (1, f"Entry {number} is missing.")
