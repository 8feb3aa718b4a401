"""What a plan is made from: needs, courses with their forms and costs, money, trainers' hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

WEIGHT_UNIT = 1000
"""Weights are whole thousandths, so that sums of them are exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way to hold a course; all amounts in whole rupiah, by name of the component.

    `maximum` None: no limit of people, so one class is enough. `per_jp` is paid for each hour of
    `trainer_jp`, the trainers' hours in one class. `most_classes` limits the number of classes,
    `classes` fixes it.
    """

    name: str
    minimum: int = 1
    maximum: int | None = None
    per_class: Mapping[str, int] = field(default_factory=dict)
    per_jp: Mapping[str, int] = field(default_factory=dict)
    per_person: Mapping[str, int] = field(default_factory=dict)
    trainer_jp: int = 0
    most_classes: int | None = None
    classes: int | None = None

    @property
    def class_cost(self) -> int:
        """Give what one class costs before anybody sits in it."""
        return sum(self.per_class.values()) + self.trainer_jp * sum(self.per_jp.values())

    @property
    def person_cost(self) -> int:
        """Give what each person in a class adds."""
        return sum(self.per_person.values())

    def cost(self, classes: int, people: int) -> int:
        """Give what a number of classes with so many people in all of them costs."""
        return self.class_cost * classes + self.person_cost * people


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course that can be planned: its learning hours (JP) and the forms it is held in."""

    key: str
    title: str
    jp: int = 0
    forms: tuple[Form, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where money comes from; `courses` None: it may pay for every course."""

    name: str
    amount: int
    courses: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainers:
    """A pool of trainers and their hours (JP) in the year; `courses` None: they teach all."""

    name: str
    jp: int
    courses: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A person who needs a course: how many gaps it closes, and what each of them weighs.

    `weight` is in thousandths. `person` is the same for all needs of one person.
    """

    person: str
    course: str
    gaps: int = 1
    weight: int = WEIGHT_UNIT
    unit: str = ""

    @property
    def value(self) -> int:
        """Give what a place for this need is worth."""
        return self.gaps * self.weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Everything that a plan follows from. The order of `needs` decides among equals.

    `budget` is for all courses together; None: the sources alone limit it.
    """

    courses: tuple[Course, ...]
    needs: tuple[Need, ...]
    budget: int | None = None
    sources: tuple[Source, ...] = ()
    trainers: tuple[Trainers, ...] = ()
    most_courses: int | None = None
    most_jp: int | None = None
    year: int | None = None

    @property
    def money(self) -> int:
        """Give the rupiah that may be spent at most."""
        of_sources = sum(source.amount for source in self.sources)
        if self.budget is None:
            return of_sources
        return min(self.budget, of_sources) if self.sources else self.budget

    def by_key(self) -> dict[str, Course]:
        """Give the courses by their key."""
        return {course.key: course for course in self.courses}
