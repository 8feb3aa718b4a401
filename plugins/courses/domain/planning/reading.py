"""Reads a scenario file (TOML): needs, costs and limits of a plan, without any database."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from difflib import get_close_matches

from lms.errors import Invalid
from plugins.courses.domain.planning.limits import MOST_SOURCES
from plugins.courses.domain.planning.scenario import (
    WEIGHT_UNIT,
    Course,
    Form,
    Need,
    Scenario,
    Source,
    Trainers,
)
from plugins.courses.domain.planning.tables import MOST_AMOUNT, Table

MOST_PROBLEMS = 20
MOST_PEOPLE = 100_000
MOST_WORTH = 100_000


def read_scenario(content: bytes, *, budget: int | None = None) -> Scenario:
    """Read a scenario; `budget` takes the place of the file's own.

    Raises Invalid with one sentence for each problem, naming the place and the key.
    """
    problems: list[str] = []
    scenario = _scenario(Table(_parsed(content), "", problems), budget)
    if problems:
        more = len(problems) - MOST_PROBLEMS
        shown = problems[:MOST_PROBLEMS] + ([f"… and {more} more."] if more > 0 else [])
        raise Invalid("The scenario cannot be used.", shown)
    return scenario


def _parsed(content: bytes) -> dict[str, object]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise Invalid("The scenario is not UTF-8 text.") from error
    except tomllib.TOMLDecodeError as error:
        raise Invalid("The scenario is not valid TOML.", [str(error)]) from error
    except (ValueError, ArithmeticError, RecursionError) as error:
        why = "A number is too long, or tables stand too deep inside each other."
        raise Invalid("The scenario is not valid TOML.", [why]) from error


def _scenario(file: Table, budget: int | None) -> Scenario:
    own = file.maybe_whole("budget", most=MOST_AMOUNT)
    courses = tuple(_course(table) for table in file.tables("course"))
    _note_twice(file, "course", "id", [course.key for course in courses])
    keys = [course.key for course in courses]
    sources = tuple(_source(table, keys) for table in file.tables("source"))
    trainers = tuple(_trainers(table, keys) for table in file.tables("trainers"))
    for key, many in (("source", len(sources)), ("trainers", len(trainers))):
        if many > MOST_SOURCES:
            file.note(key, f"may stand {MOST_SOURCES} times, not {many}")
    scenario = Scenario(
        year=file.maybe_whole("year", least=2000),
        budget=own if budget is None else budget,
        most_courses=file.maybe_whole("most_courses_per_person"),
        most_jp=file.maybe_whole("most_jp_per_person"),
        courses=courses,
        sources=sources,
        trainers=trainers,
        needs=tuple(_needs(file, keys)),
    )
    if scenario.budget is None and not sources:
        file.note("budget", "is missing (or give --budget, or [[source]] tables)")
    if not courses:
        file.note("course", "is missing: write at least one [[course]]")
    file.has("name")
    file.finish()
    return scenario


def _note_twice(file: Table, table: str, key: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            file.note(table, f'has the {key} "{value}" twice')
        seen.add(value)


FORM_KEYS = (
    "form",
    "min",
    "max",
    "per_class",
    "per_jp",
    "per_person",
    "trainer_jp",
    "most_classes",
    "classes",
)


def _course(table: Table) -> Course:
    key = table.text("id")
    title, jp = table.text("title", key), table.whole("jp", 0)
    given = table.values.get("form")
    if isinstance(given, list | dict):
        forms = [_form(inner, jp) for inner in table.tables("form")]
        for each in FORM_KEYS[1:]:
            if each in table.values:
                table.has(each)
                table.note(each, "belongs into [[course.form]], since there are such tables")
    else:
        forms = [_form(table, jp, finish=False)]
    table.finish()
    return Course(key=key, title=title, jp=jp, forms=tuple(forms))


def _form(table: Table, jp: int, *, finish: bool = True) -> Form:
    named = "name" if finish and "name" in table.values else "form"
    minimum = table.whole("min", 1, least=1)
    maximum = table.maybe_whole("max", least=1)
    if maximum is not None and maximum < minimum:
        table.note("max", f"is {maximum}, but must not be below min, which is {minimum}")
        maximum = minimum
    form = Form(
        name=table.text(named, "Kelas"),
        minimum=minimum,
        maximum=maximum,
        per_class=table.money("per_class"),
        per_jp=table.money("per_jp"),
        per_person=table.money("per_person"),
        trainer_jp=table.whole("trainer_jp", jp),
        most_classes=table.maybe_whole("most_classes"),
        classes=table.maybe_whole("classes"),
    )
    if finish:
        table.finish()
    return form


def _source(table: Table, keys: list[str]) -> Source:
    source = Source(
        name=table.text("name"),
        amount=table.whole("amount", most=MOST_AMOUNT),
        courses=_courses(table, keys),
    )
    table.finish()
    return source


def _trainers(table: Table, keys: list[str]) -> Trainers:
    pool = Trainers(name=table.text("name"), jp=table.whole("jp"), courses=_courses(table, keys))
    table.finish()
    return pool


def _courses(table: Table, keys: list[str]) -> frozenset[str] | None:
    names = table.texts("courses")
    if names is None:
        return None
    for name in names:
        _note_unknown(table, "courses", name, keys)
    return frozenset(names)


def _note_unknown(table: Table, key: str, name: str, keys: list[str]) -> None:
    if name and name not in keys:
        near = get_close_matches(name, keys, n=1)
        hint = f' (did you mean "{near[0]}"?)' if near else ""
        table.note(key, f'names "{name}", but no [[course]] has that id{hint}')


def _needs(file: Table, keys: list[str]) -> Iterator[Need]:
    seen: dict[tuple[str, str], str] = {}
    sizes: dict[str, int] = {}
    for number, table in enumerate(file.tables("need"), 1):
        people = table.whole("people", 1, least=1)
        name = table.text("person", f"need {number}")
        need = Need(
            person=name,
            course=table.text("course"),
            gaps=table.whole("gaps", 1, most=MOST_WORTH),
            weight=table.thousandths("weight", WEIGHT_UNIT, most=MOST_WORTH),
            unit=table.text("unit", ""),
        )
        table.finish()
        _note_unknown(table, "course", need.course, keys)
        if sizes.setdefault(name, people) != people:
            table.note("people", f'is {people}, but "{name}" stands for {sizes[name]} above')
        if sum(sizes.values()) > MOST_PEOPLE:
            table.note("people", f"makes more than {MOST_PEOPLE} people in all")
            return
        yield from _each(table, need, people, seen)


def _each(
    table: Table, need: Need, people: int, seen: dict[tuple[str, str], str]
) -> Iterator[Need]:
    """Give the need of each of so many alike people, and note who has it already."""
    for place in range(1, people + 1):
        person = need.person if people == 1 else f"{need.person} {place}"
        before = seen.setdefault((person, need.course), table.place)
        if before != table.place:
            table.note("person", f'"{person}" needs the course "{need.course}" in {before} too')
            return
        yield replace(need, person=person)
