"""Finds command lines in Markdown pages that the command line would not understand."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click

from lms.docs.commands import command_tree
from lms.docs.links import markdown_files
from lms.docs.reference import FOLDER, builtin_registry

BLOCK = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
PROGRAM = re.compile(r"(?:^|\s)(?:lms|\./dev run|\S*\.venv/bin/lms)\s+(.*)")
DEV = re.compile(r"(?:^|\s)\./dev(?:\s+([a-z]\S*))?")


def wrong_examples(root: Path) -> list[str]:
    """Name the command lines of pages that name an unknown command or option."""
    tree = command_tree(builtin_registry())
    known = dev_commands(root)
    found = []
    for path in markdown_files(root):
        if path.parent == root / FOLDER:
            continue
        for line in command_lines(path.read_text(encoding="utf-8")):
            if problem := dev_problem(line, known) or lms_problem(line, tree):
                found.append(f"{path.relative_to(root)}: `{line}`: {problem}")
    return found


def command_lines(text: str) -> Iterator[str]:
    """Give the lines of the shell examples of a page; a line that ends in \\ goes on."""
    for block in BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            yield line.partition(" # ")[0].removeprefix("$ ").strip()


def dev_commands(root: Path) -> frozenset[str]:
    """Name the commands of `./dev`, from its own list."""
    text = (root / "dev").read_text(encoding="utf-8")
    return frozenset(re.findall(r"echo '\./dev (\w+)", text))


def dev_problem(line: str, known: frozenset[str]) -> str:
    """Say what is wrong with a call of `./dev`; empty when nothing is."""
    match = DEV.search(line)
    name = match[1] if match else None
    return f"./dev has no {name}" if name and name not in known else ""


def lms_problem(line: str, tree: click.Group) -> str:
    """Say what is wrong with a call of `lms`; empty when nothing is, or there is none."""
    match = PROGRAM.search(line)
    if match is None:
        return ""
    words = shlex.split(re.split(r"\s[|;&>]", match[1])[0], comments=True)
    command: click.Command = tree
    while words and isinstance(command, click.Group) and command.commands:
        if words[0].startswith("-"):
            option = next((each for each in command.params if words[0] in each.opts), None)
            if option is None:
                return f"unknown option {words[0]}"
            is_flag = isinstance(option, click.Option) and option.is_flag
            words = words[1:] if is_flag else words[2:]
            continue
        name = words.pop(0)
        if name not in command.commands:
            return f"unknown command {name}"
        command = command.commands[name]
    return _unknown_option(command, words)


def _unknown_option(command: click.Command, words: list[str]) -> str:
    options = {
        option for param in command.params for option in (*param.opts, *param.secondary_opts)
    }
    given = [word.partition("=")[0] for word in words if word.startswith("-") and word != "-"]
    unknown = [word for word in given if word not in options | {"--help", "-h"}]
    if unknown:
        return f"unknown option {unknown[0]}"
    missing = [param.opts[0] for param in command.params if _is_missing(param, given)]
    return f"{missing[0]} is missing" if missing and words else ""


def _is_missing(param: click.Parameter, given: list[str]) -> bool:
    return isinstance(param, click.Option) and param.required and not set(param.opts) & set(given)
