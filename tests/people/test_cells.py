"""Cells, names, posts, units and headers of personnel files."""

from __future__ import annotations

import pytest

from lms.core.people.importing import cells, posts
from lms.core.people.importing.columns import COLUMNS
from lms.core.people.importing.names import split_name
from lms.core.people.importing.units import readable_unit, unit_key
from lms.core.sheets import find_header


@pytest.mark.parametrize(
    ("written", "front", "name", "behind"),
    [
        ("drh. Ahmad Fauzi, MP", "drh.", "Ahmad Fauzi", "MP"),
        (
            "Prof. Dr. Ir. Budi Santoso, M.Sc., Ph.D.",
            "Prof. Dr. Ir.",
            "Budi Santoso",
            "M.Sc., Ph.D.",
        ),
        ("Hj. Nur’aini", "Hj.", "Nur’aini", ""),
        ("H. Ma'mun", "H.", "Ma'mun", ""),
        ("Drs Slamet", "Drs", "Slamet", ""),
        ("MA'MUN", "", "Ma'mun", ""),
        ("NUR'AINI BINTI AL-FARIZI", "", "Nur'aini binti Al-Farizi", ""),
        ("SUKARNO", "", "Sukarno", ""),
        ("Sukarno", "", "Sukarno", ""),
        ("A.N. WIJAYA, S.Pd.", "", "A.N. Wijaya", "S.Pd."),
        ("Irawan", "", "Irawan", ""),
        ("Drajat Sudrajat", "", "Drajat Sudrajat", ""),
        ("M. Yusuf", "", "M. Yusuf", ""),
        ("van der Berg", "", "van der Berg", ""),
        ("  Siti   Aminah ", "", "Siti   Aminah", ""),
        ("", "", "", ""),
        ("Drs.", "", "Drs.", ""),
    ],
)
def test_titles_are_split_off_a_name(written: str, front: str, name: str, behind: str) -> None:
    found = split_name(written)
    assert (found.title_before, found.name, found.title_after) == (front, name, behind)


@pytest.mark.parametrize(
    ("written", "grade"),
    [
        ("IV/C", "IV/c"),
        ("IVc", "IV/c"),
        ("IV.c", "IV/c"),
        ("iii/A", "III/a"),
        ("Penata Muda (III/a)", "III/a"),
        ("III/d - Penata Tingkat I", "III/d"),
        ("33", "III/c"),
        ("45", "IV/e"),
        ("I/a", "I/a"),
        ("I", "I"),
        ("IX", "IX"),
        ("XVII", "XVII"),
        ("Golongan IX", "IX"),
        ("Penata", None),
        ("99", None),
        ("XVIIII", None),
    ],
)
def test_grade_is_read(written: str, grade: str | None) -> None:
    assert cells.read_grade(written) == grade


@pytest.mark.parametrize(
    ("written", "education"),
    [
        ("S-1/Sarjana", "S1"),
        ("S-3 / DOKTOR", "S3"),
        ("S-2", "S2"),
        ("S-1 Pendidikan Guru Sekolah Dasar", "S1"),
        ("Diploma III/Sarjana Muda", "D3"),
        ("D-IV Kebidanan", "D4"),
        ("SLTA", "SMA"),
        ("SLTA Kejuruan", "SMK"),
        ("SMP", "SMP"),
        ("40", "S1"),
        ("05", "SD"),
        ("Pesantren", "Pesantren"),
        ("", ""),
    ],
)
def test_education_is_made_uniform(written: str, education: str) -> None:
    assert cells.read_education(written) == education


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("81234567890", "081234567890"),
        ("081234567890", "081234567890"),
        ("+62 812-3456-7890", "081234567890"),
        ("6281234567890", "081234567890"),
        ("'081234567890", "081234567890"),
        ("081234567890 / 0813999", "081234567890"),
        ("0812 00", None),
        ("tidak ada", None),
    ],
)
def test_phone_gets_its_leading_zero(written: str, phone: str | None) -> None:
    assert cells.read_phone(written) == phone


@pytest.mark.parametrize(
    ("written", "sex"),
    [("L", "L"), ("Perempuan", "P"), ("Laki-laki", "L"), ("2", "P"), ("x", None)],
)
def test_sex_is_read(written: str, sex: str | None) -> None:
    assert cells.read_sex(written) == sex


@pytest.mark.parametrize(
    ("written", "level"),
    [
        ("III.a", "administrator"),
        ("IV/b", "pengawas"),
        ("IVb", "pengawas"),
        ("eselon IV", "pengawas"),
        ("Eselon II", "jpt_pratama"),
        ("41", "pengawas"),
        ("22", "jpt_pratama"),
        ("NON", None),
        ("00", None),
        ("", None),
    ],
)
def test_echelon_gives_the_level(written: str, level: str | None) -> None:
    assert posts.level_of_echelon(written) == level


@pytest.mark.parametrize(
    ("written", "level"),
    [
        ("Ahli Muda", "ahli_muda"),
        ("Jabatan Fungsional Ahli Madya", "ahli_madya"),
        ("MU", "ahli_muda"),
        ("Staf", "pelaksana"),
        ("ESELON IV", "pengawas"),
        ("Administrator", "administrator"),
        ("JPT Pratama", "jpt_pratama"),
        ("jpt_pratama", "jpt_pratama"),
        ("ahli_pertama", "ahli_pertama"),
        ("Terampil", "terampil"),
        ("Kepala", None),
    ],
)
def test_rank_gives_the_level(written: str, level: str | None) -> None:
    assert posts.level_of_rank(written) == level


@pytest.mark.parametrize(
    ("post", "level"),
    [
        ("Guru Ahli Muda", "ahli_muda"),
        ("Pengawas Sekolah Ahli Madya", "ahli_madya"),
        ("Perawat Terampil", "terampil"),
        ("BIDAN PENYELIA", "penyelia"),
        ("Pengawas", None),
        ("Kepala Bidang Pemuda", None),
    ],
)
def test_rank_is_found_in_the_name_of_a_post(post: str, level: str | None) -> None:
    assert posts.level_in_name(post) == level


@pytest.mark.parametrize(
    ("written", "readable"),
    [
        ("DINAS PENDIDIKAN DAN KEBUDAYAAN", "Dinas Pendidikan dan Kebudayaan"),
        ("UPT PUSKESMAS KRAMATWATU", "UPT Puskesmas Kramatwatu"),
        ("SDN PAMENGKANG 2", "SDN Pamengkang 2"),
        ("SMPN 1 CIRUAS", "SMPN 1 Ciruas"),
        ("Dinas Kesehatan", "Dinas Kesehatan"),
    ],
)
def test_unit_in_capitals_becomes_readable(written: str, readable: str) -> None:
    assert readable_unit(written) == readable


def test_unit_is_the_same_whatever_case_and_spaces() -> None:
    assert unit_key("UPT Puskesmas Kramat Watu") == unit_key("upt puskesmas KRAMATWATU")


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        (["pns_id", "nip_baru", "nip_lama", "nama", "gelar_depan"], {"nip": 1, "name": 3}),
        (["nipBaru", "nama", "tglLahir", "unorIndukNama"], {"birth_date": 2, "top_unit": 3}),
        (["No", "N I P", "Nama Lengkap", "L/P", "Unor"], {"nip": 1, "sex": 3, "unit": 4}),
        (["NIP", "NIP Baru", "NAMA PEGAWAI"], {"nip": 1, "name": 2}),
        (["NIP\n(18 digit)", "Nama  Pegawai", "Gol./Ruang"], {"nip": 0, "grade": 2}),
        (["nip_baru", "nama", "gol_akhir_id", "gol_akhir_nama"], {"grade": 3}),
        (["NIP", "Nama", "No. HP (WhatsApp)", "NIP Atasan"], {"phone": 2, "supervisor": 3}),
    ],
)
def test_headers_are_known_in_any_writing(headers: list[str], fields: dict[str, int]) -> None:
    header, _ = find_header([(1, headers)], COLUMNS, ["nip", "name"])
    assert header is not None
    assert fields.items() <= header.places.items()


def test_private_columns_stay_unknown() -> None:
    headers = ["NIP", "Nama", "Agama", "NIK", "NPWP", "Alamat", "Status Kawin", "BPJS", "nip_lama"]
    header, _ = find_header([(1, headers)], COLUMNS, ["nip", "name"])
    assert header is not None
    assert list(header.unknown) == headers[2:]


def test_no_header_has_two_meanings() -> None:
    from lms.core.sheets import header_key

    keys = [(header_key(name), column.field) for column in COLUMNS for name in column.names]
    fields: dict[str, set[str]] = {}
    for key, field in keys:
        fields.setdefault(key, set()).add(field)
    assert {key: found for key, found in fields.items() if len(found) > 1} == {}
