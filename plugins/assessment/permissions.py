"""What a role may do with the bank, instruments and results."""

from __future__ import annotations

from lms import Permission

ITEM_READ = "assessment:item:read"
ITEM_WRITE = "assessment:item:write"
INSTRUMENT_WRITE = "assessment:instrument:write"
RESULT_READ = "assessment:result:read"
SESSION_WRITE = "assessment:session:write"
OBJECTION_ANSWER = "assessment:objection:answer"
ANSWER_RATE = "assessment:answer:rate"

PERMISSIONS = (
    Permission(
        name=ITEM_READ,
        title="Melihat bank soal dan alat tes",
        roles=("trainer", "officer", "auditor", "administrator"),
    ),
    Permission(name=ITEM_WRITE, title="Menulis soal", roles=("trainer", "administrator")),
    Permission(
        name=INSTRUMENT_WRITE,
        title="Membuka dan menutup alat tes",
        roles=("officer", "administrator"),
    ),
    Permission(
        name=SESSION_WRITE,
        title="Merencanakan dan memimpin hari pengukuran",
        roles=("officer", "administrator"),
    ),
    Permission(
        name=RESULT_READ,
        title="Melihat hasil tes pegawai",
        roles=("officer", "auditor", "administrator"),
    ),
    Permission(
        name=OBJECTION_ANSWER,
        title="Menjawab keberatan atas hasil tes",
        roles=("officer", "administrator"),
    ),
    Permission(
        name=ANSWER_RATE,
        title="Menilai jawaban berkas",
        roles=("trainer", "administrator"),
    ),
)
