"""Finds plugins, loads and checks them, and makes an agency's registry.

Plugins come from the entry-point group `lms.plugins` or as folders in the agency's `plugins/`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lms.core.errors import PluginError
from lms.core.hooks.registry import LoadedPlugin, Registry, check_prefix
from lms.core.plugins.finding import Found, discover
from lms.core.plugins.loading import load_plugin, version_fits

if TYPE_CHECKING:
    from lms.config import AgencyConfig

__all__ = [
    "Found",
    "check_blueprints",
    "check_names",
    "discover",
    "load_plugin",
    "load_registry",
    "version_fits",
]


def load_registry(
    config: AgencyConfig,
    folder: Path,
    *,
    safe_mode: bool = False,
    blocked: Collection[str] = (),
) -> Registry:
    """Load core and the plugins that the agency switched on, in order.

    `safe_mode` leaves out all but the built-in ones, `blocked` the named ones. Raises PluginError
    that names the plugin that is missing, broken or refused.
    """
    from lms.core.learning import journey

    registry = Registry()
    registry.register(journey, inline=True)
    found = discover(None if safe_mode else folder)
    for name in config.plugins:
        if name in blocked or (safe_mode and not (name in found and found[name].builtin)):
            continue
        if name not in found:
            raise PluginError(name, _how_to_get(config.slug, found))
        registry.register(load_plugin(found[name]), inline=found[name].builtin)
    registry.finish()
    for plugin in registry.plugins.values():
        check_names(registry, plugin)
    return registry


def _how_to_get(slug: str, found: Collection[str]) -> str:
    there = ", ".join(sorted(found)) or "none"
    return (
        f"is switched on in agencies/{slug}/agency.toml but is not there. Install it, put its "
        f"folder into agencies/{slug}/plugins/, or take it out of `plugins`. There are: {there}."
    )


def check_names(registry: Registry, plugin: LoadedPlugin) -> None:
    """Refuse permissions, settings, jobs and pulses that do not carry the plugin's name."""
    name = plugin.name
    declared = (
        ("permission", "lms_register_permissions", "name", ":"),
        ("setting", "lms_register_settings", "key", "."),
        ("job", "lms_register_jobs", "name", "."),
        ("pulse", "lms_register_pulses", "name", "."),
    )
    for kind, hook, attribute, separator in declared:
        values = dict(registry.collect(hook)).get(name, [])
        names = [str(getattr(value, attribute, value)) for value in values]
        check_prefix(name, kind, names, separator)
        twice = [key for key in names if names.count(key) > 1]
        if twice:
            raise PluginError(name, f"declares the {kind} {twice[0]!r} twice.")


def check_blueprints(plugin: str, names: Iterable[str]) -> None:
    """Refuse blueprints that do not carry the plugin's name."""
    check_prefix(plugin, "blueprint", names, "_")
