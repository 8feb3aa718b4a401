"""Use-case: go on with a test on another device."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Conflict, NotFound
from plugins.assessment.models import Attempt
from plugins.assessment.queries.sitting import NO_TEST
from plugins.assessment.services.answers import CLOSED

ON_PAPER = "Tes ini dikerjakan di kertas. Pengawas akan memasukkan jawaban Anda."  # i18n


def take_over(session: Session, person_id: int, public_id: str, device: str) -> int:
    """Let an attempt go on with `device`; give its epoch.

    The epoch grows only when the device is another one. Raises NotFound for another person's
    attempt, Conflict after the hand-in and for one that goes on on paper.
    """
    query = select(Attempt).where(Attempt.public_id == public_id, Attempt.person_id == person_id)
    attempt = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if attempt is None:
        raise NotFound(NO_TEST)
    if attempt.handed_in_at is not None:
        raise Conflict(CLOSED)
    if attempt.medium == "paper":
        raise Conflict(ON_PAPER)
    if attempt.device != device:
        attempt.device = device
        attempt.epoch += 1
        session.flush()
    return attempt.epoch
