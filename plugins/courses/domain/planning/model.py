"""The plan as an integer programme: classes and seats by form, places by group.

Classes of one form are alike, so they are counted, not numbered: `classes[c, f]` and the seats in
all of them, with minimum · classes ≤ seats ≤ maximum · classes. Any such total can be dealt into
classes of nearly equal size, all within the limits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from plugins.courses.domain.planning.answer import FormKey
from plugins.courses.domain.planning.bounds import FormBounds, form_bounds
from plugins.courses.domain.planning.groups import Group, group_people
from plugins.courses.domain.planning.limits import Limit, hour_limits, money_limits
from plugins.courses.domain.planning.matrix import Programme, measure
from plugins.courses.domain.planning.scenario import Scenario


@dataclass(slots=True)
class Model:
    """The programme, and which column stands for what."""

    groups: list[Group]
    programme: Programme = field(default_factory=Programme)
    classes: dict[FormKey, int] = field(default_factory=dict)
    seats: dict[FormKey, int] = field(default_factory=dict)
    places: list[dict[str, int]] = field(default_factory=list)
    choices: list[list[int]] = field(default_factory=list)
    value: dict[int, int] = field(default_factory=dict)
    """What one more in a column is worth, in thousandths of a gap."""
    cost: dict[int, int] = field(default_factory=dict)

    @property
    def effort(self) -> dict[int, int]:
        """Give the columns of classes, one each: what is kept small when all else is equal."""
        return dict.fromkeys(self.classes.values(), 1)


def build(scenario: Scenario) -> Model:
    """Write the programme of a scenario; its money is in the largest common unit."""
    model = Model(groups=group_people(scenario))
    bounds = form_bounds(scenario)
    balance = {course.key: model.programme.row(0, 0) for course in scenario.courses}
    rows = _limit_rows(model.programme, scenario, bounds)
    for each in bounds:
        _add_form(model, each, balance[each.course.key], rows)
    for group in model.groups:
        _add_group(model, group, balance)
    return model


@dataclass(frozen=True, slots=True, kw_only=True)
class _LimitRows:
    """The rows of limits by course, and the rupiah that money is counted in."""

    money: Mapping[str, Sequence[int]]
    hours: Mapping[str, Sequence[int]]
    unit: int


def _limit_rows(
    programme: Programme, scenario: Scenario, bounds: Sequence[FormBounds]
) -> _LimitRows:
    unit = measure(
        amount for each in bounds for amount in (each.form.class_cost, each.form.person_cost)
    )
    return _LimitRows(
        money=_rows(programme, money_limits(scenario), unit),
        hours=_rows(programme, hour_limits(scenario), 1),
        unit=unit,
    )


def _rows(programme: Programme, limits: Sequence[Limit], unit: int) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for limit in limits:
        row = programme.row(upper=limit.amount // unit)
        for course in limit.courses:
            found[course].append(row)
    return found


def _add_form(model: Model, each: FormBounds, balance: int, rows: _LimitRows) -> None:
    programme, form = model.programme, each.form
    fill, need = programme.row(upper=0), programme.row(lower=0)
    held = each.most > 0  # a class that can never be held has no costs that could be too large
    money = rows.money.get(each.course.key, ()) if held else ()
    hours = rows.hours.get(each.course.key, ()) if held else ()
    classes = programme.column(
        each.least,
        each.most,
        [
            (fill, -each.maximum),
            (need, -each.minimum),
            *((row, form.class_cost // rows.unit) for row in money),
            *((row, form.trainer_jp) for row in hours),
        ],
    )
    seats = programme.column(
        0,
        each.maximum * each.most,
        [
            (fill, 1),
            (need, 1),
            (balance, 1),
            *((row, form.person_cost // rows.unit) for row in money),
        ],
    )
    model.classes[each.key], model.seats[each.key] = classes, seats
    model.cost |= {classes: form.class_cost, seats: form.person_cost}


def _add_group(model: Model, group: Group, balance: Mapping[str, int]) -> None:
    """Add the places of a group, and which sets of courses its people may get."""
    programme, size = model.programme, len(group.people)
    caps = {course: programme.row(upper=0) for course, _ in group.bundle} if group.choices else {}
    places = {}
    for course, value in group.bundle:
        entries = [(balance[course], -1), *([(caps[course], 1)] if caps else [])]
        places[course] = programme.column(0, size, entries)
        model.value[places[course]] = value
    model.places.append(places)
    everybody = programme.row(upper=size) if group.choices else 0
    model.choices.append(
        [
            programme.column(0, size, [(everybody, 1), *((caps[course], -1) for course in choice)])
            for choice in group.choices
        ]
    )
