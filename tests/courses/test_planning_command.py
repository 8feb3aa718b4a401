"""`lms courses plan` and the scenario file: what it prints, what it refuses and how."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lms import Invalid
from lms.cli import lms
from plugins.courses.commands.plan import example
from plugins.courses.domain.planning.reading import read_scenario
from plugins.courses.domain.planning.scenario import Scenario

SMALL = """
budget = 999
[[course]]
id = "a"
min = 2
max = 3
per_class = 400
per_person = 50
[[need]]
person = "Guru"
people = 5
course = "a"
"""


def run(*words: str) -> Result:
    return CliRunner().invoke(lms, ["courses", "plan", *words])


def scenario_file(tmp_path: Path, text: str) -> str:
    file = tmp_path / "scenario.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def printed(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    values: dict[str, Any] = json.loads(result.stdout, parse_constant=_no_constant)
    return values


def _no_constant(word: str) -> float:
    raise AssertionError(f"{word} is not JSON")


def test_plan_of_a_file_is_printed_as_json_and_nothing_else(tmp_path: Path) -> None:
    values = printed(run("--scenario", scenario_file(tmp_path, SMALL), "--json"))
    assert list(values) == ["status", "gap", "cost", "gaps_closed", "classes", "left_out"]
    assert values == {
        "status": "optimal",
        "gap": 0.0,
        "cost": 550,
        "gaps_closed": 3,
        "classes": [
            {
                "course": "a",
                "form": "Kelas",
                "number": 1,
                "people": 3,
                "cost": 550,
                "gaps_closed": 3,
                "jp": 0,
                "who": ["Guru 1", "Guru 2", "Guru 3"],
            }
        ],
        "left_out": 2,
    }


@pytest.mark.parametrize(
    ("words", "status", "cost", "left"),
    [
        (["--budget", "1050"], "optimal", 1050, 0),
        (["--budget", "1049"], "optimal", 1000, 1),
        (["--budget", "0"], "optimal", 0, 5),
        (["--greedy", "--year", "2027"], "greedy", 550, 2),
    ],
)
def test_options_come_before_the_file(
    tmp_path: Path, words: list[str], status: str, cost: int, left: int
) -> None:
    values = printed(run("--scenario", scenario_file(tmp_path, SMALL), "--json", *words))
    assert (values["status"], values["cost"], values["left_out"]) == (status, cost, left)
    assert (values["gap"] is None) == (status == "greedy")


def test_plan_in_words_says_how_good_it_is_and_why_people_are_left(tmp_path: Path) -> None:
    text = run("--scenario", scenario_file(tmp_path, SMALL)).output
    assert "Status optimal, at most 0.00% from the best." in text
    assert "2 × a: Anggaran tidak cukup untuk satu tempat atau kelas lagi." in text


def test_example_is_printed_used_and_stands_in_the_documentation(tmp_path: Path) -> None:
    text = run("--example").stdout
    assert text == example()
    values = printed(run("--scenario", scenario_file(tmp_path, text), "--json"))
    assert (values["status"], values["cost"], values["gaps_closed"], values["left_out"]) == (
        "optimal",
        5_800_000,
        18,
        3,
    )
    page = (Path(__file__).parents[2] / "docs/how-to/plan-training.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert blocks == [text]
    assert run("--help").output.count("plan-")
    assert "[[course.form]]" in run("--help").output


def test_fixed_classes_that_do_not_fit_are_infeasible(tmp_path: Path) -> None:
    text = SMALL.replace("max = 3", "max = 3\nclasses = 3")
    values = printed(run("--scenario", scenario_file(tmp_path, text), "--json"))
    assert (values["status"], values["gap"], values["classes"]) == ("infeasible", None, [])
    assert values["left_out"] == 5


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("budget = -1\n[[course]]\nid = 'a'", "budget must be a whole number from 0, not -1."),
        ("[[course]]\nid = 'a'", "budget is missing (or give --budget, or [[source]] tables)."),
        ("budget = 1", "course is missing: write at least one [[course]]."),
        ("budget = '5'\n[[course]]\nid = 'a'", 'budget must be a whole number from 0, not "5".'),
        ("budget = 1\n[[course]]\ntitle = 'a'", "course[1]: id is missing."),
        (
            "budget = 1\nbudjet = 2\n[[course]]\nid='a'",
            'budjet is not a key of the format (did you mean "budget"?).',
        ),
        (
            "budget = 1\n[[course]]\nid='a'\nmin=4\nmax=3",
            'course[1] "a": max is 3, but must not be below min, which is 4.',
        ),
        ("budget = 1\n[[course]]\nid='a'\n[[course]]\nid='a'", 'course has the id "a" twice.'),
        (
            "budget = 1\n[[course]]\nid='a'\nmin=2\n[[course.form]]\nform='x'",
            'course[1] "a": min belongs into [[course.form]], since there are such tables.',
        ),
        (
            "budget = 1\n[[course]]\nid='a'\n[[course.form]]\nper_class={x='1'}",
            'course[1] "a" → form[1]: per_class.x must be a whole number from 0, not "1".',
        ),
        (
            "budget = 1\n[[course]]\nid='aman'\n[[need]]\ncourse='amna'",
            'need[1]: course names "amna", but no [[course]] has that id (did you mean "aman"?).',
        ),
        (
            "budget = 1\n[[course]]\nid='a'\n[[need]]\ncourse='a'\nweight=0.0001",
            "need[1]: weight must be a number from 0 with at most 3 decimals, not 0.0001.",
        ),
        (
            "budget = 1\n[[course]]\nid='a'\n" + 2 * "[[need]]\nperson='p'\ncourse='a'\n",
            'need[2] "p": person "p" needs the course "a" in need[1] "p" too.',
        ),
        ("budget = 1\ncourse = 3", "course must be written as tables: [[course]]."),
        (
            "budget = 1\n[[course]]\nid='a'\n[[source]]\nname='x'\namount=1\ncourses='a'",
            'source[1] "x": courses must be a list of texts such as ["a", "b"], not "a".',
        ),
    ],
)
def test_what_is_wrong_is_named_by_place_and_key(text: str, problem: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_scenario(text.encode())
    assert problem in caught.value.reasons


@pytest.mark.parametrize(
    "content", [b"budget = ", b"\xff\xfe", b"budget = nan\n[[course]]\nid='a'"]
)
def test_broken_file_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.toml"
    file.write_bytes(content)
    result = run("--scenario", str(file), "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.output


def test_course_with_one_form_needs_no_form_table_and_numbers_may_be_written_freely() -> None:
    text = """
        budget = 1e6
        [[source]]
        name = "APBD"
        amount = 500_000.0
        [[course]]
        id = "a"
        jp = 6
        per_jp = 10
        [[need]]
        course = "a"
        weight = 1.25
    """
    scenario = read_scenario(text.encode())
    assert isinstance(scenario, Scenario)
    form = scenario.courses[0].forms[0]
    assert (form.class_cost, form.minimum, form.maximum) == (60, 1, None)
    assert (scenario.money, scenario.needs[0].weight) == (500_000, 1250)


def test_plan_of_an_agency_comes_from_its_database(tmp_path: Path) -> None:
    result = CliRunner().invoke(lms, ["--home", str(tmp_path), "courses", "plan", "--json"])
    assert result.exit_code != 0
    assert "There is no agency" in result.output
