"""A scenario without its needs as JSON holds it on a plan, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from plugins.courses.domain.planning.answer import Answer, PlannedClass
from plugins.courses.domain.planning.scenario import (
    Course,
    Form,
    Need,
    Scenario,
    Source,
    Trainers,
)

TENTH_OF_MILLE = 10_000
"""The stored gap is in hundredths of a percent."""


def scenario_values(scenario: Scenario) -> dict[str, Any]:
    """Give everything but the needs as plain values."""
    values = asdict(replace(scenario, needs=()))
    for each in (*values["sources"], *values["trainers"]):
        if each["courses"] is not None:
            each["courses"] = sorted(each["courses"])
    return values


def scenario_from(values: Mapping[str, Any], needs: Iterable[Need] = ()) -> Scenario:
    """Read back what `scenario_values` gave, with these needs."""
    return Scenario(
        year=values["year"],
        budget=values["budget"],
        most_courses=values["most_courses"],
        most_jp=values["most_jp"],
        courses=tuple(_course(each) for each in values["courses"]),
        sources=tuple(Source(**_with_set(each)) for each in values["sources"]),
        trainers=tuple(Trainers(**_with_set(each)) for each in values["trainers"]),
        needs=tuple(needs),
    )


def _course(values: Mapping[str, Any]) -> Course:
    return Course(**{**values, "forms": tuple(Form(**form) for form in values["forms"])})


def _with_set(values: Mapping[str, Any]) -> dict[str, Any]:
    courses = values["courses"]
    return {**values, "courses": None if courses is None else frozenset(courses)}


def result_values(scenario: Scenario, answer: Answer) -> dict[str, Any]:
    """Give an answer without its people as plain values; the places are rows."""
    return {
        "cost": answer.cost,
        "money": scenario.money,
        "gaps_closed": answer.gaps_closed,
        "placed": answer.placed,
        "left_out": len(answer.left_out),
        "people": len({who for each in answer.classes for who in each.people}),
        "waiting": len(_without_any_place(answer)),
        "jp": sum(each.jp * len(each.people) for each in answer.classes),
        "note": answer.note,
        "classes": [_class_values(each) for each in answer.classes],
    }


def _without_any_place(answer: Answer) -> set[str]:
    placed = {who for each in answer.classes for who in each.people}
    return {left.person for left in answer.left_out} - placed


def _class_values(each: PlannedClass) -> dict[str, Any]:
    return {
        "number": each.number,
        "course": each.course,
        "title": each.title,
        "form": each.form,
        "of_form": each.of_form,
        "people": len(each.people),
        "cost": each.cost,
        "gaps": each.gaps,
        "jp": each.jp,
    }


def stored_gap(gap: float | None) -> int | None:
    """Give a gap as it is stored: never smaller than it is."""
    return None if gap is None else -int(-gap * TENTH_OF_MILLE // 1)
