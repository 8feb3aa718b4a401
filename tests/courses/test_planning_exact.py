"""The plan of a year: exact answers against brute force, greedy ones, limits, reasons."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.courses.domain.planning import solving
from plugins.courses.domain.planning.answer import Answer, Figures
from plugins.courses.domain.planning.exact import Limits
from plugins.courses.domain.planning.scenario import (
    Course,
    Form,
    Need,
    Scenario,
    Source,
    Trainers,
)
from plugins.courses.domain.planning.solving import solve

QUICK = Limits(seconds=20)


# -- an independent answer: every way to place every need, every number of classes ---------------


def brute_force(scenario: Scenario) -> tuple[int, int, int] | None:
    """Give (weighted gaps, cost, classes) of the best plan, None when there is none."""
    forms = [(c, f) for c in scenario.courses for f in c.forms]
    options = [
        [None, *(n for n, (c, _) in enumerate(forms) if c.key == need.course and need.value)]
        for need in scenario.needs
    ]
    best: dict[tuple[int, ...], int] = {}
    for chosen in itertools.product(*options):
        if all(_person_may(scenario, chosen, person) for person in _people(scenario)):
            seats = tuple(chosen.count(n) for n in range(len(forms)))
            pairs = zip(scenario.needs, chosen, strict=True)
            value = sum(need.gaps * need.weight for need, form in pairs if form is not None)
            best[seats] = max(best.get(seats, -1), value)
    found = []
    for seats, value in best.items():
        for counts in itertools.product(
            *(_counts(f, n) for (_, f), n in zip(forms, seats, strict=True))
        ):
            cost = _affordable(scenario, forms, seats, counts)
            if cost is not None:
                found.append((value, -cost, -sum(counts)))
    if not found:
        return None
    value, cost, classes = max(found)
    return value, -cost, -classes


def _people(scenario: Scenario) -> set[str]:
    return {need.person for need in scenario.needs}


def _person_may(scenario: Scenario, chosen: tuple[int | None, ...], person: str) -> bool:
    hours = {course.key: course.jp for course in scenario.courses}
    own = [
        hours[need.course]
        for need, form in zip(scenario.needs, chosen, strict=True)
        if need.person == person and form is not None
    ]
    few = scenario.most_courses is None or len(own) <= scenario.most_courses
    return few and (scenario.most_jp is None or sum(own) <= scenario.most_jp)


def _counts(form: Form, seats: int) -> list[int]:
    """Give the numbers of classes into which so many people can be dealt one by one."""
    top = 10**9 if form.maximum is None else form.maximum
    possible = [n for n in range(seats + 1) if n * form.minimum <= seats <= n * top]
    if form.maximum is None:
        possible = [n for n in possible if n <= 1]
    if form.most_classes is not None:
        possible = [n for n in possible if n <= form.most_classes]
    if form.classes is not None:
        possible = [n for n in possible if n == form.classes]
    return possible


def _affordable(scenario: Scenario, forms: Any, seats: Any, counts: Any) -> int | None:
    spent: dict[str, int] = {}
    taught: dict[str, int] = {}
    for (course, form), people, classes in zip(forms, seats, counts, strict=True):
        whole = sum(form.per_class.values()) + form.trainer_jp * sum(form.per_jp.values())
        cost = whole * classes + sum(form.per_person.values()) * people
        spent[course.key] = spent.get(course.key, 0) + cost
        taught[course.key] = taught.get(course.key, 0) + form.trainer_jp * classes
    total = sum(spent.values())
    if scenario.budget is not None and total > scenario.budget:
        return None
    if scenario.sources and not _carried(spent, [(s.amount, s.courses) for s in scenario.sources]):
        return None
    named = {
        course: jp
        for course, jp in taught.items()
        if any(pool.courses is None or course in pool.courses for pool in scenario.trainers)
    }
    pools = [(pool.jp, pool.courses) for pool in scenario.trainers]
    return total if _carried(named, pools) else None


def _carried(wanted: dict[str, int], carriers: list[tuple[int, frozenset[str] | None]]) -> bool:
    """Try to carry every amount, moving what was carried before out of the way (flow)."""
    given = {(course, n): 0 for course in wanted for n in range(len(carriers))}
    left = [amount for amount, _ in carriers]

    def push(course: str, amount: int, seen: frozenset[str]) -> int:
        if course in seen:
            return 0
        moved = 0
        for n, (_, only) in enumerate(carriers):
            if only is not None and course not in only:
                continue
            free = min(amount - moved, left[n])
            left[n] -= free
            given[course, n] += free
            moved += free
            for other in wanted:
                if moved < amount and other != course and given[other, n]:
                    want = min(amount - moved, given[other, n])
                    given[other, n] -= want
                    done = push(other, want, seen | {course})
                    given[other, n] += want - done
                    given[course, n] += done
                    moved += done
        return moved

    return all(push(course, amount, frozenset()) == amount for course, amount in wanted.items())


# -- small random cases --------------------------------------------------------------------------


def random_case(seed: int) -> Scenario:
    draw = random.Random(seed)
    courses = tuple(
        Course(
            key=key,
            title=key.upper(),
            jp=draw.choice([4, 6, 10]),
            forms=tuple(_random_form(draw) for _ in range(draw.choice([1, 1, 2]))),
        )
        for key in ("a", "b")
    )
    needs = {
        (person, key): Need(
            person=person,
            course=key,
            gaps=draw.randint(0, 3),
            weight=draw.choice([500, 1000, 1000, 2000]),
        )
        for person in ("p", "q", "r", "s")
        for key in draw.sample(["a", "b"], draw.choice([1, 2, 2]))
    }
    sources: tuple[Source, ...] = ()
    if draw.random() < 0.5:
        sources = (
            Source(
                name="x",
                amount=draw.randint(0, 20),
                courses=draw.choice([None, frozenset("a"), frozenset("b")]),
            ),
            Source(name="y", amount=draw.randint(0, 20), courses=frozenset({draw.choice("ab")})),
        )
    trainers: tuple[Trainers, ...] = ()
    if draw.random() < 0.5:
        trainers = (
            Trainers(name="t", jp=draw.randint(0, 9), courses=frozenset({draw.choice("ab")})),
            Trainers(name="u", jp=draw.randint(0, 9), courses=draw.choice([None, frozenset("a")])),
        )
    return Scenario(
        courses=courses,
        needs=tuple(needs.values()),
        budget=draw.choice([0, 7, 15, 25, 40, 1000]),
        sources=sources,
        trainers=trainers,
        most_courses=draw.choice([None, None, 1]),
        most_jp=draw.choice([None, None, 10]),
    )


def _random_form(draw: random.Random) -> Form:
    minimum = draw.randint(1, 3)
    return Form(
        name="Kelas",
        minimum=minimum,
        maximum=draw.choice([minimum, minimum + 1, minimum + 3, None]),
        per_class={"tempat": draw.choice([0, 3, 7, 11])},
        per_jp={"honor": draw.choice([0, 1])},
        per_person={"konsumsi": draw.choice([0, 1, 3, 5])},
        trainer_jp=draw.choice([0, 2, 3]),
        most_classes=draw.choice([None, None, 1, 2]),
        classes=draw.choice([None, None, None, None, 1]),
    )


def summed(scenario: Scenario, answer: Answer) -> tuple[int, int, int]:
    values = {(need.person, need.course): need.value for need in scenario.needs}
    weighted = sum(values[who, c.course] for c in answer.classes for who in c.people)
    return weighted, answer.cost, len(answer.classes)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_exact_plan_equals_brute_force(seed: int) -> None:
    scenario = random_case(seed)
    best, answer = brute_force(scenario), solve(scenario, limits=QUICK)
    if best is None:
        assert answer.status == "infeasible"
        return
    assert (answer.status, answer.gap, answer.method) == ("optimal", 0.0, "exact")
    assert summed(scenario, answer) == best
    check(scenario, answer)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_greedy_plan_is_sound_and_never_better(seed: int) -> None:
    scenario = random_case(seed)
    best, answer = brute_force(scenario), solve(scenario, greedy=True)
    if answer.status == "infeasible":
        return
    assert (answer.status, answer.gap, answer.method) == ("greedy", None, "greedy")
    assert best is not None
    assert summed(scenario, answer)[0] <= best[0]
    check(scenario, answer)


def check(scenario: Scenario, answer: Answer) -> None:
    """Hold a plan against the rules, class by class."""
    forms = {(c.key, f.name, n): f for c in scenario.courses for n, f in enumerate(c.forms)}
    by_name = [(key, form) for (key, _, _), form in forms.items()]
    for planned in answer.classes:
        sizes = [f for key, f in by_name if key == planned.course]
        assert any(f.minimum <= len(planned.people) <= (f.maximum or 99) for f in sizes)
        assert planned.people
        assert len(set(planned.people)) == len(planned.people)
    placed = [(who, c.course) for c in answer.classes for who in c.people]
    left = [(each.person, each.course) for each in answer.left_out]
    assert sorted(placed + left) == sorted((n.person, n.course) for n in scenario.needs)
    assert all(each.why.endswith(".") for each in answer.left_out)
    assert answer.cost <= scenario.money


# -- cases to read -------------------------------------------------------------------------------


def people(count: int, course: str = "a", **values: Any) -> tuple[Need, ...]:
    return tuple(Need(person=f"{course}{n}", course=course, **values) for n in range(count))


def one_course(**form: Any) -> Course:
    values = {"name": "Kelas", "minimum": 2, "maximum": 4, "per_class": {"tempat": 100}}
    return Course(key="a", title="A", jp=4, forms=(Form(**{**values, **form}),))


FREE = Course(key="b", title="B", forms=(Form(name="Online"),))


@pytest.mark.parametrize(
    ("budget", "placed", "cost"),
    [
        (0, 0, 0),
        (119, 0, 0),
        (120, 2, 120),
        (139, 3, 130),
        (140, 4, 140),
        (239, 4, 140),
        (260, 6, 260),
    ],
)
@pytest.mark.parametrize("greedy", [False, True])
def test_budget_is_used_up_to_the_last_rupiah(
    budget: int, placed: int, cost: int, greedy: bool
) -> None:
    course = one_course(per_person={"konsumsi": 10})
    answer = solve(Scenario(courses=(course,), needs=people(6), budget=budget), greedy=greedy)
    assert (answer.placed, answer.cost) == (placed, cost)


def test_no_money_gives_the_free_courses() -> None:
    needs = people(3) + people(5, "b")
    answer = solve(Scenario(courses=(one_course(), FREE), needs=needs, budget=0))
    assert [(c.course, len(c.people)) for c in answer.classes] == [("b", 5)]
    assert {each.why for each in answer.left_out} == {
        "Anggaran tidak cukup untuk satu kelas pelatihan ini."
    }
    assert answer.rupiah_per_gap == 0


@pytest.mark.parametrize(
    ("form", "needs", "more", "why"),
    [
        (
            {"minimum": 5, "maximum": 9},
            3,
            {},
            "Hanya 3 orang memerlukannya. Satu kelas paling sedikit 5 orang.",
        ),
        (
            {"minimum": 3, "maximum": 3},
            4,
            {},
            "Tinggal 1 orang. Satu kelas lagi memerlukan paling sedikit 3 orang.",
        ),
        ({"most_classes": 1}, 5, {}, "Semua kelas yang boleh dibuka sudah penuh."),
        (
            {"trainer_jp": 4},
            6,
            {"trainers": (Trainers(name="t", jp=7),)},
            "JP pengajar sudah habis untuk kelas lain.",
        ),
        ({}, 6, {"budget": 199}, "Anggaran tidak cukup untuk satu tempat atau kelas lagi."),
        ({}, 3, {"most_jp": 3}, "JP pelatihan ini lebih besar daripada batas per orang."),
        ({"classes": 3}, 4, {}, "Jumlah kelas yang ditetapkan tidak bisa dipenuhi."),
    ],
)
def test_who_is_left_out_reads_why(form: Any, needs: int, more: Any, why: str) -> None:
    given_values = {"budget": 10**6, **more}
    scenario = Scenario(courses=(one_course(**form),), needs=people(needs), **given_values)
    answer = solve(scenario)
    assert {each.why for each in answer.left_out} == {why}


def test_course_without_a_form_and_the_limit_of_a_person_have_their_reasons() -> None:
    bare = Course(key="c", title="C")
    needs = (
        *people(2),
        Need(person="a0", course="b"),
        Need(person="a1", course="c"),
    )
    answer = solve(
        Scenario(courses=(one_course(), FREE, bare), needs=needs, budget=500, most_courses=1)
    )
    reasons = {(each.person, each.course): each.why for each in answer.left_out}
    assert reasons["a0", "b"] == "Sudah mendapat 1 pelatihan. Itu batas per orang."
    assert ("a1", "c") in reasons


def test_source_pays_only_for_its_courses() -> None:
    other = Course(key="b", title="B", forms=(Form(name="K", maximum=2, per_class={"x": 50}),))
    sources = (
        Source(name="APBD", amount=100, courses=frozenset({"a"})),
        Source(name="Hibah", amount=30, courses=frozenset({"b"})),
    )
    needs = people(2) + people(2, "b")
    answer = solve(Scenario(courses=(one_course(), other), needs=needs, sources=sources))
    assert [c.course for c in answer.classes] == ["a"]
    shared = (*sources, Source(name="Umum", amount=20))
    answer = solve(Scenario(courses=(one_course(), other), needs=needs, sources=shared))
    assert [c.course for c in answer.classes] == ["a", "b"]


def test_colleagues_go_at_different_times() -> None:
    needs = tuple(Need(person=f"p{n}", course="a", unit=f"u{n % 2}") for n in range(8))
    answer = solve(Scenario(courses=(one_course(),), needs=needs, budget=1000))
    units = {need.person: need.unit for need in needs}
    assert [sorted(units[p] for p in c.people) for c in answer.classes] == [
        ["u0", "u0", "u1", "u1"]
    ] * 2


def test_without_the_solver_the_plan_says_that_it_is_greedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("plugins.courses.domain.planning.exact.importlib.import_module", missing)
    answer = solve(Scenario(courses=(one_course(),), needs=people(4), budget=100))
    assert (answer.status, answer.method, answer.gap) == ("greedy", "greedy", None)
    assert "highspy" in answer.note


def test_time_that_is_too_short_still_gives_a_plan() -> None:
    draw = random.Random(3)
    courses = tuple(
        Course(
            key=f"c{n}",
            title=f"C{n}",
            jp=draw.choice([6, 8, 10]),
            forms=(Form(name="K", minimum=9, maximum=13, per_class={"x": draw.randint(700, 999)}),),
        )
        for n in range(10)
    )
    needs = tuple(
        Need(person=f"p{p}", course=f"c{c}", weight=draw.randint(500, 1500))
        for p in range(400)
        for c in draw.sample(range(10), 4)
    )
    scenario = Scenario(courses=courses, needs=needs, budget=20_000, most_jp=17)
    answer = solve(scenario, limits=Limits(seconds=1.0))
    assert answer.status in ("time_limit", "feasible", "greedy", "optimal")
    assert answer.gap is None or 0 <= answer.gap < 0.9
    assert 0 < answer.cost <= 20_000


def test_quick_plan_stands_in_where_time_ended_with_less(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = Figures(status="time_limit", classes={}, seats={}, places={}, bound=8000)
    monkeypatch.setattr(solving, "solve_exactly", lambda *given: nothing)
    answer = solve(Scenario(courses=(one_course(),), needs=people(4), budget=100))
    assert (answer.status, answer.placed, answer.gap) == ("time_limit", 4, 0.5)
