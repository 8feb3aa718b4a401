"""What the plugin's views ask for, and which roles have it unless changed."""

from __future__ import annotations

from lms import Permission

READ = "courses:course:read"
WRITE = "courses:course:write"
DRAFT = "courses:draft:write"
REVIEW = "courses:course:review"
ASSIGN = "courses:assignment:write"
ANSWER = "courses:objection:answer"
PLAN_READ = "courses:plan:read"
PLAN_WRITE = "courses:plan:write"
CLASS_READ = "courses:class:read"
CLASS_WRITE = "courses:class:write"
CLASS_ATTEND = "courses:class:attend"
CLASS_APPROVE = "courses:class:approve"
OUTSIDE_VERIFY = "courses:outside:verify"
FORMS_WRITE = "courses:form:write"
HOURS_READ = "courses:hours:read"
RULE = "courses:rule:write"
ANSWER_TEAM = "courses:objection:team"
REMIND = "courses:reminder:send"
REMIND_TEAM = "courses:reminder:team"

PERMISSIONS = (
    Permission(
        name=RULE,
        title="Membuat, memakai, dan membatalkan aturan penugasan",
        roles=("officer", "administrator"),
    ),
    Permission(
        name=ANSWER_TEAM,
        title="Menjawab keberatan pegawai saya",
        roles=("supervisor",),
    ),
    Permission(
        name=REMIND,
        title="Mengirim pengingat",
        roles=("officer", "administrator"),
    ),
    Permission(
        name=REMIND_TEAM,
        title="Mengingatkan pegawai saya",
        roles=("supervisor",),
    ),
    Permission(
        name=OUTSIDE_VERIFY,
        title="Memeriksa bukti pelatihan di luar",
        roles=("officer", "administrator"),
    ),
    Permission(
        name=FORMS_WRITE,
        title="Mengubah tabel konversi JP",
        roles=("officer", "administrator"),
    ),
    Permission(
        name=HOURS_READ,
        title="Melihat JP semua pegawai dan mengambil datanya",
        roles=("officer", "auditor", "administrator"),
    ),
    Permission(
        name=READ,
        title="Melihat pelatihan dan jumlah peserta",
        roles=("trainer", "officer", "auditor", "administrator"),
    ),
    Permission(
        name=WRITE,
        title="Membuka dan mengarsipkan pelatihan",
        roles=("trainer", "administrator"),
    ),
    Permission(
        name=DRAFT,
        title="Menulis materi pelatihan",
        roles=("trainer", "administrator"),
    ),
    Permission(
        name=REVIEW,
        title="Memeriksa materi dan menyetujuinya terbit",
        roles=("trainer", "officer", "administrator"),
    ),
    Permission(
        name=ASSIGN,
        title="Melihat dan membatalkan penugasan",
        roles=("officer", "administrator"),
    ),
    Permission(
        name=ANSWER,
        title="Menjawab keberatan",
        roles=("officer", "administrator"),
    ),
    Permission(
        name=CLASS_READ,
        title="Melihat angkatan dan pesertanya",
        roles=("trainer", "officer", "auditor", "administrator"),
    ),
    Permission(
        name=CLASS_WRITE,
        title="Membuka angkatan dan mengatur pesertanya",
        roles=("officer", "administrator"),
    ),
    Permission(
        name=CLASS_ATTEND,
        title="Mengisi daftar hadir",
        roles=("trainer", "officer", "administrator"),
    ),
    Permission(
        name=CLASS_APPROVE,
        title="Menyetujui pegawai ikut angkatan",
        roles=("supervisor",),
    ),
    Permission(
        name=PLAN_READ,
        title="Melihat rencana pelatihan dan biayanya",
        roles=("officer", "auditor", "administrator"),
    ),
    Permission(
        name=PLAN_WRITE,
        title="Membuat dan menyetujui rencana pelatihan",
        roles=("officer", "administrator"),
    ),
)
