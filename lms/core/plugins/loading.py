"""Imports a plugin and its tables, and refuses what does not carry the plugin's name."""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
import threading
from collections.abc import Collection, Iterator
from types import ModuleType
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import configure_mappers

from lms.core.database import Base
from lms.core.errors import PluginError
from lms.core.hooks.contracts import PluginManifest
from lms.core.hooks.registry import check_prefix
from lms.core.plugins.finding import DROPPED_IN, Found

NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
REQUIREMENT = re.compile(r"\s*(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+)*)\s*")

# Modules and tables are one set per process, so loading is too.
_loading = threading.Lock()
_tables: dict[str, frozenset[str]] = {}
# An installed plugin that broke while it was loaded is half there until the next start.
_broken: dict[str, PluginError] = {}


def load_plugin(found: Found) -> ModuleType:
    """Import a plugin and its tables, and check what it says of itself.

    Raises PluginError that names the plugin, whatever its code raised.
    """
    with _loading:
        if found.name in _broken and not found.dropped_in:
            raise _broken[found.name]
        before = set(Base.metadata.tables)
        try:
            return _load_checked(found, before)
        except (Exception, SystemExit) as error:  # foreign code: anything may come
            refusal = error if isinstance(error, PluginError) else _refusal(found, error)
            if found.dropped_in:
                _forget(found, before)
            else:
                _broken[found.name] = refusal
            if refusal is error:
                raise
            raise refusal from error


def _load_checked(found: Found, before: set[str]) -> ModuleType:
    module = found.load()
    manifest = _checked_manifest(found, module)
    if manifest.models:
        importlib.import_module(_models_name(manifest.models, module))
        configure_mappers()  # a wrong relationship shows here, not in somebody's request
    _check_tables(manifest.name, _owned_tables(module, before))
    return module


def _refusal(found: Found, error: BaseException) -> PluginError:
    return PluginError(found.name, f"cannot be loaded: {type(error).__name__}: {error}")


def _forget(found: Found, before: set[str]) -> None:
    """Drop what a dropped-in plugin left half-loaded, so that a repaired one loads."""
    for table in set(Base.metadata.tables) - before:
        Base.metadata.remove(Base.metadata.tables[table])
    prefix = f"{DROPPED_IN}{found.name}_"
    for model in list(_models(prefix)):
        # SQLAlchemy has no public way to unmap one class; a broken one that stays mapped breaks
        # every query of this process.
        manager = inspect(model).class_manager
        Base.registry._managers.pop(manager, None)
        Base.registry._dispose_manager_and_mapper(manager)
    whole = {name.split(".")[0] for name in _tables}
    for name in [name for name in sys.modules if name.startswith(prefix)]:
        if name.split(".")[0] not in whole:
            del sys.modules[name]


def _models_name(models: str, module: ModuleType) -> str:
    """Give the full name; a dropped-in plugin names its modules from its own folder on."""
    package = module.__package__ or ""
    if package.startswith(DROPPED_IN):
        return f"{package}.{models.lstrip('.')}"
    return importlib.util.resolve_name(models, package)


def _checked_manifest(found: Found, module: ModuleType) -> PluginManifest:
    manifest = getattr(module, "manifest", None)
    if not isinstance(manifest, PluginManifest):
        raise PluginError(found.name, "has no `manifest`.")
    if manifest.name != found.name or not NAME.fullmatch(manifest.name) or manifest.name == "core":
        raise PluginError(found.name, f"calls itself {manifest.name!r}, which is not allowed.")
    from lms import __version__

    if not version_fits(__version__, manifest.requires):
        raise PluginError(found.name, f"needs Titian {manifest.requires}, this is {__version__}.")
    return manifest


def version_fits(version: str, requirement: str) -> bool:
    """Tell whether a version such as 0.1.0 is in a range such as ">=0.1,<1"."""
    mine = _numbers(version)
    for part in filter(None, requirement.split(",")):
        match = REQUIREMENT.fullmatch(part)
        if match is None or not _holds(mine, match[1], _numbers(match[2])):
            return False
    return True


def _holds(mine: tuple[int, ...], operator: str, other: tuple[int, ...]) -> bool:
    return {
        ">=": mine >= other,
        "<=": mine <= other,
        "==": mine == other,
        "!=": mine != other,
        ">": mine > other,
        "<": mine < other,
    }[operator]


def _numbers(version: str) -> tuple[int, ...]:
    parts = [int(part) for part in re.findall(r"\d+", version)[:3]]
    return (*parts, *(0 for _ in range(3 - len(parts))))


def _owned_tables(module: ModuleType, before: set[str]) -> frozenset[str]:
    """Give the tables that came with a module, also when it was imported before."""
    mapped = {str(model.__table__.key) for model in _models(f"{module.__package__}.")}
    return _tables.setdefault(
        module.__name__, frozenset(set(Base.metadata.tables) - before) | mapped
    )


def _models(prefix: str) -> Iterator[Any]:
    """Give the mapped classes in modules whose names start so."""
    waiting: list[type[Any]] = [Base]
    while waiting:
        for model in waiting.pop().__subclasses__():
            waiting.append(model)
            whole = "mapper" in getattr(model, "_sa_class_manager", object).__dict__
            if whole and model.__module__.startswith(prefix):
                yield model


def _check_tables(plugin: str, tables: Collection[str]) -> None:
    check_prefix(plugin, "table", sorted(tables), "_")
    for table in tables:
        for key in Base.metadata.tables[table].foreign_keys:
            target = key.target_fullname.rpartition(".")[0]
            if not target.startswith(("core_", f"{plugin}_")) and target != plugin:
                raise PluginError(
                    plugin, f"table {table!r} points to the foreign table {target!r}."
                )
