"""Discover, check, order, block, ask, present, tell: one registry per agency's app."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pluggy

from lms.core.errors import PluginError
from lms.core.hooks import specs
from lms.core.hooks.contracts import PluginManifest

log = logging.getLogger(__name__)


@dataclass(slots=True)
class LoadedPlugin:
    """A plugin that is in: its manifest, its module, and what went wrong with it so far.

    `inline` plugins hear events right after the commit; others hear them from the worker.
    """

    manifest: PluginManifest
    module: Any
    inline: bool
    errors: Counter[str] = field(default_factory=Counter)
    last_error: str = ""
    last_error_at: datetime | None = None

    @property
    def name(self) -> str:
        """Give the plugin's name, which prefixes all that it owns."""
        return self.manifest.name


class Registry:
    """The plugins of one agency's app and the calls to them."""

    def __init__(self) -> None:
        self._manager = pluggy.PluginManager("lms")
        self._manager.add_hookspecs(specs)
        self._callers: dict[tuple[str, str], Any] = {}
        self.plugins: dict[str, LoadedPlugin] = {}

    def register(self, module: ModuleType | Any, *, inline: bool = False) -> LoadedPlugin:
        """Take a plugin in, or raise `PluginError` that names it and says why not."""
        manifest = getattr(module, "manifest", None)
        if not isinstance(manifest, PluginManifest):
            raise PluginError(str(getattr(module, "__name__", module)), "has no `manifest`.")
        if manifest.name in self.plugins:
            raise PluginError(manifest.name, "is there twice.")
        try:
            self._manager.register(module, manifest.name)
        except (pluggy.PluginValidationError, ValueError) as error:
            raise PluginError(manifest.name, str(error)) from error
        loaded = LoadedPlugin(manifest=manifest, module=module, inline=inline)
        self.plugins[manifest.name] = loaded
        self._callers.clear()  # a caller names whom it leaves out, so it must know everyone
        return loaded

    def finish(self) -> None:
        """Add the plugins' own hook specs, then refuse unknown hooks and arguments."""
        try:
            for name, modules in self.collect("lms_register_hookspecs"):
                for module in modules:
                    self._add_hookspecs(name, module)
            self._manager.check_pending()
        except pluggy.PluginValidationError as error:
            raise PluginError(self._name_of(error.plugin), str(error)) from error

    def _add_hookspecs(self, plugin: str, module: Any) -> None:
        """Add a plugin's hook specs; PluginValidationError names who implements one wrongly."""
        try:
            self._manager.add_hookspecs(module)
        except ValueError as error:  # the module has no specs
            raise PluginError(plugin, f"lms_register_hookspecs: {error}") from error

    def _name_of(self, module: Any) -> str:
        return self._manager.get_name(module) or str(module)

    def listeners(self, hook: str) -> list[str]:
        """Name the plugins that implement a hook, core first, then as loaded."""
        caller = getattr(self._manager.hook, hook)
        names = {impl.plugin_name for impl in caller.get_hookimpls()}
        return [name for name in self.plugins if name in names]

    def _caller(self, plugin: str, hook: str) -> Any:
        key = (plugin, hook)
        if key not in self._callers:
            others = [other.module for name, other in self.plugins.items() if name != plugin]
            self._callers[key] = self._manager.subset_hook_caller(hook, others)
        return self._callers[key]

    def collect(self, hook: str, **arguments: Any) -> list[tuple[str, list[Any]]]:
        """Call a hook on each plugin by itself; give (plugin, flat list of values)."""
        found = []
        for name in self.listeners(hook):
            try:
                results = self._caller(name, hook)(**arguments)
            except Exception as error:
                raise PluginError(name, f"{hook}: {error}") from error
            found.append((name, [value for result in results for value in result]))
        return found

    def gather(self, hook: str) -> list[Any]:
        """Give all values of a register hook, flat, in the order of loading."""
        return [value for _, values in self.collect(hook) for value in values]

    def ask(self, hook: str, **arguments: Any) -> Any:
        """Ask for a decision: a list of answers, or the first one for a first-result hook."""
        return getattr(self._manager.hook, hook)(**arguments)

    def present(
        self, hook: str, *, on_failure: Callable[[], None] | None = None, **arguments: Any
    ) -> list[Any]:
        """Gather parts of a page; a plugin that fails loses its part and nothing else."""
        parts: list[Any] = []
        for name in self.listeners(hook):
            try:
                for result in self._caller(name, hook)(**arguments):
                    parts.extend(result)
            except Exception as error:  # a page part of one plugin must not spoil the page
                self.note_error(name, hook, error)
                if on_failure is not None:
                    on_failure()
        return parts

    def tell(self, plugin: str, hook: str, **arguments: Any) -> None:
        """Tell one plugin a fact; its exception reaches the caller."""
        self._caller(plugin, hook)(**arguments)

    def note_error(self, plugin: str, where: str, error: Exception) -> None:
        """Remember on the plugin that it failed, for the administrator's page."""
        loaded = self.plugins[plugin]
        loaded.errors[where] += 1
        loaded.last_error = f"{where}: {type(error).__name__}: {error}"
        loaded.last_error_at = datetime.now(UTC)
        log.error("plugin %s failed in %s", plugin, where, exc_info=error)


def check_prefix(plugin: str, kind: str, names: Iterable[str], separator: str) -> None:
    """Refuse a name that does not belong to the plugin (`courses:…`, `courses_…`)."""
    for name in names:
        if name != plugin and not name.startswith(plugin + separator):
            raise PluginError(plugin, f"{kind} {name!r} must start with {plugin + separator!r}.")
