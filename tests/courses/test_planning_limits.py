"""Scenario files with numbers that nobody means, and answers that must not claim too much."""

from __future__ import annotations

import pytest

from lms import Invalid
from plugins.courses.domain.planning import solving
from plugins.courses.domain.planning.answer import Answer
from plugins.courses.domain.planning.reading import read_scenario
from plugins.courses.domain.planning.solving import solve

NEEDS = '[[need]]\nperson="x"\npeople=3\ncourse="a"\n[[need]]\ncourse="b"\n'
COURSES = '[[course]]\nid="a"\nmax=2\nper_class=%s\nper_person=1\n[[course]]\nid="b"\nper_class=7\n'


def solved(text: str) -> Answer:
    return solve(read_scenario(text.encode()))


@pytest.mark.parametrize(
    "text",
    [
        "budget = 1e400\n",
        "budget = 1e999999999\n",
        "budget = 1e99999999999999999999\n",
        f"budget = 1{'0' * 5000}\n",
        f"budget = 1\na = {'[' * 5000}\n",
        "budget = 1\n[[need]]\ncourse='a'\nweight = 1e999999\n",
        "budget = 1\n[[need]]\ncourse='a'\nweight = 1.00000000000000000000000000000000001\n",
        "budget = 1\n[[need]]\ncourse='a'\ngaps = 1000000000000000\n",
        f"budget = 1\n[[source]]\nname='s'\namount = 1{'0' * 400}\n",
    ],
)
def test_numbers_that_nobody_means_are_refused_at_once(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_scenario((text + "[[course]]\nid = 'a'\n").encode())
    assert all(len(reason) < 200 for reason in refused.value.reasons)


@pytest.mark.parametrize("cost", [10**12 + 1, 10**15 + 1, 10**18])
def test_a_class_beyond_all_money_leaves_the_rest_exact(cost: int) -> None:
    answer = solved(f"budget=20\n{COURSES % cost}{NEEDS}")
    assert (answer.status, answer.gap, answer.cost, answer.gaps_closed) == ("optimal", 0.0, 7, 1)
    courses = COURSES.replace("max=2", "max=2\nclasses=1") % cost
    fixed = solved(f"budget=20\n{courses}{NEEDS}")
    assert (fixed.status, fixed.cost) == ("infeasible", 0)


def test_a_class_for_a_thousand_million_people_is_one_class() -> None:
    text = COURSES.replace("max=2", "max=1000000000") % 5
    answer = solved(f"budget=15\n{text}{NEEDS}")
    assert (answer.status, answer.cost, answer.gaps_closed) == ("optimal", 15, 4)


def test_numbers_beyond_the_solver_are_not_called_optimal() -> None:
    answer = solved(f"budget={10**18}\n{COURSES % (10**17 + 1)}{NEEDS}")
    assert (answer.status, answer.gap, answer.note) == ("greedy", None, solving.NOT_EXACT)


TWO = """
budget = 10
most_courses_per_person = 1
course = [{ id = "a", classes = 1 }, { id = "b", classes = %s }]
need = [
  { person = "P", course = "a" }, { person = "Q", course = "a" }, { person = "P", course = "b" },
]
"""


def test_the_quick_way_spares_people_for_the_other_classes_fixed_by_hand() -> None:
    answer = solve(read_scenario((TWO % 1).encode()), greedy=True)
    assert (answer.status, answer.gaps_closed) == ("greedy", 2)


def test_the_quick_way_claims_no_more_than_that_it_found_none() -> None:
    scenario = read_scenario((TWO % 2).encode())
    assert solve(scenario, greedy=True).note == solving.NOT_FOUND
    assert solve(scenario).note == solving.TOO_TIGHT
