"""Fills one demo agency: people, results, what follows from them, activity, log-ins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.agencies import add_agency, opened_site
from lms.agencies.adding import starter_pack
from lms.core.errors import Invalid, LmsError, PluginError
from lms.core.hooks.contracts import DemoFiller
from lms.core.learning.importing import apply_evidence, read_evidence_file
from lms.core.people.importing import apply_import, read_people_file
from lms.core.people.models import Person
from lms.core.people.queries import person_cards
from lms.core.settings import set_setting
from lms.core.sheets import Problem
from lms.core.site import Site
from lms.demo import people as demo_people
from lms.demo import results as demo_results
from lms.demo.delivering import count_waiting, deliver_history
from lms.demo.organisation import Chart
from lms.demo.world import DemoWorld, Stage

PEOPLE_DAYS_AGO, RESULTS_DAYS_AGO = 62, 60
"""The agency began with Titian two months ago, with results of the year before."""

Advance = Callable[[int], None]
Show = Callable[[str, int], AbstractContextManager[Advance]]
"""Shows a piece of work: `with show(label, total) as advance: advance(1)`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What a filling left for the log-ins: people by stage."""

    people: int
    marks: Mapping[Stage, Sequence[int]]


def fill_agency(
    home: Path, plan: Mapping[str, Any], people: int, moment: datetime, show: Show
) -> Filled:
    """Make one demo agency that does not exist yet, with all that is in it."""
    with show(f"{plan['name']}: tables and starter content", 1) as advance:
        add_agency(
            home,
            plan["slug"],
            plan["name"],
            time_zone=plan["time_zone"],
            pack=starter_pack(),
            demo=True,
            clock=lambda: moment,
        )
        advance(1)
    with opened_site(home, plan["slug"]) as site:
        return _fill_site(site, plan, people, moment, show)


def _fill_site(
    site: Site, plan: Mapping[str, Any], people: int, moment: datetime, show: Show
) -> Filled:
    site.clock = lambda: moment
    world = DemoWorld(site=site, people=[], now=moment)
    with site.database.writing(deliver=False) as session:
        set_setting(session, "core.help_phone", plan["help_phone"])
    _add_people_and_results(world, plan, people, show)
    if waiting := count_waiting(world):
        with show(f"{plan['name']}: learning plans and courses", waiting) as advance:
            deliver_history(world, advance)
    for plugin, filler in _fillers(site):
        with show(f"{plan['name']}: {filler.name}", len(world.people)) as advance:
            _run(world, plugin, filler)
            deliver_history(world, advance)
    return Filled(people=len(world.people), marks=world.marks)


def _add_people_and_results(
    world: DemoWorld, plan: Mapping[str, Any], count: int, show: Show
) -> None:
    invented = demo_people.PeopleMaker(world.rng).make(Chart(plan, count, world.rng).slots)
    with show(f"{plan['name']}: people", len(invented)) as advance:
        _import_people(world, demo_people.as_csv(invented))
        advance(len(invented))
    if plan.get("national_test", False):
        results = demo_results.draw_results(invented, world.rng)
        with show(f"{plan['name']}: results of the national test", len(results)) as advance:
            _import_results(world, demo_results.as_csv(results), advance)


def _import_people(world: DemoWorld, content: bytes) -> None:
    parsed = read_people_file(content, "pegawai.csv")
    database = world.site.database
    with world.at(world.days_ago(PEOPLE_DAYS_AGO, 9, 20)), _writing(world) as session:
        done = apply_import(session, parsed, None)
        _refuse_problems(done.errors, done.warnings)
    with database.reading() as session:
        ids = session.scalars(select(Person.id).order_by(Person.id)).all()
        cards = person_cards(session, ids)
    world.people.extend(cards[person_id] for person_id in ids)


def _import_results(world: DemoWorld, content: bytes, advance: Advance) -> None:
    parsed = read_evidence_file(content, "hasil-tes-nasional.csv")
    with world.at(world.days_ago(RESULTS_DAYS_AGO, 10, 5)), _writing(world) as session:
        done = apply_evidence(session, parsed, None, progress=lambda _done, _total: advance(1))
        _refuse_problems(done.errors, done.warnings)


def _refuse_problems(errors: Sequence[Problem], warnings: Sequence[Problem]) -> None:
    """What we made ourselves must be without a blemish; the transaction is rolled back."""
    found = [f"{problem.row}: {problem.message}" for problem in (*errors, *warnings)]
    if found:
        raise Invalid("The demo's own file has problems.", found[:5])


def _writing(world: DemoWorld) -> AbstractContextManager[Session]:
    return world.site.database.writing(deliver=False)


def _fillers(site: Site) -> list[tuple[str, DemoFiller]]:
    found: list[tuple[str, DemoFiller]] = [
        (plugin, filler)
        for plugin, fillers in site.registry.collect("lms_register_demo_fillers")
        for filler in fillers
        if not filler.agencies or site.slug in filler.agencies
    ]
    return sorted(found, key=lambda pair: pair[1].order)


def _run(world: DemoWorld, plugin: str, filler: DemoFiller) -> None:
    try:
        with _writing(world) as session:
            filler.fill(session, world)
    except LmsError:
        raise
    except Exception as error:  # foreign code: the demo stops and names the plugin
        raise PluginError(plugin, f"demo filler {filler.name}: {error!r}") from error
