"""Settings of the courses plugin."""

from __future__ import annotations

from lms import Setting

RECORDING_MEGABYTES = "courses.recording_megabytes"
ATTENDANCE_PERCENT = "courses.attendance_percent"
ATTENDANCE_GRACE = "courses.attendance_grace_minutes"
OFFLINE = "courses.offline"
COACHING_LEARNERS = "courses.coaching_learners"
OBJECTION_DAYS = "courses.objection_days"
HORIZON_MONTHS = "courses.horizon_months"
HORIZON_JP = "courses.horizon_jp"
RETIREMENT = {
    "others": "courses.retirement_others",
    "high": "courses.retirement_high",
    "ahli_madya": "courses.retirement_ahli_madya",
    "ahli_utama": "courses.retirement_ahli_utama",
    "teachers": "courses.retirement_teachers",
}
REVIEW_BY_ONE = "courses.review_by_one"
REMIND_START = "courses.remind_start_days"
REMIND_IDLE = "courses.remind_idle_days"
REMIND_SELF = "courses.remind_automatically"

SETTINGS = (
    Setting(
        key=REVIEW_BY_ONE,
        title="Penulis boleh menyetujui materinya sendiri (instansi kecil)",
        default=False,
    ),
    Setting(
        key=OFFLINE,
        title="Modul yang sudah dibuka tetap bisa dibaca tanpa internet",
        default=True,
    ),
    Setting(key=OBJECTION_DAYS, title="Keberatan dijawab dalam (hari kerja)", default=5),
    Setting(
        key=HORIZON_MONTHS,
        title="Pelatihan singkat bila pensiun dalam (bulan)",
        default=12,
    ),
    Setting(
        key=HORIZON_JP,
        title="JP paling banyak untuk yang segera pensiun",
        default=6,
    ),
    Setting(
        key=RETIREMENT["others"],
        title="Usia pensiun: pelaksana, pengawas, administrator, dan lainnya",
        default=58,
    ),
    Setting(key=RETIREMENT["high"], title="Usia pensiun: pimpinan tinggi", default=60),
    Setting(key=RETIREMENT["ahli_madya"], title="Usia pensiun: ahli madya", default=60),
    Setting(key=RETIREMENT["ahli_utama"], title="Usia pensiun: ahli utama", default=65),
    Setting(key=RETIREMENT["teachers"], title="Usia pensiun: guru", default=60),
    Setting(
        key=REMIND_START,
        title="Ingatkan bila belum mulai sesudah (hari)",
        default=7,
    ),
    Setting(
        key=REMIND_IDLE,
        title="Ingatkan bila berhenti belajar sesudah (hari)",
        default=7,
    ),
    Setting(
        key=REMIND_SELF,
        title="Kirim pengingat otomatis setiap hari",
        default=False,
    ),
    Setting(
        key=COACHING_LEARNERS,
        title="Paling banyak rekan yang dibantu satu orang sekaligus",
        default=3,
    ),
    Setting(
        key=ATTENDANCE_PERCENT,
        title="Kehadiran paling sedikit agar angkatan terhitung (%)",
        default=80,
    ),
    Setting(
        key=ATTENDANCE_GRACE,
        title="Absen QR boleh sebelum dan sesudah pertemuan (menit)",
        default=30,
    ),
    Setting(
        key=RECORDING_MEGABYTES,
        title="Video dan suara paling besar (MB, sampai 25)",
        default=20,
    ),
)
