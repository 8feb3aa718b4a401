"""The courses plugin: its manifest and its hooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from lms import (
    ContentReader,
    CourseCandidate,
    CourseChoice,
    DemoFiller,
    Export,
    Gap,
    GapsClosed,
    GapsFound,
    HomeCard,
    Job,
    LearningCredit,
    NavigationItem,
    NextStep,
    PathStep,
    Permission,
    PersonCard,
    PersonPanel,
    PluginManifest,
    Setting,
    Viewer,
    hookimpl,
)
from plugins.courses import (
    classes_home,
    demo,
    exports,
    jobs,
    permissions,
    presenting,
    settings,
    ways_home,
)
from plugins.courses.queries import hours
from plugins.courses.services import assigning, choosing, content, learning_forms, personal

manifest = PluginManifest(
    name="courses",
    title="Pelatihan",
    version="0.1.0",
    models="plugins.courses.models",
    migrations="migrations",
    description="Pelatihan: isi, penugasan dari hasil tes, belajar, dan JP.",
)


@hookimpl
def lms_register_blueprints() -> Sequence[Any]:
    """Give the pages for learners, officers and trainers."""
    from plugins.courses.views import BLUEPRINTS

    return BLUEPRINTS


@hookimpl
def lms_register_permissions() -> Sequence[Permission]:
    """Give the permissions."""
    return permissions.PERMISSIONS


@hookimpl
def lms_register_settings() -> Sequence[Setting]:
    """Give what an administrator may set."""
    return settings.SETTINGS


@hookimpl
def lms_register_jobs() -> Sequence[Job]:
    """Give the background work."""
    return jobs.JOBS


@hookimpl
def lms_register_exports() -> Sequence[Export]:
    """Give the files that are made in the background."""
    return exports.EXPORTS


@hookimpl
def lms_register_commands() -> Sequence[Any]:
    """Give `lms courses …`."""
    from plugins.courses.commands import courses

    return [courses]


@hookimpl
def lms_register_content_readers() -> Sequence[ContentReader]:
    """Read `courses` and `learning-forms` of a pack, after the frameworks they refer to."""
    return [
        ContentReader(folder="courses", read=content.read_courses, order=40),
        ContentReader(folder="learning-forms", read=learning_forms.read_forms, order=35),
    ]


@hookimpl
def lms_register_demo_fillers() -> Sequence[DemoFiller]:
    """Fill the demo with learning; the plan comes when the last results are in."""
    return [
        DemoFiller(name="courses", order=50, fill=demo.fill),
        DemoFiller(name="courses-plan", order=95, fill=demo.fill_plans, agencies=("serang",)),
    ]


@hookimpl
def lms_navigation_items(viewer: Viewer) -> Sequence[NavigationItem]:
    """Give the tab and the entries of the side menu."""
    return presenting.NAVIGATION


@hookimpl
def lms_home_cards(session: Session, viewer: Viewer) -> Sequence[HomeCard]:
    """Show the learning hours of this year, and classes."""
    return [*presenting.home_cards(session, viewer), *classes_home.home_cards(session, viewer)]


@hookimpl
def lms_next_steps(session: Session, viewer: Viewer) -> Sequence[NextStep]:
    """Lead to the courses and classes under way."""
    return [
        *classes_home.next_steps(session, viewer),
        *ways_home.next_steps(session, viewer),
        *presenting.next_steps(session, viewer),
    ]


@hookimpl
def lms_path_steps(session: Session, viewer: Viewer) -> Sequence[PathStep]:
    """Show the courses as steps of the path."""
    return presenting.path_steps(session, viewer)


@hookimpl
def lms_person_panels(
    session: Session, viewer: Viewer, person: PersonCard
) -> Sequence[PersonPanel]:
    """Show a person's courses."""
    return presenting.person_panels(session, person)


@hookimpl(trylast=True)
def lms_select_courses(
    session: Session,
    person: PersonCard,
    gaps: Sequence[Gap],
    candidates: Sequence[CourseCandidate],
) -> Sequence[CourseChoice]:
    """Choose the fewest courses that cover the gaps, unless another plugin chose before."""
    return choosing.select_courses(session, person, gaps, candidates)


@hookimpl
def lms_learning_credits(
    session: Session, person_id: int, competency_ids: Sequence[int] | None, year: int | None
) -> Sequence[LearningCredit]:
    """Give the learning hours earned with courses."""
    return hours.learning_credits(session, person_id, competency_ids, year)


@hookimpl
def lms_personal_data(session: Session, person_id: int) -> dict[str, Any]:
    """Give enrolments, progress, learning hours and objections."""
    return personal.personal_data(session, person_id)


@hookimpl
def lms_erase_personal_data(session: Session, person_id: int) -> None:
    """Erase enrolments, progress, learning hours and objections."""
    personal.erase_personal_data(session, person_id)


@hookimpl
def lms_gaps_found(session: Session, event: GapsFound) -> None:
    """Assign courses for the gaps."""
    assigning.assign_for_gaps(session, event)


@hookimpl
def lms_gaps_closed(session: Session, event: GapsClosed) -> None:
    """Let go of courses that are no longer needed."""
    assigning.release_closed(session, event)
