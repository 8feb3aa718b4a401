"""Which plugins are there: installed ones, and folders dropped into an agency."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from importlib.machinery import ModuleSpec
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from lms.core.errors import PluginError

GROUP = "lms.plugins"
OWN_DISTRIBUTION = "titian"
DROPPED_IN = "lms_dropped_in_"


@dataclass(frozen=True, slots=True)
class Found:
    """A plugin that is there, not loaded yet; `builtin` ones come with this program."""

    name: str
    origin: str
    builtin: bool
    load: Callable[[], ModuleType]
    dropped_in: bool = False


def discover(folder: Path | None = None) -> dict[str, Found]:
    """Give the plugins that are there by name: installed ones, and those of an agency's folder.

    Raises PluginError when a name is taken twice.
    """
    found = dict(_installed())
    for plugin in _dropped_in(folder / "plugins") if folder else ():
        if plugin.name in found:
            raise PluginError(
                plugin.name, f"is there twice: {found[plugin.name].origin} and {plugin.origin}."
            )
        found[plugin.name] = plugin
    return found


@cache
def _installed() -> dict[str, Found]:
    found: dict[str, Found] = {}
    for point in entry_points(group=GROUP):
        if point.name in found and found[point.name].origin != _origin(point):
            raise PluginError(
                point.name, f"is there twice: {found[point.name].origin} and {_origin(point)}."
            )
        found[point.name] = Found(
            name=point.name,
            origin=_origin(point),
            builtin=point.dist is not None and point.dist.name == OWN_DISTRIBUTION,
            load=point.load,
        )
    return found


def _origin(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else point.value


def _dropped_in(folder: Path) -> Iterable[Found]:
    for path in sorted(folder.glob("*/plugin.py")):
        home, name = path.parent, path.parent.name
        yield Found(name, str(home), False, partial(_load_folder, home), dropped_in=True)


def _load_folder(folder: Path) -> ModuleType:
    """Import a dropped-in plugin under a name made of its content.

    Two agencies with the same files share the modules; with other files they do not meet.
    """
    package = f"{DROPPED_IN}{folder.name}_{_digest(folder)}"
    if package not in sys.modules:
        init = folder / "__init__.py"
        spec = importlib.util.spec_from_file_location(
            package, init, submodule_search_locations=[str(folder)]
        )
        if not init.exists():
            spec = ModuleSpec(package, None, is_package=True)
            spec.submodule_search_locations = [str(folder)]
        assert spec is not None
        sys.modules[package] = module = importlib.util.module_from_spec(spec)
        if spec.loader is not None:
            spec.loader.exec_module(module)
    return importlib.import_module(f"{package}.plugin")


def _digest(folder: Path) -> str:
    digest = sha256()
    for path in sorted(folder.rglob("*.py")):
        if path.parent.name == "migrations":
            continue  # these are Alembic's, not ours to import
        digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
