"""Which migrations there are: read from their files, without Alembic and without running them."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lms.core.errors import PluginError
from lms.core.hooks.registry import LoadedPlugin
from lms.core.resources import bundled

CORE = "core"


@dataclass(frozen=True, slots=True)
class Branch:
    """The migrations of the core or of one plugin."""

    name: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Revision:
    """One migration as its file tells it; `needs` are the revisions that must come before."""

    id: str
    branch: str
    needs: tuple[str, ...]


def core_branch() -> Branch:
    """Give the branch of the core."""
    return Branch(CORE, bundled("migrations") / "versions")


def plugin_branch(module: Any) -> Branch | None:
    """Give the branch of a plugin's module, or None for a plugin without tables."""
    manifest = module.manifest
    if manifest.migrations is None:
        return None
    return Branch(manifest.name, Path(module.__file__).parent / manifest.migrations)


def branches(plugins: Iterable[LoadedPlugin]) -> list[Branch]:
    """Give the branches of the core and of loaded plugins, core first."""
    found = [plugin_branch(plugin.module) for plugin in plugins if plugin.name != CORE]
    return [core_branch(), *(branch for branch in found if branch is not None)]


def revisions(branch: Branch) -> list[Revision]:
    """Read a branch's revision files, in order.

    Raises PluginError for a revision that is not named `<branch>_<four digits>`.
    """
    found = [_read_revision(branch, path) for path in sorted(branch.folder.glob("*.py"))]
    return sorted((each for each in found if each is not None), key=lambda each: each.id)


def _read_revision(branch: Branch, path: Path) -> Revision | None:
    values = _assigned(path, path.stat().st_mtime_ns)
    if "revision" not in values:
        return None
    name = str(values["revision"])
    number = name.removeprefix(f"{branch.name}_")
    if number == name or len(number) != 4 or not number.isdigit():
        raise PluginError(branch.name, f"revision {name!r} must be {branch.name}_ and four digits.")
    needs = (*_as_tuple(values.get("down_revision")), *_as_tuple(values.get("depends_on")))
    return Revision(name, branch.name, needs)


@cache
def _assigned(path: Path, _changed: int) -> dict[str, Any]:
    """Give the literal values at the top of a file, without running it."""
    values = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                pass
            case _:
                continue
        if name in ("revision", "down_revision", "depends_on"):
            values[name] = ast.literal_eval(value)
    return values


def _as_tuple(value: str | Iterable[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
