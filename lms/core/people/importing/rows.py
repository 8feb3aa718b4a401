"""Pure: one row of a personnel file to checked values, with findings about its cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from lms.core.people.importing import cells, posts
from lms.core.people.importing.names import split_name
from lms.core.people.importing.units import readable_unit
from lms.core.people.nip import NipCheck, check_nip, nip_facts
from lms.core.sheets import Header, Problem, Value, cell_text, is_number, read_date

NOTHING = frozenset(("", "-", "--", "'", "null", "nan", "#n/a"))
MAX_NAME, MAX_TITLE, MAX_POST = 200, 100, 200

NO_NAME = "Nama kosong. Isi nama pegawai."
UNREADABLE_DATE = "Tanggal lahir tidak terbaca: %(text)s. Tanggal dari NIP dipakai."
OTHER_DATE = "Tanggal lahir berbeda dengan NIP (%(nip)s). Tanggal di kolom ini dipakai. Periksa."
UNREADABLE_SEX = "Jenis kelamin tidak terbaca: %(text)s. Isi L atau P. Yang dari NIP dipakai."
OTHER_SEX = "Jenis kelamin berbeda dengan NIP. Isi kolom ini dipakai. Periksa."
UNKNOWN_GRADE = (
    "Golongan tidak dikenal: %(text)s. Contoh: III/c, atau IX untuk PPPK. Isi ini tidak disimpan."
)
WRONG_PHONE = "Nomor HP tidak lengkap: %(text)s. Contoh: 0812 0000 1234. Isi ini tidak disimpan."
WRONG_EMAIL = "Alamat email tidak lengkap: %(text)s. Isi ini tidak disimpan."
UNKNOWN_LEVEL = (
    "Jenjang %(text)s tidak dikenal. Semua dengan jabatan ini dicatat sebagai pelaksana. Periksa."
)
NO_LEVEL = (
    "Jenjang jabatan ini tidak diketahui. Semua dengan jabatan ini dicatat sebagai pelaksana. "
    "Kalau bukan, isi kolom jenjang."
)
INACTIVE = (
    "Kedudukan hukum: %(text)s. Dicatat tidak aktif: tidak dapat masuk, tidak mendapat pelatihan."
)
UNKNOWN_STANDING = "Kedudukan hukum tidak dikenal: %(text)s. Pegawai dianggap aktif. Periksa."
WRONG_SUPERVISOR = "NIP atasan tidak dapat dipakai. %(why)s"
CUT = "Isi terlalu panjang. Hanya %(length)s huruf pertama disimpan."


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person as the file says; empty text and None mean that the file says nothing.

    `unsure` is the finding to tell when the level of the post is not known elsewhere either.
    """

    row: int
    nip: str
    name: str
    title_before: str = ""
    title_after: str = ""
    birth_date: date | None = None
    sex: str = ""
    grade: str = ""
    education: str = ""
    phone: str = ""
    email: str = ""
    position: str = ""
    kind: str = ""
    level: str = ""
    unit: str = ""
    top_unit: str = ""
    supervisor_nip: str = ""
    active: bool | None = None
    unsure: Problem | None = None


@dataclass(slots=True)
class RowReader:
    """Reads rows below a header; findings of the current row are collected on the way."""

    header: Header
    number: int = 0
    row: Sequence[Value] = ()
    name: str = ""
    problems: list[Problem] = field(default_factory=list)

    def read(self, number: int, row: Sequence[Value]) -> PersonRow | None:
        """Read a row; None when it has an error. `problems` holds its findings until the next."""
        self.number, self.row, self.problems = number, row, []
        person = split_name(self.text("name"))
        self.name = person.name
        checked = self._nip()
        if not person.name:
            self.tell("name", NO_NAME, level="error")
        if checked.verdict == "error" or not person.name:
            return None
        position, kind, level, unsure = self._post()
        return PersonRow(
            row=number,
            nip=checked.normalised,
            name=self.cut("name", person.name, MAX_NAME),
            title_before=self.cut("title_before", self.text("title_before"), 60)
            or person.title_before[:60],
            title_after=self.cut("title_after", self.text("title_after"), MAX_TITLE)
            or person.title_after[:MAX_TITLE],
            birth_date=self._birth_date(checked.normalised),
            sex=self._sex(checked.normalised),
            grade=self._checked("grade", cells.read_grade, UNKNOWN_GRADE),
            education=cells.read_education(self.text("education")),
            phone=self._checked("phone", cells.read_phone, WRONG_PHONE),
            email=self._checked("email", cells.read_email, WRONG_EMAIL),
            position=position,
            kind=kind,
            level=level,
            unit=readable_unit(self.cut("unit", self.text("unit"), MAX_POST)),
            top_unit=readable_unit(self.cut("top_unit", self.text("top_unit"), MAX_POST)),
            supervisor_nip=self._supervisor(checked.normalised),
            active=self._active(),
            unsure=unsure,
        )

    def value(self, field_name: str) -> Value:
        """Give the raw cell of a field; None when the column is missing."""
        place = self.header.places.get(field_name)
        return self.row[place] if place is not None and place < len(self.row) else None

    def text(self, field_name: str) -> str:
        """Give a field's cell as text; signs for "nothing" count as empty."""
        text = cell_text(self.value(field_name))
        return "" if text.casefold() in NOTHING else text

    def tell(
        self,
        field_name: str,
        message_id: str,
        level: Literal["error", "warning"] = "warning",
        **values: Any,
    ) -> None:
        """Note a finding about a field's cell."""
        self.problems.append(self.finding(field_name, message_id, level, **values))

    def finding(
        self,
        field_name: str,
        message_id: str,
        level: Literal["error", "warning"] = "warning",
        **values: Any,
    ) -> Problem:
        """Make a finding about a field's cell without noting it."""
        return Problem(
            row=self.number,
            column=self.header.written.get(field_name, ""),
            value=cell_text(self.value(field_name))[:200],
            message_id=message_id,
            values=values,
            level=level,
            name=self.name,
        )

    def cut(self, field_name: str, text: str, length: int) -> str:
        """Shorten text to what can be stored, and say so."""
        if len(text) > length:
            self.tell(field_name, CUT, length=length)
        return text[:length]

    def _nip(self) -> NipCheck:
        value = self.value("nip")
        checked = check_nip(cell_text(value), numeric_cell=is_number(value))
        if checked.verdict != "ok":
            level: Literal["error", "warning"] = (
                "error" if checked.verdict == "error" else "warning"
            )
            self.tell("nip", checked.message_id, level, **checked.values)
        return checked

    def _birth_date(self, nip: str) -> date | None:
        by_nip = nip_facts(nip).birth_date
        try:
            found = read_date(self.value("birth_date"))
        except ValueError:
            self.tell("birth_date", UNREADABLE_DATE, text=self.text("birth_date")[:30])
            return None
        if found is None or found == by_nip or swapped(found) == by_nip:
            return found and by_nip
        self.tell("birth_date", OTHER_DATE, nip=by_nip.strftime("%d-%m-%Y"))
        return found

    def _sex(self, nip: str) -> str:
        text = self.text("sex")
        if not text:
            return ""
        found = cells.read_sex(text)
        if found is None:
            self.tell("sex", UNREADABLE_SEX, text=text[:20])
        elif found != nip_facts(nip).sex:
            self.tell("sex", OTHER_SEX)
        return found or ""

    def _active(self) -> bool | None:
        """Tell whether the person is at work; None when the file does not say."""
        text = self.text("standing")
        if not text:
            return None
        found = cells.read_standing(text)
        if found is None:
            self.tell("standing", UNKNOWN_STANDING, text=text[:40])
        elif not found:
            self.tell("standing", INACTIVE, text=text[:40])
        return found is not False

    def _checked(self, field_name: str, read: Callable[[str], str | None], message_id: str) -> str:
        text = self.text(field_name)
        if not text:
            return ""
        found = read(text)
        if found is None:
            self.tell(field_name, message_id, text=text[:40])
        return found or ""

    def _post(self) -> tuple[str, str, str, Problem | None]:
        """Give name, kind and level of the post; all empty when the file has none."""
        given = (
            ("struktural", self.text("position_structural")),
            ("fungsional", self.text("position_functional")),
            ("pelaksana", self.text("position_general")),
            ("", self.text("position")),
        )
        kind, name = next(((kind, name) for kind, name in given if name), ("", ""))
        if not name:
            return "", "", "", None
        name = readable_unit(self.cut("position", name, MAX_POST))
        kind = posts.kind_of(self.text("kind")) or kind
        level, unsure = self._level(name, kind)
        return name, kind, level, unsure

    def _level(self, name: str, kind: str) -> tuple[str, Problem | None]:
        rank, echelon = self.text("rank"), self.text("echelon")
        level = posts.level_of_rank(rank) or posts.level_of_echelon(echelon)
        level = level or posts.level_in_name(name)
        if level or kind == "pelaksana":
            return level or "pelaksana", None
        for field_name, text in (("rank", rank), ("echelon", echelon)):
            if text and not _says_nothing(text):
                return "", self.finding(field_name, UNKNOWN_LEVEL, text=text[:40])
        return "", self.finding("position", NO_LEVEL)

    def _supervisor(self, own: str) -> str:
        value = self.value("supervisor")
        text = self.text("supervisor")
        if not text or not any(letter.isdigit() for letter in text):
            return ""  # a name instead of a NIP cannot be matched safely
        checked = check_nip(text, numeric_cell=is_number(value))
        if checked.verdict == "error":
            self.tell("supervisor", WRONG_SUPERVISOR, why=checked.message)
            return ""
        return checked.normalised if checked.normalised != own else ""


def swapped(day: date) -> date | None:
    """Give a date with day and month exchanged, as American settings do; None if impossible."""
    try:
        return date(day.year, day.day, day.month)
    except ValueError:
        return None


def _says_nothing(text: str) -> bool:
    """Tell whether a rank only repeats the kind of post ("Fungsional", "Struktural")."""
    return posts.kind_of(text) is not None or not posts.has_echelon(text)


def is_number_row(row: Sequence[Value]) -> bool:
    """Tell whether a row only numbers the columns ("(1)", "(2)", …), as below many headers."""
    filled = [cell_text(cell).strip("() ") for cell in row if cell_text(cell)]
    return len(filled) >= 2 and filled == [str(n) for n in range(1, len(filled) + 1)]


def is_damaged(value: Value) -> bool:
    """Tell whether a NIP cell was a number in Excel, so that its last digits are lost."""
    checked = check_nip(cell_text(value), numeric_cell=is_number(value))
    return checked.code in ("scientific", "numeric_cell", "sequence_zero")
