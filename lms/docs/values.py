"""The reference of events and contracts: the frozen values that cross hooks."""

from __future__ import annotations

import inspect
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any

from lms.core.hooks import contracts, events
from lms.core.hooks.registry import Registry
from lms.docs.source import (
    attribute_notes,
    attribute_types,
    class_node,
    code,
    docstring,
    plain,
    table,
)


def contract_classes() -> list[type[Any]]:
    """Give the contracts in the order of their file."""
    return _classes_of(contracts)


def event_classes() -> list[type[Any]]:
    """Give the events in the order of their file, their parent left out."""
    return [kind for kind in _classes_of(events) if kind is not events.Event]


def _classes_of(module: Any) -> list[type[Any]]:
    found = [
        kind
        for _name, kind in inspect.getmembers(module, inspect.isclass)
        if is_dataclass(kind) and kind.__module__ == module.__name__
    ]
    return sorted(found, key=lambda kind: class_node(kind).lineno)


def contracts_page() -> str:
    """Write the page of contracts."""
    intro = (
        "Import them from `lms`. All of them are frozen, slotted and keyword-only: primitives, "
        "ids and other contracts, never rows."
    )
    sections = [_section(kind.__name__, kind) for kind in contract_classes()]
    return "\n\n".join(["# Contracts", docstring(contracts), intro, *sections])


def events_page(registry: Registry) -> str:
    """Write the page of events, each with its hook and who listens."""
    intro = (
        "An event is stored with `record(session, event)` in the transaction that made it true, "
        "and told after the commit by the hook of its name. Fields may be added; a field that "
        "changes its meaning raises `version`."
    )
    sections = []
    for kind in event_classes():
        hook = f"lms_{kind.name}"
        heard = ", ".join(registry.listeners(hook)) or "nobody"
        tail = f"Told by [`{hook}`](hooks.md#{hook}) · version {kind.version} · heard by: {heard}."
        sections.append(f"{_section(kind.__name__, kind)}\n\n{tail}")
    return "\n\n".join(["# Events", docstring(events), intro, *sections])


def _section(title: str, kind: type[Any]) -> str:
    types, notes = attribute_types(kind), attribute_notes(kind)
    rows = [
        (code(each.name), code(types[each.name]), _default(each), notes.get(each.name, ""))
        for each in fields(kind)
    ]
    head = ("field", "type", "default", "note")
    if not any(row[3] for row in rows):
        head, rows = head[:3], [row[:3] for row in rows]  # type: ignore[assignment,misc]
    return f"## {title}\n\n{plain(docstring(kind))}\n\n{table(head, rows)}"


def _default(each: Field[Any]) -> str:
    if each.default is not MISSING:
        return code(repr(each.default))
    if each.default_factory is not MISSING:
        return code(repr(each.default_factory()))
    return "required"
