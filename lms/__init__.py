"""The door for plugin authors: `hookimpl`, `PluginManifest`, contracts, events, use-cases.

A plugin imports from here, from :mod:`lms.models` (core tables to join), :mod:`lms.rules` (pure
rules), :mod:`lms.errors` and :mod:`lms.sheets` (both pure), :mod:`lms.commands` (command line),
:mod:`lms.web` (pages) and :mod:`lms.testing`; everything else may change without notice.
"""

from __future__ import annotations

from lms.core.audit import audit
from lms.core.database import Base, UtcDateTime
from lms.core.errors import Conflict, Invalid, LmsError, NotAllowed, NotFound, PluginError
from lms.core.hooks.contracts import (
    ContentReader,
    CourseCandidate,
    CourseChoice,
    DemoFiller,
    Gap,
    GapState,
    HomeCard,
    Job,
    LearningCredit,
    Link,
    NavigationItem,
    NextStep,
    PathStep,
    Permission,
    PersonCard,
    PersonPanel,
    PlanItemView,
    PlanView,
    PluginManifest,
    Pulse,
    Requirement,
    Role,
    Setting,
    Viewer,
)
from lms.core.hooks.events import (
    CertificateIssued,
    CertificateRevoked,
    CourseAssigned,
    CourseCompleted,
    Event,
    EvidenceRecorded,
    GapsClosed,
    GapsFound,
    PersonMoved,
    ReassessmentDue,
)
from lms.core.hooks.outbox import record
from lms.core.hooks.specs import hookimpl
from lms.core.jobs import awaited, enqueue
from lms.core.learning.evidence import NewEvidence, gaps, record_evidence
from lms.core.learning.plans import (
    assign_items,
    current_plan,
    mark_ready,
    plan_view,
    unassign_items,
)
from lms.core.markdown import render_markdown
from lms.core.people.models import public_id
from lms.core.people.permissions import with_valid_login
from lms.core.people.queries import person_card, person_cards
from lms.core.settings import get_setting, set_setting
from lms.core.site import Site, now, site_of, today

__version__ = "0.1.0"

__all__ = [
    "Base",
    "CertificateIssued",
    "CertificateRevoked",
    "Conflict",
    "ContentReader",
    "CourseAssigned",
    "CourseCandidate",
    "CourseChoice",
    "CourseCompleted",
    "DemoFiller",
    "Event",
    "EvidenceRecorded",
    "Gap",
    "GapState",
    "GapsClosed",
    "GapsFound",
    "HomeCard",
    "Invalid",
    "Job",
    "LearningCredit",
    "Link",
    "LmsError",
    "NavigationItem",
    "NewEvidence",
    "NextStep",
    "NotAllowed",
    "NotFound",
    "PathStep",
    "Permission",
    "PersonCard",
    "PersonMoved",
    "PersonPanel",
    "PlanItemView",
    "PlanView",
    "PluginError",
    "PluginManifest",
    "Pulse",
    "ReassessmentDue",
    "Requirement",
    "Role",
    "Setting",
    "Site",
    "UtcDateTime",
    "Viewer",
    "assign_items",
    "audit",
    "awaited",
    "current_plan",
    "enqueue",
    "gaps",
    "get_setting",
    "hookimpl",
    "mark_ready",
    "now",
    "person_card",
    "person_cards",
    "plan_view",
    "public_id",
    "record",
    "record_evidence",
    "render_markdown",
    "set_setting",
    "site_of",
    "today",
    "unassign_items",
    "with_valid_login",
]
