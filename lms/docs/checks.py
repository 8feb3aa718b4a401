"""Puts all checks of the documentation together."""

from __future__ import annotations

from pathlib import Path

from lms.docs.examples import wrong_examples
from lms.docs.links import broken_links
from lms.docs.missing import undocumented_hooks, untested_hooks, untitled
from lms.docs.reference import builtin_registry, stale


def problems(root: Path) -> list[str]:
    """Give one line for everything that is wrong with the documentation of a checkout."""
    return [
        *stale(root),
        *broken_links(root),
        *wrong_examples(root),
        *undocumented_hooks(),
        *untested_hooks(root),
        *untitled(builtin_registry()),
    ]
