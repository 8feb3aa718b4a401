"""What a version of a course consists of, and how far a person is in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.courses.domain.progress import Place, minutes_left
from plugins.courses.models import DraftFile, Media, Module, Step, StepProgress


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

    course_version_id: int
    modules: tuple[OutlineModule, ...]

    @property
    def counts(self) -> list[int]:
        """Give each module's number of steps."""
        return [len(module.steps) for module in self.modules]

    @property
    def minutes(self) -> int:
        """Give how long the whole course takes."""
        return sum(module.minutes for module in self.modules)

    def minutes_left(self, done: Collection[Place]) -> int:
        """Estimate how many minutes of the course are left."""
        return minutes_left([module.minutes for module in self.modules], self.counts, done)

    def waiting(self, done: Collection[Place]) -> dict[int, list[int]]:
        """Give module → its steps that are not done, for modules that are begun and not done."""
        found: dict[int, list[int]] = {}
        for module in self.modules:
            numbers = range(1, len(module.steps) + 1)
            missing = [n for n in numbers if Place(module=module.sequence, step=n) not in done]
            if 0 < len(missing) < len(module.steps):
                found[module.sequence] = missing
        return found

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
        course_version_id=course_version_id,
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
        ),
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


def last_done(session: Session, enrolment_id: int) -> Place | None:
    """Give the step that was done last, None before the first."""
    query = (
        select(StepProgress.module, StepProgress.step)
        .where(StepProgress.enrolment_id == enrolment_id)
        .order_by(StepProgress.done_at.desc(), StepProgress.module.desc(), StepProgress.step.desc())
        .limit(1)
    )
    found = session.execute(query).one_or_none()
    return Place(module=found.module, step=found.step) if found else None


def step_html(session: Session, module_id: int, step: int) -> str:
    """Give the kept HTML of one step, empty when there is none."""
    query = select(Step.html).where(Step.module_id == module_id, Step.sequence == step)
    return session.scalar(query) or ""


def module_steps(session: Session, module_id: int) -> list[tuple[str, str]]:
    """Give title and HTML of all steps of a module, in order."""
    query = select(Step.title, Step.html).where(Step.module_id == module_id)
    return [(title, html) for title, html in session.execute(query.order_by(Step.sequence))]


def stored_file(session: Session, digest: str, *, drafts: bool) -> tuple[str, str] | None:
    """Give name and media type of a file that some course has, or None; one or two statements.

    With `drafts` a file counts that is only in a draft so far.
    """
    for model in (Media, DraftFile) if drafts else (Media,):
        query = select(model.name, model.media_type).where(model.digest == digest)
        found = session.execute(query.limit(1)).one_or_none()
        if found is not None:
            name, kind = found
            return name, kind
    return None
