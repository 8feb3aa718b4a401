"""Pure: a file of existing results to (NIP, competency, level, date), with findings per cell.

Two shapes are read: one column per competency ("literasi digital": basic), or one line per result
(subtes, kategori). Words become levels by the competency's own list of categories.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice, product

from lms.core.errors import Invalid
from lms.core.people.nip import check_nip
from lms.core.sheets import (
    Column,
    Header,
    Problem,
    Sheet,
    Value,
    cell_text,
    find_header,
    header_key,
    is_number,
    read_date,
)
from lms.core.sheets.reading import EMPTY

NIP = Column(
    field="nip",
    title="NIP",
    names=("nip_baru", "NIP", "nip peserta", "nip pegawai", "nip pns", "NIP/NI PPPK"),
)
DAY = Column(
    field="day",
    title="Tanggal",
    names=(
        "tanggal tes",
        "tgl tes",
        "tanggal penilaian",
        "tanggal asesmen",
        "tanggal pelaksanaan",
        "tanggal ujian",
        "tanggal",
        "tgl",
        "waktu pelaksanaan",
    ),
)
SUBJECT = Column(
    field="subject",
    title="Kompetensi",
    names=("subtes", "sub tes", "kompetensi", "aspek", "jenis tes", "nama kompetensi", "dimensi"),
)
RESULT = Column(
    field="result",
    title="Kategori",
    names=("kategori", "kategori hasil", "hasil", "tingkat", "level", "capaian", "hasil tes"),
)
BEFORE = ("", "kategori ", "kategori hasil ", "hasil ", "hasil tes ", "level ", "tingkat ")
EMPTY_WORDS = frozenset(("", "-", "--", "null", "nan", "tidak ikut", "belum tes", "tidak hadir"))
AND = re.compile(r"\b(?:dan|&)\s+", re.IGNORECASE)
LEVEL = re.compile(r"^(?:level|tingkat|lvl)?\s*\.?\s*(\d)$")

UNKNOWN_RESULT = "Hasil “%(text)s” tidak dikenal untuk %(name)s. Yang dikenal: %(known)s."
UNKNOWN_SUBJECT = "Kompetensi “%(text)s” tidak dikenal. Yang dikenal: %(known)s."
WRONG_DAY = "Tanggal tidak terbaca: %(text)s. Contoh: 17-08-2026."
FUTURE_DAY = "Tanggal %(day)s belum terjadi. Periksa tanggalnya."
TWICE = "Hasil %(name)s untuk NIP ini sudah ada di baris %(row)s dengan isi lain. Hapus salah satu."


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurable:
    """A competency that a file may have results for."""

    competency_id: int
    code: str
    name: str
    short: str
    framework: str
    categories: Mapping[str, int]
    levels: frozenset[int]

    def level_of(self, text: str) -> int | None:
        """Give the level of a word or a number, or None when it is not known."""
        word = " ".join(text.casefold().split())
        if word in self.categories:
            return self.categories[word]
        match = LEVEL.match(word)
        return int(match[1]) if match and int(match[1]) in self.levels else None

    @property
    def words(self) -> str:
        """Give what may stand in a cell, for messages."""
        return ", ".join([*self.categories, *(str(level) for level in sorted(self.levels))])

    def column(self) -> Column:
        """Give the column of this competency under the names that files use."""
        names = {self.code, self.name, self.short} - {""}
        names |= {AND.sub("", name) for name in names}
        names |= {name.casefold().replace("sosial kultural", "sosiokultural") for name in names}
        written = [f"{word}{name}" for word, name in product(BEFORE, sorted(names))]
        return Column(field=f"={self.competency_id}", title=self.name, names=tuple(written))


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One result of one person as the file says."""

    row: int
    column: str
    nip: str
    competency_id: int
    code: str
    name: str
    level: int
    measured_on: date


@dataclass(slots=True)
class ResultFile:
    """A file after reading; `read` counts rows with content, `known` names the columns taken."""

    filename: str
    read: int = 0
    results: list[Result] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    columns: list[tuple[str, str]] = field(default_factory=list)
    dropped: tuple[str, ...] = ()


def read_results(
    sheets: Sequence[Sheet],
    filename: str,
    competencies: Sequence[Measurable],
    *,
    measured_on: date,
    today: date,
) -> ResultFile:
    """Read results; `measured_on` holds where the file has no date. Raises Invalid."""
    sheet, header, chosen = _find(sheets, competencies)
    file = ResultFile(filename=filename, dropped=header.unknown)
    titles = {c.field: c.title for c in _columns(chosen)}
    file.columns = [(header.written[name], titles[name]) for name in header.places]
    reader = _Reader(file, header, chosen, measured_on, today)
    for number, row in islice(sheet.numbered(), header.row, None):
        if any(cell_text(cell) for cell in row):
            file.read += 1
            reader.take(number, row)
    if not file.read:
        raise Invalid(f"Lembar “{sheet.name}” berisi judul kolom saja, tanpa hasil.")
    return file


def _columns(competencies: Sequence[Measurable]) -> list[Column]:
    return [NIP, DAY, *(each.column() for each in competencies), SUBJECT, RESULT]


def _find(
    sheets: Sequence[Sheet], competencies: Sequence[Measurable]
) -> tuple[Sheet, Header, Sequence[Measurable]]:
    """Find the sheet with NIP and results, and the framework that fits most of its headers."""
    nearest: list[str] = []
    for sheet in sheets:
        for chosen in _orders(sheet, competencies):
            header, found = find_header(sheet.numbered(), _columns(chosen), ["nip"])
            nearest = nearest or found or (list(header.written.values()) if header else [])
            if header is not None and _has_results(header):
                return sheet, header, chosen
            nearest = [*nearest, *(header.unknown if header else ())]
    if not nearest:
        raise Invalid(EMPTY)
    shown = ", ".join(f"“{text[:40]}”" for text in dict.fromkeys(nearest))
    raise Invalid(
        "Kolom NIP dan kolom hasil tidak ditemukan. Beri satu kolom per kompetensi, atau kolom "
        f"“kompetensi” dan “kategori”. Kolom yang ada: {shown}."
    )


def _has_results(header: Header) -> bool:
    has_pair = {"subject", "result"} <= set(header.places)
    return has_pair or any(name.startswith("=") for name in header.places)


def _orders(sheet: Sheet, competencies: Sequence[Measurable]) -> Iterator[Sequence[Measurable]]:
    """Give the competencies, those of the framework that fits most headers first.

    Two frameworks may have a competency of the same name ("Literasi digital").
    """
    written = {header_key(cell_text(c)) for _, row in islice(sheet.numbered(), 20) for c in row}
    fits: dict[str, int] = {}
    for each in competencies:
        names = {header_key(name) for name in each.column().names}
        fits[each.framework] = fits.get(each.framework, 0) + bool(names & written)
    yield sorted(competencies, key=lambda each: -fits[each.framework])


class _Reader:
    """Reads rows below the header into results and problems."""

    def __init__(
        self,
        file: ResultFile,
        header: Header,
        competencies: Sequence[Measurable],
        measured_on: date,
        today: date,
    ) -> None:
        self.file, self.header = file, header
        self.measured_on, self.today = measured_on, today
        self.by_field = {f"={each.competency_id}": each for each in competencies}
        self.by_name = {
            header_key(name): each
            for each in reversed(competencies)
            for name in each.column().names
        }
        self.first: dict[tuple[str, int, date], Result] = {}
        self.number = 0
        self.row: Sequence[Value] = ()

    def take(self, number: int, row: Sequence[Value]) -> None:
        """Read one row; a wrong cell leaves the others in."""
        self.number, self.row = number, row
        value = self._value("nip")
        checked = check_nip(cell_text(value), numeric_cell=is_number(value))
        if checked.verdict == "error":
            self._tell("nip", checked.message_id, **checked.values)
            return
        day = self._day()
        if day is not None:
            for name, each, text in self._cells():
                self._result(name, each, text, checked.normalised, day)

    def _cells(self) -> Iterator[tuple[str, Measurable, str]]:
        for name in self.header.places:
            text = cell_text(self._value(name))
            if name in self.by_field and text.casefold() not in EMPTY_WORDS:
                yield name, self.by_field[name], text
        subject, result = cell_text(self._value("subject")), cell_text(self._value("result"))
        if subject and result.casefold() not in EMPTY_WORDS:
            found = self.by_name.get(header_key(subject))
            if found is None:
                known = ", ".join(dict.fromkeys(each.name for each in self.by_field.values()))
                self._tell("subject", UNKNOWN_SUBJECT, text=subject[:60], known=known)
            else:
                yield "result", found, result

    def _result(self, column: str, each: Measurable, text: str, nip: str, day: date) -> None:
        level = each.level_of(text)
        if level is None:
            values = {"text": text[:40], "name": each.name, "known": each.words}
            self._tell(column, UNKNOWN_RESULT, **values)
            return
        result = Result(
            row=self.number,
            column=self.header.written[column],
            nip=nip,
            competency_id=each.competency_id,
            code=each.code,
            name=each.name,
            level=level,
            measured_on=day,
        )
        first = self.first.setdefault((nip, each.competency_id, day), result)
        if first.level == level:  # the same once more is counted too: no result goes unaccounted
            self.file.results.append(result)
        else:
            self._tell(column, TWICE, name=each.name, row=str(first.row))

    def _day(self) -> date | None:
        try:
            day = read_date(self._value("day")) or self.measured_on
        except ValueError:
            self._tell("day", WRONG_DAY, text=cell_text(self._value("day"))[:30])
            return None
        if day > self.today:
            self._tell("day", FUTURE_DAY, day=day.strftime("%d-%m-%Y"))
            return None
        return day

    def _value(self, name: str) -> Value:
        place = self.header.places.get(name)
        return self.row[place] if place is not None and place < len(self.row) else None

    def _tell(self, name: str, message_id: str, /, **values: str) -> None:
        problem = Problem(
            row=self.number,
            column=self.header.written.get(name, ""),
            value=cell_text(self._value(name))[:200],
            message_id=message_id,
            values=values,
        )
        self.file.problems.append(problem)
