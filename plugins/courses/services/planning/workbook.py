"""The plan as an Excel file: budget form, classes, people, who is left; values, no formulas."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from lms import ExportFile
from plugins.courses.domain.planning.budget_form import BudgetRow, budget_rows, total
from plugins.courses.queries.planning.places import PlaceLine, every_place
from plugins.courses.queries.planning.plans import PlanPage, form_lines, plan_page

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RKA = ("Kode", "Uraian", "Volume", "Satuan", "Harga satuan", "Jumlah")
CLASSES = ("No.", "Pelatihan", "Bentuk", "Angkatan", "Peserta", "JP", "Kesenjangan", "Biaya")
PEOPLE = ("Kelas", "Pelatihan", "Nama", "NIP", "Jabatan", "Unit kerja", "Kesenjangan")
LEFT = ("Pelatihan", "Nama", "NIP", "Jabatan", "Unit kerja", "Kesenjangan", "Alasan")
Cell = str | int | None


def make_workbook(
    session: Session, payload: Mapping[str, Any], progress: Callable[[int, int], None]
) -> ExportFile:
    """Write the workbook of the plan that the payload names."""
    import xlsxwriter

    page = plan_page(session, payload["plan"])
    rows = budget_rows(form_lines(page.scenario, page.classes))
    places = list(every_place(session, page.plan_id))
    progress(1, 4)
    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(made, options)
    sheets = _Sheets(book)
    _budget_sheet(sheets, page, rows)
    sheets.write("Kelas", CLASSES, _class_rows(page), money=(7,), last=_class_total(page))
    progress(2, 4)
    titles = {each["key"]: each["title"] for each in page.scenario["courses"]}
    sheets.write("Peserta", PEOPLE, (_person_row(each, titles) for each in places if _in(each)))
    left = (_left_row(each, titles) for each in places if not _in(each))
    sheets.write("Belum kebagian", LEFT, left)
    book.close()
    progress(4, 4)
    name = f"rencana-pelatihan-{page.line.year}.xlsx"
    return ExportFile(
        filename=name, content=made.getvalue(), media_type=MEDIA_TYPE, rows=len(places)
    )


class _Sheets:
    """Writes sheets with a bold header that stays in sight."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self.bold = book.add_format({"bold": True})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.money = book.add_format({"num_format": "#,##0"})
        self.sum = book.add_format({"num_format": "#,##0", "bold": True, "top": 1})

    def add(self, title: str, headers: Sequence[str], widths: Sequence[int], at: int = 0) -> Any:
        """Add a sheet with its header in row `at`."""
        sheet = self._book.add_worksheet(title)
        for column, (header, width) in enumerate(zip(headers, widths, strict=True)):
            sheet.write_string(at, column, header, self.head)
            sheet.set_column(column, column, width)
        sheet.freeze_panes(at + 1, 0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(at)
        return sheet

    def write(
        self,
        title: str,
        headers: Sequence[str],
        rows: Iterable[Sequence[Cell]],
        *,
        money: Sequence[int] = (),
        last: Sequence[Cell] = (),
    ) -> None:
        """Write a plain list; `last` is a row of sums."""
        sheet = self.add(title, headers, [max(10, min(40, 3 * len(h))) for h in headers])
        number = 0
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                put(sheet, number, column, value, self.money if column in money else None)
        for column, value in enumerate(last):
            put(sheet, number + 1, column, value, self.sum)


def put(sheet: Any, row: int, column: int, value: Cell, style: Any = None) -> None:
    """Write a text as text and a number as a number: nothing becomes a formula."""
    if isinstance(value, int):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, value or "", style)


def _budget_sheet(sheets: _Sheets, page: PlanPage, rows: Sequence[BudgetRow]) -> None:
    sheet = sheets.add("RKA", RKA, (8, 60, 10, 10, 16, 18), at=4)
    sheet.write_string(0, 0, f"Rencana kerja dan anggaran pelatihan {page.line.year}", sheets.bold)
    sheet.write_string(1, 0, page.line.name)
    sheet.write_string(2, 0, "Kode adalah nomor urut. Isi kode rekening menurut instansi.")
    for number, row in enumerate(rows, 5):
        style = sheets.sum if row.is_heading else sheets.money
        cells = (row.code, row.text, row.volume, row.unit, row.price, row.amount)
        for column, value in enumerate(cells):
            bold = sheets.bold if row.is_heading else None
            put(sheet, number, column, value, style if column in (2, 4, 5) else bold)
    last = 5 + len(rows)
    for column, value in enumerate(("", "Jumlah", None, "", None, total(rows))):
        put(sheet, last, column, value, sheets.sum)


def _class_rows(page: PlanPage) -> Iterable[Sequence[Cell]]:
    for each in page.classes:
        yield (
            each.number,
            each.title,
            each.form,
            each.of_form,
            each.people,
            each.jp,
            each.gaps,
            each.cost,
        )


def _class_total(page: PlanPage) -> Sequence[Cell]:
    people, gaps = (
        sum(getattr(each, name) for each in page.classes) for name in ("people", "gaps")
    )
    cost = sum(each.cost for each in page.classes)
    return "", "Jumlah", "", "", people, "", gaps, cost


def _in(place: PlaceLine) -> bool:
    return place.class_number is not None


def _person_row(place: PlaceLine, titles: Mapping[str, str]) -> Sequence[Cell]:
    title = titles[place.slug]
    return (
        place.class_number,
        title,
        place.name,
        place.nip,
        place.position,
        place.unit,
        place.gaps,
    )


def _left_row(place: PlaceLine, titles: Mapping[str, str]) -> Sequence[Cell]:
    title = titles[place.slug]
    return title, place.name, place.nip, place.position, place.unit, place.gaps, place.why
