"""The sentence of a rule that each person reads: a text with places that are filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lms.errors import Invalid
from plugins.courses.domain.reasons import MOST_WORDS
from plugins.courses.domain.rules import Condition

PLACE = re.compile(r"\{([^{}]*)\}")
ABOUT_RESULTS = ("kemampuan", "tingkat", "diminta")
PLACES = (*ABOUT_RESULTS, "jabatan", "unit", "pelatihan")
PROPOSED = (
    "Karena hasil Anda pada {kemampuan} ada di tingkat {tingkat}, "
    "sedangkan jabatan Anda meminta tingkat {diminta}."
)
MOST_CHARACTERS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is true of one person, for the places of the sentence."""

    course: str
    position: str = ""
    unit: str = ""
    competency: str = ""
    level: int | None = None
    required: int | None = None


def check_reason(text: str, condition: Condition) -> str:
    """Give the sentence when every place in it can be filled for everyone; raises Invalid."""
    words = " ".join(text.split())
    used = PLACE.findall(words)
    reasons = [
        f"Tempat {{{name}}} tidak dikenal. Yang ada: {', '.join(f'{{{each}}}' for each in PLACES)}."
        for name in dict.fromkeys(used)
        if name not in PLACES
    ]
    if not words:
        reasons.append("Tulis alasan yang dibaca pegawai.")
    if any(mark in PLACE.sub("", words) for mark in "{}"):
        reasons.append("Tanda { atau } tidak berpasangan.")
    about = [name for name in used if name in ABOUT_RESULTS]
    if about and not condition.about_results:
        reasons.append(
            f"Alasan memakai {{{about[0]}}}, tetapi aturan ini tidak melihat hasil. "
            "Pilih kemampuan atau keadaan, atau hapus tempat itu."
        )
    if len(words.split()) > MOST_WORDS or len(words) > MOST_CHARACTERS:
        reasons.append(f"Alasan terlalu panjang. Paling banyak {MOST_WORDS} kata.")
    if reasons:
        raise Invalid(reasons[0], reasons)
    return words


def fill(text: str, facts: Facts) -> str:
    """Give the sentence as one person reads it."""
    values = {
        "kemampuan": facts.competency or "kemampuan ini",
        "tingkat": "yang belum diketahui" if facts.level is None else str(facts.level),
        "diminta": "yang lebih tinggi" if facts.required is None else str(facts.required),
        "jabatan": facts.position or "jabatan Anda",
        "unit": facts.unit or "unit Anda",
        "pelatihan": facts.course,
    }
    return PLACE.sub(lambda place: values.get(place[1], place[0]), text)
