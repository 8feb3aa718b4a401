"""What the plugin's views ask for, and which roles have it unless changed."""

from __future__ import annotations

from lms import Permission

READ = "courses:course:read"
WRITE = "courses:course:write"
ASSIGN = "courses:assignment:write"
ANSWER = "courses:objection:answer"

PERMISSIONS = (
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
        name=ASSIGN,
        title="Melihat dan membatalkan penugasan",
        roles=("officer", "administrator"),
    ),
    Permission(
        name=ANSWER,
        title="Menjawab keberatan",
        roles=("officer", "administrator"),
    ),
)
