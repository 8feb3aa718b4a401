"""What the content of a question must hold, by the shape of its answer.

The learner's page and the parser rely on it, so it is checked for every type, ours or another's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from plugins.assessment.contracts import Content, Problem, Shape

UNKNOWN = "unknown"
"""The answer "Saya belum tahu": an answer like the others, and never the key."""
ID = re.compile(r"[a-z0-9_-]{1,20}")
MOST_OPTIONS, MOST_REGIONS, MOST_TEXT = 20, 12, 500
MOST_SIDE = 4000
ACCEPTED_FILES = ("pdf", "jpg", "png", "docx", "xlsx", "pptx")
"""Kinds of files that a learner may be asked for."""
MOST_MB = 10

Option = dict[str, Any]


def option_list(content: Content, name: str = "options") -> list[Option]:
    """Give the options (or prompts) of a content; none for anything that is no list of them."""
    found = content.get(name)
    if not isinstance(found, list):
        return []
    return [each for each in found if isinstance(each, dict)]


def option_ids(content: Content, name: str = "options") -> list[str]:
    """Give the ids of the options (or prompts) in the order in which they are shown."""
    return [str(option.get("id", "")) for option in option_list(content, name)]


def option_text(content: Content, wanted: str, name: str = "options") -> str:
    """Give the text of an option, or its id when there is none."""
    texts = {str(each.get("id")): str(each.get("text")) for each in option_list(content, name)}
    return texts.get(wanted, wanted)


def shape_problems(shape: Shape, content: Content) -> list[Problem]:
    """Say what is missing or wrong in a content of a shape."""
    return [
        Problem(field=field, text=text) for found, field, text in _checks(shape, content) if found
    ]


def _checks(shape: Shape, content: Content) -> Iterator[tuple[bool, str, str]]:
    if shape in ("choice", "choices", "order", "pairs", "picture"):
        yield from _option_checks(content, "options")
    if shape == "pairs":
        yield from _option_checks(content, "prompts")
    elif shape == "picture":
        yield from _picture_checks(content)
    elif shape == "number":
        unit = content.get("unit", "")
        yield not isinstance(unit, str) or len(unit) > 20, "unit", UNIT
    elif shape == "file":
        yield from _file_checks(content)


TOO_FEW = "Tulis paling sedikit dua pilihan."
TOO_MANY = "Pilihan terlalu banyak. Paling banyak 20."
EMPTY = "Isi setiap pilihan."
TOO_LONG = "Pilihan terlalu panjang. Paling banyak 500 huruf."
EQUAL = "Dua pilihan isinya sama. Ubah salah satu."
SAME_ID = "Dua pilihan memakai tanda yang sama."
UNIT = "Satuan paling banyak 20 huruf."
NO_PICTURE = "Pilih gambarnya."
NO_ALT = "Ceritakan isi gambar dalam satu kalimat."
SIZE = "Ukuran gambar tidak terbaca. Unggah lagi gambarnya."
OUTSIDE = "Setiap daerah harus berada di dalam gambar."
REGIONS = "Daerah terlalu banyak. Paling banyak 12."
NO_ACCEPT = "Pilih jenis berkas yang boleh dikirim."
TOO_BIG = "Ukuran berkas antara 1 dan 10 MB."
NO_RUBRIC = "Tulis paling sedikit satu baris rubrik."
POINTS = "Isi nilai setiap baris rubrik dengan angka lebih dari 0."


def _option_checks(content: Content, name: str) -> Iterator[tuple[bool, str, str]]:
    found, ids = option_list(content, name), option_ids(content, name)
    texts = [str(option.get("text") or "") for option in found]
    same = [" ".join(text.casefold().split()) for text in texts]
    yield len(found) < 2, name, TOO_FEW
    yield len(found) > MOST_OPTIONS, name, TOO_MANY
    yield "" in same, name, EMPTY
    yield any(len(text) > MOST_TEXT for text in texts), name, TOO_LONG
    yield len(set(same)) < len(same), name, EQUAL
    wrong = len(set(ids)) < len(ids) or UNKNOWN in ids or not all(map(ID.fullmatch, ids))
    yield wrong, name, SAME_ID


def _picture_checks(content: Content) -> Iterator[tuple[bool, str, str]]:
    width, height = content.get("width"), content.get("height")
    yield not isinstance(content.get("image"), str) or not content["image"], "image", NO_PICTURE
    yield not str(content.get("alt") or "").strip(), "alt", NO_ALT
    sized = _is_side(width) and _is_side(height)
    yield not sized and bool(content.get("image")), "image", SIZE
    regions = option_list(content)
    yield len(regions) > MOST_REGIONS, "options", REGIONS
    if sized:
        inside = [_is_inside(region, width, height) for region in regions]
        yield not all(inside), "options", OUTSIDE


def _is_side(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_SIDE


def _is_inside(region: Option, width: Any, height: Any) -> bool:
    places = [region.get(side) for side in ("x", "y", "w", "h")]
    if not all(is_number(place) for place in places):
        return False
    x, y, w, h = (float(place) for place in places if place is not None)
    return x >= 0 and y >= 0 and w >= 1 and h >= 1 and x + w <= width and y + h <= height


def is_number(value: Any) -> bool:
    """Tell whether a value is a number that can be counted with (no NaN, no infinity)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e15


def _file_checks(content: Content) -> Iterator[tuple[bool, str, str]]:
    accept, most = content.get("accept"), content.get("max_mb")
    kinds = accept if isinstance(accept, list) else []
    yield not kinds or not set(map(str, kinds)) <= set(ACCEPTED_FILES), "accept", NO_ACCEPT
    yield not is_number(most) or not 0 < float(most or 0) <= MOST_MB, "max_mb", TOO_BIG
    rubric = option_list(content, "rubric")
    ids = [str(line.get("id", "")) for line in rubric]
    yield not rubric or len(rubric) > MOST_OPTIONS, "rubric", NO_RUBRIC
    yield any(not str(line.get("text") or "").strip() for line in rubric), "rubric", EMPTY
    yield len(set(ids)) < len(ids) or not all(map(ID.fullmatch, ids)), "rubric", SAME_ID
    points = [line.get("points") for line in rubric]
    wrong = any(not is_number(each) or not 0 < float(each or 0) <= 100 for each in points)
    yield wrong, "rubric", POINTS
