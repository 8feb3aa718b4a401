"""Pure: a link that opens WhatsApp with a message to somebody, ready to be sent by hand."""

from __future__ import annotations

import re
from urllib.parse import quote

MOBILE = re.compile(r"8\d{7,12}")
"""An Indonesian mobile number after the country code."""


def whatsapp_link(phone: str, text: str) -> str | None:
    """Give the `wa.me` link for an Indonesian mobile number; None when it cannot be one.

    Numbers may be written as 0812…, 812…, 62812… or +62 812…, with spaces, dots and dashes.
    """
    if not re.fullmatch(r"\+?[\d\s().\-]+", phone.strip()):
        return None
    digits = re.sub(r"\D", "", phone)
    national = digits.removeprefix("62").lstrip("0")
    if phone.strip().startswith("+") and not digits.startswith("62"):
        return None
    if not MOBILE.fullmatch(national):
        return None
    return f"https://wa.me/62{national}?text={quote(text, safe='')}"
