"""Every hook that the host calls, grouped by phase; the reference page is made from this file.

*Register* hooks run once per agency's app and return values. *Present* hooks run while a page is
rendered; a failing one spoils only its own part. *Ask* hooks decide. *Tell* hooks run after the
commit, each plugin in a transaction of its own, and may be retried: they write through the given
session and never commit. No hook is ever called while an answer is saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pluggy

from lms.core.hooks import events as facts
from lms.core.hooks.contracts import (
    ContentReader,
    CourseCandidate,
    CourseChoice,
    DemoFiller,
    EmbeddedActivity,
    Export,
    Gap,
    HomeCard,
    Job,
    LearningCredit,
    MessageChannel,
    NavigationItem,
    NextStep,
    PathStep,
    Permission,
    PersonCard,
    PersonPanel,
    PlanView,
    Pulse,
    Requirement,
    Setting,
    Viewer,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

hookspec = pluggy.HookspecMarker("lms")
hookimpl = pluggy.HookimplMarker("lms")


# -- register ------------------------------------------------------------------------------------


@hookspec
def lms_register_blueprints() -> Sequence[Any]:
    """Return the Flask blueprints of the plugin.

    When: once, while the agency's app is made. Order: as loaded. Return: blueprints whose names
    are the plugin's name or start with it and an underscore. Failure: the plugin is refused.
    """


@hookspec
def lms_register_permissions() -> Sequence[Permission]:
    """Return the permissions that the plugin's views ask for.

    When: once. Return: names `plugin:thing:action`. Failure: the plugin is refused.
    """


@hookspec
def lms_register_settings() -> Sequence[Setting]:
    """Return the settings of the plugin with their defaults.

    When: once. Return: keys `plugin.name`. Failure: the plugin is refused.
    """


@hookspec
def lms_register_commands() -> Sequence[Any]:
    """Return click groups or commands that become `lms <name> …`.

    When: when the command line starts. Return: click commands. Failure: the plugin is named and
    its commands are missing.
    """


@hookspec
def lms_register_jobs() -> Sequence[Job]:
    """Return the kinds of background work of the plugin.

    When: once. Return: jobs named `plugin.verb`. Failure: the plugin is refused.
    """


@hookspec
def lms_register_pulses() -> Sequence[Pulse]:
    """Return what a web process does every few seconds for an agency that is in use.

    When: once. Return: pulses named `plugin.noun`. Failure: the plugin is refused; a pulse that
    fails later is noted on the plugin and tried again, the others go on.
    """


@hookspec
def lms_register_exports() -> Sequence[Export]:
    """Return files that the plugin makes in the background for people who ask for them.

    When: once per process and agency, at the first use. Order: as loaded. Return: exports named
    `<plugin>.<noun>`. Failure: the plugin is refused. A run that raises is tried again later.
    """


@hookspec
def lms_register_message_channels() -> Sequence[MessageChannel]:
    """Return further ways to reach people, beside the site itself and e-mail.

    When: once per process and agency, at the first use. Order: as loaded. Return: channels named
    `<plugin>_<noun>`. Failure: the plugin is refused. A message that a channel does not take
    over is tried again later; the person sees it on the site all the same.
    """


@hookspec
def lms_register_embedded_activities() -> Sequence[EmbeddedActivity]:
    """Return activities that authors may put into modules, such as check questions.

    When: once per process and agency, at the first use. Order: as loaded. Return: activities
    with a `kind` of their own. Failure: the plugin is refused. When the plugin is gone, a module
    simply reads on without them.
    """


@hookspec
def lms_register_markdown_extensions() -> Sequence[Any]:
    """Return extensions for authors' Markdown; their output is cleaned like all author HTML.

    When: once. Return: Python-Markdown extensions. Failure: the plugin is refused.
    """


@hookspec
def lms_register_content_readers() -> Sequence[ContentReader]:
    """Return readers for folders of a content pack.

    When: once. Return: readers; one folder has one reader. Failure: the plugin is refused.
    """


@hookspec
def lms_register_demo_fillers() -> Sequence[DemoFiller]:
    """Return what fills the plugin's part of the demo.

    When: `lms demo`. Return: fillers with their order. Failure: the demo stops and names it.
    """


@hookspec
def lms_register_hookspecs() -> Sequence[Any]:
    """Return modules with hook specs of the plugin itself (question types, renderers).

    When: first of all. Return: modules. Failure: the plugin is refused.
    """


# -- present -------------------------------------------------------------------------------------


@hookspec
def lms_navigation_items(viewer: Viewer) -> Sequence[NavigationItem]:
    """Return the menu entries of the plugin for this viewer.

    When: every full page. Return: entries; those whose permission the viewer lacks are dropped.
    Failure: the entries are missing, the error is noted on the plugin.
    """


@hookspec
def lms_home_cards(session: Session, viewer: Viewer) -> Sequence[HomeCard]:
    """Return cards for the home page.

    When: the home page. Return: cards; the lowest order comes first. Failure: the cards are
    missing. Read only: `session` refuses writes.
    """


@hookspec
def lms_next_steps(session: Session, viewer: Viewer) -> Sequence[NextStep]:
    """Return what this person could do now.

    When: the home page, and the end of a result. Return: steps; the one with the lowest order is
    shown very large. Failure: the steps of this plugin are missing. Read only.
    """


@hookspec
def lms_path_steps(session: Session, viewer: Viewer) -> Sequence[PathStep]:
    """Return this person's steps of the path from the first test to the certificate.

    When: the home page. Return: steps; `order` follows the loop. Failure: the steps of this
    plugin are missing. Read only.
    """


@hookspec
def lms_person_panels(
    session: Session, viewer: Viewer, person: PersonCard
) -> Sequence[PersonPanel]:
    """Return panels about a person for someone who may see that person's results.

    When: a person's page. Return: panels; the lowest order comes first. Failure: the panels are
    missing. Read only.
    """


# -- ask -----------------------------------------------------------------------------------------


@hookspec
def lms_competency_requirements(
    session: Session, person_ids: Sequence[int]
) -> dict[int, list[Requirement]]:
    """Return levels that people must reach beside the standard of their post.

    When: gaps are computed. Order: the highest level wins. Return: person id → requirements.
    Failure: the computation fails and is retried.
    """


@hookspec(firstresult=True)
def lms_select_courses(
    session: Session,
    person: PersonCard,
    gaps: Sequence[Gap],
    candidates: Sequence[CourseCandidate],
) -> Sequence[CourseChoice] | None:
    """Choose courses for a person's gaps.

    When: gaps were found. The first answer that is not None counts. Return: choices with the
    reason in one sentence. Failure: the delivery fails and is retried.
    """


@hookspec
def lms_certificate_objections(
    session: Session, person: PersonCard, plan: PlanView
) -> Sequence[str]:
    """Return reasons why no certificate may be issued for this plan.

    When: before an issue. Return: sentences; any of them blocks and is shown to the officer.
    Failure: the issue fails and is retried; it is never issued meanwhile.
    """


@hookspec
def lms_learning_credits(
    session: Session, person_id: int, competency_ids: Sequence[int] | None, year: int | None
) -> Sequence[LearningCredit]:
    """Return the learning hours (JP) that a person earned.

    When: a certificate is issued, a year's sum is shown. `competency_ids` narrows it to courses
    that teach them, `year` to a calendar year; None means all. Return: one credit per finished
    course. Failure: the caller fails.
    """


@hookspec
def lms_personal_data(session: Session, person_id: int) -> dict[str, Any]:
    """Return all that the plugin stores of a person, as JSON can hold it.

    When: a person asks for a copy. Return: a dictionary; every plugin with personal data answers.
    Failure: the export fails and says which plugin.
    """


@hookspec
def lms_erase_personal_data(session: Session, person_id: int) -> None:
    """Erase or make anonymous what the plugin stores of a person.

    When: an erasure was approved. One transaction for all plugins. Failure: nothing is erased.
    """


# -- tell ----------------------------------------------------------------------------------------


@hookspec
def lms_evidence_recorded(session: Session, event: facts.EvidenceRecorded) -> None:
    """Hear that evidence was recorded. When: after the commit. Failure: tried again."""


@hookspec
def lms_gaps_found(session: Session, event: facts.GapsFound) -> None:
    """Hear that gaps were found or found unclear. When: after the commit. Failure: tried again."""


@hookspec
def lms_course_assigned(session: Session, event: facts.CourseAssigned) -> None:
    """Hear that a course was assigned. When: after the commit. Failure: tried again."""


@hookspec
def lms_course_completed(session: Session, event: facts.CourseCompleted) -> None:
    """Hear that a course was completed. When: after the commit. Failure: tried again."""


@hookspec
def lms_reassessment_due(session: Session, event: facts.ReassessmentDue) -> None:
    """Hear that a person can be measured again. When: after the commit. Failure: tried again."""


@hookspec
def lms_gaps_closed(session: Session, event: facts.GapsClosed) -> None:
    """Hear that a plan's gaps are closed. When: after the commit. Failure: tried again."""


@hookspec
def lms_certificate_issued(session: Session, event: facts.CertificateIssued) -> None:
    """Hear that a certificate was issued. When: after the commit. Failure: tried again."""


@hookspec
def lms_certificate_revoked(session: Session, event: facts.CertificateRevoked) -> None:
    """Hear that a certificate was revoked. When: after the commit. Failure: tried again."""


@hookspec
def lms_person_moved(session: Session, event: facts.PersonMoved) -> None:
    """Hear that a person has another post or unit. When: after the commit. Failure: tried again."""
