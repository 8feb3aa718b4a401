"""Files that the plugin makes in the background."""

from __future__ import annotations

from lms import Export
from plugins.courses.permissions import HOURS_READ, PLAN_READ
from plugins.courses.services.hours_files import make_development, make_siasn
from plugins.courses.services.planning.workbook import make_workbook

PLAN_WORKBOOK = "courses.plan"
DEVELOPMENT = "courses.development"
SIASN = "courses.siasn"

EXPORTS = (
    Export(
        name=DEVELOPMENT,
        title="Hasil pengembangan kompetensi (JP dan bukti)",
        permission=HOURS_READ,
        make=make_development,
    ),
    Export(
        name=SIASN,
        title="Riwayat kursus untuk SIASN",
        permission=HOURS_READ,
        make=make_siasn,
    ),
    Export(
        name=PLAN_WORKBOOK,
        title="Rencana pelatihan dan biayanya",
        permission=PLAN_READ,
        make=make_workbook,
    ),
)
