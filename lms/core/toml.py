"""Pure: writes the TOML that content packs need: texts, numbers, lists, tables in a row."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def to_toml(data: Mapping[str, Any]) -> str:
    """Write a table; a list of tables becomes `[[name]]`, a table inside one line `{ … }`.

    Raises TypeError for a value that a pack does not have (None, a table in a list of texts).
    """
    return "\n".join(_table(data, ())) + "\n"


def _table(data: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    """Write plain values first: after a `[[…]]` they would belong to it."""
    plain = {key: value for key, value in data.items() if not _is_tables(value)}
    lines = [f"{_key(key)} = {_value(value)}" for key, value in plain.items()]
    for key, value in data.items():
        if _is_tables(value):
            lines += _tables(value, (*path, _key(key)))
    return lines


def _tables(items: Iterable[Mapping[str, Any]], path: tuple[str, ...]) -> list[str]:
    lines: list[str] = []
    for item in items:
        lines += ["", f"[[{'.'.join(path)}]]", *_table(item, path)]
    return lines


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _key(key: str) -> str:
    return key if BARE_KEY.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return _list(value)
    raise TypeError(f"A content pack cannot hold {value!r}.")


def _list(values: Iterable[Any]) -> str:
    items = [f"  {_value(value)},\n" for value in values]
    return f"[\n{''.join(items)}]" if items else "[]"


def _text(value: str) -> str:
    """Write a basic string: JSON escapes the same characters, but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
