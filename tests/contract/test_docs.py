"""The documentation follows the code: generated pages, links, examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms.docs import reference
from lms.docs.commands import command_tree, each_command
from lms.docs.examples import command_lines, dev_problem, lms_problem, wrong_examples
from lms.docs.links import broken_links, links
from lms.docs.reference import builtin_registry, stale

ROOT = Path(__file__).parents[2]


def test_reference_pages_are_what_the_code_says() -> None:
    assert not stale(ROOT)


def test_reference_pages_are_the_same_when_made_again() -> None:
    assert reference.pages() == reference.pages()


def test_page_is_stale_when_edited_or_missing(tmp_path: Path) -> None:
    reference.build(tmp_path)
    assert not stale(tmp_path)
    assert not reference.build(tmp_path)
    page = tmp_path / reference.FOLDER / "events.md"
    page.write_text(page.read_text() + "by hand\n")
    (tmp_path / reference.FOLDER / "hooks.md").unlink()
    assert [line.split(":")[0] for line in stale(tmp_path)] == [
        "docs/reference/events.md",
        "docs/reference/hooks.md",
    ]


def test_links_lead_somewhere() -> None:
    assert not broken_links(ROOT)


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("[a](b.md)", []),
        ("[a](b.md#one-two)", []),
        ("[a](b.md#one-two-1)", []),
        ("[a](#here)\n\n# Here", []),
        ("[a](https://example.org/x.md)", []),
        ("```sh\n[a](no.md)\n```\n`[a](no.md)`", []),
        ("[a](no.md)", ["no.md"]),
        ("![a](no.png)", ["no.png"]),
        ("[a](b.md#three)", ["b.md#three"]),
    ],
)
def test_broken_link_is_named(text: str, broken: list[str], tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# One, two\n\n# One, two\n\n```\n# three\n```\n")
    (tmp_path / "a.md").write_text(text)
    assert broken_links(tmp_path) == [f"a.md: {target} leads nowhere" for target in broken]


def test_links_of_a_page_are_found() -> None:
    assert list(links("![x](a.png) and [y](b.md#c), [z](mailto:x@y.id)")) == ["a.png", "b.md#c"]


def test_examples_are_understood_by_the_command_line() -> None:
    assert not wrong_examples(ROOT)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("lms agency list", ""),
        ("LMS_HOME=/srv lms agency add serang --name 'Kabupaten Serang'", ""),
        ("lms --home /srv/titian serve --port 9000 | tee log", ""),
        ("sudo -u titian /opt/titian/.venv/bin/lms doctor --agency serang", ""),
        ("lms demo --serve", ""),
        ("lms demo accounts --json", ""),
        ("lms agency ad serang", "unknown command ad"),
        ("lms agency add serang --nama x", "unknown option --nama"),
        ("lms agency add serang", "--name is missing"),
        ("lms serve --works 3", "unknown option --works"),
        ("cp lms.toml elsewhere", ""),
    ],
)
def test_wrong_example_is_named(line: str, problem: str) -> None:
    assert lms_problem(line, command_tree(builtin_registry())) == problem


def test_wrong_dev_command_is_named() -> None:
    assert dev_problem("./dev serve", frozenset({"demo"})) == "./dev has no serve"
    assert dev_problem("./dev demo", frozenset({"demo"})) == ""
    assert dev_problem("./dev", frozenset({"demo"})) == ""


def test_command_lines_of_a_page_are_found() -> None:
    text = "lms no\n```sh\n$ lms a \\\n  --b  # why\n```\n```toml\nlms = 1\n```\n"
    assert [" ".join(line.split()) for line in command_lines(text)] == ["lms a --b"]


def test_every_command_has_a_help_text() -> None:
    tree = command_tree(builtin_registry())
    assert not [name for name, command in each_command(tree, hidden=True) if not command.help]
