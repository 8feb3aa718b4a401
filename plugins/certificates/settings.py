"""Settings of the certificates plugin."""

from __future__ import annotations

from lms import Setting
from plugins.certificates.domain.numbers import DEFAULT_PATTERN

NUMBER_PATTERN = "certificates.number_pattern"
SIGNER_NAME = "certificates.signer_name"
SIGNER_TITLE = "certificates.signer_title"
SIGNER_PLACE = "certificates.signer_place"
VERIFY_BASE = "certificates.verify_base"

SETTINGS = (
    Setting(
        key=NUMBER_PATTERN,
        title="Pola nomor sertifikat ({seq:04}, {year}, {month}, {roman_month})",
        default=DEFAULT_PATTERN,
    ),
    Setting(key=SIGNER_NAME, title="Nama penanda tangan sertifikat", default=""),
    Setting(
        key=SIGNER_TITLE,
        title="Jabatan penanda tangan sertifikat",
        default="Kepala Badan Kepegawaian dan Pengembangan SDM",
    ),
    Setting(key=SIGNER_PLACE, title="Tempat terbit sertifikat", default=""),
    Setting(
        key=VERIFY_BASE,
        title="Alamat depan halaman cek keaslian, misalnya https://belajar.contoh.go.id/serang",
        default="",
    ),
)
