"""The reference of the core's tables."""

from __future__ import annotations

import importlib
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint

from lms.core.database import Base
from lms.core.migrate import CORE_MODELS
from lms.docs.source import attribute_notes, class_node, code, docstring, plain, table


def core_models() -> list[type[Any]]:
    """Give the classes of the core's tables, by module and place in it."""
    for name in CORE_MODELS:
        importlib.import_module(name)
    found = [mapper.class_ for mapper in Base.registry.mappers]
    ours = [kind for kind in found if kind.__module__ in CORE_MODELS]
    return sorted(ours, key=lambda kind: (kind.__module__, class_node(kind).lineno))


def page() -> str:
    """Write the page of tables."""
    intro = (
        "Read them through `lms.models`; change them only through use-cases. A plugin's tables "
        "may point to these and to its own, never to another plugin's. Moments are in UTC."
    )
    parts = ["# Tables of the core", intro]
    for module in CORE_MODELS:
        parts.append(f"## {module}")
        parts += [_section(kind) for kind in core_models() if kind.__module__ == module]
    return "\n\n".join(parts)


def _section(kind: type[Any]) -> str:
    found: Table = kind.__table__
    notes = attribute_notes(kind)
    rows = [_row(column, notes.get(column.key, "")) for column in found.columns]
    text = plain(docstring(kind))
    columns = table(("column", "type", "null", "key", "note"), rows)
    unique = _unique(found)
    return f"### {found.name}\n\n{text}\n\n{columns}" + (f"\n\n{unique}" if unique else "")


def _row(column: Column[Any], note: str) -> tuple[str, ...]:
    return (
        code(column.name),
        str(column.type),
        "yes" if column.nullable else "",
        ", ".join(_keys(column)),
        note,
    )


def _keys(column: Column[Any]) -> list[str]:
    keys = ["primary"] if column.primary_key else []
    keys += ["unique"] if column.unique else []
    return keys + sorted(f"→ {key.target_fullname}" for key in column.foreign_keys)


def _unique(found: Table) -> str:
    groups = [
        [column.name for column in each.columns]
        for each in found.constraints
        if isinstance(each, UniqueConstraint) and len(each.columns) > 1
    ]
    texts = sorted(", ".join(code(name) for name in group) for group in groups)
    return f"Unique together: {'; '.join(texts)}." if texts else ""
