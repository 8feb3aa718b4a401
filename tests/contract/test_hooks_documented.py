"""A hook is a public promise: documented with when, return and failure, and named by a test."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from lms.core.hooks import specs
from lms.core.hooks.events import EVENTS
from lms.docs.hooks import hooks, read_hooks, split_fields
from lms.docs.missing import undocumented_hooks, untested_hooks, untitled
from lms.docs.reference import builtin_registry

ROOT = Path(__file__).parents[2]


def test_every_hook_says_when_return_and_failure() -> None:
    assert not undocumented_hooks()


def test_every_hook_is_named_by_a_test() -> None:
    assert not untested_hooks(ROOT)


def test_everything_declared_has_a_title() -> None:
    assert not untitled(builtin_registry())


def test_every_hook_is_read() -> None:
    in_module = {name for name, _ in inspect.getmembers(specs, inspect.isfunction)}
    assert {hook.name for hook in hooks()} == {n for n in in_module if n.startswith("lms_")}


def test_every_event_has_its_hook_and_the_other_way_round() -> None:
    told = {hook.name for hook in hooks() if hook.phase == "tell"}
    assert told == {f"lms_{name}" for name in EVENTS}


GOOD = '''
# -- ask ---------------------------------------------
@hookspec
def lms_choose(session: Session) -> list[str] | None:
    """Choose something.

    When: always. Return: a list. Failure: nothing happens.
    """
'''


@pytest.mark.parametrize(
    ("source", "lacking"),
    [
        (GOOD, ""),
        (GOOD.replace("When: always.", ""), "When"),
        (GOOD.replace("Return: a list.", ""), "Return"),
        (GOOD.replace("Failure: nothing happens.", ""), "Failure"),
        (GOOD.replace("Choose something.", ""), "a sentence"),
        (GOOD.replace("-- ask --", ""), "a phase"),
        (GOOD.replace("Return: a list.", "").replace("list[str] | None", "None"), ""),
    ],
)
def test_lacking_documentation_is_named(source: str, lacking: str) -> None:
    found = undocumented_hooks(read_hooks(source))
    assert found == ([f"hook lms_choose lacks: {lacking}"] if lacking else [])


def test_fields_are_taken_out_of_a_docstring_over_line_breaks() -> None:
    text, fields = split_fields("Do it.\n\nWhen: now\nand then. Return: a\nlist.")
    assert text == "Do it."
    assert fields == {"When": "now and then.", "Return": "a list."}
