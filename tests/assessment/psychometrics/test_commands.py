"""`lms assessment analyse` and `calibrate`: figures as JSON and as a table, errors that help."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from lms.cli import lms

from .cohorts import answer, as_matrix, choose, make_items
from .published import LSAT6, as_csv


def run(folder: Path, *arguments: str, expect: int = 0) -> Result:
    result = CliRunner().invoke(lms, ["--home", str(folder), "assessment", *arguments])
    assert result.exit_code == expect, result.output
    return result


def printed(folder: Path, *arguments: str, expect: int = 0) -> Any:
    """The JSON on stdout; NaN and Infinity are no JSON."""
    result = run(folder, *arguments, "--json", expect=expect)
    return json.loads(result.stdout, parse_constant=lambda name: pytest.fail(name))


def save(folder: Path, content: bytes | str, name: str = "answers.csv") -> str:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def simulated(folder: Path, n: int, k: int = 10) -> str:
    rng = np.random.default_rng(51)
    items = make_items(rng, k)
    rows = as_matrix(items, answer(rng, items, rng.normal(size=n))).rows
    lines = [",".join(items.names), *(",".join(f"{score:.0f}" for score in row) for row in rows)]
    return save(folder, "\n".join(lines))


# -- figures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("delimiter", "mark"), [(",", ""), (";", "\ufeff"), ("\t", "")])
def test_analysis_of_lsat6_as_json(tmp_path: Path, delimiter: str, mark: str) -> None:
    file = save(tmp_path, as_csv(LSAT6, delimiter=delimiter, mark=mark))
    found = printed(tmp_path, "analyse", file)
    assert list(found)[:1] == ["n"]
    assert found["n"] == 1000
    assert found["alpha"] == pytest.approx(0.294997, abs=1e-6)
    assert {"mean", "sd", "sem", "items"} <= set(found)
    assert [item["id"] for item in found["items"]] == [f"item{n}" for n in range(1, 6)]
    assert {"p", "item_rest", "alpha_if_dropped", "flags"} <= set(found["items"][0])


@pytest.mark.parametrize("name", ["Count", "COUNT", '"count"'])
def test_column_of_counts_in_any_place_and_case(tmp_path: Path, name: str) -> None:
    lines = [line.split(",") for line in as_csv(LSAT6).decode().splitlines()]
    lines[0][-1] = name
    file = save(tmp_path, "\r\n".join(",".join([line[-1], *line[:-1]]) for line in lines))
    found = printed(tmp_path, "analyse", file)
    assert (found["n"], len(found["items"])) == (1000, 5)
    assert found["alpha"] == pytest.approx(0.294997, abs=1e-6)


def test_delimiter_is_that_of_the_header_outside_quotation_marks(tmp_path: Path) -> None:
    file = save(tmp_path, '\n\n"one, two, and three";"b"\n1;0\n\n0;1\n')
    found = printed(tmp_path, "analyse", file)
    assert [item["id"] for item in found["items"]] == ["one, two, and three", "b"]


def test_scores_written_with_a_decimal_point(tmp_path: Path) -> None:
    """A column with a missing answer is one of decimal numbers for many programs."""
    file = save(tmp_path, "a,b\n1.0,0\n0.0,1\n,1\n")
    assert [item["p"] for item in printed(tmp_path, "analyse", file)["items"]] == [0.5, 2 / 3]


@pytest.mark.parametrize("model", ["rasch", "1pl", "2pl"])
def test_calibration_of_lsat6_as_json(tmp_path: Path, model: str) -> None:
    found = printed(tmp_path, "calibrate", save(tmp_path, as_csv(LSAT6)), "--model", model)
    assert (found["model"], found["n"], found["converged"]) == (model, 1000, True)
    assert (found["forced"], found["warnings"]) == (False, [])
    assert {"id", "a", "b", "se_a", "se_b"} <= set(found["items"][0])


def test_tables_for_people(tmp_path: Path) -> None:
    file = save(tmp_path, as_csv(LSAT6))
    lines = run(tmp_path, "analyse", file).output.splitlines()
    assert lines[0].startswith("1000 persons, 5 items.")
    assert "0.295" in lines[1]
    assert lines[4].split()[:3] == ["item1", "1000", "0.924"]
    lines = run(tmp_path, "calibrate", file, "--model", "2pl").output.splitlines()
    assert "-2466.65338" in lines[0]
    assert lines[4].split() == ["item1", "1000", "0.826", "0.258", "-3.359", "0.866"]


def test_missing_answers_and_everybody_right(tmp_path: Path) -> None:
    rows = ["1,1,0", "1,0,", "1,,1", "1,1,1", ",,"] * 20
    file = save(tmp_path, "easy,b,c\n" + "\n".join(rows))
    found = printed(tmp_path, "calibrate", file, "--model", "rasch")
    assert found["n"] == 100
    assert [item["n"] for item in found["items"]] == [80, 60, 60]
    assert found["items"][0]["b"] is None
    assert "everybody has it right" in found["items"][0]["note"]
    assert printed(tmp_path, "analyse", file)["items"][0]["item_rest"] is None


def test_planted_miskey_is_found_in_raw_choices(tmp_path: Path) -> None:
    rng = np.random.default_rng(52)
    choices = choose(rng, make_items(rng, 20), rng.normal(size=300))
    header = ";".join(choices.items)
    lines = [header, *(";".join(row) for row in choices.rows)]  # type: ignore[arg-type]
    file = save(tmp_path, "\n".join(lines))
    key = save(tmp_path, f"{header}\n" + ";".join("A" * 4 + "C" + "A" * 15), "key.csv")
    items = printed(tmp_path, "analyse", file, "--key", key)["items"]
    assert [item["id"] for item in items if "miskey" in item["flags"]] == ["q4"]
    assert (items[4]["key"], items[4]["suspect"]) == ("C", "A")
    assert sum(items[0]["shares"].values()) == pytest.approx(1)
    assert items[0]["shares"]["A"] == items[0]["p"]
    assert items[0]["option_rest"]["A"] == pytest.approx(items[0]["item_rest"])
    assert "is it A?" in run(tmp_path, "analyse", file, "--key", key).output


# -- the guard -----------------------------------------------------------------------------------

SENTENCE = "too few answers (n = 80, needs 250)"


def test_two_parameters_are_refused_for_eighty_people(tmp_path: Path) -> None:
    file = simulated(tmp_path, 80)
    assert SENTENCE in run(tmp_path, "calibrate", file, "--model", "2pl", expect=2).stderr
    refused = printed(tmp_path, "calibrate", file, "--model", "2pl", expect=2)
    assert refused == {"error": SENTENCE, "n": 80, "needed": 250}
    assert printed(tmp_path, "calibrate", file, "--model", "rasch")["forced"] is False


def test_force_is_said_in_the_output(tmp_path: Path) -> None:
    file = simulated(tmp_path, 80)
    found = printed(tmp_path, "calibrate", file, "--model", "2pl", "--force")
    assert found["forced"] is True
    assert SENTENCE in found["warnings"][0]
    text = run(tmp_path, "calibrate", file, "--model", "2pl", "--force").output
    assert f"Warning: {SENTENCE}: forced" in text


# -- files that cannot be read -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,0\n1,2\n", "line 3, column b: '2' is not 0, 1 or empty"),
        ("a,b\n1,0\n1,A\n", "line 3, column b: 'A' is not 0, 1 or empty"),
        ("a,b\n1,0\n1\n", "line 3: 1 cells, but the header has 2"),
        ("a,b\n1,0,1\n", "line 2: 3 cells, but the header has 2"),
        ("a,count\n1,-2\n", "line 2, column count: '-2' is not a number of persons"),
        ("a,count\n1,\n", "line 2, column count: '' is not a number of persons"),
        ("a,a\n1,1\n", "line 1, column 2: 'a' is there twice"),
        ("a,\n1,1\n", "line 1, column 2: this column has no name"),
        ("count\n3\n", "line 1: there is no column of an item"),
        ("a,b\n", "there are no answers below the header"),
        ("a,count\n1,0\n", "there are no answers below the header"),
        ("", "line 1: there is no header"),
        (b"a,b\n1,\xff\n", "line 2: this is not text in UTF-8"),
        (b"PK\x03\x04\x00\x00", "this is not text"),
        ('a,b\n"1,0\n', "line 2: "),
    ],
)
@pytest.mark.parametrize("command", [("analyse",), ("calibrate", "--model", "rasch")])
def test_file_that_cannot_be_read_is_named_by_line_and_column(
    tmp_path: Path, command: tuple[str, ...], content: bytes | str, message: str
) -> None:
    output = run(tmp_path, *command, save(tmp_path, content), expect=2).stderr
    assert f"Error: answers.csv: {message}" in output


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\nA,\n", "line 2, column b: the key says no option"),
        ("a\nA\n", "line 2, column b: the key says no option"),
        ("a,b,c\nA,B,C\n", "columns that the answers have not: c"),
        ("a,b\nA,B\nA,B\n", "one row of options below its header, not 2"),
        ("a,b\n", "one row of options below its header, not 0"),
    ],
)
def test_key_that_does_not_fit_is_refused(tmp_path: Path, content: str, message: str) -> None:
    file, key = save(tmp_path, "a,b\nA,B\nB,B\n"), save(tmp_path, content, "key.csv")
    assert message in run(tmp_path, "analyse", file, "--key", key, expect=2).stderr


def test_key_with_a_column_of_counts_in_another_order(tmp_path: Path) -> None:
    file = save(tmp_path, "a,count,b\nA,3,B\nB,2,C\n")
    key = save(tmp_path, "b,count,a\nB,,A\n", "key.csv")
    found = printed(tmp_path, "analyse", file, "--key", key)
    assert [item["p"] for item in found["items"]] == [0.6, 0.6]


def test_options_are_the_same_in_capital_and_small_letters(tmp_path: Path) -> None:
    file = save(tmp_path, "a,b\na,B\nA , b\nc,C\n")
    key = save(tmp_path, "a,b\nA,b\n", "key.csv")
    first, second = printed(tmp_path, "analyse", file, "--key", key)["items"]
    assert first["p"] == second["p"] == 2 / 3
    assert second["key"] == "b"
    assert set(first["shares"]) == {"A", "b", "c"}


def test_file_that_is_not_there(tmp_path: Path) -> None:
    assert "does not exist" in run(tmp_path, "analyse", "nothing.csv", expect=2).stderr
