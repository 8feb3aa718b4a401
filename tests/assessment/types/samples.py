"""One good question of every built-in type, for tables of cases."""

from __future__ import annotations

from typing import Any

from plugins.assessment.domain import ItemDraft


def options(*texts: str) -> list[dict[str, Any]]:
    return [{"id": id_, "text": text} for id_, text in zip("abcdefgh", texts, strict=False)]


FOUR = options("Satu", "Dua", "Tiga", "Empat")
REGIONS = [
    {"id": "1", "text": "Tombol Kirim", "x": 10, "y": 20, "w": 100, "h": 60},
    {"id": "2", "text": "Tombol Batal", "x": 10, "y": 120, "w": 100, "h": 60},
]
RUBRIC = [
    {"id": "r1", "text": "Isi lengkap", "points": 4},
    {"id": "r2", "text": "Rapi", "points": 2},
]

SAMPLES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "single": ({"options": FOUR}, {"key": "c"}),
    "multiple": ({"options": FOUR}, {"keys": ["a", "c"], "credit": "partial"}),
    "true_false": (
        {"options": [{"id": "true", "text": "Benar"}, {"id": "false", "text": "Salah"}]},
        {"key": "true"},
    ),
    "matching": (
        {
            "prompts": [{"id": "1", "text": "Dokumen"}, {"id": "2", "text": "Gambar"}],
            "options": options("JPG", "DOCX", "MP3"),
        },
        {"pairs": {"1": "b", "2": "a"}},
    ),
    "ordering": ({"options": FOUR}, {"order": ["b", "a", "d", "c"]}),
    "short_text": ({}, {"accepted": ["pdf", "berkas PDF"], "case": False}),
    "numeric": ({"unit": "MB"}, {"value": 12.5, "tolerance": 0.5}),
    "hotspot": (
        {"image": "0" * 64, "alt": "Layar email", "width": 360, "height": 640, "options": REGIONS},
        {"keys": ["2"]},
    ),
    "sjt": ({"options": options("Tanya", "Diam", "Tunda")}, {"weights": {"a": 3, "b": 0, "c": 1}}),
    "scale": (
        {"options": [{"id": "1", "text": "Belum pernah"}, {"id": "2", "text": "Sering"}]},
        {},
    ),
    "file": ({"accept": ["pdf", "jpg"], "max_mb": 1, "rubric": RUBRIC}, {}),
}


def sample(kind: str, /, **changes: Any) -> ItemDraft:
    """A good question of a kind, with changes."""
    content, scoring = SAMPLES[kind]
    values: dict[str, Any] = {
        "kind": kind,
        "stem": "Ada pesan masuk. Apa langkah Anda?",
        "content": content,
        "scoring": scoring,
        "level": 2,
        "tags": ("email",),
    }
    return ItemDraft(**{**values, **changes})
