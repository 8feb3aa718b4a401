"""Settings with their values, and the plugins that run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit import audit
from lms.core.hooks import specs
from lms.core.hooks.registry import LoadedPlugin, Registry
from lms.core.settings import SettingRow, declared, set_setting

HIDDEN = "rahasia"
"""Stands in the audit in place of a secret, before and after."""


def setting_values(session: Session) -> dict[str, Any]:
    """Give every declared setting's value or default by key, in one statement."""
    rows = {row.key: row.value for row in session.scalars(select(SettingRow))}
    return {key: rows.get(key, setting.default) for key, setting in declared(session).items()}


def change_settings(
    session: Session, wanted: Mapping[str, str | int | float | bool], actor_id: int | None
) -> list[str]:
    """Store the settings that differ and note before and after; give their keys.

    Raises Invalid for an unknown key, a wrong type or choice; then nothing is stored.
    """
    before = setting_values(session)
    changed = [key for key, value in wanted.items() if key not in before or before[key] != value]
    for key in changed:
        set_setting(session, key, wanted[key])
    if changed:
        known = declared(session)
        details = {
            key: [HIDDEN] if known[key].secret else [before[key], wanted[key]] for key in changed
        }
        audit(session, actor_id, "core:setting:write", ", ".join(changed)[:120], **details)
    return changed


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginLine:
    """A plugin that runs: what it says of itself, the hooks it uses, what went wrong."""

    name: str
    title: str
    version: str
    description: str
    inline: bool
    hooks: tuple[str, ...]
    errors: int
    last_error: str
    last_error_at: datetime | None


def plugin_lines(registry: Registry) -> list[PluginLine]:
    """Give the plugins of an agency's app in the order of loading, core first."""
    hooks = [name for name in dir(specs) if name.startswith("lms_")]
    used = {hook: registry.listeners(hook) for hook in hooks}
    return [_plugin_line(plugin, used) for plugin in registry.plugins.values()]


def _plugin_line(plugin: LoadedPlugin, used: Mapping[str, Sequence[str]]) -> PluginLine:
    return PluginLine(
        name=plugin.name,
        title=plugin.manifest.title,
        version=plugin.manifest.version,
        description=plugin.manifest.description,
        inline=plugin.inline,
        hooks=tuple(hook for hook, names in used.items() if plugin.name in names),
        errors=sum(plugin.errors.values()),
        last_error=plugin.last_error,
        last_error_at=plugin.last_error_at,
    )
