"""How many classes of a form there can be, and how many people in them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from plugins.courses.domain.planning.answer import FormKey
from plugins.courses.domain.planning.scenario import Course, Form, Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class FormBounds:
    """A form with its numbers made finite: classes from `least` to `most`, people per class."""

    key: FormKey
    course: Course
    form: Form
    least: int
    most: int
    minimum: int
    maximum: int

    @property
    def least_cost(self) -> int:
        """Give what the classes that were fixed by hand cost at least."""
        return self.form.cost(self.least, self.least * self.minimum)


def form_bounds(scenario: Scenario) -> list[FormBounds]:
    """Give the bounds of every form of every course."""
    demand = demand_of(scenario)
    return [
        _bounds(course, number, form, demand[course.key], scenario.money)
        for course in scenario.courses
        for number, form in enumerate(course.forms)
    ]


def demand_of(scenario: Scenario) -> Counter[str]:
    """Count who needs which course; a need without value gets no place."""
    return Counter(need.course for need in scenario.needs if need.value)


def _bounds(course: Course, number: int, form: Form, demand: int, money: int) -> FormBounds:
    minimum = max(1, form.minimum)
    # A class is never fuller than all who need it; a large number would blur the solver's sums.
    maximum = max(minimum, demand if form.maximum is None else min(form.maximum, demand))
    most = demand // minimum
    if form.maximum is None:
        most = min(most, 1)
    if form.most_classes is not None:
        most = min(most, form.most_classes)
    if form.cost(1, minimum) > money:
        most = 0
    least = 0
    if form.classes is not None:
        least = most = form.classes
    return FormBounds(
        key=(course.key, number),
        course=course,
        form=form,
        least=least,
        most=most,
        minimum=minimum,
        maximum=maximum,
    )
