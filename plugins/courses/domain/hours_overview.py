"""Pure: how the learning hours of a year stand for an officer's list, by kind of employment."""

from __future__ import annotations

from typing import Literal

from plugins.courses.domain.credits import PNS_LEAST, PPPK_MOST

YearState = Literal["below", "reached", "within", "beyond"]
YEAR_STATES: tuple[YearState, ...] = ("below", "reached", "within", "beyond")


def year_state(employment: str, jp: int) -> YearState:
    """Tell how a year stands: PNS need at least 20 JP, PPPK may have at most 24."""
    if employment.casefold().startswith("pppk"):
        return "beyond" if jp > PPPK_MOST else "within"
    return "reached" if jp >= PNS_LEAST else "below"
