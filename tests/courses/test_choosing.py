"""Which courses for which gaps: a table of cases."""

from __future__ import annotations

import pytest

from plugins.courses.domain.choosing import History, Need, Offer, choose_courses

A, B, C, D = 1, 2, 3, 4  # courses
X, Y, Z = 11, 12, 13  # competencies


def need(competency: int, level: int = 1, required: int = 2) -> Need:
    return Need(competency_id=competency, level=level, required=required)


def offer(course: int, competency: int, low: int = 1, high: int = 2, jp: int = 3) -> Offer:
    return Offer(course_id=course, competency_id=competency, from_level=low, to_level=high, jp=jp)


@pytest.mark.parametrize(
    ("needs", "offers", "past", "expected"),
    [
        pytest.param([], [], None, {}, id="nothing to do"),
        pytest.param([need(X)], [], None, {}, id="no course"),
        pytest.param([need(X)], [offer(A, Y)], None, {}, id="teaches something else"),
        pytest.param([need(X)], [offer(A, X)], None, {X: A}, id="one for one"),
        pytest.param([need(X, 2, 3)], [offer(A, X, 1, 2)], None, {}, id="leads not above me"),
        pytest.param(
            [need(X), need(Y)],
            [offer(A, X), offer(B, Y), offer(C, X, jp=9), offer(C, Y, jp=9)],
            None,
            {X: C, Y: C},
            id="one course before two, also when it is longer",
        ),
        pytest.param(
            [need(X), need(Y), need(Z)],
            [offer(A, X), offer(A, Y), offer(B, Y), offer(B, Z), offer(C, X), offer(D, Z)],
            None,
            {X: A, Y: A, Z: B},
            id="two courses cover three gaps",
        ),
        pytest.param(
            [need(X)], [offer(A, X, jp=5), offer(B, X, jp=2)], None, {X: B}, id="fewer JP"
        ),
        pytest.param(
            [need(X)], [offer(B, X), offer(A, X)], None, {X: B}, id="a tie: what is offered first"
        ),
        pytest.param(
            [need(X, 1, 3)],
            [offer(A, X, 1, 2, jp=1), offer(B, X, 1, 3, jp=5)],
            None,
            {X: B},
            id="reaches the level asked for",
        ),
        pytest.param(
            [need(X, 1, 3)],
            [offer(A, X, 3, 4, jp=1), offer(B, X, 2, 3, jp=5)],
            None,
            {X: B},
            id="begins where the person is",
        ),
        pytest.param(
            [need(X, 1, 4)], [offer(A, X, 1, 2)], None, {X: A}, id="part of the way is better"
        ),
        pytest.param([need(X, 0, 2)], [offer(A, X, 1, 2)], None, {X: A}, id="nothing measured yet"),
        pytest.param(
            [need(X)],
            [offer(A, X, jp=1), offer(B, X, jp=5)],
            History(completed=frozenset({A})),
            {X: B},
            id="not the one done before",
        ),
        pytest.param(
            [need(X), need(Y)],
            [offer(A, X), offer(A, Y), offer(B, X), offer(C, Y)],
            History(completed=frozenset({A})),
            {X: A, Y: A},
            id="fewer courses before new ones",
        ),
        pytest.param(
            [need(X), need(Y)],
            [offer(A, X), offer(A, Y), offer(B, X), offer(C, Y)],
            History(completed=frozenset({A}), completed_for=frozenset({(A, X), (A, Y)})),
            {X: B, Y: C},
            id="second round: others, even if they are more",
        ),
        pytest.param(
            [need(X)],
            [offer(A, X)],
            History(completed=frozenset({A}), completed_for=frozenset({(A, X)})),
            {X: A},
            id="second round: the same again if there is no other",
        ),
        pytest.param(
            [need(X)],
            [offer(A, X, jp=9), offer(B, X, jp=1)],
            History(live=frozenset({A})),
            {X: A},
            id="the one already under way",
        ),
        pytest.param(
            [need(X), need(Y)],
            [offer(A, X), offer(B, X), offer(B, Y)],
            History(live=frozenset({A})),
            {X: A, Y: B},
            id="the one under way, and one more",
        ),
        pytest.param(
            [need(X), need(Y)], [offer(A, X)], None, {X: A}, id="the gap without course is left"
        ),
    ],
)
def test_courses_are_chosen(
    needs: list[Need], offers: list[Offer], past: History | None, expected: dict[int, int]
) -> None:
    assert choose_courses(needs, offers, past) == expected


def test_many_gaps_are_covered_quickly() -> None:
    needs = [need(n) for n in range(14)]
    offers = [offer(100 + n * 7 + k, (n + k) % 14) for n in range(14) for k in range(3)]
    chosen = choose_courses(needs, offers)
    assert set(chosen) == set(range(14))
