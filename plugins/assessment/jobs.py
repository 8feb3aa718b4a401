"""Background work of the test: hand in what was answered to the end but never sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from lms import Job
from plugins.assessment.services.sweeping import hand_in_forgotten

SWEEP_EVERY = 15 * 60


def _sweep(
    session: Session, _payload: Mapping[str, Any], progress: Callable[[int, int], None]
) -> None:
    count = hand_in_forgotten(session)
    progress(count, count)


JOBS = (
    Job(
        name="assessment.sweep",
        title="Mengirim tes yang sudah lengkap",
        run=_sweep,
        every_seconds=SWEEP_EVERY,
    ),
)
