"""Reading XLSX and CSV within limits, dates in every writing, harmless output."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from lms.core.errors import Invalid
from lms.core.sheets import cell_text, read_date, read_sheets, write_csv, write_sheet
from tests.people.files import csv, xlsx


@pytest.mark.parametrize(
    "written",
    [
        "17-08-1968",
        "17/08/1968",
        "17.08.1968",
        "17 08 1968",
        "1968-08-17",
        "1968-08-17T00:00:00",
        "1968-08-17 00:00:00",
        "17 Agustus 1968",
        "17 AGUSTUS 1968",
        "17 Agt 1968",
        "17-Agu-1968",
        "17 August 1968",
        "Sabtu, 17 Agustus 1968",
        "25067",
        25067,
        25067.0,
        date(1968, 8, 17),
        datetime(1968, 8, 17, 7, 30),
        "'17-08-1968",
    ],
)
def test_date_is_read_in_every_writing(written: object) -> None:
    assert read_date(written) == date(1968, 8, 17)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "written", ["01-01-0001", "00-00-0000", "0001-01-01", "01-01-0001 00:00:00", "", "-", None, "0"]
)
def test_unknown_date_is_none(written: str | None) -> None:
    assert read_date(written) is None


@pytest.mark.parametrize("written", ["31-02-1968", "1968", "08/17/1968", "kemarin", "17 Foo 1968"])
def test_other_dates_are_refused(written: str) -> None:
    with pytest.raises(ValueError):
        read_date(written)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1"), (1.5, "1.5"), ("  a\u00a0 b ", "a b"), (None, ""), (True, "True")],
)
def test_cell_is_shown_as_people_read_it(value: object, text: str) -> None:
    assert cell_text(value) == text  # type: ignore[arg-type]


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_is_read_in_every_writing(mark: str, encoding: str) -> None:
    rows = [["NIP", "Nama"], ["198501012010011001", "Renée Ma’mun"]]
    (sheet,) = read_sheets(csv(rows, mark=mark, encoding=encoding), "x.csv")
    assert sheet.rows == rows


def test_csv_keeps_commas_inside_cells_of_a_semicolon_file() -> None:
    rows = [["NIP", "Nama"], ["1", "A, S.Pd., M.Pd."], ["2", "B, S.Pd., M.M."]]
    (sheet,) = read_sheets(csv(rows), "x.csv")
    assert sheet.rows == rows


def test_csv_hint_of_excel_is_obeyed_and_counted_as_a_row() -> None:
    (sheet,) = read_sheets(b"sep=|\r\nNIP|Nama\r\n1|A;B;C\r\n", "x.csv")
    assert sheet.rows == [[], ["NIP", "Nama"], ["1", "A;B;C"]]


def test_rows_are_counted_as_excel_does() -> None:
    (sheet,) = read_sheets(xlsx([["NIP"], ["1"]], before=3), "x.xlsx")
    assert [number for number, row in sheet.numbered() if row[0]] == [4, 5]


def test_hidden_sheets_are_left_out() -> None:
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    book.add_worksheet("Lihat").write(0, 0, "a")
    hidden = book.add_worksheet("Rahasia")
    hidden.write(0, 0, "b")
    hidden.hide()
    book.close()
    assert [sheet.name for sheet in read_sheets(target.getvalue(), "x.xlsx")] == ["Lihat"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "kosong"),
        (b"\r\n \r\n", "kosong"),
        (b"%PDF-1.7 ...", "bukan Excel"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "bukan Excel"),
        (b"PK\x03\x04 a zip without a workbook", "bukan Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "format lama"),
        (
            b"\xd0\xcf\x11\xe0" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "dikunci kata sandi",
        ),
        (b"<html><table><tr><td>NIP</td></tr></table></html>", "halaman web"),
        (b"a" * (20 * 1024 * 1024 + 1), "20 MB"),
    ],
)
def test_file_that_cannot_be_used_says_what_to_do(content: bytes, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_sheets(content, "berkas.xlsx")
    assert words in caught.value.message


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="tidak dapat dibuka"):
        read_sheets(tmp_path / "none.xlsx", "none.xlsx")


def test_truncated_workbook_is_told() -> None:
    with pytest.raises(Invalid, match="rusak"):
        read_sheets(xlsx([["NIP"]])[:-200], "x.xlsx")


# -- bombs ---------------------------------------------------------------------------------------


def _zip(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def _lying_zip(real: int) -> bytes:
    """Make an archive whose directory claims that a large member is tiny."""
    content = _zip({"xl/workbook.xml": b"x", "xl/worksheets/sheet1.xml": b"0" * real})
    at = content.rindex(b"PK\x01\x02")
    return content[: at + 24] + struct.pack("<I", 10) + content[at + 28 :]


def _sparse(rows: int, columns: str) -> bytes:
    """Make a workbook with two cells that are far apart."""
    book = xlsx([["a"]])
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            text = old.read(info)
            if info.filename.endswith("sheet1.xml"):
                far = f'<row r="{rows}"><c r="{columns}{rows}"><v>1</v></c></row></sheetData>'
                text = text.replace(b"</sheetData>", far.encode())
            new.writestr(info.filename, text)
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(_zip({"xl/workbook.xml": b"0" * 210_000_000}), id="210 MB"),
        pytest.param(
            _zip({"xl/workbook.xml": b"x", "xl/worksheets/s.xml": b"0" * 60_000_000}), id="ratio"
        ),
        pytest.param(_lying_zip(60_000_000), id="lying directory"),
        pytest.param(
            _zip({"xl/workbook.xml": b""} | {f"a{n}": b"" for n in range(2100)}), id="many"
        ),
        pytest.param(_sparse(1_048_576, "XFD"), id="far corner"),
        pytest.param(_sparse(200_000, "ZZ"), id="wide and long"),
    ],
)
def test_bomb_is_refused_quickly(content: bytes) -> None:
    begun = time.process_time()
    with pytest.raises(Invalid):
        read_sheets(content, "x.xlsx")
    assert time.process_time() - begun < 1.5


def test_lying_directory_would_pass_a_check_of_its_sizes() -> None:
    with zipfile.ZipFile(io.BytesIO(_lying_zip(1000))) as archive:
        assert sum(info.file_size for info in archive.infolist()) < 20  # why members are unpacked


def test_packed_data_that_is_broken_is_told() -> None:
    content = bytearray(_zip({"xl/workbook.xml": bytes(range(256)) * 9}))
    content[30 + len("xl/workbook.xml")] = 0xFF  # no such kind of block
    with pytest.raises(Invalid, match="rusak"):
        read_sheets(bytes(content), "x.xlsx")


# -- out -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+62812", "-1", "@x", "\tx", "\rx"])
def test_formulas_leave_as_text(text: str) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(write_sheet(["a"], [[text]])))
    assert book.get_sheet_by_index(0).to_python()[1] == ["'" + text]
    assert f"'{text}".encode() in write_csv(["a"], [[text]])


def test_dates_and_numbers_leave_as_what_they_are() -> None:
    content = write_sheet(["a", "b", "c"], [[date(1968, 8, 17), 3, None]])
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.get_sheet_by_index(0).to_python()[1][:2] == [date(1968, 8, 17), 3.0]
