"""Facts told to plugins: past tense, frozen, versioned, made of primitives."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The parent of all events; `name` is the hook's name without `lms_`."""

    name: ClassVar[str]
    version: ClassVar[int] = 1

    def payload(self) -> dict[str, Any]:
        """Give the values as JSON can store them."""
        return dataclasses.asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRecorded(Event):
    """New evidence of one person was stored; several competencies of one test come together."""

    name: ClassVar[str] = "evidence_recorded"
    person_id: int
    evidence_ids: tuple[int, ...]
    competency_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GapsFound(Event):
    """Levels were compared with the standard of the post.

    `below` are competencies that are new in the plan or open again; `unclear` ones need more
    questions, not a course. `plan_id` is None when nothing is below and no plan is open.
    """

    name: ClassVar[str] = "gaps_found"
    person_id: int
    plan_id: int | None
    below: tuple[int, ...]
    unclear: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseAssigned(Event):
    """A course was assigned for gaps of a plan."""

    name: ClassVar[str] = "course_assigned"
    person_id: int
    plan_id: int
    course_id: int
    course_title: str
    competency_ids: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseCompleted(Event):
    """A person finished every module of a course."""

    name: ClassVar[str] = "course_completed"
    person_id: int
    course_id: int
    course_title: str
    jp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassessmentDue(Event):
    """All assigned courses of a plan are finished; these competencies can be measured again."""

    name: ClassVar[str] = "reassessment_due"
    person_id: int
    plan_id: int
    competency_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GapsClosed(Event):
    """Every item of a plan is met and the plan is closed."""

    name: ClassVar[str] = "gaps_closed"
    person_id: int
    plan_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateIssued(Event):
    """A certificate was issued and its file frozen."""

    name: ClassVar[str] = "certificate_issued"
    person_id: int
    plan_id: int | None
    certificate_id: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRevoked(Event):
    """A certificate was revoked with a reason."""

    name: ClassVar[str] = "certificate_revoked"
    person_id: int
    certificate_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMoved(Event):
    """A person has another post or unit from a date on."""

    name: ClassVar[str] = "person_moved"
    person_id: int
    placement_id: int


EVENTS: dict[str, type[Event]] = {
    event.name: event
    for event in (
        EvidenceRecorded,
        GapsFound,
        CourseAssigned,
        CourseCompleted,
        ReassessmentDue,
        GapsClosed,
        CertificateIssued,
        CertificateRevoked,
        PersonMoved,
    )
}


def revive(name: str, payload: dict[str, Any]) -> Event:
    """Make the event again from what the outbox stored; lists become tuples."""
    values = {key: tuple(v) if isinstance(v, list) else v for key, v in payload.items()}
    return EVENTS[name](**values)
