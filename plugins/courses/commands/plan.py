"""`lms courses plan`: which classes to hold in a year, and who is in them, for a budget."""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lms.commands import agency_option, chosen_site

if TYPE_CHECKING:
    from plugins.courses.domain.planning.answer import Answer
    from plugins.courses.domain.planning.scenario import Scenario

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
EXAMPLE = "scenario.toml"
MOST_PEOPLE_SHOWN = 5


def _print_example(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        click.echo(example(), nl=False)
        context.exit()


def example() -> str:
    """Give the example scenario, with a remark on every key."""
    return (files("plugins.courses.commands") / EXAMPLE).read_text(encoding="utf-8")


@click.command()
@click.option(
    "--budget", type=click.IntRange(0, 10**18), metavar="RUPIAH", help="All money there is."
)
@click.option("--year", type=click.IntRange(2000, 2200), help="The budget year.")
@click.option("--scenario", type=FILE, help="Needs, costs and limits from a TOML file.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=1, max=3600),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Give the best plan found by then.",
)
@click.option("--greedy", is_flag=True, help="The quick way: good, not the best.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON and nothing else.")
@click.option(
    "--example",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_example,
    help="Print a scenario file with a remark on every key, and stop.",
)
@agency_option
def plan(
    budget: int | None,
    year: int | None,
    scenario: Path | None,
    time_limit: float,
    greedy: bool,
    as_json: bool,
    agency: str | None,
) -> None:
    """Plan a year's training: which classes to hold and who is in them, within a budget.

    The plan closes as many gaps as it can (each times its weight); among equal plans it takes
    the cheapest, then the one with the fewest classes. Needs and costs come from an agency, or
    from --scenario, and then no agency and no database is needed. Nothing is stored.

    \b
    A scenario file (TOML) has:
      budget, year                       whole numbers; --budget takes the file's place
      [[course]]  id, title, jp          and its forms:
      [[course.form]]  form, min, max    people in one class
                       per_class, per_jp, per_person    rupiah, a number or names
                       trainer_jp, most_classes, classes
      [[source]]    name, amount, courses     optional: who pays for what
      [[trainers]]  name, jp, courses         optional: hours of trainers
      [[need]]      person, people, course, gaps, weight, unit
      most_courses_per_person, most_jp_per_person    optional

    `lms courses plan --example` prints one with remarks; docs/how-to/plan-training.md tells more.

    \b
    --json prints
      status       optimal, feasible, time_limit, greedy or infeasible
      gap          how far from the best, at most: 0.01 is 1 %; null: unknown
      cost         rupiah
      gaps_closed  number of gaps
      classes      one object for each class
      left_out     needs (a person and a course) without a place
    """
    from plugins.courses.domain.planning.exact import Limits
    from plugins.courses.domain.planning.solving import solve

    asked = _scenario(scenario, budget, year, agency)
    answer = solve(asked, limits=Limits(seconds=time_limit), greedy=greedy)
    if as_json:
        values = _values(answer)
        click.echo(json.dumps(values, ensure_ascii=False, indent=2, allow_nan=False))
    else:
        click.echo(_text(asked, answer, named=scenario is not None))


def _scenario(
    file: Path | None, budget: int | None, year: int | None, agency: str | None
) -> Scenario:
    """Give the scenario of a file, or of an agency's needs, costs and budget."""
    if file is not None:
        from plugins.courses.domain.planning.reading import read_scenario

        return read_scenario(file.read_bytes(), budget=budget)
    from lms import today
    from plugins.courses.services.planning.gathering import scenario_of_year

    with chosen_site(agency) as site, site.database.reading() as session:
        return scenario_of_year(session, year or today(session).year + 1, budget)


def _values(answer: Answer) -> dict[str, Any]:
    return {
        "status": answer.status,
        "gap": answer.gap,
        "cost": answer.cost,
        "gaps_closed": answer.gaps_closed,
        "classes": [
            {
                "course": each.course,
                "form": each.form,
                "number": each.of_form,
                "people": len(each.people),
                "cost": each.cost,
                "gaps_closed": each.gaps,
                "jp": each.jp,
                "who": list(each.people),
            }
            for each in answer.classes
        ],
        "left_out": len(answer.left_out),
    }


def _text(asked: Scenario, answer: Answer, *, named: bool) -> str:
    """Say it in words; people of an agency are not named, those of a file are."""
    lines = [
        f"Status {answer.status}, {_distance(answer.gap)}. {answer.note}".rstrip(),
        f"Cost {_rupiah(answer.cost)} of {_rupiah(asked.money)}.",
        f"{answer.gaps_closed} gaps closed{_per_gap(answer)}.",
        f"{answer.placed} places in {len(answer.classes)} classes; "
        f"{len(answer.left_out)} needs left out.",
        "",
    ]
    for each in answer.classes:
        lines.append(
            f"{each.title}, {each.form} {each.of_form}: {len(each.people)} people, "
            f"{each.gaps} gaps, {_rupiah(each.cost)}.{_some(each.people) if named else ''}"
        )
    reasons = Counter((left.course, left.why) for left in answer.left_out)
    titles = {course.key: course.title for course in asked.courses}
    lines += ["", *([] if not reasons else ["Left out:"])]
    lines += [f"{count} × {titles[course]}: {why}" for (course, why), count in reasons.items()]
    return "\n".join(lines).rstrip()


def _distance(gap: float | None) -> str:
    return "distance from the best unknown" if gap is None else f"at most {gap:.2%} from the best"


def _per_gap(answer: Answer) -> str:
    each = answer.rupiah_per_gap
    return "" if each is None else f", {_rupiah(each)} each"


def _rupiah(amount: int) -> str:
    return "Rp" + f"{amount:,}".replace(",", ".")


def _some(people: tuple[str, ...]) -> str:
    more = len(people) - MOST_PEOPLE_SHOWN
    shown = ", ".join(people[:MOST_PEOPLE_SHOWN])
    return f" {shown} and {more} more" if more > 0 else f" {shown}"
