"""What a question says, and what keeps it from being asked."""

from __future__ import annotations

import re
from dataclasses import dataclass

SENTENCE_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][”\"]))\s+(?=[A-Z“\"])")
UNKNOWN = "unknown"
"""The answer "Saya belum tahu": an answer like the others, and never the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemText:
    """What a question says: stem, options as (id, text), the key's id, explanation, target level.

    `difficulty` is the author's estimate on the logit scale, None when not given.
    """

    stem: str
    options: tuple[tuple[str, str], ...]
    key: str
    explanation: str = ""
    level: int = 1
    difficulty: float | None = None


def split_stem(stem: str) -> tuple[str, str]:
    """Split a stem into the situation and its last sentence, which asks; either may be empty."""
    sentences = SENTENCE_END.split(" ".join(stem.split()))
    return " ".join(sentences[:-1]), sentences[-1]


def item_problems(item: ItemText) -> list[str]:
    """Say what keeps a question from being asked, one sentence each; empty when it is fine."""
    ids = [option for option, _ in item.options]
    texts = [" ".join(text.casefold().split()) for _, text in item.options]
    checks = [  # i18n
        (not item.stem.strip(), "Tulis pertanyaannya."),
        (len(ids) < 2, "Tulis paling sedikit dua pilihan."),
        ("" in texts, "Isi setiap pilihan."),
        (len(set(texts)) < len(texts), "Dua pilihan isinya sama. Ubah salah satu."),
        (len(set(ids)) < len(ids) or UNKNOWN in ids, "Dua pilihan memakai tanda yang sama."),
        (item.key not in ids, "Pilih jawaban yang benar."),
        (not 1 <= item.level <= 5, "Tingkat soal antara 1 dan 5."),
    ]
    return [sentence for found, sentence in checks if found]
