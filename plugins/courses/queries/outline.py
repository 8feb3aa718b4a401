"""What a version of a course consists of, and how far a person is in it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.courses.domain.progress import Place
from plugins.courses.models import Media, Module, Step, StepProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineModule:
    """A module with the titles of its steps; `sequence` counts from 1."""

    module_id: int
    sequence: int
    title: str
    minutes: int
    objectives: tuple[str, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The modules of a version, in order."""

    modules: tuple[OutlineModule, ...]

    @property
    def counts(self) -> list[int]:
        """Give each module's number of steps."""
        return [len(module.steps) for module in self.modules]

    @property
    def minutes(self) -> int:
        """Give how long the whole course takes."""
        return sum(module.minutes for module in self.modules)

    def module_at(self, place: Place) -> OutlineModule:
        """Give the module of a place."""
        return self.modules[place.module - 1]

    def title_at(self, place: Place) -> str:
        """Give the title of a step."""
        return self.module_at(place).steps[place.step - 1]


def course_outline(session: Session, course_version_id: int) -> Outline:
    """Give the modules and steps of a version, without their text; one statement."""
    query = (
        select(Module, Step.title)
        .join(Step, Step.module_id == Module.id)
        .where(Module.course_version_id == course_version_id)
        .order_by(Module.sequence, Step.sequence)
    )
    titles: dict[int, tuple[Module, list[str]]] = {}
    for module, title in session.execute(query):
        titles.setdefault(module.id, (module, []))[1].append(title)
    return Outline(
        modules=tuple(
            OutlineModule(
                module_id=module.id,
                sequence=module.sequence,
                title=module.title,
                minutes=module.minutes,
                objectives=tuple(module.objectives),
                steps=tuple(steps),
            )
            for module, steps in titles.values()
        )
    )


def step_counts(session: Session, course_version_id: int) -> list[int]:
    """Give each module's number of steps, in order."""
    query = (
        select(func.count(Step.id))
        .join(Module, Module.id == Step.module_id)
        .where(Module.course_version_id == course_version_id)
        .group_by(Module.sequence)
        .order_by(Module.sequence)
    )
    return list(session.scalars(query))


def done_places(session: Session, enrolment_id: int) -> set[Place]:
    """Give the steps that are done."""
    query = select(StepProgress.module, StepProgress.step).where(
        StepProgress.enrolment_id == enrolment_id
    )
    return {Place(module=m, step=s) for m, s in session.execute(query)}


def step_html(session: Session, module_id: int, step: int) -> str:
    """Give the kept HTML of one step, empty when there is none."""
    query = select(Step.html).where(Step.module_id == module_id, Step.sequence == step)
    return session.scalar(query) or ""


def module_steps(session: Session, module_id: int) -> list[tuple[str, str]]:
    """Give title and HTML of all steps of a module, in order."""
    query = select(Step.title, Step.html).where(Step.module_id == module_id)
    return [(title, html) for title, html in session.execute(query.order_by(Step.sequence))]


def media_type(session: Session, digest: str) -> str | None:
    """Give the media type of a picture that some course has, or None."""
    return session.scalars(select(Media.media_type).where(Media.digest == digest)).first()
