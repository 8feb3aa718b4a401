"""The assessment plugin: what it registers, shows, answers and hears."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lms import (
    ContentReader,
    DemoFiller,
    EmbeddedActivity,
    GapsFound,
    HomeCard,
    Job,
    NavigationItem,
    NextStep,
    PathStep,
    Permission,
    PersonCard,
    PersonPanel,
    PluginManifest,
    Pulse,
    ReassessmentDue,
    Viewer,
    hookimpl,
)
from plugins.assessment import activities, home, hookspecs, jobs, permissions, presence
from plugins.assessment.contracts import QuestionType
from plugins.assessment.domain.types import BUILT_IN
from plugins.assessment.services import content, demo, demo_day, invitations, privacy

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

manifest = PluginManifest(
    name="assessment",
    title="Asesmen",
    version="0.1.0",
    models="plugins.assessment.models",
    migrations="migrations",
    description="Bank soal, alat tes, tes awal, tes ulang, dan hasilnya.",
)


@hookimpl
def lms_register_hookspecs() -> Sequence[Any]:
    """Return the hooks that other plugins answer to add to this one."""
    return [hookspecs]


@hookimpl
def assessment_register_question_types() -> Sequence[QuestionType]:
    """Return the built-in types of questions."""
    return BUILT_IN


@hookimpl
def lms_register_blueprints() -> Sequence[Any]:
    """Return the pages of the plugin."""
    from plugins.assessment.views import blueprint

    return [blueprint]


@hookimpl
def lms_register_commands() -> Sequence[Any]:
    """Return `lms assessment …`."""
    from plugins.assessment.commands import assessment

    return [assessment]


@hookimpl
def lms_register_permissions() -> Sequence[Permission]:
    """Return what a role may do with the bank, instruments and results."""
    return permissions.PERMISSIONS


@hookimpl
def lms_register_content_readers() -> Sequence[ContentReader]:
    """Return the readers of questions and, after them, of instruments."""
    return [
        ContentReader(folder="questions", read=content.read_questions, order=20),
        ContentReader(folder="instruments", read=content.read_instruments, order=30),
    ]


@hookimpl
def lms_register_embedded_activities() -> Sequence[EmbeddedActivity]:
    """Return practice questions, which stand inside modules."""
    return activities.ACTIVITIES


@hookimpl
def lms_register_jobs() -> Sequence[Job]:
    """Return the work in the background: the sweeper, reports, results again."""
    return jobs.JOBS


@hookimpl
def lms_register_pulses() -> Sequence[Pulse]:
    """Return the sign of life of the server while tests run."""
    return presence.PULSES


@hookimpl
def lms_register_demo_fillers() -> Sequence[DemoFiller]:
    """Return what fills the demo: first tests, extra questions, retests after the courses."""
    return [
        DemoFiller(
            name="assessment-open",
            order=35,
            fill=demo.fill_open_test,
            agencies=("serang", "cilegon", "rehearsal"),
        ),
        DemoFiller(
            name="assessment-day",
            order=36,
            fill=demo_day.fill_measurement_day,
            agencies=("rehearsal-day",),
        ),
        DemoFiller(name="assessment", order=40, fill=demo.fill_first_tests, agencies=("cilegon",)),
        DemoFiller(
            name="assessment-extras",
            order=45,
            fill=demo.fill_extra_questions,
            agencies=("cilegon",),
        ),
        DemoFiller(
            name="assessment-retests",
            order=70,
            fill=demo.fill_retests,
            agencies=("serang", "cilegon"),
        ),
    ]


@hookimpl
def lms_navigation_items(viewer: Viewer) -> Sequence[NavigationItem]:
    """Return the menu entries for trainers and officers."""
    return home.navigation()


@hookimpl
def lms_next_steps(session: Session, viewer: Viewer) -> Sequence[NextStep]:
    """Return the tests that this person can go on with or start."""
    return home.next_steps(session, viewer)


@hookimpl
def lms_path_steps(session: Session, viewer: Viewer) -> Sequence[PathStep]:
    """Return the first test and the retest as steps of the path."""
    return home.path_steps(session, viewer)


@hookimpl
def lms_home_cards(session: Session, viewer: Viewer) -> Sequence[HomeCard]:
    """Return the card about objections that were answered lately."""
    return home.home_cards(session, viewer)


@hookimpl
def lms_person_panels(
    session: Session, viewer: Viewer, person: PersonCard
) -> Sequence[PersonPanel]:
    """Return the tests of a person for who may see that person."""
    return home.person_panels(session, viewer, person)


@hookimpl
def lms_personal_data(session: Session, person_id: int) -> dict[str, Any]:
    """Return attempts, answers and results of a person."""
    return privacy.personal_data(session, person_id)


@hookimpl
def lms_erase_personal_data(session: Session, person_id: int) -> None:
    """Delete attempts, answers and results of a person."""
    privacy.erase_personal_data(session, person_id)


@hookimpl
def lms_gaps_found(session: Session, event: GapsFound) -> None:
    """Invite to extra questions where a result is unclear."""
    invitations.invite_to_extra_questions(session, event)


@hookimpl
def lms_reassessment_due(session: Session, event: ReassessmentDue) -> None:
    """Invite to a retest of what was learned."""
    invitations.invite_to_retest(session, event)
