"""How long an exact plan takes: 2,000 people × 10 courses × 40 candidate classes on one core.

Each person needs some of the courses, each course may open four classes, the budget pays for
about half of them. The same with a limit of courses or hours per person is harder: people are no
longer interchangeable.

    python -m benchmarks.plan [--people N] [--seconds S] [--json]

Prints a table and, as its last line, JSON. Exit code 1 when a plan took longer than the limit or
is further than 1 % from the best possible.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from typing import Any

from plugins.courses.domain.planning.exact import Limits
from plugins.courses.domain.planning.model import build
from plugins.courses.domain.planning.scenario import Course, Form, Need, Scenario
from plugins.courses.domain.planning.solving import solve

COURSES, CLASSES_EACH = 10, 4
MOST_SECONDS, MOST_GAP = 60.0, 0.01
CASES: dict[str, dict[str, int]] = {
    "no limit per person": {},
    "two courses per person": {"most_courses": 2},
    "24 JP per person": {"most_jp": 24},
}


def scenario(people: int, seed: int, **limits: Any) -> Scenario:
    """Draw a scenario: one to four needs for each person, costs like those of an agency."""
    draw = random.Random(seed)
    courses = tuple(_course(number, draw) for number in range(COURSES))
    needs = tuple(
        Need(
            person=f"p{person}",
            course=course.key,
            gaps=draw.randint(1, 2),
            weight=draw.choice([1000, 1000, 1500, 2000]),
            unit=f"u{person % 50}",
        )
        for person in range(people)
        for course in draw.sample(courses, draw.randint(1, 4))
    )
    return Scenario(courses=courses, needs=needs, budget=_half(courses), **limits)


def _course(number: int, draw: random.Random) -> Course:
    form = Form(
        name="Tatap muka",
        minimum=20,
        maximum=40,
        per_class={"Tempat": draw.randint(10, 90) * 50_000},
        per_jp={"Honor pengajar": 300_000},
        per_person={"Konsumsi": draw.randint(1, 9) * 25_000},
        trainer_jp=8,
        most_classes=CLASSES_EACH,
    )
    return Course(
        key=f"c{number}", title=f"C{number}", jp=draw.choice([6, 8, 10, 16]), forms=(form,)
    )


def _half(courses: tuple[Course, ...]) -> int:
    full = sum(CLASSES_EACH * course.forms[0].cost(1, 40) for course in courses)
    return full // 2 // 1000 * 1000


def measure(name: str, people: int, seconds: float) -> dict[str, Any]:
    """Solve one case; give seconds, size and distance from the best possible."""
    made = scenario(people, 1, **CASES[name])
    programme = build(made).programme
    begun = time.perf_counter()
    answer = solve(made, limits=Limits(seconds=seconds))
    return {
        "case": name,
        "seconds": round(time.perf_counter() - begun, 2),
        "columns": len(programme.columns),
        "rows": len(programme.row_lower),
        "needs": len(made.needs),
        "status": answer.status,
        "gap": answer.gap,
        "classes": len(answer.classes),
        "gaps_closed": answer.gaps_closed,
    }


def main() -> None:
    """Measure all cases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=55.0)
    parser.add_argument("--json", action="store_true", help="only the JSON")
    given = parser.parse_args()
    results = [measure(name, given.people, given.seconds) for name in CASES]
    if not given.json:
        for each in results:
            gap = "unknown" if each["gap"] is None else f"{each['gap']:.3%}"
            print(
                f"{each['case']:<24}{each['seconds']:>7.2f} s  {each['needs']:>6} needs  "
                f"{each['columns']:>6} columns  {each['rows']:>5} rows  "
                f"{each['status']:<10} gap {gap}"
            )
    print(json.dumps(results))
    bad = [
        e for e in results if e["gap"] is None or e["gap"] > MOST_GAP or e["seconds"] > MOST_SECONDS
    ]
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
