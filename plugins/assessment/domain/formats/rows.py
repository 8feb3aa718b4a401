"""How each kind of question stands in the cells of a row, and how it is read from them."""

from __future__ import annotations

import re
from collections.abc import Callable

from plugins.assessment.domain.formats import drafts
from plugins.assessment.domain.formats.drafts import Choice, Frame, number, number_text
from plugins.assessment.domain.formats.values import UNKNOWN_KIND, Unusable, shown
from plugins.assessment.domain.questions import ItemDraft

Cells = dict[str, str]

LETTERS = "abcdefghijklmnopqrst"
ARROW = re.compile(r"\s*(?:->|=>|→|⇒)\s*")
PLAIN_ARROW = re.compile(r"\s*->\s*")
BETWEEN_KEYS = re.compile(r"[\s,;|/&+>→]+|\bdan\b|\band\b")
BETWEEN_TEXTS = re.compile(r"\s*[|\n]\s*")
WEIGHTED = re.compile(r"([a-t])\s*[=:]\s*(-?[\d.,]+)", re.IGNORECASE)
TRUTH = {
    **dict.fromkeys(("benar", "b", "true", "t", "ya", "1"), True),
    **dict.fromkeys(("salah", "s", "false", "f", "tidak", "0"), False),
}
WHOLE = {"utuh", "semua", "semuatepat", "all", "allornothing"}
NAMES = {
    "single": ("Pilihan ganda", "Pilihan tunggal", "PG", "Single", "Multiple choice", "MCQ"),
    "multiple": (
        *("Pilihan jamak", "Pilihan ganda kompleks", "Pilihan ganda (beberapa jawaban)", "PGK"),
        *("Multiple", "Multiple response", "Multiple answer"),
    ),
    "true_false": ("Benar/Salah", "Benar Salah", "Benar atau salah", "BS", "True/False"),
    "matching": ("Menjodohkan", "Jodohkan", "Matching", "Match"),
    "ordering": ("Mengurutkan", "Urutan", "Ordering", "Order"),
    "short_text": ("Isian singkat", "Isian", "Jawaban singkat", "Short text", "Short answer"),
    "numeric": ("Isian angka", "Angka", "Numerik", "Numeric", "Numerical"),
    "sjt": ("Situasi kerja", "Pilihan berbobot", "Penilaian situasi", "SJT", "Situational"),
    "scale": ("Skala", "Penilaian diri", "Skala penilaian diri", "Scale", "Self-rating"),
}

WRONG_KEY = "Kunci “%(key)s” tidak cocok dengan pilihan yang diisi."
NO_TRUTH = "Kunci “%(key)s” tidak dikenal. Tulis Benar atau Salah."
NO_ARROW = "Tulis pasangan sebagai: kiri -> kanan. Yang belum: %(text)s."
NO_WEIGHTS = "Tulis nilai setiap pilihan di kolom Kunci, misalnya A=3, B=1, C=0."


def _plain(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


KINDS = {_plain(name): kind for kind, names in NAMES.items() for name in (kind, *names)}


def kind_of(cells: Cells) -> str:
    """Give the kind that a row names, or the one that its cells look like."""
    if given := cells.get("kind", ""):
        if _plain(given) not in KINDS:
            raise Unusable(UNKNOWN_KIND, kind=shown(given))
        return KINDS[_plain(given)]
    key, filled = cells.get("key", ""), _options(cells)
    if filled:
        return _kind_of_options(key, list(filled.values()))
    if key.casefold() in {"benar", "salah", "true", "false"}:
        return "true_false"
    try:
        number(key, indonesian=True)
    except Unusable:
        return "short_text"
    return "numeric"


def _kind_of_options(key: str, texts: list[str]) -> str:
    if WEIGHTED.search(key):
        return "sjt"
    if all(ARROW.search(text) for text in texts):
        return "matching"
    return "multiple" if len(_letters(key)) > 1 else "single"


def _options(cells: Cells) -> dict[str, str]:
    """Give letter → text of the filled options."""
    found = {letter: cells.get(f"option_{letter}", "") for letter in LETTERS}
    return {letter: text for letter, text in found.items() if text}


def _letters(key: str) -> list[str]:
    return [part for part in BETWEEN_KEYS.split(key.casefold().strip(" .)")) if part]


def _keys(cells: Cells) -> list[str]:
    """Give the letters of the key; the text of an option is a key too, and so is its number."""
    filled, key = _options(cells), cells.get("key", "")
    if not key:
        raise Unusable(drafts.NO_KEY)
    if set(_letters(key)) <= set(filled):
        return _letters(key)
    same = [letter for letter, text in filled.items() if text.casefold() == key.casefold()]
    packed = list(key.casefold()) if set(key.casefold()) <= set(filled) else []
    numbers = dict(zip(map(str, range(1, len(LETTERS) + 1)), LETTERS, strict=True))
    numbered = [numbers.get(part, "") for part in _letters(key)]
    found = same[:1] or packed or numbered
    if not set(found) <= set(filled):
        raise Unusable(WRONG_KEY, key=shown(key))
    return found


# -- reading -------------------------------------------------------------------------------------


def _single(frame: Frame, cells: Cells) -> ItemDraft:
    keys = _keys(cells)
    if len(keys) != 1:
        raise Unusable(WRONG_KEY, key=shown(cells.get("key", "")))
    return drafts.one_right(frame, _choices(cells, keys))


def _multiple(frame: Frame, cells: Cells) -> ItemDraft:
    whole = _plain(cells.get("scoring", "")) in WHOLE
    choices = _choices(cells, _keys(cells))
    return drafts.several_right(frame, choices, "all" if whole else "partial")


def _choices(cells: Cells, keys: list[str]) -> list[Choice]:
    return [
        Choice(text=text, weight=float(letter in keys)) for letter, text in _options(cells).items()
    ]


def _true_false(frame: Frame, cells: Cells) -> ItemDraft:
    key = cells.get("key", "").casefold().strip(" .")
    filled = {letter: text.casefold() for letter, text in _options(cells).items()}
    verdict = TRUTH.get(filled.get(key, key))
    if verdict is None:
        raise Unusable(NO_TRUTH, key=shown(cells.get("key", "")))
    return drafts.true_false(frame, key=verdict)


def _matching(frame: Frame, cells: Cells) -> ItemDraft:
    pairs: list[tuple[str, str]] = []
    extra: list[str] = []
    for text in _options(cells).values():
        parts = _halves(text)
        if len(parts) != 2:
            raise Unusable(NO_ARROW, text=shown(text))
        if parts[0]:
            pairs.append((parts[0], parts[1]))
        else:
            extra.append(parts[1])
    return drafts.matching(frame, pairs, extra)


def _halves(text: str) -> list[str]:
    """Part a pair at "->", as our export writes it: a text may hold "Berkas → Simpan"."""
    parts = PLAIN_ARROW.split(text, maxsplit=1)
    return parts if len(parts) == 2 else ARROW.split(text, maxsplit=1)


def _ordering(frame: Frame, cells: Cells) -> ItemDraft:
    """With a key the cells are in the order shown; without one they are in the right order."""
    filled = _options(cells)
    if not cells.get("key"):
        return drafts.ordering(frame, list(filled.values()))
    keys = _keys(cells)
    if sorted(keys) != sorted(filled):
        raise Unusable(WRONG_KEY, key=shown(cells["key"]))
    return drafts.ordering(frame, [filled[key] for key in keys], list(filled.values()))


def _short_text(frame: Frame, cells: Cells) -> ItemDraft:
    accepted = BETWEEN_TEXTS.split(cells.get("key", ""))
    case = _plain(cells.get("scoring", "")) in {"hurufbesar", "pekahurufbesar", "casesensitive"}
    return drafts.short_text(frame, accepted, case=case)


def _numeric(frame: Frame, cells: Cells) -> ItemDraft:
    if not cells.get("key"):
        raise Unusable(drafts.NO_KEY)
    tolerance = cells.get("tolerance", "")
    return drafts.numeric(
        frame,
        number(cells["key"], indonesian=True),
        number(tolerance, indonesian=True) if tolerance else 0,
        cells.get("unit", ""),
    )


def _sjt(frame: Frame, cells: Cells) -> ItemDraft:
    filled = _options(cells)
    found = WEIGHTED.findall(cells.get("key", ""))
    weights = {letter.lower(): number(text.rstrip(".,"), indonesian=True) for letter, text in found}
    if set(weights) != set(filled):
        raise Unusable(NO_WEIGHTS)
    ids = dict(zip(filled, LETTERS, strict=False))
    content = {"options": drafts.options(list(filled.values()))}
    scoring = {"weights": {ids[letter]: weights[letter] for letter in filled}}
    return drafts.make_draft(frame, "sjt", content, scoring)


def _scale(frame: Frame, cells: Cells) -> ItemDraft:
    return drafts.scale(frame, list(_options(cells).values()))


READERS: dict[str, Callable[[Frame, Cells], ItemDraft]] = {
    "single": _single,
    "multiple": _multiple,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
    "sjt": _sjt,
    "scale": _scale,
}


# -- writing -------------------------------------------------------------------------------------


def _written(draft: ItemDraft, texts: list[str], key: str, **more: str) -> Cells:
    cells = {f"option_{letter}": text for letter, text in zip(LETTERS, texts, strict=False)}
    return {"kind": NAMES[draft.kind][0], **cells, "key": key, **more}


def _texts(draft: ItemDraft) -> list[str]:
    return [option["text"] for option in draft.content["options"]]


def _shown_letters(draft: ItemDraft, ids: list[str]) -> str:
    places = {option["id"]: n for n, option in enumerate(draft.content["options"])}
    return ", ".join(LETTERS[places[each]].upper() for each in ids)


def _write_single(draft: ItemDraft) -> Cells:
    return _written(draft, _texts(draft), _shown_letters(draft, [draft.scoring["key"]]))


def _write_multiple(draft: ItemDraft) -> Cells:
    whole = "Utuh" if draft.scoring["credit"] == "all" else "Sebagian"
    key = _shown_letters(draft, draft.scoring["keys"])
    return _written(draft, _texts(draft), key, scoring=whole)


def _write_true_false(draft: ItemDraft) -> Cells:
    return _written(draft, [], "Benar" if draft.scoring["key"] == "true" else "Salah")


def _write_matching(draft: ItemDraft) -> Cells:
    texts = {option["id"]: option["text"] for option in draft.content["options"]}
    pairs = draft.scoring["pairs"]
    asked = [(p["text"].replace("->", "→"), pairs[p["id"]]) for p in draft.content["prompts"]]
    lines = [f"{prompt} -> {texts[option]}" for prompt, option in asked]
    lines += [f"-> {text}" for each, text in texts.items() if each not in pairs.values()]
    return _written(draft, lines, "")


def _write_ordering(draft: ItemDraft) -> Cells:
    return _written(draft, _texts(draft), _shown_letters(draft, draft.scoring["order"]))


def _write_short_text(draft: ItemDraft) -> Cells:
    case = {"scoring": "Huruf besar"} if draft.scoring.get("case") else {}
    return _written(draft, [], " | ".join(draft.scoring["accepted"]), **case)


def _write_numeric(draft: ItemDraft) -> Cells:
    value, tolerance = draft.scoring["value"], draft.scoring.get("tolerance", 0)
    return _written(
        draft,
        [],
        number_text(value).replace(".", ","),
        tolerance=number_text(tolerance).replace(".", ","),
        unit=draft.content.get("unit", ""),
    )


def _write_sjt(draft: ItemDraft) -> Cells:
    weights = draft.scoring["weights"]
    parts = [
        f"{LETTERS[n].upper()}={number_text(weights[option['id']]).replace('.', ',')}"
        for n, option in enumerate(draft.content["options"])
    ]
    return _written(draft, _texts(draft), "; ".join(parts))


def _write_scale(draft: ItemDraft) -> Cells:
    return _written(draft, _texts(draft), "")


WRITERS: dict[str, Callable[[ItemDraft], Cells]] = {
    "single": _write_single,
    "multiple": _write_multiple,
    "true_false": _write_true_false,
    "matching": _write_matching,
    "ordering": _write_ordering,
    "short_text": _write_short_text,
    "numeric": _write_numeric,
    "sjt": _write_sjt,
    "scale": _write_scale,
}
