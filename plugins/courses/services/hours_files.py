"""Files of the ledger: the development record, and the columns of SIASN's kursus.

Columns follow domain.md §4.2 and §4.3. What only the agency's SIASN knows (its own ids of the
agency, the place and the person) stays empty; the NIP stands beside as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from lms import ExportFile
from lms.sheets import Value, write_csv, write_sheet
from plugins.courses.queries.ways.year_hours import LedgerLine, YearFilter, count_ledger, ledger

Progress = Callable[[int, int], None]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
DEVELOPMENT = (
    "NIP", "Nama", "Status", "Jabatan", "Unit kerja", "OPD", "Tahun", "Jenis", "Pelaksana",
    "Materi", "Waktu mulai", "Waktu selesai", "JP", "Bukti",
)  # fmt: skip
SIASN = (
    "instansiId", "institusiPenyelenggara", "jenisDiklatId", "jenisKursus",
    "jenisKursusSertipikat", "jumlahJam", "lokasiId", "namaKursus", "nomorSertipikat",
    "pnsOrangId", "tahunKursus", "tanggalKursus", "tanggalSelesaiKursus", "nipPns", "nama",
)  # fmt: skip
HERE = {"course": "Tercatat di sistem", "class": "Daftar hadir di sistem"}
STEP = 500


def make_development(
    session: Session, payload: Mapping[str, Any], progress: Progress
) -> ExportFile:
    """Write the development record of a year: kind, organiser, content, time, JP, proof."""
    return _made(session, payload, progress, "pengembangan", DEVELOPMENT, _development_row)


def make_siasn(session: Session, payload: Mapping[str, Any], progress: Progress) -> ExportFile:
    """Write the ledger of a year in the columns of SIASN's kursus."""
    return _made(session, payload, progress, "siasn-kursus", SIASN, _siasn_row)


def _made(
    session: Session,
    payload: Mapping[str, Any],
    progress: Progress,
    name: str,
    headers: Sequence[str],
    row: Callable[[LedgerLine], tuple[Value, ...]],
) -> ExportFile:
    wanted = YearFilter(year=int(payload["year"]), unit_id=payload.get("unit"))
    total = count_ledger(session, wanted)
    csv = payload.get("format") == "csv"
    write = write_csv if csv else write_sheet
    content = write(headers, (row(line) for line in _counted(session, wanted, total, progress)))
    progress(total, total)
    return ExportFile(
        filename=f"{name}-{wanted.year}.{'csv' if csv else 'xlsx'}",
        content=content,
        media_type=CSV if csv else XLSX,
        rows=total,
    )


def _counted(
    session: Session, wanted: YearFilter, total: int, progress: Progress
) -> Iterator[LedgerLine]:
    for done, line in enumerate(ledger(session, wanted)):
        if done % STEP == 0:
            progress(done, total)
        yield line


def day_text(day: date | None) -> str:
    """Write a day as SIASN takes it: d-m-Y, as text."""
    return f"{day:%d-%m-%Y}" if day else ""


def _days(line: LedgerLine) -> tuple[str, str]:
    return day_text(line.starts_on or line.earned_on), day_text(line.ends_on or line.earned_on)


def proof(line: LedgerLine) -> str:
    """Say what shows it: the certificate's number, or where the system has it."""
    if line.number:
        return f"Nomor {line.number}"
    if line.kind == "outside":
        return "Sertifikat diunggah dan diperiksa"
    if line.kind == "coaching":
        return "Pertemuan dikonfirmasi kedua pihak"
    return HERE.get(line.kind, HERE["course"])


def _development_row(line: LedgerLine) -> tuple[Value, ...]:
    return (
        line.nip,
        line.name,
        line.employment.upper(),
        line.position,
        line.unit,
        line.top,
        line.year,
        line.form,
        line.organiser,
        line.title,
        *_days(line),
        line.jp,
        proof(line),
    )


def _siasn_row(line: LedgerLine) -> tuple[Value, ...]:
    return (
        "",
        line.organiser,
        line.form_code,
        line.form,
        line.certificate_class,
        line.jp,
        "",
        line.title,
        line.number,
        "",
        line.year,
        *_days(line),
        line.nip,
        line.name,
    )
