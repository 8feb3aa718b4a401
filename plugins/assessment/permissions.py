"""What a role may do with the bank, instruments and results."""

from __future__ import annotations

from lms import Permission

ITEM_READ = "assessment:item:read"
ITEM_WRITE = "assessment:item:write"
INSTRUMENT_WRITE = "assessment:instrument:write"
RESULT_READ = "assessment:result:read"

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
        name=RESULT_READ,
        title="Melihat hasil tes pegawai",
        roles=("officer", "auditor", "administrator"),
    ),
)
