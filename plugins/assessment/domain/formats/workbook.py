"""Reads and writes questions as rows of a workbook: our template, with forgiving headers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from lms.errors import Invalid
from lms.sheets import (
    Column,
    Header,
    Sheet,
    Value,
    cell_text,
    find_header,
    header_key,
    read_sheets,
    write_sheet,
)
from plugins.assessment.domain.formats.archives import open_archive
from plugins.assessment.domain.formats.drafts import Frame, number, number_text, tidy_tags
from plugins.assessment.domain.formats.rows import READERS, WRITERS, Cells, kind_of
from plugins.assessment.domain.formats.texts import clean
from plugins.assessment.domain.formats.values import (
    Collector,
    ExportedItem,
    ImportedItem,
    Parsed,
    Unusable,
    check_size,
    shown,
)

LETTERS = "ABCDEFGHIJKLMNOPQRST"
FEWEST_LETTERS = 5
REQUIRED = ("stem",)
FORMULA_SIGNS = tuple("=+-@\t\r")

NO_HEADER = "Judul kolom tidak ditemukan. Paling sedikit harus ada kolom Pertanyaan."
NO_LEVEL = "Tingkat “%(text)s” tidak dikenal. Tulis angka 1 sampai 5."
NO_STEM = "Tulis pertanyaannya."


def _option_column(letter: str) -> Column:
    words, number = ("Pilihan", "Opsi", "Option", "Jawaban"), LETTERS.index(letter) + 1
    names = (*(f"{word} {mark}" for mark in (letter, number) for word in words), letter)
    return Column(field=f"option_{letter.lower()}", title=f"Pilihan {letter}", names=names)


COLUMNS = (
    Column(field="code", title="Kode", names=("Kode", "Kode soal", "Code", "ID", "Item code")),
    Column(
        field="competency",
        title="Kompetensi",
        names=("Kompetensi", "Kode kompetensi", "Competency", "Kategori", "Category", "Domain"),
    ),
    Column(
        field="kind",
        title="Jenis",
        names=("Jenis", "Jenis soal", "Tipe", "Tipe soal", "Type", "Question type", "Kind"),
    ),
    Column(field="level", title="Tingkat", names=("Tingkat", "Level", "Tingkat soal")),
    Column(
        field="stem",
        title="Pertanyaan",
        names=(
            "Pertanyaan",
            "Soal",
            "Butir soal",
            "Teks soal",
            "Question",
            "Question text",
            "Stem",
        ),
    ),
    *(_option_column(letter) for letter in LETTERS),
    Column(
        field="key",
        title="Kunci",
        names=(
            "Kunci",
            "Kunci jawaban",
            "Jawaban benar",
            "Jawaban yang benar",
            "Key",
            "Answer",
            "Correct answer",
            "Correct",
            "Jawaban",
        ),
    ),
    Column(
        field="scoring",
        title="Penilaian",
        names=("Penilaian", "Cara menilai", "Scoring", "Credit", "Aturan nilai"),
    ),
    Column(field="tolerance", title="Toleransi", names=("Toleransi", "Tolerance", "Selisih")),
    Column(field="unit", title="Satuan", names=("Satuan", "Unit", "Units")),
    Column(
        field="explanation",
        title="Penjelasan",
        names=("Penjelasan", "Pembahasan", "Explanation", "Feedback", "Umpan balik"),
    ),
    Column(
        field="difficulty",
        title="Kesulitan",
        names=("Kesulitan", "Perkiraan kesulitan", "Tingkat kesulitan", "Difficulty"),
    ),
    Column(field="tags", title="Label", names=("Label", "Tag", "Tags", "Kata kunci", "Keywords")),
)
COLUMN_NAMES = frozenset(header_key(name) for column in COLUMNS for name in column.names)
STEM_NAMES = frozenset(
    header_key(name) for column in COLUMNS if column.field in REQUIRED for name in column.names
)


@dataclass(frozen=True, slots=True)
class _Table:
    sheet: Sheet
    header: Header


def read_workbook(content: bytes, filename: str = "soal.xlsx") -> Parsed:
    """Read XLSX or CSV; raises Invalid when no sheet has a column with questions."""
    check_size(content)
    if content.startswith(b"PK"):
        open_archive(content)  # our limits are narrower than those for lists of people
    tables = list(_tables(read_sheets(content, filename)))
    if not tables:
        raise Invalid(NO_HEADER)
    found = Collector()
    for table in tables:
        for row, cells in table.sheet.numbered():
            given = _cells(table.header, cells)
            if row <= table.header.row or not any(given.values()):
                continue
            where = f"baris {row}" if len(tables) == 1 else f"{table.sheet.name}, baris {row}"
            found.take(where, partial(_item, where, given))
    return found.parsed()


def _tables(sheets: Iterable[Sheet]) -> Iterable[_Table]:
    for sheet in sheets:
        header, _ = find_header(sheet.numbered(), COLUMNS, REQUIRED)
        if header is not None:
            yield _Table(sheet, header)


def _cells(header: Header, row: Sequence[Value]) -> Cells:
    return {
        field: _text(row[place]) if place < len(row) else ""
        for field, place in header.places.items()
    }


def _text(value: Value) -> str:
    """Give a cell's text with its line breaks; an apostrophe of our export goes."""
    if not isinstance(value, str):
        if isinstance(value, bool):
            return "Benar" if value else "Salah"
        if isinstance(value, int | float) and abs(value) < 1e15:
            return number_text(value).replace(".", ",")
        return cell_text(value)
    if value[:1] == "'" and value[1:2] in FORMULA_SIGNS:
        value = value[1:]
    return clean(value)  # a cell of either format has its own limit


def _item(where: str, cells: Cells) -> ImportedItem:
    if not cells.get("stem"):
        raise Unusable(NO_STEM)
    frame = Frame(
        stem=cells["stem"],
        explanation=cells.get("explanation", ""),
        level=_level(cells.get("level", "")),
        difficulty=_difficulty(cells.get("difficulty", "")),
        tags=tidy_tags(cells.get("tags", "").replace(";", ",").split(",")),
    )
    return ImportedItem(
        where=where,
        draft=READERS[kind_of(cells)](frame, cells),
        name=shown(cells["stem"]),
        code=" ".join(cells.get("code", "").split()),
        competency=cells.get("competency", ""),
    )


def _level(text: str) -> int:
    """Read "2", "Tingkat 2" or "L2"; nothing is level 1."""
    digits = "".join(sign for sign in text if sign.isdecimal())
    if not text:
        return 1
    if digits not in {"1", "2", "3", "4", "5"}:
        raise Unusable(NO_LEVEL, text=shown(text))
    return int(digits)


def _difficulty(text: str) -> float | None:
    return float(number(text, indonesian=True)) if text else None


# -- writing -------------------------------------------------------------------------------------


def write_workbook(items: Iterable[ExportedItem]) -> bytes:
    """Write questions as the template; raises KeyError for a kind that rows cannot hold."""
    rows = [_row(item) for item in items]
    letters = max((_letters_used(row) for row in rows), default=0)
    shown_letters = LETTERS[: max(letters, FEWEST_LETTERS)].lower()
    columns = [c for c in COLUMNS if not _is_hidden(c.field, shown_letters)]
    values = ([row.get(column.field, "") for column in columns] for row in rows)
    return write_sheet([column.title for column in columns], values, name="Soal")


def _is_hidden(field: str, letters: str) -> bool:
    return field.startswith("option_") and field[-1] not in letters


def _letters_used(row: Cells) -> int:
    return max(
        (n + 1 for n, letter in enumerate(LETTERS) if f"option_{letter.lower()}" in row), default=0
    )


def _row(item: ExportedItem) -> Cells:
    draft = item.draft
    difficulty = "" if draft.difficulty is None else number_text(draft.difficulty).replace(".", ",")
    return {
        "code": item.code,
        "competency": item.competency,
        "level": str(draft.level),
        "stem": draft.stem,
        "explanation": draft.explanation,
        "difficulty": difficulty,
        "tags": ", ".join(draft.tags),
        **WRITERS[draft.kind](draft),
    }
