"""The reference of hooks, from `lms/core/hooks/specs.py`."""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import dataclass
from functools import cache

from lms.core.hooks import specs
from lms.core.hooks.registry import Registry
from lms.docs.source import docstring, plain

PHASE = re.compile(r"# -- (\w+) -+")
FIELD = re.compile(r"\b(When|Order|Return|Failure): ")
PHASES = {
    "register": "Called once, while an agency's app is made or the command line starts. "
    "Values are returned; the host is never handed over.",
    "present": "Called while a page is rendered. A part that fails spoils only itself.",
    "ask": "Called to decide. Never while an answer is saved.",
    "tell": "Called after the commit, each plugin in a transaction of its own that also marks "
    "the delivery done. Write through the given session; never commit.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One hook as its specification tells it; `fields` are its When, Return and Failure."""

    name: str
    phase: str
    signature: str
    text: str
    fields: dict[str, str]
    first_result: bool
    returns: str


@cache
def hooks() -> tuple[Hook, ...]:
    """Read every hook, in the order of the file."""
    return read_hooks(inspect.getsource(specs))


def read_hooks(source: str) -> tuple[Hook, ...]:
    """Read hooks from the source of a module of specifications."""
    lines = source.splitlines()
    tree = ast.parse(source)
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return tuple(_hook(node, lines) for node in found if node.name.startswith("lms_"))


def _hook(node: ast.FunctionDef, lines: list[str]) -> Hook:
    signature = "\n".join(lines[node.lineno - 1 : node.body[0].lineno - 1])
    text, fields = split_fields(ast.get_docstring(node) or "")
    return Hook(
        name=node.name,
        phase=_phase(lines[: node.lineno]),
        signature=signature.removesuffix(":"),
        text=text,
        fields=fields,
        first_result=any("firstresult=True" in ast.unparse(d) for d in node.decorator_list),
        returns=ast.unparse(node.returns) if node.returns else "None",
    )


def _phase(lines: list[str]) -> str:
    marks = [match[1] for line in lines if (match := PHASE.match(line))]
    return marks[-1] if marks else ""


def split_fields(text: str) -> tuple[str, dict[str, str]]:
    """Take the sentences after When:, Order:, Return: and Failure: out of a docstring."""
    rest, *parts = FIELD.split(text)
    values = [" ".join(value.split()) for value in parts[1::2]]
    return rest.strip(), dict(zip(parts[::2], values, strict=True))


def wanted_fields(hook: Hook) -> tuple[str, ...]:
    """Name the fields that a hook must have; one that returns nothing needs no Return."""
    return ("When", "Failure") if hook.returns == "None" else ("When", "Return", "Failure")


def page(registry: Registry) -> str:
    """Write the page: phases, and in each its hooks with who answers them."""
    parts = ["# Hooks", docstring(specs)]
    for phase, meaning in PHASES.items():
        parts += [f"## {phase.capitalize()}", meaning]
        parts += [_section(hook, registry) for hook in hooks() if hook.phase == phase]
    return "\n\n".join(parts)


def _section(hook: Hook, registry: Registry) -> str:
    answered = [name for name in registry.listeners(hook.name) if name != "core"]
    lines = [f"- **{name}:** {plain(value)}" for name, value in hook.fields.items()]
    if hook.first_result:
        lines.append("- **Answers:** the first one that is not None counts.")
    lines.append(f"- **Built-in plugins that have it:** {', '.join(answered) or 'none'}.")
    return "\n\n".join(
        [
            f"### {hook.name}",
            f"```python\n{hook.signature}\n```",
            plain(hook.text),
            "\n".join(lines),
        ]
    )
