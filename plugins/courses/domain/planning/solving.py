"""From a scenario to its answer: exactly where the solver is there, greedily where it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from plugins.courses.domain.planning.answer import Answer, Figures, LeftOut, PlannedClass
from plugins.courses.domain.planning.bounds import FormBounds, form_bounds
from plugins.courses.domain.planning.exact import Limits, Tick, solve_exactly, solver
from plugins.courses.domain.planning.greedy import solve_greedily
from plugins.courses.domain.planning.groups import deal
from plugins.courses.domain.planning.limits import hour_limits, money_limits
from plugins.courses.domain.planning.reasons import Reasons, used_by_course
from plugins.courses.domain.planning.scenario import Need, Scenario

NO_SOLVER = "Dihitung dengan cara cepat: paket highspy (titian[plan]) belum terpasang."  # i18n
ASKED_GREEDY = "Dihitung dengan cara cepat. Mungkin ada rencana yang lebih baik."  # i18n
NOT_EXACT = "Cara tepat tidak sampai selesai. Ini hasil cara cepat."  # i18n
NOT_FOUND = "Cara cepat tidak menemukan rencana dengan jumlah kelas itu."  # i18n
TOO_TIGHT = "Jumlah kelas itu melewati anggaran, jumlah orang, atau JP pengajar."  # i18n


def solve(
    scenario: Scenario,
    *,
    limits: Limits | None = None,
    greedy: bool = False,
    tick: Tick = lambda seconds: None,
) -> Answer:
    """Make the plan of a scenario; its status says how good it is.

    optimal: nothing closes more, and nothing that closes as much costs less or takes fewer
    classes. feasible: good within `gap`. time_limit: the best found in time. greedy: the quick
    way. infeasible: classes fixed by hand do not fit (the quick way only found no plan with them).
    """
    library = None if greedy else solver()
    if library is None:
        note = ASKED_GREEDY if greedy else NO_SOLVER
        return answer_of(scenario, solve_greedily(scenario), "greedy", note)
    figures = solve_exactly(scenario, library, limits or Limits(), tick)
    if figures is None or violations(scenario, figures):
        quick = solve_greedily(scenario)
        return answer_of(scenario, quick, "greedy", NOT_EXACT)
    return answer_of(scenario, _better(scenario, figures), "exact", "")


def _better(scenario: Scenario, figures: Figures) -> Figures:
    """Take the quick way's plan where time ended before the exact way found one as good.

    What no plan can exceed was found on the way, and holds for the quick plan too.
    """
    if figures.status != "time_limit":
        return figures
    quick = solve_greedily(scenario)
    if _reached(scenario, quick) <= _reached(scenario, figures):
        return figures
    return replace(quick, status=figures.status, bound=figures.bound)


def _reached(scenario: Scenario, figures: Figures) -> int:
    """Give the weighted gaps that a solution closes, in thousandths."""
    needs = {(need.person, need.course): need.value for need in scenario.needs}
    places = figures.places.items()
    return sum(needs[person, course] for course, people in places for person in people)


def violations(scenario: Scenario, figures: Figures) -> list[str]:
    """Check a solution against every limit in whole numbers; give what does not hold."""
    if figures.status == "infeasible":
        return []
    bounds = form_bounds(scenario)
    found = [f"{each.key}: size" for each in bounds if not _size_holds(each, figures)]
    spent, taught = used_by_course(bounds, figures)
    found += [f"money: {m.name}" for m in money_limits(scenario) if m.left(spent) < 0]
    found += [f"hours: {m.name}" for m in hour_limits(scenario) if m.left(taught) < 0]
    for course in scenario.courses:
        seats = sum(figures.seats.get((course.key, n), 0) for n in range(len(course.forms)))
        if seats != len(figures.places.get(course.key, ())):
            found.append(f"{course.key}: places")
    return found


def _size_holds(each: FormBounds, figures: Figures) -> bool:
    classes, seats = figures.classes.get(each.key, 0), figures.seats.get(each.key, 0)
    within = each.minimum * classes <= seats <= each.maximum * classes
    return within and each.least <= classes <= max(each.most, each.least)


def answer_of(scenario: Scenario, figures: Figures, method: str, note: str) -> Answer:
    """Deal people into classes and say why the others are left out."""
    needs = {(need.person, need.course): need for need in scenario.needs}
    classes = _classes(scenario, figures, needs)
    return Answer(
        status=figures.status,
        method="exact" if method == "exact" else "greedy",
        gap=_gap(figures, _reached(scenario, figures)),
        cost=sum(planned.cost for planned in classes),
        gaps_closed=sum(planned.gaps for planned in classes),
        classes=classes,
        left_out=_left_out(scenario, figures),
        note=note if figures.status != "infeasible" else _impossible(method),
    )


def _impossible(method: str) -> str:
    """Say that the fixed classes do not fit; the quick way only knows that it found none."""
    return TOO_TIGHT if method == "exact" else NOT_FOUND


def _gap(figures: Figures, reached: int) -> float | None:
    """Give how much of the best possible is missing at most, as a fraction."""
    if figures.bound is None:
        return None
    return (figures.bound - reached) / figures.bound if figures.bound > reached else 0.0


def _classes(
    scenario: Scenario, figures: Figures, needs: dict[tuple[str, str], Need]
) -> tuple[PlannedClass, ...]:
    units = {need.person: need.unit for need in scenario.needs}
    queues = {course: list(people) for course, people in figures.places.items()}
    found: list[PlannedClass] = []
    for each in form_bounds(scenario):
        classes = figures.classes.get(each.key, 0)
        if not classes:
            continue
        queue, seats = queues[each.course.key], figures.seats[each.key]
        people, queues[each.course.key] = queue[:seats], queue[seats:]
        for number, some in enumerate(deal(people, units, classes), 1):
            gaps = sum(needs[person, each.course.key].gaps for person in some)
            found.append(_class(each, number, len(found) + 1, some, gaps))
    return tuple(found)


def _class(
    each: FormBounds, of_form: int, number: int, people: Sequence[str], gaps: int
) -> PlannedClass:
    return PlannedClass(
        number=number,
        course=each.course.key,
        title=each.course.title,
        form=each.form.name,
        of_form=of_form,
        people=tuple(people),
        cost=each.form.cost(1, len(people)),
        gaps=gaps,
        jp=each.course.jp,
    )


def _left_out(scenario: Scenario, figures: Figures) -> tuple[LeftOut, ...]:
    reasons = Reasons(scenario, figures)
    placed = {(person, course) for course, people in figures.places.items() for person in people}
    return tuple(
        LeftOut(person=need.person, course=need.course, why=reasons.why(need))
        for need in scenario.needs
        if (need.person, need.course) not in placed
    )
