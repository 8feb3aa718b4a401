"""When a step's page was opened: signed and carried by its forms, since reading never writes."""

from __future__ import annotations

from datetime import UTC, datetime

from lms import NotFound, now
from lms.web import read_values, reading, sign_values
from plugins.courses.domain.progress import Place


def _purpose(public_id: str, place: Place) -> str:
    return f"courses.opened.{public_id}.{place.module}.{place.step}"


def opened_token(public_id: str, place: Place, given: str = "") -> str:
    """Give the moment of now for the forms of a step, or the `given` one while it is valid."""
    if given and opened_at(public_id, place, given) is not None:
        return given
    return sign_values(_purpose(public_id, place), now(reading()).timestamp())


def opened_at(public_id: str, place: Place, token: str) -> datetime | None:
    """Give when the page was opened; None for a token that is missing, altered or old."""
    try:
        return datetime.fromtimestamp(float(read_values(_purpose(public_id, place), token)), UTC)
    except NotFound:
        return None
