"""The reference of what is declared: settings, permissions, configuration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, Field, fields
from typing import Any

from lms.config import AGENCY_FILE, HOST_FILE, Accent, AgencyConfig, HostConfig
from lms.core.hooks.contracts import ROLES, Permission, Setting
from lms.core.hooks.registry import Registry
from lms.core.people.permissions import CORE_PERMISSIONS
from lms.core.settings import CORE_SETTINGS
from lms.docs.source import attribute_notes, code, docstring, table

CHOSEN_BY_CODE = ("", ())


def settings_by_owner(registry: Registry) -> list[tuple[str, Sequence[Setting]]]:
    """Give core's and each built-in plugin's settings."""
    return [("core", CORE_SETTINGS), *registry.collect("lms_register_settings")]


def permissions_by_owner(registry: Registry) -> list[tuple[str, Sequence[Permission]]]:
    """Give core's and each built-in plugin's permissions."""
    return [("core", CORE_PERMISSIONS), *registry.collect("lms_register_permissions")]


def settings_page(registry: Registry) -> str:
    """Write the page of settings."""
    intro = (
        "An administrator changes them on the page *Pengaturan*; code reads them with "
        "`get_setting(session, key)`. The default fixes the type."
    )
    parts = ["# Settings", intro]
    for owner, settings in settings_by_owner(registry):
        rows = [
            (code(each.key), each.title, code(repr(each.default)), ", ".join(each.choices))
            for each in settings
        ]
        parts += [f"## {owner}", table(("key", "title", "default", "choices"), rows)]
    return "\n\n".join(parts)


def permissions_page(registry: Registry) -> str:
    """Write the page of permissions: which role may do what."""
    intro = (
        "Every view asks for one, or is marked `@public` or `@signed_in`. *learner* is everyone "
        "and *supervisor* whoever has people; the other roles are given."
    )
    parts = ["# Permissions", intro]
    for owner, permissions in permissions_by_owner(registry):
        rows = [
            (code(each.name), each.title, *("✓" if role in each.roles else "" for role in ROLES))
            for each in permissions
        ]
        parts += [f"## {owner}", table(("permission", "title", *ROLES), rows)]
    return "\n\n".join(parts)


def configuration_page() -> str:
    """Write the page of configuration files."""
    return "\n\n".join(
        [
            "# Configuration",
            "An unknown key or a value of the wrong kind is refused with file, line and what is "
            "allowed. `LMS_HOME` (default `./instance`) is the folder with everything below; "
            "`LMS_HOST` and `LMS_PORT` win over the file.",
            f"## {HOST_FILE}",
            docstring(HostConfig),
            _keys(HostConfig),
            f"## agencies/&lt;slug&gt;/{AGENCY_FILE}",
            docstring(AgencyConfig),
            _keys(AgencyConfig),
            f"## [accent] in {AGENCY_FILE}",
            docstring(Accent),
            _keys(Accent),
        ]
    )


def _keys(kind: type[Any]) -> str:
    notes = attribute_notes(kind)
    rows = [
        (code(each.name), _allowed(each), _default(each), notes.get(each.name, ""))
        for each in fields(kind)
        if "check" in each.metadata
    ]
    return table(("key", "value", "default", "meaning"), rows)


def _allowed(each: Field[Any]) -> str:
    """Let the check itself say what it allows, by giving it something that it refuses."""
    try:
        each.metadata["check"](object())
    except ValueError as error:
        return str(error)
    return "anything"


def _default(each: Field[Any]) -> str:
    if each.default is MISSING:
        return "required"
    if each.default in CHOSEN_BY_CODE or isinstance(each.default, Accent):
        return ""
    value = list(each.default) if isinstance(each.default, tuple) else each.default
    return code(str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"'))
