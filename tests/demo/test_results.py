"""The drawn results of the national test: sums of the founding report, leaning as it says."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from lms.demo.names import read_data
from lms.demo.organisation import Chart
from lms.demo.people import PeopleMaker
from lms.demo.results import InventedResult, draw_results


def draw(count: int) -> list[InventedResult]:
    rng = random.Random(1)
    people = PeopleMaker(rng).make(Chart(read_data("serang"), count, rng).slots)
    return draw_results(people, rng)


@pytest.fixture(scope="module")
def results() -> list[InventedResult]:
    return draw(2000)


def below(results: list[InventedResult], start: str) -> float:
    those = [result for result in results if result.person.slot.post.startswith(start)]
    return sum(result.digital == "basic" for result in those) / len(those)


def test_sums_are_those_of_the_report(results: list[InventedResult]) -> None:
    assert Counter(result.digital == "basic" for result in results)[True] == 1242
    levels = Counter(
        result.person.slot.level for result in results if result.managerial == "kurang optimal"
    )
    assert levels == {"pelaksana": 107, "administrator": 1, "pengawas": 8}


def test_four_hundred_were_measured_each_day(results: list[InventedResult]) -> None:
    days = Counter(result.measured_on.isoformat() for result in results)
    assert days == {f"2025-08-{day}": 400 for day in range(11, 16)}


def test_groups_of_the_report_are_below_more_often(results: list[InventedResult]) -> None:
    for group in ("kepala_sekolah", "perawat", "bidan"):
        assert below(results, group) > 0.65
    old = [result for result in results if result.person.age >= 50]
    young = [result for result in results if result.person.age < 35]
    assert sum(r.digital == "basic" for r in old) / len(old) > 0.75
    assert sum(r.digital == "basic" for r in young) / len(young) < 0.4


@pytest.mark.parametrize("count", [100, 120, 400])
def test_smaller_demo_keeps_the_proportion(count: int) -> None:
    results = draw(count)
    assert sum(result.digital == "basic" for result in results) == round(1242 * count / 2000)
    held = {result.person.slot.level for result in results if result.managerial[0] == "k"}
    assert held == {"pelaksana", "administrator", "pengawas"}
