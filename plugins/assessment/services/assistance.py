"""A helper who sits beside a person at a test: only with that person's consent."""

from __future__ import annotations

from dataclasses import dataclass

from lms import Invalid

CONSENT = "Centang persetujuan Anda, atau kosongkan nama pendamping."  # i18n
HELPER = "Isi nama pendamping, atau hapus centang."  # i18n
MOST_LETTERS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistance:
    """Who sits beside a person, and whether that person agreed to it."""

    helper: str = ""
    consent: bool = False

    @property
    def name(self) -> str:
        """Give the helper's name, empty for a test taken alone; raises Invalid without consent."""
        name = " ".join(self.helper.split())[:MOST_LETTERS]
        if name and not self.consent:
            raise Invalid(CONSENT)
        if self.consent and not name:
            raise Invalid(HELPER)
        return name
