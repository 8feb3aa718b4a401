"""The core as its own first listener: evidence → profile → plan."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from lms.core.hooks.contracts import Job, PluginManifest
from lms.core.hooks.events import EvidenceRecorded, PersonMoved
from lms.core.hooks.specs import hookimpl
from lms.core.learning.comparing import JOBS, compare_again
from lms.core.learning.evidence import refresh_profile
from lms.core.learning.plans import settle

manifest = PluginManifest(name="core", title="Titian", version="0.1.0")


@hookimpl
def lms_evidence_recorded(session: Session, event: EvidenceRecorded) -> None:
    """Compare with the standard of the post and bring the plan in line."""
    settle(
        session, event.person_id, refresh_profile(session, event.person_id, event.competency_ids)
    )


@hookimpl
def lms_person_moved(session: Session, event: PersonMoved) -> None:
    """Compare everything again with the standard of the new post; the ledger stays."""
    compare_again(session, event.person_id)


@hookimpl
def lms_register_jobs() -> Sequence[Job]:
    """Return the core's own background work."""
    return JOBS
