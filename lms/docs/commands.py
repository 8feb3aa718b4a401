"""The reference of the command line, from the commands themselves."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator

import click

from lms.cli import COMMANDS, lms
from lms.core.hooks.registry import Registry
from lms.docs.source import code, table

WIDTH = 100


def command_tree(registry: Registry) -> click.Group:
    """Give `lms` with our commands and those of the built-in plugins, whatever else is there."""
    tree = click.Group("lms", params=lms.params, help=lms.help)
    for name, target in COMMANDS.items():
        module, _, attribute = target.partition(":")
        tree.add_command(getattr(importlib.import_module(module), attribute), name)
    for command in registry.gather("lms_register_commands"):
        tree.add_command(command)
    return tree


def each_command(
    group: click.Group, above: str = "lms", *, hidden: bool = False
) -> Iterator[tuple[str, click.Command]]:
    """Walk the tree: the full name and the command, groups before what is in them."""
    for name, command in sorted(group.commands.items()):
        if command.hidden and not hidden:
            continue
        yield f"{above} {name}", command
        if isinstance(command, click.Group):
            yield from each_command(command, f"{above} {name}", hidden=hidden)


def page(registry: Registry) -> str:
    """Write the page of commands."""
    tree = command_tree(registry)
    intro = (
        "In a checkout, `./dev run ARGS` or `.venv/bin/lms ARGS` is the same as `lms ARGS`. "
        "Exit codes: 0 good, 1 something is wrong, 2 wrong input or configuration."
    )
    options = table(("option", "meaning"), _options(tree, "lms"))
    sections = [_section(name, command) for name, command in each_command(tree)]
    return "\n\n".join(["# Commands", intro, "Before any command:", options, *sections])


def _section(name: str, command: click.Command) -> str:
    text = inspect.cleandoc(command.help or "")
    if isinstance(command, click.Group) and not command.invoke_without_command:
        return f"## {name}\n\n{text}"
    depth = "##" if name.count(" ") == 1 else "###"
    parts = [f"{depth} {name}", f"```\n{_usage(name, command)}\n```", text]
    rows = _options(command, name)
    return "\n\n".join([*parts, table(("option", "meaning"), rows)] if rows else parts)


def _context(command: click.Command, name: str) -> click.Context:
    return click.Context(command, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH)


def _usage(name: str, command: click.Command) -> str:
    return command.get_usage(_context(command, name)).removeprefix("Usage: ")


def _options(command: click.Command, name: str) -> list[tuple[str, str]]:
    context = _context(command, name)
    records = [param.get_help_record(context) for param in command.params]
    return [(code(record[0]), record[1]) for record in records if record is not None]
