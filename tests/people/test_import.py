"""The import of people: first time, again, changed, damaged, very large, interrupted."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from lms.core.audit import AuditEntry, broken_entries
from lms.core.errors import Invalid
from lms.core.hooks.models import EventRow
from lms.core.people.exporting import export_people
from lms.core.people.importing import (
    ImportPlan,
    ParsedFile,
    apply_import,
    plan_import,
    read_people_file,
)
from lms.core.people.models import Person, PersonAlias, Placement, Position, Unit
from lms.core.people.queries import person_cards
from lms.core.people.services import change_nip, unit_named
from lms.core.site import Site
from tests.people.files import HEADERS, csv, nip, person, xlsx


def bring_in(site: Site, *rows: list[Any], headers: tuple[str, ...] = HEADERS) -> ImportPlan:
    """Import rows as the command line does."""
    parsed = read_people_file(xlsx([headers, *rows]), "pegawai.xlsx")
    with site.database.writing() as session:
        return apply_import(session, parsed, None)


def told(plan: ImportPlan) -> list[tuple[int, str]]:
    """Give row and message of all errors."""
    return [(problem.row, problem.message) for problem in plan.errors]


def one(site: Site, number: str) -> dict[str, Any]:
    """Give what is stored of one person."""
    with site.database.reading() as session:
        found = session.scalars(select(Person).where(Person.nip == number)).one()
        card = person_cards(session, [found.id])[found.id]
        return {
            "name": found.full_name,
            "born": found.birth_date,
            "sex": found.sex,
            "employment": found.employment,
            "unit": card.unit,
            "position": card.position,
            "level": card.position_level,
            "phone": found.phone,
            "search": found.search,
            "id": found.id,
        }


def test_people_come_in_with_post_and_unit(site: Site) -> None:
    plan = bring_in(
        site, person(nip(1), "dr. Ahmad Fauzi, Sp.A", post="Kepala Bidang", echelon="III.b")
    )
    assert (plan.read, plan.created, plan.errors, plan.warnings) == (1, 1, (), ())
    stored = one(site, nip(1))
    assert stored["name"] == "dr. Ahmad Fauzi, Sp.A"
    assert (stored["unit"], stored["position"]) == ("Bidang Umum", "Kepala Bidang")
    assert (stored["level"], stored["employment"], stored["sex"]) == ("administrator", "pns", "L")
    assert stored["born"] == date(1980, 1, 2)
    assert stored["search"] == f"ahmad fauzi {nip(1)}"


def test_columns_of_siasn_are_understood(site: Site) -> None:
    headers = (
        "pns_id", "nip_baru", "nip_lama", "nama", "gelar_depan", "gelar_belakang", "tanggal_lahir",
        "jenis_kelamin", "agama_nama", "nik", "nomor_hp", "gol_akhir_nama", "jenis_jabatan_nama",
        "jabatanStrukturalNama", "jabatanFungsionalNama", "jabatanFungsionalUmumNama",
        "asnJenjangJabatan", "tingkat_pendidikan_nama", "unor_nama", "unorIndukNama",
    )  # fmt: skip
    row = [
        "A8ACA7", nip(1), "131234567", "MA'MUN", "Drs.", "M.Pd.", "02-01-1980", "M", "ISLAM",
        "3604010101850001", 81234567890, "IV/a", "Jabatan Fungsional", "", "GURU AHLI MADYA", "",
        "", "S-2", "SDN PAMENGKANG 2", "DINAS PENDIDIKAN DAN KEBUDAYAAN",
    ]  # fmt: skip
    plan = bring_in(site, row, headers=headers)
    assert plan.warnings == ()
    assert set(plan.parsed.dropped) == {"pns_id", "nip_lama", "agama_nama", "nik"}
    stored = one(site, nip(1))
    assert stored["name"] == "Drs. Ma'mun, M.Pd."
    assert (stored["phone"], stored["level"]) == ("081234567890", "ahli_madya")
    with site.database.reading() as session:
        found = session.get_one(Person, stored["id"])
        assert (found.grade, found.education, found.sex) == ("IV/a", "S2", "L")
        assert session.scalars(select(Unit.name).where(Unit.top_id == Unit.id)).all() == [
            "Dinas Pendidikan dan Kebudayaan"
        ]


def test_second_import_changes_nothing(site: Site) -> None:
    rows = [person(nip(n), f"Orang {n}") for n in range(30)]
    bring_in(site, *rows)
    before = _everything(site)
    plan = bring_in(site, *rows)
    assert (plan.created, plan.updated, plan.unchanged) == (0, 0, 30)
    assert _everything(site) == before


def _everything(site: Site) -> list[Any]:
    with site.database.reading() as session:
        return [
            session.execute(select(table.__table__).order_by(table.id)).all()
            for table in (Person, Placement, Unit, Position, AuditEntry, EventRow)
        ]


def test_bad_rows_leave_good_ones_in(site: Site) -> None:
    plan = bring_in(
        site,
        person(nip(1), "Baik"),
        person("198501012010011000", "Rusak"),
        person("131234567", "Lama"),
        person("", "Tanpa NIP"),
        person(nip(2), ""),
        person(nip(1), "Kembar"),
        person(nip(3), "Baik juga"),
    )
    assert (plan.read, plan.created) == (7, 2)
    assert told(plan) == [
        (3, "NIP rusak oleh Excel: angka akhirnya 000. Ubah kolom NIP ke Teks, lalu tempel ulang."),
        (4, "Ini NIP lama, 9 angka. Isi dengan NIP baru, 18 angka."),
        (5, "NIP kosong. Isi 18 angka NIP."),
        (6, "Nama kosong. Isi nama pegawai."),
        (7, "NIP sama dengan baris 2. Baris ini tidak masuk. Hapus salah satu."),
    ]
    assert {problem.column for problem in plan.errors} == {"NIP", "Nama"}
    assert one(site, nip(1))["name"] == "Baik"


def test_people_absent_from_the_file_stay(site: Site) -> None:
    bring_in(site, person(nip(1), "Satu"), person(nip(2), "Dua"))
    bring_in(site, person(nip(2), "Dua"))
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).where(Person.active)) == 2


def test_blank_cell_erases_nothing(site: Site) -> None:
    headers = ("NIP", "Nama", "Gelar depan", "No HP", "Tgl Lahir", "Jabatan", "Unit Kerja")
    full = [nip(1), "Ahmad", "Ir.", "081234567890", "05-05-1980", "Bidan Mahir", "Puskesmas A"]
    bring_in(site, full, headers=headers)
    before = one(site, nip(1))
    plan = bring_in(site, [nip(1), "Ahmad", "", "-", "01-01-0001", "", ""], headers=headers)
    assert plan.unchanged == 1
    assert one(site, nip(1)) == before
    assert before["born"] == date(1980, 5, 5)  # the column's, not the NIP's


def test_changed_fact_is_stored(site: Site) -> None:
    bring_in(site, person(nip(1), "Nur'aini"))
    plan = bring_in(site, person(nip(1), "Hj. Nur'aini Putri"))
    assert (plan.updated, plan.moved) == (1, 0)
    stored = one(site, nip(1))
    assert (stored["name"], stored["search"]) == ("Hj. Nur'aini Putri", f"nuraini putri {nip(1)}")


def test_other_post_is_a_dated_move_that_is_told(site: Site, clock: Any) -> None:
    bring_in(site, person(nip(1), "Ahmad"))
    clock.move(days=40)
    plan = bring_in(site, person(nip(1), "Ahmad", post="Kepala Seksi", echelon="IV.a"))
    assert (plan.updated, plan.moved) == (1, 1)
    with site.database.reading() as session:
        rows = session.scalars(select(Placement).order_by(Placement.since)).all()
        assert [(row.since, row.until) for row in rows] == [
            (date(2026, 11, 2), date(2026, 12, 12)),
            (date(2026, 12, 12), None),
        ]
        events = session.scalars(select(EventRow).where(EventRow.name == "person_moved")).all()
        assert [event.payload["placement_id"] for event in events] == [rows[1].id]


def test_correction_on_the_same_day_leaves_no_empty_placement(site: Site) -> None:
    bring_in(site, person(nip(1), "Ahmad", unit="Bidang Salah"))
    bring_in(site, person(nip(1), "Ahmad", unit="Bidang Benar"))
    with site.database.reading() as session:
        assert len(session.scalars(select(Placement)).all()) == 1
    assert one(site, nip(1))["unit"] == "Bidang Benar"


def test_same_unit_name_in_two_opds_is_two_units(site: Site) -> None:
    bring_in(
        site,
        person(nip(1), unit="Sekretariat", top="Dinas A"),
        person(nip(2), unit="SEKRETARIAT", top="DINAS B"),
        person(nip(3), unit="sekre tariat", top="dinas a"),
        person(nip(4), unit="", top="Dinas A"),
        person(nip(5), unit="Dinas A", top="Dinas A"),
        person(nip(6), unit="Dinas B", top=""),
    )
    with site.database.reading() as session:
        units = session.scalars(select(Unit).order_by(Unit.id)).all()
        tops = {unit.name: unit.id for unit in units if unit.top_id == unit.id}
        assert set(tops) == {"Dinas A", "Dinas B"}
        below = [(unit.name, unit.parent_id, unit.top_id) for unit in units if unit.parent_id]
        assert below == [
            ("Sekretariat", tops["Dinas A"], tops["Dinas A"]),
            ("Sekretariat", tops["Dinas B"], tops["Dinas B"]),
        ]
        placed = dict(session.execute(select(Placement.person_id, Placement.unit_id)).all())
    ids = [placed[one(site, nip(n))["id"]] for n in range(1, 7)]
    assert ids[0] == ids[2] != ids[1]
    assert ids[3] == ids[4] == tops["Dinas A"]
    assert ids[5] == tops["Dinas B"]


def test_unit_without_opd_is_asked_for_when_several_fit(site: Site) -> None:
    with site.database.writing() as session:
        unit_named(session, "Sekretariat", "Dinas A")
        unit_named(session, "Sekretariat", "Dinas B")
    plan = bring_in(site, person(nip(1), unit="Sekretariat", top=""))
    assert [problem.message for problem in plan.warnings] == [
        "Ada beberapa unit bernama Sekretariat. Isi kolom OPD. Unit belum diisi."
    ]
    assert one(site, nip(1))["unit"] == ""


def test_unit_with_a_slip_is_asked_about(site: Site) -> None:
    bring_in(site, person(nip(1), unit="UPT Puskesmas Kramatwatu"))
    plan = bring_in(site, person(nip(2), unit="UPT Puskesmas Kramatwatuu"))
    (warning,) = plan.warnings
    assert "Apakah maksudnya UPT Puskesmas Kramatwatu?" in warning.message


HEADERS_WITH_BOSS = ("NIP", "Nama", "Unit", "NIP Atasan")


def test_supervisors_are_found_wherever_they_stand(site: Site) -> None:
    plan = bring_in(
        site,
        [nip(1), "Bawahan", "A", nip(2)],
        [nip(2), "Atasan", "A", ""],
        [nip(3), "Salah", "A", nip(9)],
        [nip(4), "Diri sendiri", "A", nip(4)],
        [nip(5), "Rusak", "A", "131234567"],
        [nip(6), "Nama saja", "A", "Bapak Camat"],
        headers=HEADERS_WITH_BOSS,
    )
    assert plan.created == 6
    assert [(problem.row, problem.message) for problem in plan.warnings] == [
        (4, f"NIP atasan {nip(9)} tidak ada di daftar dan di berkas. Atasan belum diisi."),
        (
            6,
            "NIP atasan tidak dapat dipakai. Ini NIP lama, 9 angka. Isi dengan NIP baru, 18 angka.",
        ),
    ]
    ids = {n: one(site, nip(n))["id"] for n in range(1, 7)}
    with site.database.reading() as session:
        led = dict(session.execute(select(Placement.person_id, Placement.supervisor_id)).all())
    assert led == {ids[1]: ids[2]} | dict.fromkeys(ids[n] for n in range(2, 7))


def test_another_supervisor_is_no_move(site: Site) -> None:
    people = [[nip(1), "Satu", "A", ""], [nip(2), "Dua", "A", ""]]
    bring_in(site, *people, headers=HEADERS_WITH_BOSS)
    plan = bring_in(site, [nip(1), "Satu", "A", nip(2)], people[1], headers=HEADERS_WITH_BOSS)
    assert (plan.updated, plan.unchanged, plan.moved) == (1, 1, 0)
    again = bring_in(site, [nip(1), "Satu", "A", nip(2)], headers=HEADERS_WITH_BOSS)
    assert again.unchanged == 1
    with site.database.reading() as session:
        assert len(session.scalars(select(Placement)).all()) == 2


def test_level_that_a_file_does_not_say_is_kept(site: Site) -> None:
    bring_in(site, person(nip(1), post="Kepala Bidang", echelon="III.a"))
    plan = bring_in(
        site, person(nip(1), post="Kepala Bidang"), person(nip(2), post="Kepala Bidang")
    )
    assert (plan.unchanged, plan.created, plan.warnings) == (1, 1, ())
    assert one(site, nip(2))["level"] == "administrator"
    plan = bring_in(site, person(nip(3), post="Kepala Taman"))
    assert [problem.column for problem in plan.warnings] == ["Jabatan"]
    assert one(site, nip(3))["level"] == "pelaksana"


def test_former_nip_finds_its_person(site: Site) -> None:
    bring_in(site, person(nip(1), "Ahmad"))
    with site.database.writing() as session:
        change_nip(session, one_id(site), nip(2))
    plan = bring_in(site, person(nip(1), "Ahmad"))
    assert (plan.created, plan.unchanged) == (0, 1)
    assert "sudah diganti" in plan.warnings[0].message
    plan = bring_in(site, person(nip(2), "Ahmad"), person(nip(1), "Ahmad"))
    assert (plan.created, plan.unchanged, len(plan.errors)) == (0, 1, 1)
    with site.database.reading() as session:
        assert session.get(PersonAlias, nip(1)) is not None


def one_id(site: Site) -> int:
    with site.database.reading() as session:
        return session.scalars(select(Person.id)).one()


def test_title_rows_and_column_numbers_are_passed_over(site: Site) -> None:
    content = csv(
        [
            ["DAFTAR PEGAWAI", "", ""],
            ["KABUPATEN CONTOH", "", ""],
            [],
            ["No", "N I P", "Nama"],
            ["(1)", "(2)", "(3)"],
            ["1", nip(1), "Ahmad"],
            ["2", "9", "Budi"],
        ]
    )
    parsed = read_people_file(content, "x.csv")
    assert [row.row for row in parsed.rows] == [6]
    assert [problem.row for problem in parsed.problems] == [7]


def test_other_sheet_with_people_is_found() -> None:
    import io

    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    book.add_worksheet("Petunjuk").write(0, 0, "Baca dulu")
    data = book.add_worksheet("Data")
    data.write_row(0, 0, ["NIP", "Nama"])
    data.write_row(1, 0, [nip(1), "Ahmad"])
    book.close()
    parsed = read_people_file(target.getvalue(), "x.xlsx")
    assert (parsed.sheet, len(parsed.rows)) == ("Data", 1)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            [["Nomor", "Alamat"], ["1", "x"]],
            "Kolom NIP dan Nama tidak ditemukan. Kolom yang ada: “No",
        ),
        ([["NIP", "Alamat"], ["1", "x"]], "Kolom Nama tidak ditemukan. Kolom yang ada: “NIP”"),
        ([["NIP", "Nama"]], "judul kolom saja"),
    ],
)
def test_missing_column_is_named_with_those_found(rows: list[list[str]], words: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_people_file(csv(rows), "x.csv")
    assert words in caught.value.message


@pytest.mark.parametrize("damaged", ["1,98501E+17", "198501012010011000", 198501012010011000.0])
def test_file_with_only_damaged_nips_is_refused(damaged: object) -> None:
    with pytest.raises(Invalid, match="Angka yang hilang tidak dapat dikembalikan"):
        read_people_file(xlsx([["NIP", "Nama"], *[[damaged, "A"] for _ in range(3)]]), "x.xlsx")


def test_nip_in_a_numeric_cell_is_an_error_of_its_row(site: Site) -> None:
    plan = bring_in(site, [198501012010011008.0, "A"], [nip(1), "B"], headers=("NIP", "Nama"))
    assert (plan.created, plan.errors[0].row) == (1, 2)
    assert "berformat angka" in plan.errors[0].message


def test_odd_cells_are_told_and_the_person_comes_in(site: Site) -> None:
    headers = ("NIP", "Nama", "Tgl Lahir", "L/P", "Gol", "No HP", "Email")
    plan = bring_in(site, [nip(1), "Ahmad", "kemarin", "P", "Penata", "12", "a@b"], headers=headers)
    assert plan.created == 1
    assert [problem.column for problem in plan.warnings] == list(headers[2:])
    assert one(site, nip(1))["sex"] == "P"


def test_american_date_of_birth_is_put_right(site: Site) -> None:
    plan = bring_in(site, [nip(1), "Ahmad", "01-02-1980"], headers=("NIP", "Nama", "Tgl Lahir"))
    assert plan.warnings == ()
    assert one(site, nip(1))["born"] == date(1980, 1, 2)


def test_plan_writes_nothing(site: Site) -> None:
    parsed = read_people_file(xlsx([HEADERS, person(nip(1))]), "x.xlsx")
    before = _everything(site)
    with site.database.reading() as session:
        plan = plan_import(session, parsed)
    assert (plan.created, plan.new_units) == (
        1,
        (("Dinas A", "Dinas A"), ("Dinas A", "Bidang Umum")),
    )
    assert _everything(site) == before


def test_interrupted_import_leaves_nothing_half_done(site: Site) -> None:
    parsed = read_people_file(xlsx([HEADERS, *[person(nip(n)) for n in range(50)]]), "x.xlsx")
    before = _everything(site)
    with pytest.raises(KeyboardInterrupt):
        _interrupted(site, parsed)
    assert _everything(site) == before
    with site.database.writing() as session:
        assert apply_import(session, parsed, None).created == 50


def _interrupted(site: Site, parsed: ParsedFile) -> None:
    with site.database.writing() as session:
        apply_import(session, parsed, None)
        raise KeyboardInterrupt


def test_import_is_audited_in_an_unbroken_chain(site: Site) -> None:
    bring_in(site, person(nip(1)))
    with site.database.reading() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.action, entry.subject) == ("core:people:import", "pegawai.xlsx")
        assert entry.details["created"] == 1
        assert list(broken_entries(session)) == []


def test_export_comes_back_without_a_difference(site: Site) -> None:
    headers = ("NIP", "Nama", "Jabatan", "Eselon", "Unit Kerja", "OPD", "No HP", "NIP Atasan")
    bring_in(
        site,
        [
            nip(1),
            "H. Ma'mun, S.Pd.",
            "Kepala Bidang",
            "III.a",
            "Bidang A",
            "Dinas",
            "0812000111",
            "",
        ],
        [nip(2), "=HYPERLINK(1)", "Guru Ahli Muda", "", "SDN 1", "Dinas", "", nip(1)],
        headers=headers,
    )
    with site.database.reading() as session:
        content = export_people(session)
    parsed = read_people_file(content, "ekspor.xlsx")
    with site.database.reading() as session:
        plan = plan_import(session, parsed)
    assert (plan.unchanged, plan.errors, plan.warnings) == (2, (), ())


def test_post_without_level_is_asked_about_once(site: Site) -> None:
    plan = bring_in(site, *[person(nip(n), post="Penjaga Kebun") for n in range(5)])
    assert plan.created == 5
    assert [(problem.row, problem.column) for problem in plan.warnings] == [(2, "Jabatan")]


def _many(count: int) -> bytes:
    return csv([list(HEADERS), *(_one_of_many(n) for n in range(count))])


def _one_of_many(n: int) -> list[str]:
    day = f"{1960 + n % 40}{n // 40 % 12 + 1:02}{n // 480 % 28 + 1:02}"
    number = f"{day}{1990 + n % 40}011{n // 13440 + 1:03}"
    return person(number, f"ORANG KE {n}", unit=f"Unit {n % 300}", top=f"Dinas {n % 40}")


def test_twelve_thousand_people_come_in_within_seconds(site: Site) -> None:
    content = _many(12_000)
    begun = time.process_time()  # other tests run beside this one
    parsed = read_people_file(content, "x.csv")
    with site.database.writing(deliver=False) as session:
        plan = apply_import(session, parsed, None)
    assert time.process_time() - begun < 7
    assert (plan.created, len(plan.errors)) == (12_000, 0)


@pytest.mark.slow
@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_hundred_thousand_rows_are_compared_within_a_minute(site: Site) -> None:
    content = _many(100_000)
    begun = time.process_time()
    with site.database.reading() as session:
        plan = plan_import(session, read_people_file(content, "x.csv"))
    assert plan.created == 100_000
    assert time.process_time() - begun < 60


def test_more_than_two_hundred_thousand_rows_are_refused() -> None:
    content = b"NIP;Nama\n" + b"1;A\n" * 200_200
    with pytest.raises(Invalid, match=r"200\.000"):
        read_people_file(content, "x.csv")
