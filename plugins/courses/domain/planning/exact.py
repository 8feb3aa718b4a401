"""The best plan there is, by HiGHS; what is equal in gaps is decided by cost, then by classes."""

from __future__ import annotations

import importlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from plugins.courses.domain.planning.answer import Figures, Status
from plugins.courses.domain.planning.bounds import form_bounds
from plugins.courses.domain.planning.groups import give_places
from plugins.courses.domain.planning.matrix import scaled
from plugins.courses.domain.planning.model import Model, build
from plugins.courses.domain.planning.scenario import Scenario

Tick = Callable[[float], None]
"""Called about once a second with the seconds that have passed."""
TOLERANCE = 1e-9
FOR_GAPS, FOR_COST = 0.7, 0.9
"""Shares of the time by whose end the first and the second question are to be answered."""


def solver() -> ModuleType | None:
    """Give the library that solves exactly, None where the extra `plan` is not installed."""
    try:
        return importlib.import_module("highspy")
    except ImportError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long to search (seconds), and the distance from the best at which it is enough."""

    seconds: float = 60.0
    gap: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What one search gave: whether it is proved best, its bound, the columns (None: nothing)."""

    proved: bool
    in_time: bool
    bound: float
    columns: tuple[int, ...] | None
    impossible: bool = False


class _Search:
    """One model in HiGHS, asked one question after the other."""

    def __init__(self, library: ModuleType, model: Model, seconds: float, tick: Tick) -> None:
        self._library, self._tick = library, tick
        self._highs: Any = library.Highs()
        self._begun, self._seconds = time.monotonic(), seconds
        self._width = len(model.programme.columns)
        options = {
            "output_flag": False,
            "threads": 1,
            "random_seed": 1,
            "mip_feasibility_tolerance": TOLERANCE,
            "primal_feasibility_tolerance": TOLERANCE,
            "mip_abs_gap": 0.5,  # every objective is a whole number
        }
        for name, value in options.items():
            self._highs.setOptionValue(name, value)
        model.programme.given_to(self._highs, library)

    def ask(self, weights: Mapping[int, int], *, most: bool, until: float, gap: float) -> _Found:
        """Look for the largest or smallest sum, up to a share of the time."""
        costs = [float(weights.get(column, 0)) for column in range(self._width)]
        sense = self._library.ObjSense
        self._highs.changeColsCost(self._width, list(range(self._width)), costs)
        self._highs.changeObjectiveSense(sense.kMaximize if most else sense.kMinimize)
        left = self._seconds * until - (time.monotonic() - self._begun)
        self._highs.setOptionValue("time_limit", max(0.5, left))
        self._highs.setOptionValue("mip_rel_gap", gap)
        self._run()
        return self._found(gap)

    def hold(self, weights: Mapping[int, int], lower: float, upper: float) -> None:
        """Keep a sum within bounds from now on, and start from the columns of the last answer."""
        known = self._highs.getSolution()
        columns = [column for column, value in weights.items() if value]
        values = [float(weights[column]) for column in columns]
        self._highs.addRow(lower, upper, len(columns), columns, values)
        start = self._library.HighsSolution()
        start.col_value = list(known.col_value)
        self._highs.setSolution(start)

    def _run(self) -> None:
        """Solve beside this thread, which tells every second that it goes on."""
        thread = threading.Thread(target=self._highs.run, daemon=True)
        thread.start()
        while thread.is_alive():
            thread.join(1.0 if time.monotonic() - self._begun > 1 else 0.02)
            self._tick(time.monotonic() - self._begun)

    def _found(self, gap: float) -> _Found:
        status, kinds = self._highs.getModelStatus(), self._library.HighsModelStatus
        info = self._highs.getInfo()
        if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
            return _Found(proved=True, in_time=True, bound=0, columns=None, impossible=True)
        done = status == kinds.kOptimal
        known = info.primal_solution_status == int(
            self._library.SolutionStatus.kSolutionStatusFeasible
        )
        values = self._highs.getSolution().col_value if known else []
        return _Found(
            proved=(done and info.mip_gap <= TOLERANCE) or (done and gap == 0),
            in_time=done,
            bound=info.mip_dual_bound,
            columns=tuple(round(value) for value in values) if known else None,
        )


def solve_exactly(
    scenario: Scenario, library: ModuleType, limits: Limits, tick: Tick
) -> Figures | None:
    """Find the best plan within the limits; None when time ended without any plan."""
    model = build(scenario)
    if any(form.least_cost > scenario.money for form in form_bounds(scenario)):
        return Figures(status="infeasible", classes={}, seats={}, places={})
    if not model.programme.columns:
        return Figures(status="optimal", classes={}, seats={}, places={}, bound=0)
    search = _Search(library, model, limits.seconds, tick)
    weights, unit = scaled(model.value)
    first = search.ask(weights, most=True, until=FOR_GAPS, gap=limits.gap)
    if first.impossible:
        return Figures(status="infeasible", classes={}, seats={}, places={})
    if first.columns is None:
        return None
    reached = _sum(weights, first.columns)
    columns, settled = _cheapest(search, model, first.columns, weights)
    bound = reached if first.proved else max(reached, int(first.bound + 1e-6))
    status: Status = "feasible"
    if not first.in_time:
        status = "time_limit"
    elif bound == reached and settled:
        status = "optimal"
    return _figures(model, columns, status, bound * unit)


def _cheapest(
    search: _Search, model: Model, columns: tuple[int, ...], weights: Mapping[int, int]
) -> tuple[tuple[int, ...], bool]:
    """Among plans that close as much, take the cheapest, then the one with the fewest classes."""
    search.hold(weights, _sum(weights, columns), float("inf"))
    costs, _ = scaled(model.cost)
    second = search.ask(costs, most=False, until=FOR_COST, gap=0.0)
    if second.columns is None:
        return columns, False
    search.hold(costs, float("-inf"), _sum(costs, second.columns))
    third = search.ask(model.effort, most=False, until=1.0, gap=0.0)
    if third.columns is None:
        return second.columns, False
    return third.columns, second.proved and third.proved


def _sum(weights: Mapping[int, int], columns: tuple[int, ...]) -> int:
    return sum(weight * columns[column] for column, weight in weights.items())


def _figures(model: Model, columns: tuple[int, ...], status: Status, bound: int) -> Figures:
    taken = [{course: columns[c] for course, c in places.items()} for places in model.places]
    chosen = [[columns[column] for column in choice] for choice in model.choices]
    return Figures(
        status=status,
        classes={key: columns[column] for key, column in model.classes.items()},
        seats={key: columns[column] for key, column in model.seats.items()},
        places=give_places(model.groups, taken, chosen),
        bound=bound,
    )
