"""The life of an instrument version: draft → trial → frozen → used → retired."""

from __future__ import annotations

from typing import Literal

Stage = Literal["draft", "trial", "frozen", "used", "retired"]
STAGES: dict[str, str] = {  # i18n
    "draft": "Rancangan",
    "trial": "Uji coba",
    "frozen": "Dibekukan",
    "used": "Dipakai",
    "retired": "Dipensiunkan",
}
MOVES: dict[str, frozenset[str]] = {
    "draft": frozenset({"trial", "frozen"}),
    "trial": frozenset({"draft", "frozen"}),
    "frozen": frozenset({"used", "retired"}),
    "used": frozenset({"retired"}),
    "retired": frozenset(),
}
"""What may follow. Nothing leads back from frozen: results point to it."""

MODES: dict[str, str] = {  # i18n
    "draw": "Diundi dari bank soal",
    "forms": "Bentuk A dan B yang setara",
    "adaptive": "Menyesuaikan dengan jawaban",
}


def may_move(stage: str, to: str) -> bool:
    """Tell whether an instrument version may go from one stage to another."""
    return to in MOVES.get(stage, frozenset())


def may_change(stage: str) -> bool:
    """Tell whether mode, time and length may still be changed."""
    return stage in ("draft", "trial")
