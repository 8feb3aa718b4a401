"""The door for plugin authors: `hookimpl`, `PluginManifest`, contracts, events, use-cases.

A plugin imports from here, from :mod:`lms.models` (core tables to join), :mod:`lms.rules` (pure
rules), :mod:`lms.errors` and :mod:`lms.sheets` (both pure), :mod:`lms.commands` (command line),
:mod:`lms.web` (pages) and :mod:`lms.testing`; everything else may change without notice.
"""

from __future__ import annotations

from lms.core.audit import audit
from lms.core.database import Base, UtcDateTime
from lms.core.errors import (
    Conflict,
    Invalid,
    LmsError,
    NotAllowed,
    NotFound,
    PluginError,
    Unsure,
)
from lms.core.exports.asking import ask_export
from lms.core.hooks.activities import embedded_activities, show_activities
from lms.core.hooks.contracts import (
    ActivityChoice,
    ActivityView,
    ContentReader,
    CourseCandidate,
    CourseChoice,
    DemoFiller,
    EmbeddedActivity,
    Export,
    ExportFile,
    Gap,
    GapState,
    HomeCard,
    Job,
    LearningCredit,
    Link,
    MessageChannel,
    NavigationItem,
    NextStep,
    OutgoingMessage,
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
    explain_items,
    mark_ready,
    plan_view,
    unassign_items,
)
from lms.core.markdown import render_markdown
from lms.core.messages.sending import send_message
from lms.core.messages.whatsapp import whatsapp_link
from lms.core.people.deputies import DeputyLine, acts_for, deputies_of
from lms.core.people.models import public_id
from lms.core.people.permissions import people_who_may, with_valid_login
from lms.core.people.queries import person_card, person_cards
from lms.core.settings import get_setting, get_settings, set_setting
from lms.core.site import Site, now, site_of, today

__version__ = "0.1.0"

__all__ = [
    "ActivityChoice",
    "ActivityView",
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
    "DeputyLine",
    "EmbeddedActivity",
    "Event",
    "EvidenceRecorded",
    "Export",
    "ExportFile",
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
    "MessageChannel",
    "NavigationItem",
    "NewEvidence",
    "NextStep",
    "NotAllowed",
    "NotFound",
    "OutgoingMessage",
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
    "Unsure",
    "UtcDateTime",
    "Viewer",
    "acts_for",
    "ask_export",
    "assign_items",
    "audit",
    "awaited",
    "current_plan",
    "deputies_of",
    "embedded_activities",
    "enqueue",
    "explain_items",
    "gaps",
    "get_setting",
    "get_settings",
    "hookimpl",
    "mark_ready",
    "now",
    "people_who_may",
    "person_card",
    "person_cards",
    "plan_view",
    "public_id",
    "record",
    "record_evidence",
    "render_markdown",
    "send_message",
    "set_setting",
    "show_activities",
    "site_of",
    "today",
    "unassign_items",
    "whatsapp_link",
    "with_valid_login",
]
