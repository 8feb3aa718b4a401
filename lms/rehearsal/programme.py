"""What is rehearsed: the whole loop, the first test alone, or a measurement day in rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Only = Literal["exam", "day"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """How a rehearsal goes.

    `only` is None for the whole loop. `concurrency` people are there at once, the others wait
    for a seat. `think` is the mean of the seconds before each answer. `rooms`, `minutes` and
    `spread` (seconds over which the start is spread) belong to a measurement day.
    """

    only: Only | None = None
    concurrency: int = 16
    think: float = 0.0
    rooms: int = 5
    minutes: int = 60
    spread: int = 10

    @property
    def until_hand_in(self) -> bool:
        """Tell whether people go home when the test is handed in."""
        return self.only is not None
