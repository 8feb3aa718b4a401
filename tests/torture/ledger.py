"""Compares what people were told with what is stored, by SQL on columns that stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from lms.agencies import open_site
from tests.torture.candidates import SLUG, Candidate

EVENTS = text("""
    SELECT a.public_id, e.sequence, e.device, e.seq, e.value
    FROM assessment_answer_event e JOIN assessment_attempt a ON a.id = e.attempt_id
    ORDER BY e.id
""")
ATTEMPTS = text("SELECT public_id, answered FROM assessment_attempt WHERE handed_in_at IS NOT NULL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What is wrong: how many acknowledged answers, stored events and attempts."""

    lost: int
    """Acknowledged, and not stored."""
    doubled: int
    """Stored twice: the same message, or the same number of a device."""
    altered: int
    """Another value counts now than the last one that was acknowledged."""
    invented: int
    """Stored, and sent by nobody."""
    uncounted: int
    """Attempts whose hand-in counted another number of answers."""

    @property
    def sound(self) -> bool:
        """Tell whether everything is as people were told."""
        wrong = (self.lost, self.doubled, self.altered, self.invented, self.uncounted)
        return not any(wrong)


def compare(home: Path, people: Sequence[Candidate]) -> Findings:
    """Compare the ledgers of people who sent until they were answered with the database."""
    site = open_site(home, SLUG)
    try:
        with site.database.reading() as session:
            return _compare(session, people)
    finally:
        site.database.close()


def _compare(session: Session, people: Sequence[Candidate]) -> Findings:
    events = [tuple(row) for row in session.execute(EVENTS)]
    counted = dict(session.execute(ATTEMPTS).all())
    messages = Counter((public, n, device, value) for public, n, device, _, value in events)
    keys = Counter((public, device, seq) for public, _, device, seq, _ in events)
    current = {(public, n): value for public, n, _, _, value in events}
    told = [(p.public, t.number, t.device, t.value) for p in people for t in p.kept]
    last = {(p.public, n): value for p in people for n, value in p.answers.items()}
    return Findings(
        lost=sum(message not in messages for message in told),
        doubled=sum(n > 1 for n in messages.values()) + sum(n > 1 for n in keys.values()),
        altered=sum(current.get(place) != value for place, value in last.items()),
        invented=len(set(messages) - set(told)),
        uncounted=sum(counted.get(person.public) != len(person.answers) for person in people),
    )
