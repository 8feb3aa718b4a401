"""Commands that analyse and calibrate a file of answers; they need no agency and no database."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from lms import Invalid
from plugins.assessment.commands.tables import table
from plugins.assessment.domain.psychometrics import (
    MODELS,
    NEEDED,
    NOTES,
    Analysis,
    BadFile,
    CalibratedItem,
    Calibration,
    ItemFigures,
    Model,
    TooFew,
    analyse_choices,
    difficulty_band,
    discrimination_band,
    options_in_use,
    read_choices,
    read_key,
    read_responses,
    spelled_alike,
)
from plugins.assessment.domain.psychometrics import analyse as analyse_scores
from plugins.assessment.domain.psychometrics import calibrate as calibrate_items

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
Read = TypeVar("Read")


@click.command()
@click.argument("file", type=FILE)
@click.option("--key", type=FILE, help="Right options: the same header and one row.")
@AS_JSON
def analyse(file: Path, key: Path | None, as_json: bool) -> None:
    """Analyse the answers in FILE: how hard each item is, and whether it separates.

    FILE is a CSV with one column per item and one row per person: 1 right, 0 wrong, empty for a
    missing answer. A column named count says how many persons a row stands for. With --key FILE
    holds the chosen options instead, and the distractors are analysed too.
    """
    figures = _analysis(file, key)
    if as_json:
        _print_json(_analysis_values(figures))
    else:
        click.echo(_analysis_text(figures))


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "--model",
    type=click.Choice(MODELS),
    required=True,
    help="rasch: all slopes 1. 1pl: one common slope. 2pl: a slope per item.",
)
@click.option("--force", is_flag=True, help="Calibrate with too few answers, and say so.")
@AS_JSON
def calibrate(file: Path, model: Model, force: bool, as_json: bool) -> None:
    """Calibrate the items in FILE: slope a and difficulty b, each with its standard error.

    FILE is a CSV of 0 and 1, as for `lms assessment analyse`; empty cells are missing answers.
    Rasch and 1PL need 30 persons, 2PL 250.
    """
    answers = _read(file, read_responses)
    try:
        result = calibrate_items(answers, model, force=force)
    except TooFew as error:
        if as_json:
            _print_json({"error": str(error), "n": error.n, "needed": error.needed})
        raise Invalid(str(error), ["--force calibrates all the same, and says so."]) from error
    if as_json:
        _print_json(_calibration_values(result))
    else:
        click.echo(_calibration_text(result))


def _read(file: Path, reader: Callable[[bytes], Read]) -> Read:
    """Read a file; what is wrong in it becomes an error that names it."""
    try:
        return reader(file.read_bytes())
    except BadFile as error:
        raise Invalid(f"{file.name}: {error}") from error


def _print_json(values: dict[str, Any]) -> None:
    click.echo(json.dumps(values, ensure_ascii=False, indent=2, allow_nan=False))


# -- analyse -------------------------------------------------------------------------------------


def _analysis(file: Path, key: Path | None) -> Analysis:
    if key is None:
        return analyse_scores(_read(file, read_responses))
    choices = _read(file, read_choices)
    keyed = _read(key, lambda content: read_key(content, choices.items))
    choices, keyed = spelled_alike(choices, keyed)
    return analyse_choices(choices, keyed, options_in_use(choices, keyed))


def _analysis_values(figures: Analysis) -> dict[str, Any]:
    return {
        "n": figures.n,
        "alpha": figures.alpha,
        "alpha_low": figures.alpha_low,
        "alpha_high": figures.alpha_high,
        "mean": figures.mean,
        "sd": figures.sd,
        "sem": figures.sem,
        "items": [_item_values(item) for item in figures.items],
    }


def _item_values(item: ItemFigures) -> dict[str, Any]:
    values = {
        "id": item.id,
        "n": item.n,
        "p": item.p,
        "item_rest": item.item_rest,
        "item_total": item.item_total,
        "d": item.d,
        "alpha_if_dropped": item.alpha_if_dropped,
        "flags": list(item.flags),
    }
    if item.options:
        values["key"] = next(each.option for each in item.options if each.is_key)
        values["suspect"] = item.suspect
        values["shares"] = {each.option: each.share for each in item.options}
        values["option_rest"] = {each.option: each.rest for each in item.options}
    return values


def _analysis_text(figures: Analysis) -> str:
    low, high = _number(figures.alpha_low), _number(figures.alpha_high)
    head = (
        f"{figures.n} persons, {len(figures.items)} items. "
        f"Mean {_number(figures.mean, 2)}, SD {_number(figures.sd, 2)}.\n"
        f"Alpha {_number(figures.alpha)} (95 %: {low} to {high}), SEM {_number(figures.sem, 2)}.\n"
    )
    titles = ("item", "n", "p", "", "item-rest", "D", "", "alpha without", "to check")
    rows = [
        (
            item.id,
            str(item.n),
            _number(item.p),
            "" if item.p is None else difficulty_band(item.p),
            _number(item.item_rest),
            _number(item.d),
            "" if item.d is None else discrimination_band(item.d).replace("_", " "),
            _number(item.alpha_if_dropped),
            _flags(item),
        )
        for item in figures.items
    ]
    return head + "\n" + table(titles, rows)


def _flags(item: ItemFigures) -> str:
    words = ", ".join(item.flags).replace("_", " ")
    return f"{words} (is it {item.suspect}?)" if item.suspect else words


def _number(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


# -- calibrate -----------------------------------------------------------------------------------


def _calibration_values(result: Calibration) -> dict[str, Any]:
    return {
        "model": result.model,
        "n": result.n,
        "loglik": result.loglik,
        "metric": result.metric,
        "converged": result.converged,
        "iterations": result.iterations,
        "forced": result.forced,
        "warnings": _warnings(result),
        "items": [_calibrated_values(item) for item in result.items],
    }


def _calibrated_values(item: CalibratedItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "n": item.n,
        "a": item.a,
        "b": item.b,
        "se_a": item.se_a,
        "se_b": item.se_b,
        "note": NOTES[item.note] if item.note else None,
    }


def _warnings(result: Calibration) -> list[str]:
    """Say in words what keeps the values from being taken as they are."""
    found = []
    if result.forced:
        few = TooFew(result.answered_by, NEEDED[result.model])
        found.append(f"{few}: forced, the values are not to be used for decisions")
    if result.prior:
        found.append("the slopes are held by a prior, for the answers alone do not hold them")
    if not result.converged:
        found.append("the search did not end at a maximum: the values are where it stopped")
    if not result.identified:
        found.append("the answers do not determine the model: there are no standard errors")
    return found


def _calibration_text(result: Calibration) -> str:
    head = [
        f"{result.model}: {result.n} persons, {len(result.items)} items, "
        f"log-likelihood {result.loglik:.5f} after {result.iterations} steps.",
        f"Metric: {result.metric}.",
        *(f"Warning: {warning}." for warning in _warnings(result)),
    ]
    rows = [
        (
            item.id,
            str(item.n),
            *(_number(value) for value in (item.a, item.se_a, item.b, item.se_b)),
            NOTES[item.note] if item.note else "",
        )
        for item in result.items
    ]
    titles = ("item", "n", "a", "± SE", "b", "± SE", "note")
    return "\n".join(head) + "\n\n" + table(titles, rows)
