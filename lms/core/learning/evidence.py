"""Use-case: record evidence; keep the profile of what counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from lms.core.hooks.contracts import Gap, GapState
from lms.core.hooks.events import EvidenceRecorded
from lms.core.hooks.outbox import record
from lms.core.learning import rules
from lms.core.learning.models import Competency, Evidence, Profile
from lms.core.learning.standards import requirements
from lms.core.site import now, today


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvidence:
    """Evidence to record; see :class:`lms.core.learning.models.Evidence` for the meaning."""

    key: str
    competency_id: int
    level: int
    level_low: int
    level_high: int
    kind: str
    source: str
    measured_on: date
    score: float | None = None
    error: float | None = None
    rule: str = ""
    valid_until: date | None = None
    assisted: bool = False


def record_evidence(session: Session, person_id: int, new: Sequence[NewEvidence]) -> list[int]:
    """Store evidence of one person and tell it; give the ids of the new rows.

    Evidence whose `key` is already stored is left out, so recording twice changes nothing.
    """
    keys = [item.key for item in new]
    known = set(session.scalars(select(Evidence.key).where(Evidence.key.in_(keys))))
    rows = [_row(session, person_id, item) for item in new if item.key not in known]
    if not rows:
        return []
    session.add_all(rows)
    session.flush()
    record(
        session,
        EvidenceRecorded(
            person_id=person_id,
            evidence_ids=tuple(row.id for row in rows),
            competency_ids=tuple(row.competency_id for row in rows),
        ),
    )
    return [row.id for row in rows]


def _row(session: Session, person_id: int, item: NewEvidence) -> Evidence:
    return Evidence(
        key=item.key,
        person_id=person_id,
        competency_id=item.competency_id,
        level=item.level,
        level_low=item.level_low,
        level_high=item.level_high,
        score=item.score,
        error=item.error,
        kind=item.kind,
        source=item.source,
        rule=item.rule,
        measured_on=item.measured_on,
        valid_until=item.valid_until,
        recorded_at=now(session),
        assisted=item.assisted,
    )


_Fact = Row[int, int, str, int, int, int, date, date | None, bool]
_FACTS: Select[int, int, str, int, int, int, date, date | None, bool] = select(
    Evidence.id,
    Evidence.competency_id,
    Evidence.kind,
    Evidence.level,
    Evidence.level_low,
    Evidence.level_high,
    Evidence.measured_on,
    Evidence.valid_until,
    Evidence.assisted,
)


def refresh_profile(
    session: Session, person_id: int, competency_ids: Iterable[int] | None = None
) -> list[Profile]:
    """Compute the counting evidence and gap state again; give the profile rows touched.

    `competency_ids` None means every competency with evidence (after a change of post).
    """
    query = _FACTS.where(Evidence.person_id == person_id)
    if competency_ids is not None:
        query = query.where(Evidence.competency_id.in_(list(competency_ids)))
    ledger: dict[int, list[_Fact]] = defaultdict(list)
    for row in session.execute(query):
        ledger[row.competency_id].append(row)
    asked = requirements(session, [person_id])[person_id]
    stored = select(Profile).where(
        Profile.person_id == person_id, Profile.competency_id.in_(ledger)
    )
    known = {row.competency_id: row for row in session.scalars(stored)}
    touched = [_profile_row(session, person_id, known, rows, asked) for rows in ledger.values()]
    session.flush()
    return [row for row in touched if row is not None]


def _profile_row(
    session: Session,
    person_id: int,
    known: dict[int, Profile],
    rows: list[_Fact],
    asked: dict[int, int],
) -> Profile | None:
    counting = rules.counting_evidence([_fact(row) for row in rows], today(session))
    competency_id = rows[0].competency_id
    profile = known.get(competency_id)
    if counting is None:  # all evidence expired
        if profile is not None:
            session.delete(profile)
        return None
    evidence = next(row for row in rows if row.id == counting.evidence_id)
    if profile is None:
        profile = Profile(person_id=person_id, competency_id=competency_id)
        session.add(profile)
    required, profile.assisted = asked.get(competency_id), evidence.assisted
    profile.evidence_id, profile.level, profile.required = evidence.id, evidence.level, required
    profile.state = rules.state_of_evidence(
        evidence.kind, required, evidence.level_low, evidence.level_high
    )
    return profile


def _fact(row: _Fact) -> rules.EvidenceFact:
    return rules.EvidenceFact(
        evidence_id=row.id,
        kind=row.kind,
        level=row.level,
        measured_on=row.measured_on,
        valid_until=row.valid_until,
    )


def gaps(
    session: Session, person_id: int, states: Sequence[GapState] = ("below", "unclear", "meets")
) -> list[Gap]:
    """Give a person's competencies compared with the standard, in framework order."""
    query = (
        select(Profile, Competency)
        .join(Competency, Competency.id == Profile.competency_id)
        .where(Profile.person_id == person_id, Profile.state.in_(states))
        .order_by(Competency.framework_id, Competency.sequence)
    )
    return [_gap(profile, competency) for profile, competency in session.execute(query)]


def _gap(profile: Profile, competency: Competency) -> Gap:
    return Gap(
        competency_id=competency.id,
        code=competency.code,
        name=competency.name,
        required=profile.required or 0,
        level=profile.level,
        state=profile.state or "meets",  # type: ignore[arg-type]  # the column holds GapState
    )
