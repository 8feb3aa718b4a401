"""Makes the sheet of log-in cards: eight on an A4 page, each with a first password and a QR code.

typst and segno are imported when the first sheet is made. Nothing of it is stored: the passwords
exist in this file and on the paper only.
"""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typst

DESIGN = Path(__file__).with_name("cards.typ")
PER_PAGE = 8
_compiling = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginCard:
    """What stands on one card."""

    name: str
    nip: str
    unit: str
    password: str


def login_cards(agency: str, address: str, cards: Sequence[LoginCard]) -> bytes:
    """Make the PDF; `address` is where to log in, as people can type it."""
    data = {
        "title": f"Kartu masuk, {len(cards)} pegawai",
        "agency": agency,
        "shown": address.partition("://")[2] or address,
        "qr": _qr_svg(address),
        "cards": [
            {
                "name": card.name,
                "nip": grouped_nip(card.nip),
                "unit": card.unit,
                "password": card.password,
            }
            for card in cards
        ],
    }
    with _compiling:
        made = _compiler().compile(sys_inputs={"data": json.dumps(data)}, format="pdf")
    assert isinstance(made, bytes)
    return made


def grouped_nip(nip: str) -> str:
    """Write a NIP in its four parts, as on a card."""
    return " ".join(part for part in (nip[:8], nip[8:14], nip[14:15], nip[15:]) if part)


@cache
def _compiler() -> typst.Compiler:
    from typst import Compiler, Fonts

    lato = Path(str(files("font_lato"))) / "files"
    fonts = Fonts(include_system_fonts=False, font_paths=[lato])
    return Compiler(DESIGN, root=DESIGN.parent, font_paths=fonts, ignore_system_fonts=True)


def _qr_svg(address: str) -> str:
    import segno

    drawing = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(drawing, kind="svg", border=0, xmldecl=False, dark="#000")
    return drawing.getvalue().decode()
