"""The way of a course to its learners: states, what leads from one to another, four eyes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

State = Literal["draft", "in_review", "published", "archived"]
Deed = Literal["submit", "withdraw", "return", "approve", "archive", "publish"]

MOVES: dict[tuple[State, Deed], State] = {
    ("draft", "submit"): "in_review",
    ("in_review", "withdraw"): "draft",
    ("in_review", "return"): "draft",
    ("in_review", "approve"): "published",
    ("published", "archive"): "archived",
    ("archived", "publish"): "published",
}
REFUSED: dict[Deed, str] = {
    "submit": "Draf ini sudah dikirim untuk diperiksa.",  # i18n
    "withdraw": "Draf ini tidak sedang diperiksa lagi.",  # i18n
    "return": "Draf ini tidak sedang diperiksa lagi.",  # i18n
    "approve": "Draf ini tidak sedang diperiksa lagi.",  # i18n
    "archive": "Pelatihan ini belum terbit.",  # i18n
    "publish": "Pelatihan ini belum punya versi yang disetujui.",  # i18n
}
FOUR_EYES = "Anda ikut menulis atau mengirim draf ini. Minta orang lain memeriksanya."


def after(state: State, deed: Deed) -> State | None:
    """Give the state after a deed, None where the deed is refused."""
    return MOVES.get((state, deed))


def why_not_approve(person_id: int, writers: Collection[int | None], *, by_one: bool) -> str:
    """Say why a person may not approve a draft, empty when nothing is in the way.

    Whoever sent it, changed it last, or wrote at it does not judge it, unless the agency is so
    small that one may do both.
    """
    return FOUR_EYES if person_id in writers and not by_one else ""
