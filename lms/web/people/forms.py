"""The forms of one person: facts, a new post, a new person; what was typed stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from wtforms import Field, Form, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired

from lms.core.learning.queries import position_levels
from lms.core.people import queries
from lms.core.people.importing import cells
from lms.core.people.models import PersonAlias
from lms.core.people.nip import NipCheck, check_nip
from lms.core.people.positions import RARE_LEVELS, level_name
from lms.core.people.posts import Colleague, Post, colleague
from lms.core.sheets import read_date
from lms.core.site import today
from lms.web.context import reading
from lms.web.formatting import day
from lms.web.forms import choice
from lms.web.translation import gettext as _

EDUCATION = (
    "SD SMP SMA SMK D1 D2 D3 D4 S1 Profesi S2 Spesialis Subspesialis S3".split()  # noqa: SIM905
)
MOST_DIGITS = 9
"""Of an id that stands in a form: no database counts without end."""


def tidy(text: str | None) -> str:
    """Drop what cannot be seen, and make one space of many."""
    seen = (letter for letter in text or "" if letter.isprintable() or letter.isspace())
    return " ".join("".join(seen).split())


def at_most(most: int) -> Callable[[Form, Field], None]:
    """Refuse text that is longer than what can be stored."""

    def check(_form: Form, field: Field) -> None:
        if len(field.data or "") > most:
            raise ValidationError(_("Terlalu panjang. Paling banyak %(most)s huruf.", most=most))

    return check


def readable(read: Callable[[str], str | None], message: str) -> Callable[[Form, Field], None]:
    """Refuse text that a reader of cells does not understand; empty is allowed."""

    def check(_form: Form, field: Field) -> None:
        if field.data and read(field.data) is None:
            raise ValidationError(message)

    return check


GRADE = "Tulis seperti III/c, atau IX untuk PPPK."  # i18n
PHONE = "Nomor ini tidak lengkap. Contoh: 0812 0000 1234."  # i18n
EMAIL = "Alamat email ini tidak lengkap."  # i18n


class FactsForm(Form):
    """What is stored of a person and changes now and then."""

    name = StringField(
        "Nama tanpa gelar",
        [DataRequired(message="Isi nama pegawai."), at_most(200)],
        filters=[tidy],
    )
    title_before = StringField("Gelar depan (boleh kosong)", [at_most(60)], filters=[tidy])
    title_after = StringField("Gelar belakang (boleh kosong)", [at_most(100)], filters=[tidy])
    grade = StringField(
        "Golongan (boleh kosong)", [readable(cells.read_grade, GRADE)], filters=[tidy]
    )
    education = SelectField("Pendidikan", validate_choice=False)
    phone = StringField(
        "Nomor HP (boleh kosong)", [readable(cells.read_phone, PHONE)], filters=[tidy]
    )
    email = StringField(
        "Email (boleh kosong)", [readable(cells.read_email, EMAIL), at_most(200)], filters=[tidy]
    )

    known: Sequence[str] = ()
    """The levels of education that can be chosen."""

    def offer(self, stored: str) -> None:
        """Set the choices of education; a stored word of another kind stays to be chosen."""
        self.known = [*EDUCATION, *([stored] if stored and stored not in EDUCATION else [])]
        self.education.choices = [
            choice("", _("Belum diisi")),
            *(choice(level, level) for level in self.known),
        ]

    def validate_education(self, field: Field) -> None:
        """Refuse what was not offered."""
        if field.data and field.data not in self.known:
            raise ValidationError(_("Pilih satu dari daftar."))

    def values(self) -> dict[str, Any]:
        """Give what was typed as it is stored."""
        read: dict[str, Callable[[str], str | None]] = {
            "grade": cells.read_grade,
            "phone": cells.read_phone,
            "email": cells.read_email,
        }
        typed = {name: value or "" for name, value in self.data.items()}
        return typed | {name: make(typed[name]) or "" for name, make in read.items() if typed[name]}


class PostForm(Form):
    """A post by name and level, and a unit that is searched and chosen."""

    position = StringField(
        "Nama jabatan", [DataRequired(message="Isi nama jabatan."), at_most(200)], filters=[tidy]
    )
    level = SelectField(
        "Jenjang jabatan", [DataRequired(message="Pilih jenjang jabatan.")], validate_choice=False
    )
    search = StringField("Cari unit", filters=[tidy])
    unit = SelectField("Unit", validate_choice=False)

    def offer(self) -> None:
        """Set the choices: all levels; the unit chosen, and those found or else the OPDs."""
        self.levels = [
            *RARE_LEVELS,
            *(x for x in position_levels(reading()) if x not in RARE_LEVELS),
        ]
        self.level.choices = [
            choice("", _("Pilih jenjang")),
            *(choice(level, _(level_name(level))) for level in self.levels),
        ]
        units = {unit.unit_id: unit for unit in self._units()}  # each once
        self.unit.choices = [
            choice("", _("Belum diisi")),
            *(choice(str(unit.unit_id), unit_words(unit)) for unit in units.values()),
        ]

    def _units(self) -> list[queries.UnitChoice]:
        chosen = queries.unit_choice(reading(), self.unit_id) if self.unit_id else None
        self.hits = queries.find_units(reading(), self.search.data) if self.search.data else []
        more = self.hits or queries.top_units(reading())
        return [*([chosen] if chosen else []), *more]

    levels: Sequence[str] = ()
    hits: Sequence[queries.UnitChoice] = ()
    """The units that the search found."""

    @property
    def unit_id(self) -> int | None:
        """Give the id of the chosen unit, None for none (or for no number)."""
        text = self.unit.data or ""
        return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None

    def validate_level(self, field: Field) -> None:
        """Refuse what was not offered."""
        if field.data not in self.levels:
            raise ValidationError(_("Pilih satu dari daftar."))

    def validate_unit(self, field: Field) -> None:
        """Refuse a unit that does not exist."""
        known = self.unit_id and queries.unit_choice(reading(), self.unit_id)
        if field.data and not known:
            raise ValidationError(_("Pilih satu dari daftar."))


class MoveForm(PostForm):
    """Another post, unit or supervisor of a person from a day on."""

    supervisor = StringField("NIP atasan langsung (boleh kosong)", filters=[tidy])
    since = StringField("Berlaku sejak", filters=[tidy])

    found: Colleague | None = None
    """The supervisor, after validation."""
    person_id = 0
    before = Post()

    def validate_supervisor(self, field: Field) -> None:
        """Find the supervisor by NIP; the page to confirm shows the name."""
        if not field.data:
            return
        checked = check_nip(field.data)
        if checked.verdict == "error":
            raise ValidationError(nip_words(checked))
        self.found = colleague(reading(), field.data)
        if self.found is None:
            raise ValidationError(_("NIP ini tidak ada di daftar pegawai."))
        if self.found.person_id == self.person_id:
            raise ValidationError(_("Pegawai tidak dapat menjadi atasan dirinya sendiri."))
        if not self.found.active:
            raise ValidationError(_("Pegawai ini tidak aktif. Isi NIP atasan yang aktif."))

    def validate_since(self, field: Field) -> None:
        """Refuse days that cannot be: before the present post began, or still to come."""
        found = self.day
        if found is None:
            raise ValidationError(_("Isi tanggal, misalnya %(day)s.", day="3-11-2026"))
        if self.before.since and found < self.before.since:
            least = day(self.before.since)
            raise ValidationError(_("Jabatan sekarang baru dimulai %(day)s.", day=least))
        if found > today(reading()):
            raise ValidationError(_("Tanggal ini belum tiba. Catat perpindahan pada harinya."))

    @property
    def day(self) -> date | None:
        """Give the day that was typed, None when it cannot be read."""
        try:
            return read_date(self.since.data)
        except ValueError:
            return None

    def post(self) -> Post:
        """Give the post that was typed; only after validation."""
        return Post(
            position=self.position.data or "",
            level=self.level.data,
            unit_id=self.unit_id,
            supervisor_id=self.found.person_id if self.found else None,
            since=self.day,
        )


class NewPersonForm(PostForm):
    """A person who is not in a file: NIP, name and post."""

    nip = StringField("NIP", filters=[tidy])
    name = StringField(
        "Nama dan gelar", [DataRequired(message="Isi nama pegawai."), at_most(200)], filters=[tidy]
    )

    @property
    def checked(self) -> NipCheck:
        """Judge the NIP that was typed."""
        return check_nip(self.nip.data or "")

    def validate_nip(self, field: Field) -> None:
        """Refuse a NIP that cannot be, and one that is there already."""
        checked = self.checked
        if checked.verdict == "error":
            raise ValidationError(nip_words(checked))
        known = colleague(reading(), field.data)
        if known is not None:
            raise ValidationError(_("NIP ini sudah dipakai %(name)s.", name=known.name))
        if reading().get(PersonAlias, checked.normalised) is not None:
            raise ValidationError(_("Ini NIP lama seorang pegawai. Isi NIP yang berlaku."))


def nip_words(checked: NipCheck) -> str:
    """Give what is wrong with a NIP in the reader's language."""
    return _(checked.message_id, **checked.values)


def unit_words(unit: queries.UnitChoice | None) -> str:
    """Write a unit with its OPD."""
    if unit is None:
        return ""
    return f"{unit.name}, {unit.top}" if unit.top else unit.name
