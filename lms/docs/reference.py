"""Makes the reference pages, and finds those that differ from what the code says."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from lms.config import BUILTIN_PLUGINS
from lms.core.hooks.registry import Registry
from lms.core.learning import journey
from lms.core.plugins import discover, load_plugin
from lms.docs import commands, declared, hooks, tables, values

FOLDER = Path("docs") / "reference"
NOTICE = "<!-- Made by `lms docs build` from the code: do not edit. -->"
PAGES: dict[str, Callable[[Registry], str]] = {
    "commands.md": commands.page,
    "configuration.md": lambda _registry: declared.configuration_page(),
    "contracts.md": lambda _registry: values.contracts_page(),
    "events.md": values.events_page,
    "hooks.md": hooks.page,
    "permissions.md": declared.permissions_page,
    "settings.md": declared.settings_page,
    "tables.md": lambda _registry: tables.page(),
}


@cache
def builtin_registry() -> Registry:
    """Load core and the built-in plugins, and no other that happens to be installed."""
    registry = Registry()
    registry.register(journey, inline=True)
    found = discover()
    for name in BUILTIN_PLUGINS:
        registry.register(load_plugin(found[name]), inline=True)
    registry.finish()
    return registry


def pages() -> dict[str, str]:
    """Give every reference page by the name of its file."""
    registry = builtin_registry()
    return {name: f"{NOTICE}\n\n{make(registry)}\n" for name, make in PAGES.items()}


def build(root: Path) -> list[Path]:
    """Write the pages that differ below a checkout's root; give their paths."""
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, text in pages().items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def stale(root: Path) -> list[str]:
    """Name the pages that are missing or differ from what the code says."""
    return [
        f"{FOLDER / name}: differs from the code; run `lms docs build`"
        for name, text in pages().items()
        if not (path := root / FOLDER / name).exists() or path.read_text(encoding="utf-8") != text
    ]
