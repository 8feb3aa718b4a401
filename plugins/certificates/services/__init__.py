"""Use-cases of certificates: issue, withhold, revoke, keep the file, erase."""

from __future__ import annotations

from plugins.certificates.services.erasing import erase
from plugins.certificates.services.files import keep_file, store_file
from plugins.certificates.services.issuing import ask_again, issue
from plugins.certificates.services.revoking import revoke

__all__ = ["ask_again", "erase", "issue", "keep_file", "revoke", "store_file"]
