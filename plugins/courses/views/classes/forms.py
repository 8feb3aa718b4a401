"""Forms of the desk; what is typed stays when something is missing."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    Form,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from plugins.courses.services.classes.opening import ClassSpec, MeetingSpec

MOMENT = "Isi tanggal dan jam."  # i18n
HOUR = "Isi jam selesai."  # i18n
WHOLE = "Isi dengan angka bulat."  # i18n
NAME = "Isi nama angkatannya."  # i18n
CHOOSE = "Pilih pelatihannya."  # i18n
SEATS = "Antara 1 dan 2.000 orang."  # i18n
LONG = "Tulisan ini terlalu panjang."  # i18n
LOCAL = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
"""How browsers write a moment."""
ROWS = 3
"""Empty lines for further meetings."""
MOST_MEETINGS = 60


def _stripped(value: str | None) -> str:
    return (value or "").strip()


class MomentField(DateTimeLocalField):
    """A date and a time of the agency's clock."""

    def __init__(self, label: str, validators: list[Any], **values: Any) -> None:
        super().__init__(label, validators, format=LOCAL, **values)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the moment; raises ValueError in words for people."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(MOMENT) from error


class HourField(TimeField):
    """A time of the agency's clock."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the time; raises ValueError in words for people."""
        try:
            super().process_formdata([value.replace(".", ":") for value in valuelist])
        except ValueError as error:
            raise ValueError(HOUR) from error


class WholeField(IntegerField):
    """A whole number."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; raises ValueError in words for people."""
        try:
            super().process_formdata([value.strip() for value in valuelist])
        except ValueError as error:
            raise ValueError(WHOLE) from error


class MeetingForm(Form):
    """One meeting, on one day; an empty line is no meeting."""

    starts_at = MomentField("Mulai", [Optional()])
    ends = HourField("Selesai", [Optional()])
    title = StringField("Isi", [Length(max=200, message=LONG)], filters=[_stripped])

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for both times as soon as anything is filled in."""
        fine = super().validate(extra_validators)
        if self.starts_at.errors or self.ends.errors:
            return False
        given = self.starts_at.data or self.ends.data or self.title.data
        for field, missing in ((self.starts_at, MOMENT), (self.ends, HOUR)):
            if given and not field.data:
                field.errors = [*field.errors, missing]
                fine = False
        return fine

    def spec(self, zone: ZoneInfo) -> MeetingSpec | None:
        """Give the meeting in UTC, None for an empty line."""
        start, end = self.starts_at.data, self.ends.data
        if start is None or end is None:
            return None
        return MeetingSpec(
            starts_at=start.replace(tzinfo=zone).astimezone(UTC),
            ends_at=datetime.combine(start.date(), end, zone).astimezone(UTC),
            title=self.title.data or "",
        )


class ClassForm(Form):
    """What an officer decides of a class."""

    course = SelectField("Pelatihan", coerce=int, validate_choice=False)
    name = StringField("Nama angkatan", [InputRequired(NAME), Length(max=120, message=LONG)])
    maximum = WholeField("Jumlah tempat", [InputRequired(WHOLE), NumberRange(1, 2000, SEATS)])
    minimum = WholeField(
        "Paling sedikit peserta", [InputRequired(WHOLE), NumberRange(1, 2000, SEATS)], default=1
    )
    place = StringField("Tempat", [Length(max=300, message=LONG)], filters=[_stripped])
    link = StringField(
        "Tautan (link) pertemuan online", [Length(max=500, message=LONG)], filters=[_stripped]
    )
    needs_approval = BooleanField("Perlu persetujuan atasan", default=True)
    enrol_from = MomentField("Pendaftaran dibuka (boleh kosong)", [Optional()])
    enrol_until = MomentField("Pendaftaran ditutup (boleh kosong)", [Optional()])
    trainers = TextAreaField("Pengajar", [Length(max=2000, message=LONG)], filters=[_stripped])
    note = TextAreaField("Catatan untuk peserta", [Length(max=2000, message=LONG)])

    def spec(self, zone: ZoneInfo, meetings: list[MeetingForm]) -> ClassSpec:
        """Give what was filled in, with moments in UTC."""
        found = [each.spec(zone) for each in meetings]
        names = (self.trainers.data or "").splitlines()
        return ClassSpec(
            name=" ".join((self.name.data or "").split()),
            maximum=self.maximum.data or 1,
            minimum=self.minimum.data or 1,
            needs_approval=bool(self.needs_approval.data),
            place=self.place.data or "",
            link=self.link.data or "",
            note=_stripped(self.note.data),
            enrol_from=_utc(self.enrol_from.data, zone),
            enrol_until=_utc(self.enrol_until.data, zone),
            meetings=tuple(each for each in found if each is not None),
            trainers=tuple(" ".join(name.split()) for name in names if name.strip()),
        )


def _utc(local: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if local is None else local.replace(tzinfo=zone).astimezone(UTC)


def empty_rows(there: int) -> list[MeetingForm]:
    """Give empty lines after those that are there."""
    return [MeetingForm(prefix=f"m{there + row}-") for row in range(ROWS)]


def filled_rows(times: list[tuple[datetime, datetime, str]]) -> list[MeetingForm]:
    """Give lines with meetings in local time, and empty ones after them."""
    rows = [
        MeetingForm(prefix=f"m{at}-", starts_at=start, ends=_hour(end), title=title)
        for at, (start, end, title) in enumerate(times)
    ]
    return rows + empty_rows(len(rows))


def _hour(moment: datetime) -> time:
    return moment.time().replace(second=0, microsecond=0)


def typed_rows(data: Any) -> list[MeetingForm]:
    """Give the lines that were sent, in their order."""
    numbers = {
        int(key[1:].split("-")[0])
        for key in data
        if key.startswith("m") and key[1:].split("-")[0].isdigit()
    }
    return [MeetingForm(data, prefix=f"m{at}-") for at in sorted(numbers)[:MOST_MEETINGS]]
