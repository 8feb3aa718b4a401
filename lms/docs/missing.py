"""Finds what lacks its words or its test: hooks, events, contracts, settings, permissions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lms.core.hooks.registry import Registry
from lms.docs.declared import permissions_by_owner, settings_by_owner
from lms.docs.hooks import PHASES, Hook, hooks, wanted_fields
from lms.docs.source import docstring
from lms.docs.values import contract_classes, event_classes


def undocumented_hooks(found: Iterable[Hook] | None = None) -> list[str]:
    """Name the hooks without a sentence, a phase, or one of When, Return and Failure."""
    problems = []
    for hook in hooks() if found is None else found:
        lacking = [field for field in wanted_fields(hook) if not hook.fields.get(field)]
        lacking += [] if hook.text else ["a sentence"]
        lacking += [] if hook.phase in PHASES else ["a phase"]
        if lacking:
            problems.append(f"hook {hook.name} lacks: {', '.join(lacking)}")
    return problems


def untested_hooks(root: Path) -> list[str]:
    """Name the hooks that no test names."""
    texts = [path.read_text(encoding="utf-8") for path in (root / "tests").rglob("test_*.py")]
    named = set(re.findall(r"\blms_\w+", "\n".join(texts)))
    return [f"hook {hook.name} is named by no test" for hook in hooks() if hook.name not in named]


def untitled(registry: Registry) -> list[str]:
    """Name the events, contracts, settings, permissions and jobs without a title."""
    problems = [
        f"{kind.__name__} has no docstring"
        for kind in (*event_classes(), *contract_classes())
        if not docstring(kind)
    ]
    declared: list[tuple[str, Any]] = [
        *((each.key, each) for _, group in settings_by_owner(registry) for each in group),
        *((each.name, each) for _, group in permissions_by_owner(registry) for each in group),
        *((each.name, each) for each in registry.gather("lms_register_jobs")),
    ]
    return problems + [f"{name} has no title" for name, each in declared if not each.title.strip()]
