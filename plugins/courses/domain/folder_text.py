"""Writes `course.toml` and front matter so that what did not change keeps every byte.

Texts as they came are changed only where a value differs: remarks, order and line ends of the
rest stay. Where that cannot be done safely, and for what was written here, the text is made anew
in one fixed form.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from plugins.courses.domain.pack import OPTIONAL, CourseSource, ModuleSource

FENCE = re.compile(r"[^\S\r\n]*\+\+\+[^\S\r\n]*(\r\n|\r|\n)")
NEEDED = {"teaches", "modules"}
Values = Mapping[str, Any]


def course_text(course: CourseSource, before: str = "") -> str:
    """Give `course.toml`; `before` is the text that it comes from, empty for a new one."""
    return _patched(before, _course_values(course))


def front_text(module: ModuleSource, before: str = "") -> str:
    """Give what stands before a module's text, with its `+++` lines."""
    wanted = {
        "title": module.title,
        "minutes": module.minutes,
        "objectives": list(module.objectives),
    }
    opening = FENCE.match(before)
    closing = before.rstrip("\r\n").rfind("+++")
    if opening is None or closing < opening.end():
        return f"+++\n{_patched('', wanted)}+++\n"
    inside = _patched(before[opening.end() : closing], wanted)
    end = opening[1] if before[closing:] == before[closing:].rstrip("\r\n") else ""
    return before[: opening.end()] + inside + before[closing:] + end


def manifest_version(text: str) -> int | None:
    """Give the version that a `course.toml` names, None where it cannot be read or names none."""
    try:
        version = tomllib.loads(_plain(text)).get("version")
    except tomllib.TOMLDecodeError:
        return None
    return version if type(version) is int else None


def _course_values(course: CourseSource) -> dict[str, Any]:
    return {
        "slug": course.slug,
        "title": course.title,
        "summary": course.summary,
        "version": course.version,
        "jp": course.jp,
        "form": course.form,
        "objectives": list(course.objectives),
        "teaches": [
            {"competency": t.competency, "from": t.from_level, "to": t.to_level}
            for t in course.teaches
        ],
        "modules": list(course.modules),
        "alts": [{"file": file, "text": text} for file, text in course.alts],
    }


def _patched(before: str, wanted: Values) -> str:
    """Write the values that differ into a text; anew where the outcome would say otherwise."""
    try:
        found = tomllib.loads(_plain(before))
    except tomllib.TOMLDecodeError:
        return _anew(wanted)
    if not before.strip():
        return _anew(wanted)
    text = before
    for key in [*wanted, *(key for key in found if key not in wanted)]:
        if not _same(found, wanted, key):
            text = _with_value(text, key, wanted.get(key))
    return text if _says(text, wanted) else _anew(wanted)


def _says(text: str, wanted: Values) -> bool:
    try:
        found = tomllib.loads(_plain(text))
    except tomllib.TOMLDecodeError:
        return False
    return all(_same(found, wanted, key) for key in {*found, *wanted})


def _same(found: Values, wanted: Values, key: str) -> bool:
    """Compare one value as reading takes it: without spaces around, left out is the usual one."""
    if key not in wanted:
        return False
    values = [_stripped(values.get(key, OPTIONAL.get(key))) for values in (found, wanted)]
    if key == "alts":  # whose order means nothing
        values = [sorted(items, key=repr) for items in values]
    return bool(values[0] == values[1])


def _stripped(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return [_stripped(item) for item in value]
    return value


def _with_value(text: str, key: str, value: Any) -> str:
    """Replace the lines of one key, or add it behind the others; None takes it away."""
    lines = text.splitlines(keepends=True)
    end = "\r\n" if "\r\n" in text else "\n"
    new = "" if value is None else _line(key, value).replace("\n", end)
    place = _lines_of(lines, key)
    if place is None:
        gap = "" if not lines or lines[-1].endswith(("\n", "\r")) else end
        return text + gap + new
    return "".join(lines[: place[0]]) + new + "".join(lines[place[1] :])


def _lines_of(lines: list[str], key: str) -> tuple[int, int] | None:
    """Find where a key's value begins and ends: at the first line where it can be read whole."""
    begins = re.compile(rf"""[ \t]*["']?{re.escape(key)}["']?[ \t]*=""")
    for start, line in enumerate(lines):
        if not begins.match(line):
            continue
        for end in range(start + 1, len(lines) + 1):
            try:
                found = tomllib.loads(_plain("".join(lines[start:end])))
            except tomllib.TOMLDecodeError:
                continue
            return (start, end) if set(found) == {key} else None
    return None


def _anew(wanted: Values) -> str:
    """Write all values; what may be left out is, where it is the usual one and empty."""
    return "".join(
        _line(key, value) for key, value in wanted.items() if value != [] or key in NEEDED
    )


def _line(key: str, value: Any) -> str:
    if isinstance(value, list):
        items = "".join(f"  {_value(item)},\n" for item in value)
        return f"{key} = [\n{items}]\n" if value else f"{key} = []\n"
    return f"{key} = {_value(value)}\n"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_value(item)}' for key, item in value.items())} }}"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
