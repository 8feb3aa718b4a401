"""Where a person is in a course."""

from __future__ import annotations

import pytest

from plugins.courses.domain.progress import (
    Place,
    first_open,
    module_states,
    neighbours,
    onward,
    places,
)

STEPS = [2, 1, 3]


def at(module: int, step: int) -> Place:
    return Place(module=module, step=step)


ALL = places(STEPS)


def test_places_are_in_order() -> None:
    assert [at(1, 1), at(1, 2), at(2, 1), at(3, 1), at(3, 2), at(3, 3)] == ALL
    assert sorted(ALL) == ALL


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ([], at(1, 1)),
        ([at(1, 1)], at(1, 2)),
        ([at(1, 2), at(3, 3)], at(1, 1)),
        (ALL[:3], at(3, 1)),
        (ALL, None),
    ],
)
def test_first_open_place_is_found(done: list[Place], expected: Place | None) -> None:
    assert first_open(STEPS, done) == expected


@pytest.mark.parametrize(
    ("here", "before", "after"),
    [
        (at(1, 1), None, at(1, 2)),
        (at(1, 2), at(1, 1), at(2, 1)),
        (at(3, 3), at(3, 2), None),
    ],
)
def test_neighbours_go_across_modules(
    here: Place, before: Place | None, after: Place | None
) -> None:
    assert neighbours(STEPS, here) == (before, after)


@pytest.mark.parametrize(
    ("done", "here", "expected"),
    [
        ([at(1, 1)], at(1, 1), at(1, 2)),
        ([at(1, 1), at(1, 2)], at(1, 1), at(1, 2)),
        ([at(3, 3)], at(3, 3), at(1, 1)),
        (ALL, at(3, 3), None),
    ],
)
def test_onward_leads_to_the_next_or_to_what_was_left_out(
    done: list[Place], here: Place, expected: Place | None
) -> None:
    assert onward(STEPS, done, here) == expected


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ([], ["current", "later", "later"]),
        ([at(1, 1)], ["current", "later", "later"]),
        ([at(1, 1), at(1, 2)], ["done", "current", "later"]),
        ([at(2, 1)], ["current", "done", "later"]),
        (ALL, ["done", "done", "done"]),
    ],
)
def test_modules_have_a_state(done: list[Place], expected: list[str]) -> None:
    assert module_states(STEPS, done) == expected
