"""Reads what the source says beside its values: notes under attributes, tidy docstrings."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any


def docstring(thing: Any) -> str:
    """Give the docstring without its indentation; empty for none, and for a dataclass's own."""
    text = inspect.cleandoc(getattr(thing, "__doc__", None) or "")
    made_by_dataclass = text.startswith(f"{getattr(thing, '__name__', '')}(")
    return "" if made_by_dataclass else text


def plain(text: str) -> str:
    """Turn the roles of Sphinx (:class:`x.Y`) into code."""
    return re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text)


@cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    """Parse a module once; `inspect` would do it for each class."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def class_node(kind: type[Any]) -> ast.ClassDef:
    """Give the definition of a class as it stands in its module."""
    return _classes(kind.__module__)[kind.__name__]


def attribute_notes(kind: type[Any]) -> dict[str, str]:
    """Give attribute → the text that stands under it, for the attributes that have one."""
    tree = class_node(kind)
    notes = {}
    for before, after in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(before, ast.AnnAssign) and isinstance(before.target, ast.Name):
            text = _text(after)
            if text:
                notes[before.target.id] = inspect.cleandoc(text)
    return notes


def _text(node: ast.stmt) -> str:
    value = node.value if isinstance(node, ast.Expr) else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def attribute_types(kind: type[Any]) -> dict[str, str]:
    """Give attribute → type of a class as it is written in the source."""
    return {
        node.target.id: ast.unparse(node.annotation)
        for node in class_node(kind).body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table; a bar or a line break in a cell does not break it."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    """Write a value as code; nothing for nothing."""
    return f"`{text}`" if text else ""
