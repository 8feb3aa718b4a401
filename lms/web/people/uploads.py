"""The two kinds of files with people that wait for their confirmation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from lms.web import uploads

Kind = Literal["people", "evidence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An uploaded file of one kind, and the day of measurement that was chosen with it."""

    stored: uploads.Upload
    kind: Kind
    measured_on: date | None

    @property
    def token(self) -> str:
        """Give what stands in the address."""
        return self.stored.token

    @property
    def filename(self) -> str:
        """Give the name that the file had at its uploader's."""
        return self.stored.filename

    def content(self) -> bytes:
        """Read the file; raises NotFound when it was used or is too old."""
        return self.stored.content()

    def forget(self) -> None:
        """Remove the file."""
        self.stored.forget()


def keep(content: bytes, filename: str, kind: Kind, measured_on: date | None) -> Upload:
    """Store an uploaded file until it is confirmed."""
    day = measured_on.isoformat() if measured_on else ""
    return _upload(uploads.keep_upload("people", content, filename, kind=kind, day=day))


def find(token: str) -> Upload:
    """Find the upload of an address; raises NotFound for another person's or an altered one."""
    return _upload(uploads.find_upload("people", token))


def _upload(stored: uploads.Upload) -> Upload:
    day = stored.values["day"]
    return Upload(
        stored=stored,
        kind=stored.values["kind"],
        measured_on=date.fromisoformat(day) if day else None,
    )


def sign_result(values: dict[str, Any]) -> str:
    """Sign what an import did, for the address of its result page."""
    return uploads.sign_values("people-result", values)


def read_result(token: str) -> dict[str, Any]:
    """Read a result's address; raises NotFound for an altered one."""
    return dict(uploads.read_values("people-result", token))
