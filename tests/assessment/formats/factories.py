"""Files and drafts for the tests of formats."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plugins.assessment.domain import ItemDraft
from plugins.assessment.domain.formats import ExportedItem
from plugins.assessment.domain.formats.drafts import (
    Choice,
    Frame,
    matching,
    numeric,
    one_right,
    ordering,
    scale,
    several_right,
    short_text,
    true_false,
)

FILES = Path(__file__).parent / "files"


def golden(name: str) -> bytes:
    """A file as another program would give it."""
    return (FILES / name).read_bytes()


def zipped(entries: Mapping[str, bytes | str], **options: Any) -> bytes:
    """A ZIP with these entries."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


def manifest(*hrefs: str, kind: str = "imsqti_item_xmlv2p1") -> str:
    """A manifest that names these items."""
    resources = "".join(
        f'<resource identifier="r{n}" type="{kind}" href="{href}"><file href="{href}"/></resource>'
        for n, href in enumerate(hrefs)
    )
    return (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m">'
        f"<organizations/><resources>{resources}</resources></manifest>"
    )


def frame(**values: Any) -> Frame:
    """What every question has, with signs that some formats give a meaning."""
    defaults: dict[str, Any] = {
        "stem": "Pak Budi {baru} punya 2 = 2 berkas ~ besar #1: apa langkah berikutnya?",
        "explanation": "Karena a < b & c > d.\nBaris kedua: \\n bukan baris.",
        "level": 3,
        "difficulty": -0.7,
        "tags": ("berkas", "uji coba"),
    }
    return Frame(**{**defaults, **values})


def every_kind() -> dict[str, ItemDraft]:
    """One question of each kind that all three formats write."""
    options = [Choice(text="= benar", weight=1), Choice(text="~salah"), Choice(text="%50% <b>")]
    several = [Choice(text=t, weight=w) for t, w in (("A", 1), ("[B]", 1), ("C -> D", 0))]
    weighted = [Choice(text=t, weight=w / 3) for t, w in (("baik", 3), ("cukup", 1), ("buruk", 0))]
    return {
        "single": one_right(frame(), options),
        "multiple": several_right(frame(), several),
        "multiple_all": several_right(frame(stem="Semua?"), several, "all"),
        "true_false": true_false(frame(), key=False),
        "matching": matching(
            frame(), [("kiri: satu", "kanan 1"), ("dua", "kanan 2"), ("tiga", "kanan 1")], ["lebih"]
        ),
        "ordering": ordering(frame(), ["pertama", "kedua = 2", "ketiga"]),
        "short_text": short_text(frame(), ["pdf", "=PDF", "a.b"], case=True),
        "numeric": numeric(frame(), 1242.5, 0.25, "MB"),
        "sjt": one_right(frame(), weighted),
        "sjt_one": one_right(frame(stem="Satu bernilai"), options, weighted=True),
    }


def with_scale() -> dict[str, ItemDraft]:
    """The kinds that XLSX and QTI write."""
    return {**every_kind(), "scale": scale(frame(), ["Belum pernah", "Kadang", "Selalu"])}


def exported(drafts: dict[str, ItemDraft]) -> list[ExportedItem]:
    """Questions on their way out."""
    return [
        ExportedItem(code=f"D1-{n:02}", draft=draft, competency="D1")
        for n, draft in enumerate(drafts.values(), start=1)
    ]
