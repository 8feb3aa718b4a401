"""Rights of the certificates plugin."""

from __future__ import annotations

from lms import Permission

READ = "certificates:certificate:read"
ISSUE = "certificates:certificate:issue"
REVOKE = "certificates:certificate:revoke"

PERMISSIONS = (
    Permission(
        name=READ,
        title="Melihat semua sertifikat",
        roles=("officer", "auditor", "administrator"),
    ),
    Permission(
        name=ISSUE,
        title="Memeriksa lagi sertifikat yang tertahan",
        roles=("officer", "administrator"),
    ),
    Permission(
        name=REVOKE,
        title="Mencabut sertifikat",
        roles=("officer", "administrator"),
    ),
)
