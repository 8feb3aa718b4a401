"""The workbook: out and in without a change, new versions for what differs, errors by row."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from lms.core.audit import AuditEntry
from lms.core.errors import Invalid
from lms.core.jobs import JobRow
from lms.core.learning.consequences import Consequences
from lms.core.learning.exchanging import (
    WorkbookPlan,
    apply_workbook,
    export_workbook,
    read_and_plan,
)
from lms.core.learning.models import (
    Competency,
    CutScoreRule,
    Framework,
    Standard,
    StandardLevel,
)
from lms.core.learning.portable import stored_frameworks, stored_rules, stored_standards
from lms.core.learning.workbook_effects import standard_effects
from lms.core.people.models import Position
from lms.core.site import Site
from tests.conftest import make_person, make_site
from tests.learning.conftest import show

Tables = dict[str, list[list[Any]]]
Edit = Callable[[Tables], None]


def exported(site: Site) -> bytes:
    with site.database.reading() as session:
        return export_workbook(session)


def tables(content: bytes) -> Tables:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {
        name: [list(row) for row in book.get_sheet_by_name(name).iter_rows()]
        for name in book.sheet_names
    }


def workbook(sheets: Tables) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    day = book.add_format({"num_format": "dd-mm-yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if hasattr(value, "year"):
                    sheet.write_datetime(number, place, value, day)
                else:
                    sheet.write(number, place, value)
    book.close()
    return target.getvalue()


def edited(site: Site, *edits: Edit) -> bytes:
    sheets = tables(exported(site))
    for edit in edits:
        edit(sheets)
    return workbook(sheets)


def cell(sheet: str, row: int, title: str, value: Any) -> Edit:
    """Make an edit of one cell; `row` counts as in Excel."""

    def edit(sheets: Tables) -> None:
        rows = sheets[sheet]
        rows[row - 1][rows[0].index(title)] = value

    return edit


def plan_of(site: Site, content: bytes) -> WorkbookPlan:
    with site.database.reading() as session:
        return read_and_plan(session, content, "standar.xlsx")


def stored(site: Site, content: bytes) -> list[tuple[str, str, int, str]]:
    with site.database.writing() as session:
        plan = read_and_plan(session, content, "standar.xlsx")
        done = apply_workbook(session, plan, None)
    return [(change.kind, change.code, change.version, change.state) for change in done]


def problems(site: Site, *edits: Edit) -> list[str]:
    return [problem.text for problem in plan_of(site, edited(site, *edits)).problems]


def contents(site: Site) -> list[Any]:
    with site.database.reading() as session:
        found = (stored_frameworks(session), stored_standards(session), stored_rules(session))
        return [[each.data for each in part if each.current] for part in found]


# -- out and in ----------------------------------------------------------------------------------


def test_exported_workbook_comes_back_without_a_change(core: Site) -> None:
    plan = plan_of(core, exported(core))
    assert plan.problems == []
    assert {change.state for change in plan.changes} == {"same"}
    assert len(plan.changes) == 3 + 3 + 6
    assert stored(core, exported(core)) == []


def test_workbook_fills_an_empty_agency_with_the_same_contents(core: Site, tmp_path: Any) -> None:
    from lms.core.migrate import upgrade

    url = f"sqlite:///{tmp_path / 'kosong.db'}"
    empty = make_site(tmp_path / "kosong", url, core.clock, plugins=())
    upgrade(empty)
    try:
        assert {state for *_, state in stored(empty, exported(core))} == {"new"}
        assert contents(empty) == contents(core)
    finally:
        empty.database.close()


def test_export_has_no_formula_and_the_texts_come_back(core: Site) -> None:
    evil = '=HYPERLINK("http://x","klik")'
    with core.database.writing() as session:
        row = session.scalars(select(Competency).where(Competency.code == "D1")).one()
        row.description = evil
        framework = session.scalars(select(Framework).where(Framework.code == "digital")).one()
        framework.source = "+62 812"
    content = exported(core)
    sheets = zipfile.ZipFile(io.BytesIO(content))
    for name in sheets.namelist():
        assert b"<f>" not in sheets.read(name)
    assert "'" + evil in [value for row in tables(content)["Kompetensi"] for value in row]
    assert stored(core, content) == []


def test_export_takes_the_same_statements_for_many_competencies(
    core: Site, count_statements: Any
) -> None:
    with core.database.reading() as session, count_statements(core) as statements:
        export_workbook(session)
    assert len([s for s in statements if s.startswith("SELECT")]) <= 8


# -- new versions --------------------------------------------------------------------------------


def test_changed_level_makes_a_new_version_of_that_standard_only(core: Site) -> None:
    content = edited(core, cell("Standar", 2, "Pelaksana (staf)", 3))
    assert stored(core, content) == [("standard", "digital", 2, "changed")]
    with core.database.reading() as session:
        rows = session.scalars(
            select(Standard).join(Framework).where(Framework.code == "digital")
        ).all()
        assert sorted((row.version, row.current) for row in rows) == [(1, False), (2, True)]
        assert session.scalars(select(JobRow.name)).all() == ["core.standard_changed"]
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.subject) == ("core:standard:import", "digital 2")
    assert stored(core, content) == [], "the same file again changes nothing"


def test_changed_framework_gets_a_version_and_its_standard_moves_along(core: Site) -> None:
    content = edited(core, cell("Kompetensi", 2, "Nama", "Literasi digital dasar"))
    assert stored(core, content) == [
        ("framework", "digital", 2, "changed"),
        ("standard", "digital", 1, "moved"),
    ]
    with core.database.reading() as session:
        framework = session.scalars(
            select(Framework).where(Framework.code == "digital", Framework.current)
        ).one()
        assert framework.version == 2
        standard = session.scalars(
            select(Standard).where(Standard.framework_id == framework.id)
        ).one()
        lines = session.scalars(
            select(StandardLevel).where(StandardLevel.standard_id == standard.id)
        ).all()
        assert len(lines) == 5 * 12 + 2
    assert stored(core, content) == []


def test_changed_rule_set_gets_a_version_and_old_bands_stay(core: Site) -> None:
    row = next(
        number
        for number, line in enumerate(tables(exported(core))["Aturan"], 1)
        if line[0] == "titian-5" and line[5] == 2
    )
    assert stored(core, edited(core, cell("Aturan", row, "Mulai dari", 52.5))) == [
        ("rule", "titian-5", 2, "changed")
    ]
    with core.database.reading() as session:
        rules = session.scalars(
            select(CutScoreRule)
            .where(CutScoreRule.code == "titian-5")
            .order_by(CutScoreRule.version)
        ).all()
        assert [rule.bands[1]["at_least"] for rule in rules] == [50, 52.5]


@pytest.mark.parametrize(
    ("version", "stored_as"), [(1, 2), ("", 2), (7, 7)], ids=["taken", "empty", "higher"]
)
def test_version_number_is_the_files_when_free_and_higher(
    core: Site, version: Any, stored_as: int
) -> None:
    content = edited(
        core,
        cell("Standar", 2, "Pelaksana (staf)", 3),
        cell("Kerangka", 2, "Versi standar", version),
    )
    assert stored(core, content) == [("standard", "digital", stored_as, "changed")]


def test_old_export_is_not_put_into_force_by_accident(core: Site) -> None:
    old = exported(core)
    stored(core, edited(core, cell("Standar", 2, "Pelaksana (staf)", 3)))
    plan = plan_of(core, old)
    assert plan.to_store == []
    assert "digital versi 1 sudah tersimpan" in plan.notes[0].message
    sheets = tables(old)
    cell("Kerangka", 2, "Versi standar", "")(sheets)
    assert stored(core, workbook(sheets)) == [("standard", "digital", 3, "changed")]


def test_new_exception_finds_its_post_or_says_what_to_do(core: Site) -> None:
    with core.database.writing() as session:
        session.add(Position(name="Bidan", kind="fungsional", level="terampil"))
        session.add(Position(name="Guru", kind="fungsional", level="ahli_muda"))
        session.add(Position(name="Guru", kind="fungsional", level="ahli_madya"))

    def add(name: str, rank: str = "") -> Edit:
        return lambda sheets: sheets["Pengecualian"].append(["digital", "D1", name, rank, 4])

    assert problems(core, add("Entah")) == [
        "Lembar Pengecualian, baris 4: Jabatan Entah tidak dikenal. "
        "Periksa penulisannya, atau isi kolom Jenjang."
    ]
    assert "Ada beberapa jabatan Guru" in problems(core, add("Guru"))[0]
    plan = plan_of(core, edited(core, add("Arsiparis", "Mahir")))
    assert [note.message for note in plan.notes] == [
        "Jabatan Arsiparis (Mahir) belum ada dan akan ditambahkan."
    ]
    content = edited(core, add("Bidan"), add("Guru", "ahli madya"), add("Arsiparis", "Mahir"))
    assert stored(core, content) == [("standard", "digital", 2, "changed")]
    with core.database.reading() as session:
        found = session.execute(
            select(Position.name, Position.level)
            .join(StandardLevel, StandardLevel.position_id == Position.id)
            .where(StandardLevel.level == 4)
        ).all()
    assert {(name, level) for name, level in found} == {
        ("Bidan", "terampil"),
        ("Guru", "ahli_madya"),
        ("Arsiparis", "mahir"),
    }
    assert stored(core, exported(core)) == []


def test_effects_of_a_changed_standard_are_counted_before_it_is_stored(core: Site) -> None:
    with core.database.writing() as session:
        for level in (1, 2, 3):
            show(session, make_person(session).id, "D1", level)
    content = edited(
        core,
        cell("Standar", 2, "Pelaksana (staf)", 3),
        lambda sheets: sheets["Pengecualian"].append(["digital", "D1", "Juru", "Mahir", 1]),
    )
    with core.database.reading() as session:
        plan = read_and_plan(session, content, "standar.xlsx")
        effects = standard_effects(session, plan)
    assert [(change.code, found) for change, found in effects] == [
        ("digital", Consequences(people=3, units=1, measured=3, below=1))
    ]


# -- what is wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            cell("Standar", 2, "Pelaksana (staf)", 7),
            "Lembar Standar, baris 2, kolom Pelaksana (staf): "
            "Tingkat 7 tidak ada di lembar Tingkat untuk kompetensi ini.",
        ),
        (
            cell("Standar", 3, "Pengawas (eselon IV)", "dua"),
            "Lembar Standar, baris 3, kolom Pengawas (eselon IV): "
            "Isi dengan angka bulat 1 sampai 9.",
        ),
        (
            cell("Standar", 2, "Kompetensi", "D9"),
            "Lembar Standar, baris 2, kolom Kompetensi: "
            "Kompetensi D9 tidak ada di lembar Kompetensi.",
        ),
        (
            cell("Standar", 1, "Mahir", "Mahhir"),
            "Lembar Standar, baris 1, kolom Mahhir: "
            "Judul kolom ini bukan jenjang jabatan yang dikenal.",
        ),
        (
            cell("Kompetensi", 3, "Kode", "D1"),
            "Lembar Kompetensi, baris 3, kolom Kode: Baris ini sudah ada di atas: D1.",
        ),
        (
            cell("Kompetensi", 2, "Kerangka", "lain"),
            "Lembar Kompetensi, baris 2, kolom Kerangka: "
            "Kerangka lain tidak ada di lembar Kerangka.",
        ),
        (
            cell("Kompetensi", 2, "Nama", ""),
            "Lembar Kompetensi, baris 2, kolom Nama: Isian ini kosong.",
        ),
        (
            cell("Kompetensi", 2, "Nama pendek", "x" * 41),
            "Lembar Kompetensi, baris 2, kolom Nama pendek: "
            "Isian ini terlalu panjang. Paling banyak 40 huruf.",
        ),
        (
            cell("Tingkat", 2, "Tingkat", 2),
            "Lembar Tingkat, baris 3, kolom Tingkat: Baris ini sudah ada di atas: 2.",
        ),
        (
            cell("Kerangka", 2, "Nama standar", ""),
            "Lembar Standar, baris 2, kolom Kerangka: "
            "Tulis nama standar, karena lembar Standar berisi kerangka ini.",
        ),
        (
            cell("Kerangka", 2, "Standar berlaku mulai", "besok"),
            "Lembar Kerangka, baris 2, kolom Standar berlaku mulai: "
            "Isi dengan tanggal, misalnya 01-01-2026.",
        ),
        (
            cell("Kerangka", 2, "Versi", "1a"),
            "Lembar Kerangka, baris 2, kolom Versi: Isi dengan angka bulat 1 sampai 9999.",
        ),
        (
            cell("Aturan", 3, "Mulai dari", "banyak"),
            "Lembar Aturan, baris 3, kolom Mulai dari: Isi dengan angka, misalnya 70 atau 67,5.",
        ),
        (
            cell("Aturan", 3, "Versi", 2),
            "Lembar Aturan, baris 3, kolom Versi: "
            "Aturan jpm-80-68 punya dua versi di berkas ini. Tulis satu versi saja.",
        ),
        (
            cell("Pengecualian", 2, "Jenjang", "Kapten"),
            "Lembar Pengecualian, baris 2, kolom Jenjang: Jenjang Kapten tidak dikenal.",
        ),
    ],
)
def test_problem_names_sheet_row_and_column(core: Site, edit: Edit, message: str) -> None:
    assert message in problems(core, edit)


def test_bands_that_do_not_rise_are_refused(core: Site) -> None:
    found = problems(core, cell("Aturan", 3, "Mulai dari", 0))
    assert "Batas tingkat 2 harus lebih tinggi dari batas tingkat 1." in found[0]


def test_missing_sheet_is_not_read_as_nothing(core: Site) -> None:
    found = problems(core, lambda sheets: sheets.pop("Pengecualian") and None)
    assert found == [
        "Lembar Pengecualian: Lembar ini tidak ada. Unduh berkas contoh, lalu isi semua lembarnya."
    ]


def test_workbook_of_rules_alone_is_enough_for_rules(core: Site) -> None:
    sheets = {"Aturan": tables(exported(core))["Aturan"]}
    plan = plan_of(core, workbook(sheets))
    assert (plan.problems, {change.kind for change in plan.changes}) == ([], {"rule"})


def test_framework_must_not_lose_its_standard(core: Site) -> None:
    def edit(sheets: Tables) -> None:
        cell("Kompetensi", 2, "Nama", "Lain")(sheets)
        cell("Kerangka", 2, "Nama standar", "")(sheets)
        for name in ("Standar", "Pengecualian"):
            sheets[name] = [row for row in sheets[name] if row[0] != "digital"]

    assert problems(core, edit) == [
        "Lembar Kerangka: Kerangka digital berubah. "
        "Isi juga standarnya, agar jabatan tetap punya standar."
    ]


def test_one_problem_keeps_everything_out(core: Site) -> None:
    before = contents(core)
    content = edited(
        core,
        cell("Standar", 2, "Pelaksana (staf)", 3),
        cell("Aturan", 3, "Mulai dari", "banyak"),
    )
    with pytest.raises(Invalid) as refused:
        stored(core, content)
    assert "Lembar Aturan, baris 3" in refused.value.reasons[0]
    assert contents(core) == before
    with core.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "kosong"),
        (b"PK\x03\x04 bukan zip", "bukan Excel"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "format lama"),
        (b"<html><table></table></html>", "halaman web"),
    ],
)
def test_file_that_is_no_workbook_is_refused_plainly(
    core: Site, content: bytes, message: str
) -> None:
    with pytest.raises(Invalid, match=message):
        plan_of(core, content)


def test_csv_has_no_sheets_and_says_so(core: Site) -> None:
    found = plan_of(core, b"Kode;Nama\nx;y\n").problems
    assert len(found) == 5
    assert found[0].text.startswith("Lembar Kerangka: Lembar ini tidak ada.")
