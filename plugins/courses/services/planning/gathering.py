"""Puts a scenario together from the agency's needs, costs and money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from lms import Invalid
from plugins.courses.domain.planning.priority import Leaving, weight_of
from plugins.courses.domain.planning.scenario import Need, Scenario, Source
from plugins.courses.queries.planning.costs import budget_of, plan_courses
from plugins.courses.queries.planning.needs import OpenNeed, open_needs

NO_MONEY = "Belum ada anggaran untuk tahun {year}."


def weighted_needs(
    needs: Iterable[OpenNeed], year: int, *, levels: Mapping[str, int], leaving: Leaving
) -> list[tuple[OpenNeed, int]]:
    """Give each need of the plan's year with its weight; who retires before has none."""
    weighted = (
        (need, weight_of(need.birth_date, need.level, year, levels=levels, leaving=leaving))
        for need in needs
    )
    return [(need, weight) for need, weight in weighted if weight is not None]


def scenario_of_year(session: Session, year: int, budget: int | None) -> Scenario:
    """Give the scenario of a year as it stands today; people are named by their public ids.

    Without `budget` the year's sources count, with it the sources are left aside. Raises Invalid
    when there is neither.
    """
    sources: tuple[Source, ...] = ()
    if budget is None:
        money = budget_of(session, year)
        sources = tuple(Source(name=name, amount=amount) for name, amount in money.items())
        if not sources:
            raise Invalid(NO_MONEY.format(year=year), ["Give --budget RUPIAH."])
    courses = dict(plan_courses(session))
    needs = weighted_needs(open_needs(session), year, levels={}, leaving="later")
    return Scenario(
        year=year,
        budget=budget,
        sources=sources,
        courses=tuple(courses.values()),
        needs=tuple(
            Need(
                person=need.public_id,
                course=courses[need.course_id].key,
                gaps=need.gaps,
                weight=weight,
                unit=need.unit,
            )
            for need, weight in needs
            if need.course_id in courses
        ),
    )
